"""Sections of the study report that hold numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Account, Comment, Question, Round
from delphi.reports.document import Block, Document, Drawing, Paragraph, Points, Quote, Table
from delphi.scoring.rules import Verdict
from delphi.services import analyses, decisions
from delphi.services.reporting import documents, study_report
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

LATER = timedelta(days=8)


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock()


SIZES = {"W": 8, "C": 6, "M": 5}
HIGH = {"W": [9, 9, 9, 9, 9, 9, 9, 4], "C": [8] * 6, "M": [7] * 5}


@pytest.fixture
def world(app: Flask, alice: Account, fay: Account, now: datetime) -> Iterator[World]:
    with app.test_request_context():
        yield make_world(alice, fay, now, SIZES)


def report(world: World, now: datetime, language: str = "en") -> Document:
    return study_report.of(world.study, language, now=now)


def blocks(document: Document, section: str) -> Sequence[Block]:
    return next((one.blocks for one in document.sections if one.key == section), [])


def table(document: Document, key: str) -> Table:
    return next(
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.key == key
    )


def words(document: Document, section: str) -> str:
    return " ".join(
        line
        for block in blocks(document, section)
        for line in (
            [block.text] if isinstance(block, Paragraph) else block.items if isinstance(block, Points) else []
        )
    )


def one_round(world: World, now: datetime) -> None:
    opened = open_round(world, now)
    rate(world, opened, "A", HIGH, now)
    rate(world, opened, "B", {"W": [1, 9, 1, 9, 1, None, 5, 5], "C": [7, 6, 5], "M": [3] * 5}, now)
    rate(world, opened, "C", {"W": [2] * 8}, now)
    closed = close(world, opened, now + LATER)
    analyses.fill(closed, now=now + LATER)
    decisions.decide(
        world.study,
        closed.id,
        world.items["B"].id,
        Verdict.DROP,
        "Nobody asks it.",
        by=world.fay,
        now=now + LATER,
    )
    decide_all(world, closed, now + LATER)


def two_rounds(world: World, now: datetime) -> None:
    """B is asked again; panel M thinks otherwise than the others, and one of W leaves."""
    opened = open_round(world, now)
    rate(world, opened, "A", HIGH, now)
    rate(world, opened, "B", {"W": [9, 9, 9, 9, 9, 9, 9, 9], "C": [7] * 6, "M": [2] * 5}, now)
    rate(world, opened, "C", {"W": [2] * 8}, now)
    first = close(world, opened, now + LATER)
    analyses.fill(first, now=now + LATER)
    decide_all(world, first, now + LATER)
    again = open_round(world, now + LATER, ["B"])
    rate(world, again, "B", {"W": [9, 9, 9, 8, 8, 8, 8], "C": [7] * 6, "M": [1] * 5}, now + LATER)
    say(world, again, "M", 0, "I would not ask this.", now + LATER)
    say(world, again, "W", 0, "Everybody should know it.", now + LATER)
    second = close(world, again, now + 2 * LATER)
    analyses.fill(second, now=now + 2 * LATER)


def say(world: World, asked: Round, panel: str, place: int, text: str, now: datetime) -> None:
    item = world.items["B"]
    session.add(
        Comment(
            round_id=asked.id, expert_id=world.experts[panel][place].id, item_id=item.id,
            wording_id=item.wordings[-1].id, text=text, language="en", updated_at=now,
        )
    )  # fmt: skip
    session.flush()


class TestResults:
    def test_every_item_stands_with_its_numbers(self, world: World, now: datetime) -> None:
        one_round(world, now)
        rows = {row[0]: row for row in table(report(world, now), "results-1").rows}
        code, _title, number, asked, n, unable, low, middle, high, *_rest = rows["A"]
        assert (code, number, asked, n, unable) == ("A", 1, 19, 19, 0)
        assert (low, middle, high) == (0, pytest.approx(100 / 19), pytest.approx(1800 / 19))
        assert rows["C"][3] == 8

    def test_those_unable_are_counted_apart(self, world: World, now: datetime) -> None:
        one_round(world, now)
        row = next(row for row in table(report(world, now), "results-1").rows if row[0] == "C")
        assert row[3:6] == [8, 8, 0]

    def test_a_reason_stands_beside_the_decision(self, world: World, now: datetime) -> None:
        one_round(world, now)
        (row,) = table(report(world, now), "reasons").rows
        assert row[0] == "B"
        assert row[-1] == "Nobody asks it."

    def test_a_panel_under_the_minimum_has_no_number(self, world: World, now: datetime) -> None:
        opened = open_round(world, now)
        rate(world, opened, "A", HIGH | {"M": [1, 1, 1]}, now)
        close(world, opened, now + LATER)
        found = table(report(world, now), "results-panels-1")
        (row,) = [row for row in found.rows if row[0] == "A" and row[2] == "Panel M"]
        assert row[3:] == [None, "not shown", *[None] * 8]

    def test_panels_stand_side_by_side_in_a_figure(self, world: World, now: datetime) -> None:
        one_round(world, now)
        drawn = [one for one in blocks(report(world, now), "results") if isinstance(one, Drawing)]
        assert [one.key for one in drawn] == ["panels-1"]
        assert {row[2] for row in drawn[0].figure.rows} == {"Panel W", "Panel C", "Panel M"}

    def test_an_open_round_shows_nothing(self, world: World, now: datetime) -> None:
        rate(world, open_round(world, now), "A", HIGH, now)
        assert blocks(report(world, now), "results") == []


class TestBrief:
    def test_what_came_of_the_items(self, world: World, now: datetime) -> None:
        one_round(world, now)
        said = words(report(world, now), "brief")
        assert "3 items were in the study." in said
        assert "1 item was promoted." in said
        assert "2 items were dropped." in said
        assert "1 decision went against" in said

    def test_a_round_in_one_line(self, world: World, now: datetime) -> None:
        one_round(world, now)
        (row,) = table(report(world, now), "brief-rounds").rows
        assert row[0] == 1
        assert row[3:] == [19, 19, 3, 1, 2, 0]

    def test_a_study_without_anything_has_no_section(self, app: Flask, alice: Account, now: datetime) -> None:
        from tests.support.studies import make_study

        with app.test_request_context():
            found = study_report.of(make_study(alice, now), "en", now=now)
        assert [one.key for one in found.sections if one.key in ("brief", "results")] == []

    def test_french_too(self, world: World, now: datetime) -> None:
        one_round(world, now)
        assert report(world, now, "fr").language == "fr"


class TestStability:
    def test_verdicts_stand_against_stability(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        (row,) = table(report(world, now), "consensus-and-stability").rows
        assert row == ["Re-rate", 0, 1, 0]

    def test_what_moved_is_counted(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        (row,) = table(report(world, now), "movement").rows
        assert row[:3] == ["B", 2, 1]

    def test_one_round_says_nothing_of_it(self, world: World, now: datetime) -> None:
        one_round(world, now)
        assert blocks(report(world, now), "stability") == []


class TestGroups:
    def test_panels_that_differ(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        rows = {row[0]: row for row in table(report(world, now), "panel-differences").rows}
        assert rows["B"][3:6] == [100, 100, 0]
        assert rows["B"][6] <= 0.05
        assert rows["B"][7] == "yes"
        assert rows["B"][8] == "in Panel W and Panel C, not in Panel M"


class TestSensitivity:
    def test_every_set_of_rules_has_a_line_the_sealed_first(self, world: World, now: datetime) -> None:
        one_round(world, now)
        rows = table(report(world, now), "rules-compared").rows
        assert rows[0][0] == "The sealed rules of this study"
        assert rows[0][1:] == [1, 0, 1, 1, 0, 0]
        assert len(rows) > 1

    def test_every_item_says_how_much_it_rests_on_few(self, world: World, now: datetime) -> None:
        one_round(world, now)
        assert [row[0] for row in table(report(world, now), "fragility").rows] == ["A", "B", "C"]


class TestDissent:
    def test_divided_items_and_what_the_smaller_side_says(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        found = blocks(report(world, now), "dissent")
        assert [one.text for one in found if isinstance(one, Quote)] == ["I would not ask this."]
        assert "B" in [row[0] for row in table(report(world, now), "divided").rows]

    def test_a_hidden_comment_is_not_told(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        for one in session.query(Comment):
            one.hidden = True
        session.flush()
        assert not [one for one in blocks(report(world, now), "dissent") if isinstance(one, Quote)]


class TestParticipants:
    def test_a_few_are_not_told_nor_to_be_computed(self, world: World, now: datetime) -> None:
        ask(world, {"W": ["nurse"] * 8, "C": ["nurse"] * 5 + ["judge"], "M": ["teacher"] * 5})
        one_round(world, now)
        rows = {row[0]: row[1] for row in table(report(world, now), "participants-1").rows}
        assert rows == {
            "Nurse": 13,
            "Teacher": "not shown",
            "Judge": "not shown",
            "Prefer not to say": 0,
            "No answer": 0,
        }

    def test_who_would_not_say_has_a_line(self, world: World, now: datetime) -> None:
        ask(world, {"W": ["nurse"] * 8, "C": ["prefer not to say"] * 6, "M": ["teacher"] * 5})
        one_round(world, now)
        rows = {row[0]: row[1] for row in table(report(world, now), "participants-1").rows}
        assert rows["Prefer not to say"] == 6

    def test_who_only_was_asked_did_not_take_part(self, world: World, now: datetime) -> None:
        ask(world, {"W": ["nurse"] * 8, "C": ["judge"] * 6, "M": ["teacher"] * 5})
        opened = open_round(world, now)
        rate(world, opened, "A", {"W": HIGH["W"]}, now)
        close(world, opened, now + LATER)
        rows = {row[0]: row[1] for row in table(report(world, now), "participants-1").rows}
        assert rows["Nurse"] == 8
        assert rows["Judge"] == 0


def ask(world: World, answers: dict[str, list[str]]) -> None:
    values = ("nurse", "teacher", "judge")
    choices = [{"value": value, "label": {"en": value.capitalize()}} for value in values]
    session.add(
        Question(
            study_id=world.study.id, attribute="role", text={"en": "What is your role?"}, choices=choices
        )
    )
    for panel, given in answers.items():
        for expert, value in zip(world.experts[panel], given, strict=True):
            expert.attributes = {"role": [value]}
    session.flush()


class TestAttrition:
    def test_who_left_could_have_changed_a_verdict(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        (row,) = table(report(world, now), "attrition").rows
        assert row[:6] == ["B", "importance", 2, 1, 1, 18]
        assert row[6:8] == [None, None]
        assert row[9] == "nothing else"

    def test_nobody_left(self, world: World, now: datetime) -> None:
        one_round(world, now)
        assert blocks(report(world, now), "attrition") == []


class TestSummary:
    def test_says_what_was_kept_in_plain_words(self, world: World, now: datetime) -> None:
        one_round(world, now)
        found = documents.build(world.study, "summary", "en", now=now)
        assert [one.key for one in found.sections] == ["asked", "of_whom", "agreed", "differ", "next"]
        assert "19 of 19 experts answered" in words(found, "of_whom")
        assert "Knows the law (en)" in words(found, "agreed")

    def test_has_no_table(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        found = documents.build(world.study, "summary", "fr", now=now)
        assert not [block for one in found.sections for block in one.blocks if isinstance(block, Table)]


class TestPanelSummary:
    def test_stands_beside_the_others(self, world: World, now: datetime) -> None:
        two_rounds(world, now)
        found = documents.build(world.study, "panel-M", "en", now=now)
        rows = {row[0]: row for row in table(found, "items-1").rows}
        assert rows["B"][3:5] == [5, 1]
        assert rows["B"][5] == 0
        assert rows["B"][7:9] == [100, 100]
        assert "B" in [row[0] for row in table(found, "apart").rows]

    def test_a_panel_that_may_not_be_shown_has_none(self, world: World, now: datetime) -> None:
        opened = open_round(world, now)
        rate(world, opened, "A", HIGH | {"M": [1, 1, 1]}, now)
        close(world, opened, now + LATER)
        assert "panel-M" not in documents.of(world.study)

    def test_an_empty_study_has_only_what_is_of_the_whole(self, world: World) -> None:
        assert not [key for key in documents.of(world.study) if key.startswith("panel-")]

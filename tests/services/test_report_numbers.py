"""Sections of the study report that hold numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask

from delphi.models import Account
from delphi.reports.document import Block, Document, Drawing, Paragraph, Points, Table
from delphi.scoring.rules import Verdict
from delphi.services import analyses, decisions
from delphi.services.reporting import study_report
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

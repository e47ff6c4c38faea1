"""Verdicts, decisions, what is frozen, and whether the export lets a stranger recompute it all."""

from __future__ import annotations

import csv
import io
import zipfile
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.protocols import from_toml
from delphi.domain.states import ItemState, RoundState
from delphi.exporters.tables import neutral
from delphi.models import Account, Comment, Decision, Feedback, Round
from delphi.scoring.engine import judge
from delphi.scoring.ratings import ItemRatings
from delphi.scoring.rules import Verdict
from delphi.services import board, comment_review, decisions, exports, results, verdicts
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [9, 8, 7]}
DISSENT = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [1, 1, 2, 2, 7, 7], "M": [9, 8, 7]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    """A is agreed on, panel C dissents on B, and nobody but one expert rated C."""
    opened = open_round(world, clock())
    rate(world, opened, "A", AGREED, clock())
    rate(world, opened, "B", DISSENT, clock())
    rate(world, opened, "C", {"W": [9, None]}, clock())
    _comment(world, opened, "A", "W", 0, "Needed everywhere.", clock)
    _comment(world, opened, "A", "C", 0, '=HYPERLINK("x")', clock)
    return close(world, opened, clock.advance(days=7))


def _comment(world: World, rated: Round, code: str, panel: str, number: int, text: str, clock: Clock) -> None:
    wording_id = next(row.wording_id for row in rated.items if row.item_id == world.items[code].id)
    session.add(
        Comment(
            round_id=rated.id,
            expert_id=world.experts[panel][number].id,
            item_id=world.items[code].id,
            wording_id=wording_id,
            text=text,
            language="en",
            updated_at=clock(),
        )
    )
    session.flush()


def _verdicts(world: World, closed: Round) -> dict[str, str]:
    found = verdicts.of_round(closed)
    return {code: found[item.id].verdict for code, item in world.items.items()}


def test_closing_gives_every_item_the_verdict_of_the_sealed_rules(world: World, closed: Round) -> None:
    assert _verdicts(world, closed) == {"A": "promote", "B": "re-rate", "C": "insufficient"}


def test_unable_to_rate_is_no_rating(world: World, closed: Round) -> None:
    summary = verdicts.of_round(closed)[world.items["C"].id].judgement["summaries"]["importance"]["W"]
    assert (summary["n"], summary["unable"]) == (1, 1)


def test_an_item_for_one_panel_is_put_to_that_panel_alone(world: World, closed: Round) -> None:
    summaries = verdicts.of_round(closed)[world.items["C"].id].judgement["summaries"]["importance"]
    assert set(summaries) == {"pooled", "W"}


def test_a_small_panel_is_not_shown_and_neither_is_what_would_give_it_away(
    world: World, closed: Round
) -> None:
    shown = verdicts.of_round(closed)[world.items["A"].id].shown_groups
    assert "M" not in shown
    # pooled (17) minus W (8) minus C (6) would leave the 3 of M
    assert not {"pooled", "W", "C"} <= set(shown)


def test_how_many_of_a_small_panel_were_unable_to_rate_is_not_given_away_either(
    world: World, clock: Clock
) -> None:
    opened = open_round(world, clock())
    rate(world, opened, "A", {**AGREED, "M": [None, None, None]}, clock())
    close(world, opened, clock())
    stored = verdicts.of_round(opened)[world.items["A"].id]
    # Everyone (3 unable) minus W and C (none) would leave the three of M.
    assert stored.shown_groups == ["W", "pooled"]


def test_the_board_holds_no_number_of_a_hidden_group(world: World, closed: Round) -> None:
    found = board.of_round(world.study)
    assert found is not None
    row = next(row for row in found.rows if row.item.code == "A")
    assert row.summary("importance", "M") is None
    assert row.summary("importance") is not None


def test_the_board_marks_panels_in_which_a_rule_holds(world: World, closed: Round) -> None:
    found = board.of_round(world.study)
    assert found is not None
    split = next(row for row in found.rows if row.item.code == "B")
    assert (split.side("W"), split.side("C")) == ("high", "")


def test_confirming_twice_decides_once(world: World, closed: Round, clock: Clock) -> None:
    ids = [item.id for item in world.items.values()]
    assert decisions.confirm(world.study, closed.id, ids, by=world.fay, now=clock()) == 3
    assert decisions.confirm(world.study, closed.id, ids, by=world.fay, now=clock()) == 0
    assert session.scalar(select(func.count(Decision.id))) == 3


def test_an_override_keeps_the_verdict_and_the_reason(world: World, closed: Round, clock: Clock) -> None:
    item = world.items["B"]
    decisions.decide(
        world.study, closed.id, item.id, Verdict.PROMOTE, "Panel C misread it.", by=world.fay, now=clock()
    )
    made = decisions.in_force([closed.id])[closed.id, item.id]
    assert (made.verdict, made.outcome, made.reason) == ("re-rate", "promote", "Panel C misread it.")
    assert _verdicts(world, closed)["B"] == "re-rate"


def test_the_latest_decision_counts_and_earlier_ones_stay(world: World, closed: Round, clock: Clock) -> None:
    item = world.items["A"]
    for outcome, reason in ((Verdict.DROP, "Too vague."), (Verdict.PROMOTE, "")):
        decisions.decide(world.study, closed.id, item.id, outcome, reason, by=world.fay, now=clock())
    assert decisions.in_force([closed.id])[closed.id, item.id].outcome == "promote"
    assert session.scalar(select(func.count(Decision.id))) == 2


def test_a_round_with_undecided_items_is_not_finished(world: World, closed: Round, clock: Clock) -> None:
    with pytest.raises(DomainError) as refused:
        decisions.finish(world.study, closed.id, by=world.fay, now=clock())
    assert refused.value.code == "decision.undecided_items"
    assert refused.value.params == {"count": 3}


def test_finishing_moves_items_and_freezes_feedback(world: World, closed: Round, clock: Clock) -> None:
    comments = comment_review.of_round(closed)
    chosen = [one.number for one in comments if one.text.startswith("Needed")]
    numbers = [one.number for one in comments]
    comment_review.choose(
        world.study, closed.id, numbers, chosen, [], total=len(numbers), by=world.fay, now=clock()
    )
    decide_all(world, closed, clock())
    assert closed.state is RoundState.DECIDED
    states = {code: item.state for code, item in world.items.items()}
    assert states == {"A": ItemState.PROMOTED, "B": ItemState.IN_PLAY, "C": ItemState.IN_PLAY}
    frozen = session.get_one(Feedback, (closed.id, world.items["A"].id)).content
    assert frozen["criteria"]["importance"]["groups"]["pooled"]["n"] == 17
    said = [(one["text"], one["language"], one["stance"]) for one in frozen["comments"]]
    assert said == [("Needed everywhere.", "en", "for")]
    assert (
        session.get_one(Feedback, (closed.id, world.items["C"].id)).content["criteria"]["importance"][
            "groups"
        ]
        == {}
    )


def test_a_decided_round_takes_no_more_decisions(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    with pytest.raises(DomainError) as refused:
        decisions.decide(
            world.study, closed.id, world.items["A"].id, Verdict.DROP, "Late.", by=world.fay, now=clock()
        )
    assert refused.value.code == "round.wrong_state"


def test_hidden_comments_are_never_in_the_feedback(world: World, closed: Round, clock: Clock) -> None:
    numbers = [one.number for one in comment_review.of_round(closed)]
    comment_review.choose(
        world.study, closed.id, numbers, numbers, numbers, total=len(numbers), by=world.fay, now=clock()
    )
    decide_all(world, closed, clock())
    assert session.get_one(Feedback, (closed.id, world.items["A"].id)).content["comments"] == []


def test_a_study_with_an_unfinished_round_is_not_concluded(world: World, closed: Round, clock: Clock) -> None:
    with pytest.raises(DomainError) as refused:
        results.conclude(world.study, by=world.alice, now=clock())
    assert refused.value.code == "study.round_unfinished"
    decide_all(world, closed, clock())
    results.conclude(world.study, by=world.alice, now=clock())
    listed = results.of_study(world.study)
    assert (listed.count("promoted"), listed.unsettled) == (1, 2)


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_verdict_can_be_recomputed_from_the_export(world: World, closed: Round, clock: Clock) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exports.file(world.study, exports.ARCHIVE, now=clock())))
    ratings = _read(archive.read("ratings.csv"))
    protocol = from_toml(archive.read("protocol-1.toml").decode())
    items = list(dict.fromkeys(row["item"] for row in ratings))
    panels = sorted({name for row in ratings for name in row["panels"].split(";")})
    judged = judge(protocol.rules, [_item_ratings(code, ratings, panels) for code in items])
    exported = {row["item"]: row["verdict"] for row in _read(archive.read("verdicts.csv"))}
    assert {one.item: one.verdict.value for one in judged} == exported == _verdicts(world, closed)


def _item_ratings(code: str, ratings: list[dict[str, str]], panels: list[str]) -> ItemRatings:
    rows = [row for row in ratings if row["item"] == code]
    return ItemRatings(
        item=code,
        values={"importance": np.array([float(row["rating"] or "nan") for row in rows])},
        unable={"importance": np.array([row["unable"] == "true" for row in rows])},
        panels={name: np.array([name in row["panels"].split(";") for row in rows]) for name in panels},
    )


def test_exported_numbers_are_those_of_the_board(world: World, closed: Round, clock: Clock) -> None:
    row = next(
        row
        for row in _read(exports.file(world.study, "verdicts.csv", now=clock()))
        if row["item"] == "A" and row["group"] == "pooled"
    )
    assert (row["n"], row["high"], row["low"]) == ("17", "17", "0")
    assert Fraction(row["percent_high"]) == 100


def test_no_export_holds_a_name_or_an_address(world: World, closed: Round, clock: Clock) -> None:
    for name in exports.names(world.study):
        data = exports.file(world.study, name, now=clock())
        assert b"@example.org" not in data
    with pytest.raises(DomainError):
        exports.file(world.study, "../contacts.csv", now=clock())


def test_comments_that_would_run_as_formulas_are_disarmed(world: World, closed: Round, clock: Clock) -> None:
    texts = {row["text"] for row in _read(exports.file(world.study, "comments.csv", now=clock()))}
    assert texts == {"Needed everywhere.", '\'=HYPERLINK("x")'}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1"])
def test_cells_that_run_are_text_again(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "text"), [("a=b", "a=b"), (7, "7"), (-1, "-1"), (None, ""), (True, "true")]
)
def test_other_cells_are_left_alone(value: str | int | None, text: str) -> None:
    assert neutral(value) == text


def test_an_open_round_is_in_no_export(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    opened = open_round(world, clock(), codes=("B",))
    rate(world, opened, "B", AGREED, clock())
    rows = _read(exports.file(world.study, "ratings.csv", now=clock()))
    assert {row["round"] for row in rows} == {"1"}

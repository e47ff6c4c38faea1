"""What is said of a closed round beside its verdicts: computed by the worker, kept, and safe to show."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

import delphi
from delphi.db import bells_asked_for, session
from delphi.domain.analyses import FLAGS
from delphi.models import Account, Analysis, Round
from delphi.scoring.presets import names
from delphi.services import analyses, decisions, verdicts
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate
from tests.support.works import do_all

SIZES = {"W": 10, "C": 8, "M": 6}
SPLIT = {"W": [9, 9, 9, 9, 8, 8, 8, 7, 7, 3], "C": [1, 1, 2, 2, 2, 1, 8, 8], "M": [8, 9, 7, 8, 9, 9]}
AGREED = {"W": [9, 9, 9, 9, 8, 8, 8, 7, 7, 7], "C": [9] * 8, "M": [8, 9, 7, 8, 2, 4]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock(), SIZES)


def _first(world: World, clock: Clock) -> Round:
    first = open_round(world, clock(), ("A", "B"))
    rate(world, first, "A", AGREED, clock())
    rate(world, first, "B", SPLIT, clock())
    return close(world, first, clock.advance(days=7))


def _second(world: World, clock: Clock, points: dict[str, list[int | None]]) -> Round:
    """B again, after A and B were rated."""
    decide_all(world, _first(world, clock), clock.advance(hours=1))
    second = open_round(world, clock(), ("B",))
    rate(world, second, "B", points, clock())
    return close(world, second, clock.advance(days=7))


def _filled(world: World, scored: Round, clock: Clock, code: str = "B") -> dict[str, Any]:
    analyses.fill(scored, now=clock())
    return analyses.of_round(scored)[world.items[code].id]


def test_closing_asks_the_worker_who_fills_it_once(world: World, clock: Clock) -> None:
    bells_asked_for()
    closed = _first(world, clock)
    assert "analyses" in bells_asked_for()
    assert analyses.of_round(closed) == {}
    session.commit()
    do_all()
    found = analyses.of_round(closed)
    assert set(found) == {world.items["A"].id, world.items["B"].id}
    assert set(session.scalars(select(Analysis.version))) == {delphi.__version__}
    assert analyses.waiting() == []
    reading = analyses.read(closed.id)
    assert analyses.keep(reading, found, now=clock()) is False


def test_what_was_judged_anew_is_not_overwritten_by_what_was_read_before(world: World, clock: Clock) -> None:
    closed = _first(world, clock)
    reading = analyses.read(closed.id)
    verdicts.score_again(closed, decisions.undecided(closed), now=clock.advance(minutes=1))
    assert analyses.keep(reading, analyses.compute(reading), now=clock()) is False
    assert analyses.waiting() == [closed]


def test_scoring_again_renews_it(world: World, clock: Clock) -> None:
    closed = _first(world, clock)
    analyses.fill(closed, now=clock())
    verdicts.score_again(closed, [world.items["A"].id], now=clock.advance(minutes=1))
    assert analyses.of_round(closed) == {}
    assert analyses.waiting() == [closed]


def test_a_verdict_that_one_expert_would_turn_is_fragile(world: World, clock: Clock) -> None:
    """M has 4 of 6 in the high band where 70 % are asked for: one more would do, but one low is 16.7 %."""
    found = _filled(world, _first(world, clock), clock, "A")
    assert found["fragility"] == {"raters": 1, "becomes": "promote", "exact": True, "at_least": 1}
    assert "fragile" in found["flags"]
    assert 0 < found["holds"] < 1


def test_panels_of_which_a_rule_holds_in_one_alone_disagree(world: World, clock: Clock) -> None:
    found = _filled(world, _first(world, clock), clock)
    own = found["criteria"]["importance"]
    assert own["rule_splits"] == [["W", "M"], ["C"]]
    assert own["groups_differ"]
    assert own["groups_p"] < 0.05
    assert ["W", "C"] in own["opposed"]
    assert {"panels_disagree", "polarised"} <= set(found["flags"]) <= set(FLAGS)


def test_every_preset_that_fits_stands_beside_the_sealed_rules(world: World, clock: Clock) -> None:
    found = _filled(world, _first(world, clock), clock)
    assert next(iter(found["presets"])) == "sealed"
    assert set(found["presets"]) <= {"sealed", *names()}
    assert len(found["presets"]) > 3
    assert set(found["against"]) <= set(found["presets"]) - {"sealed"}


def test_an_item_rated_for_the_first_time_has_no_before(world: World, clock: Clock) -> None:
    own = _filled(world, _first(world, clock), clock)["criteria"]["importance"]
    assert (own["since"], own["high_change"], own["stability"], own["movement"]) == (None, None, None, None)


def test_movement_counts_those_who_answered_both_rounds(world: World, clock: Clock) -> None:
    again: dict[str, list[int | None]] = {"W": [9, 9, 9, 9, 8, 8, 8, 7, 7, 8], "C": [7] * 8, "M": [7] * 6}
    own = _filled(world, _second(world, clock, again), clock)["criteria"]["importance"]
    assert own["since"] == 1
    assert own["movement"] == {
        "n": 24,
        "up": 7,
        "down": 7,
        "stayed": 10,
        "crossed": 7,
        "table": [[0, 0, 7], [0, 0, 0], [0, 0, 17]],
    }
    assert own["high_change"] == pytest.approx(100 * 7 / 24, abs=0.01)
    assert own["stability"]["verdict"] == "not stable"
    assert own["stability"]["n"] == 24


def test_one_who_left_between_rounds_cannot_be_computed(world: World, clock: Clock) -> None:
    """The table's rows, less the distribution of all, would be the one answer of who did not come again."""
    again: dict[str, list[int | None]] = {"W": [9, 9, 9, 9, 8, 8, 8, 7, 7], "C": [7] * 8, "M": [7] * 6}
    own = _filled(world, _second(world, clock, again), clock)["criteria"]["importance"]
    assert own["movement"]["n"] == 23
    assert own["movement"]["table"] is None


def test_few_who_answered_both_are_not_counted(world: World, clock: Clock) -> None:
    own = _filled(world, _second(world, clock, {"W": [9, 9, 9, 9]}), clock)["criteria"]["importance"]
    assert own["movement"] is None
    assert own["stability"] is None


def test_a_hidden_panel_tells_nothing(alice: Account, fay: Account, clock: Clock) -> None:
    """Four experts are too few: neither how near they are to a threshold, nor what a rule for every panel says."""
    world = make_world(alice, fay, clock(), {"W": 10, "M": 4})
    opened = open_round(world, clock(), ("A",))
    rate(world, opened, "A", {"W": [9] * 10, "M": [9, 9, 1, 9]}, clock())
    found = _filled(world, close(world, opened, clock.advance(days=7)), clock, "A")
    assert found["fragility"] is None
    assert found["holds"] is None
    assert found["criteria"]["importance"]["rule_splits"] is None
    assert found["criteria"]["importance"]["groups_p"] is None
    assert "comet_70_15" not in found["presets"]


def test_a_round_of_before_is_found_by_the_worker(world: World, clock: Clock) -> None:
    second = _second(world, clock, {"W": [9] * 10, "C": [9] * 8, "M": [9] * 6})
    assert analyses.waiting()[0] == second
    session.commit()
    do_all()
    assert analyses.waiting() == []
    assert analyses.of_round(second)[world.items["B"].id]["criteria"]["importance"]["since"] == 1

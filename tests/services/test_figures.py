"""What figures show: the numbers of the board, and never those of a small group."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.errors import NotFound
from delphi.models import Account, Round
from delphi.reports.figures.figure import Figure
from delphi.services import analyses, board, figures
from delphi.services.figures import Choice, Source
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

FIRST = {"W": [9, 9, 8, 8, 7, 5, 5, 5], "C": [9, 9, 8, 8, 7, 1], "M": [2, 2, 2]}
SECOND = {"W": [9, 9, 8, 8, 7, 7, 7, 5], "C": [9, 9, 8, 8, 7, 7], "M": [3, 3, 3]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def two_rounds(app: Flask, world: World, clock: Clock) -> list[Round]:
    """Item A asked twice, B once; panel M is too small to be shown."""
    first = open_round(world, clock(), ("A", "B"))
    clock.advance(days=2)
    rate(world, first, "A", FIRST, clock())
    rate(world, first, "B", {"W": [9] * 8, "C": [9] * 6, "M": [9, 9, 9]}, clock())
    close(world, first, clock())
    decide_all(world, first, clock())
    second = open_round(world, clock(), ("A",))
    rate(world, second, "A", SECOND, clock())
    close(world, second, clock())
    session.flush()
    return [first, second]


def made(world: World, clock: Clock, name: str, choice: Choice | None = None) -> Figure:
    return figures.make(name, Source(world.study, choice or Choice(), clock() + timedelta(days=1)))


def column(figure: Figure, name: str) -> list[object]:
    place = list(figure.columns).index(name)
    return [row[place] for row in figure.rows]


def test_convergence_has_the_numbers_of_the_board(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock
) -> None:
    with app.test_request_context():
        shown = made(world, clock, "convergence")
    for number in (1, 2):
        found = board.of_round(world.study, number)
        assert found is not None
        for row in found.rows:
            summary = row.summary("importance")
            assert summary is not None
            told = [one for one in shown.rows if one[0] == row.item.code and one[2] == number]
            assert [(one[3], one[4]) for one in told] == [
                (summary["n"], round(summary["high"]["percent"]["value"], 1))
            ]


def test_the_map_shows_how_many_changed_their_answer_from_the_stored_analysis(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock
) -> None:
    with app.test_request_context():
        assert made(world, clock, "agreement").spec is None
        analyses.fill(two_rounds[1], now=clock())
        shown = made(world, clock, "agreement")
        first = made(world, clock, "agreement", Choice(round=1))
    movement = analyses.of_round(two_rounds[1])[world.items["A"].id]["criteria"]["importance"]["movement"]
    told = movement and round(100 * (movement["n"] - movement["stayed"]) / movement["n"], 1)
    assert column(shown, "Changed their answer, %") == [told]
    assert column(shown, "Change, points") == [17.6]  # from 10 to 13 of 17
    assert first.spec is None


@pytest.mark.parametrize("name", list(figures.FIGURES))
@pytest.mark.parametrize("group", ["pooled", "M"])
def test_a_group_too_small_to_show_is_nowhere(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock, name: str, group: str
) -> None:
    with app.test_request_context():
        shown = made(world, clock, name, Choice(group=group, item=world.items["A"].id))
    written = json.dumps([shown.spec, [list(row) for row in shown.rows], shown.caption])
    assert "Panel W" in written or name not in ("panels", "distribution")
    if group == "pooled":
        assert "Panel M" not in written
    else:
        assert not shown.rows or name != "convergence"


def test_response_ends_where_progress_does(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock
) -> None:
    with app.test_request_context():
        shown = made(world, clock, "response")
    assert column(shown, "Asked") == [17] * len(shown.rows)
    assert column(shown, "Experts with an answer")[-1] == 17
    assert "17 of 17" in shown.caption


def test_flow_counts_each_item_once_in_and_once_out(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock
) -> None:
    with app.test_request_context():
        shown = made(world, clock, "flow")
    first, second = shown.rows
    assert first[1] == 2
    assert second[1] == 1
    assert sum(int(cell or 0) for cell in first[2:5]) == sum(int(cell or 0) for cell in first[5:]) == 2
    assert dict(zip(shown.columns, second, strict=True))["not decided yet"] == 1
    assert dict(zip(shown.columns, second, strict=True))["asked again, same wording"] == 1
    assert dict(zip(shown.columns, first, strict=True))["promoted"] == 1


def test_what_does_not_exist_is_chosen_for_the_reader(
    app: Flask, world: World, two_rounds: list[Round], clock: Clock
) -> None:
    with app.test_request_context():
        odd = made(world, clock, "convergence", Choice(round=9, criterion="beauty", group="X", item=999))
        assert odd.rows == made(world, clock, "convergence").rows


def test_an_unknown_figure_is_refused(app: Flask, world: World, clock: Clock) -> None:
    with pytest.raises(NotFound):
        made(world, clock, "pie")

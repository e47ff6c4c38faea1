"""Composing the next round through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import Invited
from delphi.models import Participation, Round
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, open_round, rate

SPLIT = {"W": [9, 9, 8, 8, 5, 4], "C": [9, 8, 3, 2, 2], "M": [9, 5]}


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock(), ("A", "B"))
    rate(world, opened, "A", SPLIT, clock())
    rate(world, opened, "B", {"W": [9] * 6, "C": [9] * 5, "M": [9, 9]}, clock())
    made = close(world, opened, clock())
    session.commit()
    return made


@pytest.fixture
def decided(world: World, closed: Round, clock: Clock) -> Round:
    decide_all(world, closed, clock())
    session.commit()
    return closed


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}/rounds{rest}"


def form(world: World, clock: Clock, **changes: str) -> dict[str, object]:
    closes = (clock() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    panels = [panel.id for panel in world.panels.values()]
    facts = {"items": [world.items["A"].id], "panels": panels, "closes_at": closes}
    return facts | {"time_zone": "UTC", "invited": "everyone"} | changes


def test_the_plan_says_what_each_choice_brings(as_fay: Browser, world: World, decided: Round) -> None:
    page = as_fay.get(url(world, "/new")).text
    assert "17 experts in all panels." in page
    assert "13 experts in all panels." in page
    assert "4 would not be asked" in page
    assert "from 61 to 46 %" in page
    assert "never asked" in page
    assert "rules: " in page
    assert "Settled items are not asked again" in page
    assert "Panel W: 2 items, about 1 minutes" in page


def test_before_any_round_there_is_no_choice_of_respondents(as_fay: Browser, world: World) -> None:
    assert "invited-respondents" not in as_fay.get(url(world, "/new")).text


def test_respondents_alone_are_asked_where_it_is_chosen(
    as_fay: Browser, world: World, decided: Round, clock: Clock
) -> None:
    made = as_fay.post(url(world, "/new"), data=form(world, clock, invited="respondents"))
    assert made.status_code == 303
    page = as_fay.get(made.location).text
    assert "only who answered in round 1" in page
    assert "13 experts" in page
    assert "checked" in as_fay.get(url(world, "/2/edit")).text.partition("invited-respondents")[2][:120]
    assert as_fay.post(url(world, "/2/open")).status_code == 303
    opened = session.scalars(select(Round).where(Round.number == 2)).one()
    assert opened.invited is Invited.RESPONDENTS
    assert session.query(Participation).filter_by(round_id=opened.id).count() == 13


def test_another_way_of_inviting_is_refused_and_the_form_stays_filled(
    as_fay: Browser, world: World, decided: Round, clock: Clock
) -> None:
    answer = as_fay.post(url(world, "/new"), data=form(world, clock, invited="friends"))
    assert answer.status_code == 400
    assert f'value="{world.items["A"].id}" data-panels="" checked' in answer.text


def test_the_feedback_is_seen_as_experts_see_it(as_fay: Browser, world: World, closed: Round) -> None:
    page = as_fay.get(url(world, "/1/feedback")).text
    assert "As it would be fixed now." in page
    assert "How the panel rated it in round 1 (13 experts)" in page
    assert "Panel M" not in page


def test_once_decided_it_is_fixed(as_fay: Browser, world: World, decided: Round) -> None:
    page = as_fay.get(url(world, "/1/feedback?read_in=fr")).text
    assert "13" in page
    assert "Fixed when" in as_fay.get(url(world, "/1/feedback")).text


def test_no_feedback_while_the_round_is_open(as_fay: Browser, world: World, clock: Clock) -> None:
    open_round(world, clock())
    assert as_fay.get(url(world, "/1/feedback")).status_code == 400
    assert "not closed yet" in as_fay.get(url(world, "/1/outlook")).text
    assert as_fay.post(url(world, "/1/outlook")).status_code == 400


def test_the_estimate_is_computed_only_when_asked_for(as_fay: Browser, world: World, decided: Round) -> None:
    assert "Estimate" in as_fay.get(url(world, "/1/outlook")).text
    page = as_fay.post(url(world, "/1/outlook")).text
    assert "Another round is recommended" in page
    assert "in a second round only" in page


def test_an_observer_sees_no_comments_and_starts_no_estimate(
    as_observer: Browser, world: World, decided: Round
) -> None:
    assert as_observer.get(url(world, "/1/feedback")).status_code == 403
    assert as_observer.get(url(world, "/1/outlook")).status_code == 200
    assert as_observer.post(url(world, "/1/outlook")).status_code == 403


def test_another_study_is_not_shown(as_charlie: Browser, world: World, decided: Round) -> None:
    for rest in ("/1/feedback", "/1/outlook"):
        assert as_charlie.get(url(world, rest)).status_code == 404
    assert as_charlie.get(url(world, "/9/outlook")).status_code == 404

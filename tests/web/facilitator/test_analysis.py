"""While what the verdicts of a round rest on is computed: how far it is, who may stop it, who may ask again."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.models import Round, Work
from delphi.services import analyses, works
from delphi.tasks.analyses import ask
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, open_round, rate
from tests.support.works import do_all


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "A", {"W": [9] * 8, "C": [7] * 6}, clock())
    made = close(world, opened, clock.advance(hours=1))
    session.commit()
    return made


@pytest.fixture
def work(world: World, closed: Round, clock: Clock) -> Work:
    clock.advance(minutes=1)
    ask()
    found = works.claim([analyses.KIND], clock())
    assert found is not None
    found.step, found.done, found.total = "items", 45, 155
    session.commit()
    return found


def _at(world: World, rest: str) -> str:
    return f"/studies/{world.study.id}{rest}"


PAGES = ("/board", "/rounds/1")


@pytest.mark.parametrize("page", PAGES)
def test_the_board_and_the_round_tell_how_far_it_is(
    as_fay: Browser, as_observer: Browser, world: World, work: Work, page: str
) -> None:
    shown = as_fay.get(_at(world, page)).text
    assert "Item by item: 45 of 155" in shown
    assert _at(world, "/rounds/1/analysis/cancel") in shown
    shown = as_observer.get(_at(world, page)).text
    assert "Item by item: 45 of 155" in shown
    assert _at(world, "/rounds/1/analysis/cancel") not in shown


def test_who_may_not_decide_follows_but_cannot_stop_it(
    as_observer: Browser, as_charlie: Browser, world: World, work: Work
) -> None:
    told = as_observer.get(_at(world, "/rounds/1/analysis")).json
    assert told == {str(work.id): {"done": 45, "total": 155, "words": "Item by item: 45 of 155"}}
    assert as_charlie.get(_at(world, "/rounds/1/analysis")).status_code == 404
    for rest in ("/rounds/1/analysis", "/rounds/1/analysis/cancel"):
        assert as_observer.post(_at(world, rest)).status_code == 403
        assert as_charlie.post(_at(world, rest)).status_code == 404


def test_it_is_cancelled_and_asked_for_again(as_fay: Browser, world: World, work: Work) -> None:
    answer = as_fay.post(_at(world, "/rounds/1/analysis/cancel"), data={"at": "round"})
    assert answer.location.endswith(_at(world, "/rounds/1"))
    assert "Somebody cancelled it." in as_fay.get(_at(world, "/rounds/1")).text
    assert as_fay.get(_at(world, "/rounds/1/analysis")).json == {}
    assert as_fay.post(_at(world, "/rounds/1/analysis/cancel")).status_code == 409
    assert as_fay.post(_at(world, "/rounds/1/analysis")).location.endswith(_at(world, "/board?round=1"))
    do_all()
    for page in PAGES:
        assert "is being computed" not in as_fay.get(_at(world, page)).text


def test_why_it_failed_is_told(as_fay: Browser, world: World, work: Work, clock: Clock) -> None:
    works.fail(work.id, "work.broke", now=clock())
    page = as_fay.get(_at(world, "/board")).text
    assert "Something went wrong" in page
    assert "Compute it" in page


def test_no_round_no_analysis(as_fay: Browser, world: World, closed: Round) -> None:
    assert as_fay.post(_at(world, "/rounds/9/analysis")).status_code == 400
    assert as_fay.get(_at(world, "/rounds/9/analysis")).status_code == 404
    assert as_fay.post(_at(world, "/rounds/1/analysis/cancel")).status_code == 404

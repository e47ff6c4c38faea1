"""A form that begins something and is sent twice, as by pressing its button twice, begins one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.models import Account, Round, Study
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world, plan_of


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    session.commit()
    return made


def key_of(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


NEW = {"languages": ["en"], "main": "en", "title_en": "A new study", "time_zone": "UTC"}


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/studies/new", NEW),
        ("/studies/{id}/duplicate", {"title_en": "A copy", "title_fr": "Une copie"}),
        ("/studies/{id}/rehearsals", {"size": 2}),
    ],
    ids=["new", "copy", "rehearsal"],
)
def test_one_study_is_begun(as_alice: Browser, world: World, path: str, sent: dict[str, Any]) -> None:
    place = path.format(id=world.study.id)
    before = session.scalar(select(func.count(Study.id))) or 0
    key = key_of(as_alice.get(place).text)
    first, second = (as_alice.post(place, data={**sent, "once": key}) for _twice in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert session.scalar(select(func.count(Study.id))) == before + 1
    another = as_alice.post(place, data={**sent, "once": key_of(as_alice.get(place).text)})
    assert another.location != first.location


def test_a_key_is_its_senders_own(as_alice: Browser, as_fay: Browser, world: World) -> None:
    key = {"once": key_of(as_alice.get("/studies/new").text)}
    mine = as_alice.post("/studies/new", data={**NEW, **key}).location
    assert as_fay.post("/studies/new", data={**NEW, **key}).location != mine


def test_one_round_is_planned(as_fay: Browser, world: World, clock: Clock) -> None:
    plan = plan_of(world, clock())
    sent = {
        "panels": list(plan.panel_ids),
        "items": list(plan.item_ids),
        "time_zone": "America/Toronto",
        "closes_at": "2026-03-09T12:00",
    }
    place = f"/studies/{world.study.id}/rounds/new"
    first, second = (as_fay.post(place, data=sent) for _twice in range(2))
    assert first.location == second.location
    other = as_fay.post(place, data={**sent, "closes_at": "2026-03-10T12:00"})
    assert other.location != first.location
    assert session.scalar(select(func.count(Round.id))) == 2

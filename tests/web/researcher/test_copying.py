"""Duplicating a study, and beginning one with rules and panels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Expert, Study
from delphi.services import panels, protocols
from tests.support import rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.studies import join
from tests.web.researcher.test_studies import NEW

SignIn = Callable[[Browser, Account], Browser]
TITLES = {"title_en": "Again", "title_fr": "Encore"}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = support.make_world(alice, fay, clock())
    session.commit()
    return made


def path(study: Study) -> str:
    return f"/studies/{study.id}/duplicate"


def latest() -> Study:
    return session.scalars(select(Study).order_by(Study.id.desc())).first()  # type: ignore[return-value]


def experts(study: Study) -> int:
    return session.scalar(select(func.count(Expert.id)).where(Expert.study_id == study.id)) or 0


def test_it_works(client: Browser, alice: Account, world: World, sign_in: SignIn) -> None:
    assert "Copy of What specialists need" in sign_in(client, alice).get(path(world.study)).text
    answer = client.post(path(world.study), data=TITLES)
    made = latest()
    assert (answer.status_code, answer.location) == (303, f"/studies/{made.id}/")
    assert made.title == {"en": "Again", "fr": "Encore"}
    assert experts(made) == 0
    assert "without its answers" in client.get(answer.location).text


def test_with_experts(client: Browser, alice: Account, world: World, sign_in: SignIn) -> None:
    sign_in(client, alice).post(path(world.study), data={**TITLES, "experts": "yes"})
    assert experts(latest()) == experts(world.study)


def test_a_new_study_offers_my_own_to_copy(
    client: Browser, alice: Account, world: World, sign_in: SignIn
) -> None:
    assert path(world.study) in sign_in(client, alice).get("/studies/new").text


def test_bad_input(client: Browser, alice: Account, world: World, sign_in: SignIn) -> None:
    answer = sign_in(client, alice).post(path(world.study), data={**TITLES, "title_fr": " "})
    assert answer.status_code == 400
    assert 'value="Again"' in answer.text
    assert session.scalar(select(func.count(Study.id))) == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.OBSERVER])
def test_wrong_role(
    client: Browser, charlie: Account, world: World, sign_in: SignIn, clock: Clock, role: Role
) -> None:
    join(world.study, charlie, role, clock())
    sign_in(client, charlie)
    assert client.get(path(world.study)).status_code == 403
    assert client.post(path(world.study), data=TITLES).status_code == 403


def test_wrong_study(client: Browser, charlie: Account, world: World, sign_in: SignIn) -> None:
    assert sign_in(client, charlie).post(path(world.study), data=TITLES).status_code == 404


def test_a_study_begins_with_rules_and_panels(client: Browser, alice: Account, sign_in: SignIn) -> None:
    chosen = {"preset": "comet_70_15", "panels": "Femmes | Women\nHommes | Men"}
    sign_in(client, alice).post("/studies/new", data=NEW | chosen)
    made = latest()
    assert protocols.parsed(protocols.current(made)).title
    assert [(one.code, one.name["en"]) for one in panels.list_of(made)] == [("F", "Women"), ("H", "Men")]


@pytest.mark.parametrize(
    "chosen", [{"preset": "nothing"}, {"panels": "Only one name"}, {"panels": "a" * 300 + "|b"}]
)
def test_what_is_refused_makes_no_study(
    client: Browser, alice: Account, sign_in: SignIn, chosen: dict[str, str]
) -> None:
    answer = sign_in(client, alice).post("/studies/new", data=NEW | chosen)
    assert answer.status_code == 400
    assert "Safe practice" in answer.text
    assert session.scalar(select(func.count(Study.id))) == 0

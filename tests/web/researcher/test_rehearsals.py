"""Pages of rehearsals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Expert, Rating, Round, Study
from delphi.services import links, rehearsals
from tests.support import rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.studies import join, make_study

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = support.make_world(alice, fay, clock())
    session.commit()
    return made


@pytest.fixture
def made(world: World, alice: Account, clock: Clock) -> Study:
    found = rehearsals.make(world.study, 5, by=alice, now=clock())
    session.commit()
    return found


def path(study: Study, rest: str = "") -> str:
    return f"/studies/{study.id}/rehearsals{rest}"


def test_it_works(client: Browser, alice: Account, world: World, sign_in: SignIn) -> None:
    """Made, opened, answered, looked at, deleted."""
    sign_in(client, alice)
    assert "alice@example.org" in client.get(path(world.study)).text
    answer = client.post(path(world.study), data={"size": "5"})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "nothing here counts" in page.text
    own = answer.location
    client.post(f"{own}/open")
    client.post(f"{own}/answer")
    assert (session.scalar(select(func.count(Rating.id))) or 0) > 20
    one = session.scalars(select(Expert.id).order_by(Expert.id.desc())).first()
    looked = client.get(client.post(f"{own}/experts/{one}").location)
    assert looked.text.count("<iframe") == 2
    assert "read_in=fr" in looked.text
    deleted = client.post(f"{own}/delete")
    assert deleted.location == path(world.study)
    assert session.scalar(select(func.count(Study.id))) == 1


def test_every_page_says_that_nothing_counts(
    client: Browser, alice: Account, made: Study, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    for rest in ("/", "/protocol", "/items", "/experts", "/rounds", "/board", "/results", "/team"):
        assert "nothing here counts" in client.get(f"/studies/{made.id}{rest}").text, rest
    client.post(path(made, "/open"))
    one = session.scalars(select(Expert.id).where(Expert.study_id == made.id)).first()
    client.post(path(made, f"/experts/{one}"))
    for rest in ("/", "/consent"):
        assert "nothing here counts" in client.get(f"/x/{made.id}{rest}", follow_redirects=True).text, rest


def test_pages_of_experts_in_the_language_of_the_frame(
    client: Browser, alice: Account, made: Study, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    one = session.scalars(select(Expert.id).where(Expert.study_id == made.id)).first()
    client.post(path(made, f"/experts/{one}"))
    assert '<html lang="fr">' in client.get(f"/x/{made.id}/consent?read_in=fr").text
    assert '<html lang="en">' in client.get(f"/x/{made.id}/consent?read_in=en").text
    assert '<html lang="en">' in client.get(f"/x/{made.id}/consent?read_in=xx").text


def test_after_deletion_the_old_visit_opens_nothing(
    client: Browser, app: object, alice: Account, made: Study, world: World, sign_in: SignIn, clock: Clock
) -> None:
    """A database may give the numbers of a deleted study and link again."""
    sign_in(client, alice)
    one = session.scalars(select(Expert.id).where(Expert.study_id == made.id)).first()
    client.post(path(made, f"/experts/{one}"))
    with client.session_transaction() as cookie:
        visits = dict(cookie["visits"])
    study_id = made.id
    client.post(path(made, "/delete"))
    with client.session_transaction() as cookie:
        assert str(study_id) not in cookie["visits"]
        cookie["visits"] = visits
    again = rehearsals.make(world.study, 5, by=alice, now=clock())
    links.make(rehearsals.experts(again)[0], clock())
    session.commit()
    assert client.get(f"/x/{again.id}/").status_code == 401


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.OBSERVER])
def test_wrong_role(
    client: Browser, charlie: Account, world: World, made: Study, sign_in: SignIn, clock: Clock, role: Role
) -> None:
    join(world.study, charlie, role, clock())
    join(made, charlie, role, clock())
    sign_in(client, charlie)
    assert client.get(path(world.study)).status_code == 403
    assert client.post(path(world.study), data={"size": "5"}).status_code == 403
    for rest in ("/open", "/answer", "/delete", "/experts/1"):
        assert client.post(path(made, rest)).status_code == 403
    assert session.scalar(select(func.count(Study.id))) == 2


def test_wrong_study(client: Browser, charlie: Account, made: Study, sign_in: SignIn) -> None:
    sign_in(client, charlie)
    assert client.get(path(made)).status_code == 404
    assert client.post(path(made, "/delete")).status_code == 404


def test_wrong_state(client: Browser, alice: Account, made: Study, sign_in: SignIn) -> None:
    """Nothing is open to answer; a second round cannot open beside the first."""
    sign_in(client, alice)
    assert client.post(path(made, "/answer")).status_code == 409
    client.post(path(made, "/open"))
    assert client.post(path(made, "/open")).status_code == 400
    assert session.scalar(select(func.count(Round.id)).where(Round.study_id == made.id)) == 1


def test_a_real_study_is_neither_played_nor_deleted(
    client: Browser, alice: Account, world: World, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    real = world.experts["W"][0].id
    for rest in ("/open", "/answer", "/delete", f"/experts/{real}"):
        assert client.post(path(world.study, rest)).status_code == 400
    with client.session_transaction() as cookie:
        assert str(world.study.id) not in cookie.get("visits", {})
    assert session.get(Study, world.study.id) is not None


@pytest.mark.parametrize("size", ["", "0", "31", "many", "-2", " 5", "99999999999"])
def test_bad_input(client: Browser, alice: Account, world: World, sign_in: SignIn, size: str) -> None:
    answer = sign_in(client, alice).post(path(world.study), data={"size": size})
    assert answer.status_code == 400
    assert "Give a whole number" in answer.text


def test_too_little_to_rehearse(client: Browser, alice: Account, sign_in: SignIn, clock: Clock) -> None:
    study = make_study(alice, clock())
    page = sign_in(client, alice).get(path(study))
    assert "Add at least one panel." in page.text
    assert client.post(path(study), data={"size": "5"}).status_code == 400


def test_looking_needs_a_test_expert_chosen(
    client: Browser, alice: Account, made: Study, sign_in: SignIn
) -> None:
    assert sign_in(client, alice).get(path(made, "/look")).location == path(made)

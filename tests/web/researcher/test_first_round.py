"""The last look before round 1: seals and opens in one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain import protocols as documents
from delphi.domain.permissions import Role
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Message, Round, Study
from delphi.services import panels, protocols, rounds
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT, add_item, join, make_ready, make_study

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    made = make_study(alice, clock())
    make_ready(made, alice, clock())
    session.commit()
    return made


def path(study: Study) -> str:
    return f"/studies/{study.id}/first-round"


def sent(study: Study, **changed: str) -> dict[str, str]:
    digest = documents.digest(protocols.current(study).document)
    form = {"digest": digest, "closes_at": "2031-01-01T17:00", "confirm": "y", "instructions_en": "Think."}
    return {name: value for name, value in (form | changed).items() if value}


def test_it_works(client: Browser, alice: Account, study: Study, sign_in: SignIn) -> None:
    page = sign_in(client, alice).get(path(study))
    assert "Gargon" not in page.text
    assert "plain arithmetic" in page.text
    answer = client.post(path(study), data=sent(study))
    assert (answer.status_code, answer.location) == (303, f"/studies/{study.id}/rounds/1")
    opened = session.scalars(select(Round)).one()
    assert (opened.state, opened.instructions["en"]) == (RoundState.OPEN, "Think.")
    assert session.scalar(select(func.count(Message.id))) == 6
    assert protocols.sealed(study).sealed_by_id == alice.id


def test_a_plan_that_somebody_made_is_kept(
    client: Browser, alice: Account, study: Study, sign_in: SignIn, clock: Clock
) -> None:
    extra = add_item(study, clock(), "B")
    plan = rounds.Plan([extra.id], [one.id for one in panels.list_of(study)], "UTC")
    rounds.plan(study, plan, by=alice, now=clock())
    session.commit()
    sign_in(client, alice).post(path(study), data=sent(study))
    opened = session.scalars(select(Round)).one()
    assert [row.item_id for row in opened.items] == [extra.id]


def test_twice_is_once(client: Browser, alice: Account, study: Study, sign_in: SignIn) -> None:
    form = sent(study)
    sign_in(client, alice).post(path(study), data=form)
    again = client.post(path(study), data=form)
    assert again.status_code == 400
    assert "Round 1 has opened already" in again.text
    assert client.get(path(study)).location == f"/studies/{study.id}/rounds"
    assert session.scalar(select(func.count(Round.id))) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"confirm": ""}, "Tick the box"),
        ({"closes_at": ""}, "Say when the round closes."),
        ({"closes_at": "2001-01-01T00:00"}, ""),
        ({"closes_at": "0001-01-01T00:00"}, "No round is held in the year 1."),
        ({"digest": "0" * 64}, "was changed meanwhile"),
    ],
)
def test_bad_input_leaves_the_protocol_unsealed(
    client: Browser, alice: Account, study: Study, sign_in: SignIn, changed: dict[str, str], words: str
) -> None:
    answer = sign_in(client, alice).post(path(study), data=sent(study, **changed))
    assert answer.status_code == 400
    assert words in answer.text
    assert "Think." in answer.text
    session.expire_all()
    assert session.get_one(Study, study.id).state is StudyState.DRAFT
    assert session.scalar(select(func.count(Round.id))) == 0


def test_wrong_state_something_is_missing(
    client: Browser, alice: Account, sign_in: SignIn, clock: Clock
) -> None:
    study = make_study(alice, clock())
    protocols.save_draft(study, DOCUMENT, by=alice, now=clock())
    session.commit()
    page = sign_in(client, alice).get(path(study))
    assert "Add at least one panel." in page.text
    assert client.post(path(study), data=sent(study)).status_code == 400


def test_without_a_protocol_one_is_chosen_first(
    client: Browser, alice: Account, sign_in: SignIn, clock: Clock
) -> None:
    study = make_study(alice, clock())
    assert sign_in(client, alice).get(path(study)).location == f"/studies/{study.id}/protocol/presets"


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.OBSERVER])
def test_wrong_role(
    client: Browser, charlie: Account, study: Study, sign_in: SignIn, clock: Clock, role: Role
) -> None:
    join(study, charlie, role, clock())
    sign_in(client, charlie)
    assert client.get(path(study)).status_code == 403
    assert client.post(path(study), data=sent(study)).status_code == 403


def test_wrong_study(client: Browser, charlie: Account, study: Study, sign_in: SignIn) -> None:
    assert sign_in(client, charlie).get(path(study)).status_code == 404

"""What holds for every address: a form needs its token, and a study answers for nothing of another one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import (
    Account,
    Announcement,
    Contact,
    Domain,
    Event,
    Expert,
    GlossaryTerm,
    ItemField,
    Membership,
    Message,
    Note,
    PlannedReminder,
    Question,
    Round,
    Suggestion,
    Theme,
    Work,
)
from delphi.models.domain import DomainLevel
from delphi.models.message import MessageState
from delphi.services import accounts, exports, links
from delphi.services.figures import FIGURES
from tests.conftest import PASSWORD, MakeApp
from tests.support.addresses import filled
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, make_world, open_round
from tests.support.studies import join

SignIn = Callable[[Browser, Account], Browser]
WITHOUT_TOKEN = {"public.stop_reminders", "public.stop_news"}  # mail programs post there by themselves


def test_every_form_needs_its_token(make_app: MakeApp, clock: Clock, sign_in: SignIn) -> None:
    app = make_app(csrf=True)
    with app.app_context():
        alice, fay = (
            accounts.create(f"{name}@example.org", name, PASSWORD, is_admin=True, now=clock())
            for name in ("alice", "fay")
        )
        world = make_world(alice, fay, clock())
        opened = open_round(world, clock())
        join(
            world.study,
            accounts.create("c@example.org", "C", PASSWORD, False, clock()),
            Role.OBSERVER,
            clock(),
        )
        token = links.make(world.experts["W"][0], clock())
        visit = links.visit_by(token)
        assert visit is not None
        session.commit()
        browser = sign_in(app.test_client(), alice)  # type: ignore[arg-type]
        with browser.session_transaction() as cookie:
            cookie["visits"] = {str(world.study.id): visit.ticket}
        happened = session.query(Event).count()
        values = {"study_id": world.study.id, "number": opened.number, "token": token, "name": "x"}
        tried = 0
        for rule in app.url_map.iter_rules():
            if "POST" in (rule.methods or ()) and rule.endpoint not in WITHOUT_TOKEN:
                address = filled(rule, dict.fromkeys(rule.arguments, 1) | values)
                assert browser.post(address).status_code in (400, 401), address
                tried += 1
        assert tried > 60
        assert session.query(Event).count() == happened


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return _world(alice, fay, clock)


@pytest.fixture
def foreign(make_account: Callable[..., Account], world: World, clock: Clock) -> World:
    """Another team's study, with a round, a domain and messages of its own."""
    return _world(make_account("Dana"), make_account("Erin"), clock)


def _world(owner: Account, helper: Account, clock: Clock) -> World:
    made = make_world(owner, helper, clock())
    name = {"en": "Law", "fr": "Droit"}
    session.add(Domain(study_id=made.study.id, level=DomainLevel.DOMAIN, name=name))
    session.add(Question(study_id=made.study.id, attribute="role", text=name, choices=[]))
    session.add(GlossaryTerm(study_id=made.study.id, term=name, meaning=name))
    close(made, open_round(made, clock()), clock())
    session.commit()
    return made


def _ids(world: World) -> dict[str, object]:
    study_id = world.study.id
    about = {"study_id": study_id, "expert_id": world.experts["W"][0].id}
    note = Note(**about, text="Late.", sent_at=world.study.created_at)
    suggestion = Suggestion(**about, text="More.", language="en", created_at=world.study.created_at)
    theme = Theme(study_id=study_id, name="Work", created_at=world.study.created_at)
    field = ItemField(study_id=study_id, key="source", name={"en": "Source"})
    work = Work(study_id=study_id, kind="report.pdf", asked_at=world.study.created_at)
    session.add_all([note, suggestion, theme, field, work])
    session.flush()
    return {
        "item_id": world.items["A"].id,
        "field_id": field.id,
        "work_id": work.id,
        "panel_id": world.panels["W"].id,
        "expert_id": world.experts["W"][0].id,
        "domain_id": session.scalars(select(Domain.id).where(Domain.study_id == study_id)).one(),
        "note_id": note.id,
        "suggestion_id": suggestion.id,
        "membership_id": session.scalars(
            select(Membership.id).where(Membership.study_id == study_id)
        ).first(),
        "question_id": session.scalars(select(Question.id).where(Question.study_id == study_id)).one(),
        "theme_id": theme.id,
        "term_id": session.scalars(select(GlossaryTerm.id).where(GlossaryTerm.study_id == study_id)).one(),
        "reminder_id": _reminder(world).id,
        "announcement_id": _announcement(world).id,
        "message_id": session.scalars(select(Message.id).where(Message.study_id == study_id)).first(),
    }


def _announcement(world: World) -> Announcement:
    words, at = {"en": "X", "fr": "X"}, world.study.created_at
    made = Announcement(
        study_id=world.study.id,
        subject=words,
        body=words,
        audience={"group": "everyone", "panels": []},
        sent_by_id=world.alice.id,
        sent_at=at,
        count=1,
    )
    session.add(made)
    session.flush()
    return made


def _reminder(world: World) -> PlannedReminder:
    asked = session.scalars(select(Round).where(Round.study_id == world.study.id)).first()
    assert asked is not None
    at = world.study.created_at
    planned = PlannedReminder(round_id=asked.id, due_at=at, planned_by_id=world.alice.id, created_at=at)
    session.add(planned)
    session.flush()
    return planned


def _with_ids(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/studies/<int:study_id>/") and rule.arguments - {
            "study_id", "number", "place", "token", "name", "kind", "figure", "document", "section"
        }:  # fmt: skip
            yield rule


def test_nothing_of_another_study_is_found(
    app: Flask, world: World, foreign: World, alice: Account, sign_in: SignIn
) -> None:
    browser = sign_in(app.test_client(), alice)  # type: ignore[arg-type]
    happened = session.query(Event).count()
    own, theirs = _ids(world), _ids(foreign)
    assert not set(own.items()) & set(theirs.items())
    form = {"role": "observer", "outcome": "drop", "reason": "Too vague.", "round": 1, "name_en": "X"}
    tried = 0
    for rule in _with_ids(app):
        assert rule.arguments <= {"study_id", *theirs}, rule.rule
        for method in (rule.methods or set()) & {"GET", "POST"}:
            address = filled(rule, {"study_id": world.study.id, **theirs})
            answer = browser.open(address, method=method, data=form if method == "POST" else None)
            assert answer.status_code == 404, (method, address, answer.status_code)
            tried += 1
    assert tried > 25
    assert session.query(Event).count() == happened


@pytest.mark.parametrize(
    ("address", "field", "noun"),
    [
        ("/items/new", "domain", "domain_id"),
        ("/items/new", "panels", "panel_id"),
        ("/items/{item_id}/place", "domain", "domain_id"),
        ("/items/{item_id}/place", "panels", "panel_id"),
        ("/domains", "into", "domain_id"),
        ("/rounds/1/confirm", "item", "item_id"),
        ("/rounds/new", "items", "item_id"),
        ("/rounds/new", "panels", "panel_id"),
        ("/experts/new", "panels", "panel_id"),
        ("/experts/{expert_id}/panels", "panels", "panel_id"),
        ("/contacts/move", "to_panel", "panel_id"),
    ],
)
def test_a_form_takes_nothing_of_another_study(
    app: Flask,
    world: World,
    foreign: World,
    alice: Account,
    sign_in: SignIn,
    address: str,
    field: str,
    noun: str,
) -> None:
    browser = sign_in(app.test_client(), alice)  # type: ignore[arg-type]
    happened = session.query(Event).count()
    own, theirs = _ids(world), _ids(foreign)
    good = {"code": "N1", "title_en": "Knows.", "title_fr": "Sait.", "name_en": "X", "with_panels": "1"}
    form = {**good, "email": "new@example.org", "language": "en", field: theirs[noun]}
    answer = browser.post(f"/studies/{world.study.id}{address.format(**own)}", data=form)
    assert answer.status_code in (400, 404)
    assert session.query(Event).count() == happened


@pytest.mark.parametrize("role", ["facilitator", "observer"])
def test_no_page_and_no_file_tells_a_facilitator_or_observer_who_an_expert_is(
    app: Flask,
    world: World,
    make_account: Callable[..., Account],
    sign_in: SignIn,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    role: str,
) -> None:
    """Nor does a figure, a download or a line of the log."""
    caplog.set_level("DEBUG")
    secrets = ("quillfeather", "@home.example", "555-0199", "general hospital")
    for number, contact in enumerate(session.scalars(select(Contact))):
        contact.name, contact.phone = f"Ann Quillfeather {number}", "555-0199"
        contact.email = f"person{number}@home.example"
    for expert in session.scalars(select(Expert)):
        expert.attributes = {"employer": ["General Hospital"]}
    for message in session.scalars(select(Message)):
        message.state, message.error = MessageState.FAILED, "550 5.1.1 Ann Quillfeather left General Hospital"
    join(world.study, make_account("Oscar"), Role(role), clock())
    reader = session.scalars(select(Account).where(Account.name == "Oscar")).one()
    browser = sign_in(app.test_client(), reader)  # type: ignore[arg-type]
    values = {"study_id": world.study.id, "number": 1, "kind": "round_invitation", **_ids(world)}
    shown = 0
    for rule in app.url_map.iter_rules():
        if "study_id" not in rule.arguments or "GET" not in (rule.methods or ()):
            continue
        for more in _variants(rule, world):
            answer = browser.get(filled(rule, values | more))
            text = _unpacked(answer.data) + str(answer.headers)
            assert [secret for secret in secrets if secret in text.casefold()] == [], rule.rule
            shown += answer.status_code == 200
    assert [secret for secret in secrets if secret in caplog.text.casefold()] == []
    assert shown > (60 if role == "facilitator" else 40)


def _variants(rule: Rule, world: World) -> list[dict[str, object]]:
    """The names of files and figures that an address may end with."""
    if rule.endpoint == "facilitator.download":
        return [{"name": name} for name in exports.names(world.study)]
    if "figure" in rule.arguments:
        return [{"figure": figure, "kind": kind} for figure in FIGURES for kind in ("svg", "csv", "json")]
    return [{"name": "x", "document": "report", "section": "funding"}]


def _unpacked(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())

"""Personal links: made, found, revoked, and asked for again."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState, StudyState
from delphi.models import Link, Message
from delphi.services import links
from tests.support import surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock())


def _queued() -> list[Message]:
    return list(session.scalars(select(Message)))


def test_only_the_hash_of_a_token_is_stored(survey: Survey, clock: Clock) -> None:
    token = links.make(survey.ben, clock())
    stored = session.scalars(select(Link.token_hash)).all()
    assert hashlib.sha256(token.encode()).hexdigest() in stored
    assert token not in stored
    assert len(token) >= 43  # 256 bits


def test_every_link_of_an_expert_is_valid(survey: Survey, clock: Clock) -> None:
    second = links.make(survey.ben, clock())
    for token in (survey.token(survey.ben), second):
        found = links.visit_by(token)
        assert found is not None
        assert found.expert is survey.ben
        assert found.study is survey.study


def test_an_unknown_token_finds_nothing(survey: Survey) -> None:
    assert links.find("nobody-has-this") is None
    assert links.visit_by("nobody-has-this") is None


def test_a_visit_needs_the_study_of_its_link(survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    ticket = survey.visit(survey.ben).ticket
    assert links.visit(ticket, survey.study.id) is not None
    assert links.visit(ticket, other.study.id) is None


def test_a_number_given_again_by_the_database_opens_nothing(survey: Survey) -> None:
    ticket = survey.visit(survey.ben).ticket
    link_id, _, mark = ticket.partition("-")
    for other in (link_id, int(link_id), f"{link_id}-", f"{link_id}-{'0' * len(mark)}", f"x-{mark}", None):
        assert links.visit(other, survey.study.id) is None


def test_a_visit_is_one_statement(survey: Survey, statements) -> None:  # type: ignore[no-untyped-def]
    ticket, study_id = survey.visit(survey.ben).ticket, survey.study.id
    with statements() as seen:
        visit = links.visit(ticket, study_id)
        assert visit is not None
        assert (visit.expert.code, visit.study.time_zone) == ("W-0000", "America/Toronto")
    assert len(seen) == 1


def test_revoked_links_open_nothing_any_more(survey: Survey, clock: Clock) -> None:
    link = links.find(survey.token(survey.ben))
    assert link is not None
    ticket = survey.visit(survey.ben).ticket
    links.revoke_all(survey.ben, clock())
    assert links.visit(ticket, survey.study.id) is None
    assert links.visit_by(survey.token(survey.ben)) is None
    assert links.find(survey.token(survey.ben)) is None
    assert links.visit_by(survey.token(survey.chloe)) is not None


def test_a_withdrawn_expert_is_not_let_in(survey: Survey) -> None:
    survey.ben.state = ExpertState.WITHDRAWN
    session.flush()
    assert links.visit_by(survey.token(survey.ben)) is None


def test_a_lost_link_is_sent_for_every_running_study(survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    links.send_again(" EXPERT0@example.org ", now=clock())
    assert {message.expert_id for message in _queued()} == {survey.ben.id, other.ben.id}
    assert {message.kind for message in _queued()} == {"link_again"}


def test_asking_twice_in_a_row_sends_one(survey: Survey, clock: Clock) -> None:
    links.send_again("expert0@example.org", now=clock())
    links.send_again("expert0@example.org", now=clock())
    assert len(_queued()) == 1
    links.send_again("expert0@example.org", now=clock.advance(minutes=6))
    assert len(_queued()) == 2


def test_no_link_for_a_stranger_a_withdrawn_expert_or_a_concluded_study(survey: Survey, clock: Clock) -> None:
    links.send_again("stranger@example.org", now=clock())
    survey.ben.state = ExpertState.WITHDRAWN
    session.flush()
    links.send_again("expert0@example.org", now=clock())
    survey.study.state = StudyState.CONCLUDED
    session.flush()
    links.send_again("expert1@example.org", now=clock())
    assert _queued() == []

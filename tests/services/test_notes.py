"""Notes to the team: kept once, bounded, and only about a round one was asked in."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import Note
from delphi.services import notes
from tests.support import surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock())


def _refused(survey: Survey, clock: Clock, text: str, code: str, round_id: int | None = None) -> None:
    with pytest.raises(DomainError) as refusal:
        notes.send(survey.visit(survey.ben), round_id or survey.round.id, text, clock())
    assert refusal.value.code == code
    assert session.scalars(select(Note)).all() == []


def test_it_works(survey: Survey, clock: Clock) -> None:
    visit = survey.visit(survey.ben)
    assert not notes.were_sent(visit, survey.round.id)
    notes.send(visit, survey.round.id, " I came\r\ntoo late. ", clock())
    (note,) = session.scalars(select(Note))
    assert (note.text, note.expert_id, note.round_id) == ("I came\ntoo late.", survey.ben.id, survey.round.id)
    assert (note.study_id, note.sent_at, note.read_at) == (survey.study.id, clock(), None)
    assert notes.were_sent(visit, survey.round.id)
    assert not notes.were_sent(survey.visit(survey.chloe), survey.round.id)


def test_the_same_one_twice_is_one(survey: Survey, clock: Clock) -> None:
    for _ in range(2):
        notes.send(survey.visit(survey.ben), survey.round.id, "Too late.", clock())
    assert len(session.scalars(select(Note)).all()) == 1


def test_bad_input(survey: Survey, clock: Clock) -> None:
    _refused(survey, clock, " \n", "note.empty")
    _refused(survey, clock, "x" * 20_001, "note.too_long")
    _refused(survey, clock, "Hello.", "round.not_found", 999)


def test_a_round_of_another_study(survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    _refused(survey, clock, "Hello.", "round.not_found", other.round.id)

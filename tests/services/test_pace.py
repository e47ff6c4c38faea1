"""How long answering takes, from the answers of a study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.pace import DEFAULT
from delphi.models import Rating, RatingChange
from delphi.services import pace
from tests.support import surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock(), items=20)


def _rate(survey: Survey, clock: Clock, gap: float) -> None:
    """Ben and Chloé rate everything in turn, each answer so many seconds after the one before it."""
    for item in survey.items:
        clock.advance(seconds=gap)
        for expert in (survey.ben, survey.chloe):
            place = {"round_id": survey.round.id, "expert_id": expert.id, "item_id": item.id}
            answer = {"wording_id": item.wordings[0].id, "criterion": "importance", "point": 7}
            rating = Rating(**place, **answer, updated_at=clock())
            session.add(rating)
            session.flush()
            session.add(RatingChange(rating_id=rating.id, point=7, unable=False, changed_at=clock()))
    session.flush()


def test_without_answers_the_default(survey: Survey) -> None:
    assert pace.of(survey.study) == DEFAULT


def test_measured_from_each_experts_answers(survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, 8)
    assert pace.of(survey.study) == 8


def test_a_change_of_mind_is_not_a_first_answer(survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, 8)
    for rating in session.scalars(select(Rating)):
        clock.advance(seconds=2)
        session.add(RatingChange(rating_id=rating.id, point=6, unable=False, changed_at=clock()))
    session.flush()
    assert pace.of(survey.study) == 8


def test_other_studies_do_not_count(survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, 8)
    other = surveys.make(clock())
    assert pace.of(other.study) == DEFAULT


def test_it_is_one_statement(survey: Survey, clock: Clock, statements: Statements) -> None:
    _rate(survey, clock, 8)
    with statements() as seen:
        pace.of(survey.study)
    assert len(seen) == 2  # the first reads the study again after a commit

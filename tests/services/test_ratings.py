"""Saving ratings: once each, every change kept, and only where an answer is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Consent, ConsentText, ItemPanel, Rating, RatingChange
from tests.support import answers, surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock())


def _save(
    survey: Survey,
    clock: Clock,
    point: int | None,
    unable: bool = False,
    item: int = 0,
    criterion: str = "importance",
) -> None:
    visit = survey.visit(survey.ben)
    answers.rate(visit, survey.round.id, survey.items[item].id, criterion, point, unable, clock())


def _rows() -> list[tuple[int | None, bool]]:
    query = select(Rating).execution_options(populate_existing=True)
    return [(one.point, one.unable) for one in session.scalars(query)]


def _changes() -> list[tuple[int | None, bool]]:
    return [
        (one.point, one.unable) for one in session.scalars(select(RatingChange).order_by(RatingChange.id))
    ]


def _refused(
    code: str,
    survey: Survey,
    clock: Clock,
    point: int = 7,
    unable: bool = False,
    item: int = 0,
    criterion: str = "importance",
) -> None:
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, point, unable, item, criterion)
    assert refusal.value.code == code
    assert session.scalar(select(func.count()).select_from(RatingChange)) == 0


def test_it_works(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, 7)
    saved = session.scalars(select(Rating)).one()
    assert (saved.point, saved.unable, saved.criterion) == (7, False, "importance")
    assert saved.wording_id == survey.items[0].wordings[0].id
    assert saved.updated_at == clock()
    assert _changes() == [(7, False)]


def test_a_change_keeps_what_was_before(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, 7)
    _save(survey, clock, None, unable=True)
    _save(survey, clock, 3)
    assert _rows() == [(3, False)]
    assert _changes() == [(7, False), (None, True), (3, False)]


def test_a_double_click_is_one_answer(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, 7)
    clock.advance(seconds=1)
    _save(survey, clock, 7)
    assert _rows() == [(7, False)]
    assert _changes() == [(7, False)]


def test_an_answer_can_be_taken_back(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, 7)
    _save(survey, clock, None)
    assert _rows() == [(None, False)]
    assert _changes() == [(7, False), (None, False)]


def test_taking_back_what_was_never_given_leaves_nothing(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, None)
    assert _rows() == []
    assert _changes() == []


def test_until_the_closing_instant_but_not_at_it(survey: Survey, clock: Clock) -> None:
    assert survey.round.closes_at is not None
    clock.set(survey.round.closes_at - timedelta(microseconds=1))
    _save(survey, clock, 7)
    clock.set(survey.round.closes_at)
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, 8)
    assert refusal.value.code == "round.not_open"
    assert _changes() == [(7, False)]


@pytest.mark.parametrize(
    "state", [RoundState.DRAFT, RoundState.SCHEDULED, RoundState.CLOSED, RoundState.DECIDED]
)
def test_wrong_state_of_the_round(survey: Survey, clock: Clock, state: RoundState) -> None:
    survey.round.state = state
    session.flush()
    _refused("round.not_open", survey, clock)


def test_no_answer_without_consent(survey: Survey, clock: Clock) -> None:
    session.delete(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one())
    session.flush()
    _refused("consent.missing", survey, clock)


def test_consent_to_an_earlier_text_is_not_enough(survey: Survey, clock: Clock) -> None:
    session.add(ConsentText(study_id=survey.study.id, number=2, texts={"en": "New"}, created_at=clock()))
    session.flush()
    _refused("consent.missing", survey, clock)


@pytest.mark.parametrize("state", [ExpertState.INVITED, ExpertState.DECLINED])
def test_wrong_state_of_the_expert(survey: Survey, clock: Clock, state: ExpertState) -> None:
    survey.ben.state = state
    session.flush()
    _refused("consent.missing", survey, clock)


def test_an_expert_not_asked_in_the_round(survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock(), experts=1)
    with pytest.raises(DomainError) as refusal:
        answers.rate(
            other.visit(other.ben), survey.round.id, survey.items[0].id, "importance", 7, False, clock()
        )
    assert refusal.value.code == "rating.not_asked"


def test_an_item_that_is_not_in_the_round(survey: Survey, clock: Clock) -> None:
    survey.items.append(surveys.add_item(survey.study, clock(), "Z99"))
    _refused("rating.not_asked", survey, clock, item=-1)


def test_an_item_of_another_panel(survey: Survey, clock: Clock) -> None:
    session.add(ItemPanel(item_id=survey.items[0].id, panel_id=survey.panels["C"].id))
    session.flush()
    _refused("rating.not_asked", survey, clock)


def test_an_item_of_ones_own_panel(survey: Survey, clock: Clock) -> None:
    for panel in survey.panels.values():
        session.add(ItemPanel(item_id=survey.items[0].id, panel_id=panel.id))
    session.flush()
    _save(survey, clock, 7)
    assert _rows() == [(7, False)]


def test_a_criterion_that_is_not_asked(survey: Survey, clock: Clock) -> None:
    _refused("rating.criterion_unknown", survey, clock, criterion="beauty")


@pytest.mark.parametrize("point", [-1, 0, 10, 2**31])
def test_a_point_off_the_scale(survey: Survey, clock: Clock, point: int) -> None:
    _refused("rating.point_not_on_scale", survey, clock, point)


def test_both_a_point_and_unable(survey: Survey, clock: Clock) -> None:
    _refused("rating.point_and_unable", survey, clock, 7, unable=True)


@pytest.mark.postgresql
def test_closing_waits_for_an_answer_on_its_way(survey: Survey, clock: Clock) -> None:
    """The share lock on the round keeps a close from slipping in between the check and the commit."""
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    from delphi.db import db

    session.commit()
    _save(survey, clock, 7)
    with db.engine.connect() as other, pytest.raises(OperationalError, match="could not obtain lock"):
        other.execute(text(f"SELECT id FROM round WHERE id = {survey.round.id} FOR UPDATE NOWAIT"))

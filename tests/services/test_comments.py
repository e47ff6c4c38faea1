"""Saving comments: what was written stays in the history."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState
from delphi.models import Comment, CommentChange, Consent
from delphi.services import comments
from tests.support import answers, surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock())


def _save(survey: Survey, clock: Clock, text: str, item: int = 0, language: str = "en") -> None:
    visit = survey.visit(survey.ben)
    answers.comment(visit, survey.round.id, survey.items[item].id, text, language, clock())


def _texts(survey: Survey) -> dict[int, str]:
    return {item: one.text for item, one in comments.of(survey.ben, survey.round.id).items()}


def _changes() -> list[str]:
    return list(session.scalars(select(CommentChange.text).order_by(CommentChange.id)))


def test_it_works(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "Trop étroit.", language="fr")
    saved = session.scalars(select(Comment)).one()
    assert (saved.text, saved.language, saved.hidden, saved.chosen) == ("Trop étroit.", "fr", False, False)
    assert saved.wording_id == survey.items[0].wordings[0].id
    assert _texts(survey) == {survey.items[0].id: "Trop étroit."}


def test_every_version_is_kept(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "Too narrow.")
    _save(survey, clock, "Too narrow.")
    _save(survey, clock, "Far too narrow.")
    assert _changes() == ["Too narrow.", "Far too narrow."]


def test_what_nobody_has_read_yet_is_not_chosen_for_the_feedback(survey: Survey, clock: Clock) -> None:
    """The round was closed, the comment chosen and the round opened again."""
    _save(survey, clock, "Too narrow.")
    saved = session.scalars(select(Comment)).one()
    saved.chosen, saved.place = True, 1
    session.flush()
    _save(survey, clock, "Too narrow.")
    session.refresh(saved)
    assert (saved.chosen, saved.place) == (True, 1)
    _save(survey, clock, "Ask Quillfeather.")
    session.refresh(saved)
    assert (saved.chosen, saved.place) == (False, None)


def test_an_empty_text_takes_it_back(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "Too narrow.")
    _save(survey, clock, "  \r\n ")
    assert _texts(survey) == {survey.items[0].id: ""}
    assert _changes() == ["Too narrow.", ""]


def test_taking_back_what_was_never_written_leaves_nothing(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "")
    assert _changes() == []
    assert session.scalars(select(Comment)).all() == []


def test_what_a_database_cannot_hold_is_left_out(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "a\x00b\r\nc\ud800")
    assert _texts(survey) == {survey.items[0].id: "ab\nc"}


def test_too_long(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, "é" * 4000)
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, "é" * 4001)
    assert (refusal.value.code, refusal.value.params) == ("comment.too_long", {"most": 4000, "length": 4001})
    assert _changes() == ["é" * 4000]


def test_wrong_state(survey: Survey, clock: Clock) -> None:
    survey.round.state = RoundState.CLOSED
    session.flush()
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, "Too narrow.")
    assert refusal.value.code == "round.not_open"


def test_no_comment_without_consent(survey: Survey, clock: Clock) -> None:
    session.delete(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one())
    session.flush()
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, "Too narrow.")
    assert refusal.value.code == "consent.missing"
    assert session.scalars(select(Comment)).all() == []

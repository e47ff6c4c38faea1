"""Changes from several devices: each kept once, in the history all of them, the last one given is the answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.changes import Change, CommentGiven, RatingGiven
from delphi.domain.comments import CommentKind
from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState
from delphi.models import Comment, CommentChange, Rating, RatingChange
from delphi.services import changes
from delphi.services.changes import Saved
from tests.support import surveys
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    made = surveys.make(clock())
    clock.advance(days=1)
    return made


def _save(survey: Survey, clock: Clock, *given: Change) -> list[Saved]:
    return changes.save(survey.visit(survey.ben), survey.round.id, given, "en", clock())


def _rated(survey: Survey, point: int | None, key: str, age: float = 0, item: int = 0, **more: Any) -> Change:
    """`age` in seconds."""
    given = RatingGiven(survey.items[item].id, "importance", point)
    return Change(given, key, timedelta(seconds=age), **more)


def _said(survey: Survey, text: str, key: str, age: float = 0, kind: CommentKind | None = None) -> Change:
    return Change(CommentGiven(survey.items[0].id, text, kind), key, timedelta(seconds=age))


def _point() -> int | None:
    return session.scalars(select(Rating).execution_options(populate_existing=True)).one().point


def _history() -> list[tuple[int | None, bool]]:
    rows = session.scalars(select(RatingChange).order_by(RatingChange.id))
    return [(one.point, one.superseded) for one in rows]


def test_an_older_change_is_kept_in_the_history_only(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 3, "laptop-1", age=10))
    (late,) = _save(survey, clock, _rated(survey, 7, "phone-01", age=60))
    assert (late.newer, late.answer) == (True, RatingGiven(survey.items[0].id, "importance", 3))
    assert _point() == 3
    assert _history() == [(3, False), (7, True)]


def test_a_newer_change_that_comes_in_later_counts(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 3, "laptop-1", age=60))
    (late,) = _save(survey, clock, _rated(survey, 7, "phone-01", age=10))
    assert not late.newer
    assert _point() == 7
    assert _history() == [(3, False), (7, False)]


def test_a_change_counts_from_when_it_was_given(survey: Survey, clock: Clock) -> None:
    (saved,) = _save(survey, clock, _rated(survey, 3, "laptop-1", age=60))
    assert saved.at == clock() - timedelta(seconds=60)
    assert session.scalars(select(Rating)).one().updated_at == saved.at
    assert session.scalars(select(RatingChange)).one().changed_at == saved.at


def test_not_before_the_round_opened_nor_in_the_future(survey: Survey, clock: Clock) -> None:
    (early,) = _save(survey, clock, _rated(survey, 3, "laptop-1", age=10**7))
    assert early.at == survey.round.opened_at
    tomorrow = clock() + timedelta(days=1)
    (late,) = _save(survey, clock, _rated(survey, 4, "laptop-2", age=-60, seen=tomorrow))
    assert late.at == clock()


def test_the_same_change_again_is_stored_once(survey: Survey, clock: Clock) -> None:
    first = _save(survey, clock, _rated(survey, 7, "phone-01"))
    clock.advance(seconds=5)
    again = _save(survey, clock, _rated(survey, 7, "phone-01"))
    assert (again[0].answer, again[0].at, again[0].newer) == (first[0].answer, first[0].at, False)
    assert _history() == [(7, False)]


def test_the_same_change_again_does_not_undo_a_later_one(survey: Survey, clock: Clock) -> None:
    """Its reply was lost, and the second delivery took so long that it looks younger than it is."""
    _save(survey, clock, _rated(survey, 7, "phone-01"))
    clock.advance(seconds=5)
    _save(survey, clock, _rated(survey, 3, "laptop-1"))
    clock.advance(seconds=5)
    (again,) = _save(survey, clock, _rated(survey, 7, "phone-01"))
    assert (again.newer, _point()) == (True, 3)
    assert _history() == [(7, False), (3, False)]


def test_a_superseded_change_again_is_stored_once(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 3, "laptop-1"))
    for _ in range(2):
        _save(survey, clock, _rated(survey, 7, "phone-01", age=60))
    assert _history() == [(3, False), (7, True)]


def test_a_slow_connection_does_not_turn_a_device_against_itself(survey: Survey, clock: Clock) -> None:
    """The first took ten seconds to arrive and looks younger than the second, which was given after it."""
    (first,) = _save(survey, clock, _rated(survey, 7, "phone-01"))
    clock.advance(seconds=1)
    (second,) = _save(survey, clock, _rated(survey, 8, "phone-02", age=9, seen=first.at))
    assert (second.newer, _point()) == (False, 8)


def test_changes_of_one_request_are_in_order(survey: Survey, clock: Clock) -> None:
    """Also where the first was delivered before, and no reply came."""
    _save(survey, clock, _rated(survey, 7, "phone-01"))
    clock.advance(seconds=1)
    again = _save(survey, clock, _rated(survey, 7, "phone-01", age=9), _rated(survey, 8, "phone-02", age=8))
    assert [one.newer for one in again] == [False, False]
    assert _point() == 8


def test_but_not_after_one_that_did_not_count(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 3, "laptop-1"))
    old = _save(survey, clock, _rated(survey, 7, "phone-01", age=60), _rated(survey, 8, "phone-02", age=50))
    assert [one.newer for one in old] == [True, True]
    assert _point() == 3
    assert _history() == [(3, False), (7, True), (8, True)]


def test_the_same_answer_confirmed_later_is_the_later_one(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 7, "phone-01", age=60))
    _save(survey, clock, _rated(survey, 7, "laptop-1", age=10))
    _save(survey, clock, _rated(survey, 3, "tablet-1", age=30))
    assert _point() == 7


def test_taking_back_follows_the_same_rule(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _rated(survey, 7, "laptop-1", age=10))
    (late,) = _save(survey, clock, _rated(survey, None, "phone-01", age=60))
    assert (late.newer, _point()) == (True, 7)
    (back,) = _save(survey, clock, _rated(survey, None, "phone-02"))
    assert (back.newer, _point()) == (False, None)
    assert _history() == [(7, False), (None, True), (None, False)]


def test_comments_follow_the_same_rule(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _said(survey, "Second.", "laptop-1", 10, CommentKind.WORDING))
    (late,) = _save(survey, clock, _said(survey, "First.", "phone-01", 60))
    assert late.answer == CommentGiven(survey.items[0].id, "Second.", CommentKind.WORDING)
    rows = session.scalars(select(CommentChange).order_by(CommentChange.id))
    assert [(one.text, one.kind, one.superseded) for one in rows] == [
        ("Second.", CommentKind.WORDING, False),
        ("First.", None, True),
    ]


def test_another_kind_is_another_comment(survey: Survey, clock: Clock) -> None:
    _save(survey, clock, _said(survey, "Why?", "laptop-1"))
    _save(survey, clock, _said(survey, "Why?", "laptop-2", kind=CommentKind.QUESTION))
    assert session.scalars(select(Comment)).one().kind is CommentKind.QUESTION
    _save(survey, clock, _said(survey, " ", "laptop-3", kind=CommentKind.QUESTION))
    emptied = session.scalars(select(Comment).execution_options(populate_existing=True)).one()
    assert (emptied.text, emptied.kind) == ("", None)


def test_one_that_can_never_be_saved_is_refused_alone(survey: Survey, clock: Clock) -> None:
    refused, kept = _save(survey, clock, _rated(survey, 99, "phone-01"), _rated(survey, 7, "phone-02"))
    assert refused.error
    assert (refused.error.code, refused.answer) == ("rating.point_not_on_scale", None)
    assert (kept.error, _point()) == (None, 7)


def test_a_closed_round_refuses_all(survey: Survey, clock: Clock) -> None:
    survey.round.state = RoundState.CLOSED
    session.flush()
    with pytest.raises(DomainError) as refusal:
        _save(survey, clock, _rated(survey, 7, "phone-01"), _said(survey, "Hm.", "phone-02"))
    assert refusal.value.code == "round.not_open"
    assert _history() == []


def test_many_items_take_one_look_at_what_is_asked(survey: Survey, clock: Clock) -> None:
    given = [_rated(survey, 4 + n, f"phone-{n:02}", item=n) for n in range(3)]
    assert [one.newer for one in _save(survey, clock, *given)] == [False] * 3
    assert [point for point, _ in _history()] == [4, 5, 6]

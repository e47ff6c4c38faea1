"""Autosave: one field at a time, and "saved" only for what is on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Comment, Consent, ItemPanel, Rating, RatingChange
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey

Statements = Callable[[], AbstractContextManager[list[str]]]


def _send(browser: Browser, survey: Survey, **sent: Any) -> TestResponse:
    body = {"round": survey.round.id, "item": survey.items[0].id, "criterion": "importance", "point": 7}
    return browser.post(f"/x/{survey.study.id}/answers", json={**body, "unable": False, **sent})


def _comment(browser: Browser, survey: Survey, text: object) -> TestResponse:
    body = {"round": survey.round.id, "item": survey.items[0].id, "comment": text}
    return browser.post(f"/x/{survey.study.id}/answers", json=body)


def _ratings() -> list[tuple[int | None, bool]]:
    return [(one.point, one.unable) for one in session.scalars(select(Rating))]


def _refused(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.json and answer.json["error"]) == (status, code)
    assert answer.json
    assert answer.json["message"] != code
    assert _ratings() == []
    assert session.scalars(select(Comment)).all() == []


def test_it_works(ben: Browser, survey: Survey) -> None:
    answer = _send(ben, survey)
    assert (answer.status_code, answer.json) == (200, {"saved": True})
    assert _ratings() == [(7, False)]


def test_unable_to_rate(ben: Browser, survey: Survey) -> None:
    assert _send(ben, survey, point=None, unable=True).status_code == 200
    assert _ratings() == [(None, True)]


def test_a_comment(ben: Browser, survey: Survey) -> None:
    assert _comment(ben, survey, "Too narrow.").status_code == 200
    saved = session.scalars(select(Comment)).one()
    assert (saved.text, saved.language) == ("Too narrow.", "en")


@pytest.mark.parametrize("first", [False, True])
def test_a_save_takes_four_statements_at_most(
    ben: Browser, survey: Survey, statements: Statements, first: bool
) -> None:
    if not first:
        _send(ben, survey, point=3)
        _comment(ben, survey, "First.")
    address = f"/x/{survey.study.id}/answers"
    place = {"round": survey.round.id, "item": survey.items[0].id}
    with statements() as seen:
        assert ben.post(address, json={**place, "criterion": "importance", "point": 7}).status_code == 200
    assert len(seen) == 4, seen
    with statements() as seen:
        assert ben.post(address, json={**place, "comment": "Second."}).status_code == 200
    assert len(seen) == 4, seen


def test_a_double_click_is_one_answer(ben: Browser, survey: Survey) -> None:
    for _ in range(2):
        assert _send(ben, survey).status_code == 200
    assert _ratings() == [(7, False)]
    assert len(session.scalars(select(RatingChange)).all()) == 1


def test_two_tabs_keep_the_later_answer_and_both_changes(
    ben: Browser, survey: Survey, enter: Callable[..., Browser]
) -> None:
    other_tab = enter(survey.ben)
    _send(ben, survey, point=7)
    _send(other_tab, survey, point=3)
    assert _ratings() == [(3, False)]
    assert [one.point for one in session.scalars(select(RatingChange).order_by(RatingChange.id))] == [7, 3]


def test_without_a_visit(client: Browser, survey: Survey) -> None:
    answer = _send(client, survey)
    _refused(answer, 401, "link.session_ended")
    assert answer.json
    assert answer.json["csrf"]


def test_a_withdrawn_expert(ben: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.WITHDRAWN
    _refused(_send(ben, survey), 401, "link.session_ended")


def test_no_consent(ben: Browser, survey: Survey) -> None:
    session.delete(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one())
    _refused(_send(ben, survey), 400, "consent.missing")
    _refused(_comment(ben, survey, "Hello."), 400, "consent.missing")


def test_a_closed_round(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    _refused(_send(ben, survey), 409, "round.not_open")
    _refused(_comment(ben, survey, "Hello."), 409, "round.not_open")


def test_a_scheduled_round(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.SCHEDULED
    _refused(_send(ben, survey), 409, "round.not_open")


def test_the_closing_instant(ben: Browser, survey: Survey, clock: Clock) -> None:
    assert survey.round.closes_at is not None
    closes_at = survey.round.closes_at
    clock.set(closes_at)
    ben.post(f"/i/{survey.token(survey.ben)}")
    _refused(_send(ben, survey), 409, "round.not_open")
    clock.set(closes_at - timedelta(milliseconds=1))
    assert _send(ben, survey).status_code == 200


def test_an_item_of_another_study(ben: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    _refused(_send(ben, survey, item=other.items[0].id), 400, "rating.not_asked")
    _refused(_send(ben, survey, round=other.round.id, item=other.items[0].id), 400, "rating.not_asked")


def test_an_item_of_another_panel(ben: Browser, survey: Survey) -> None:
    session.add(ItemPanel(item_id=survey.items[0].id, panel_id=survey.panels["C"].id))
    _refused(_send(ben, survey), 400, "rating.not_asked")
    _refused(_comment(ben, survey, "Hello."), 400, "rating.not_asked")


@pytest.mark.parametrize("point", [0, 10, 2**31 - 1])
def test_a_point_off_the_scale(ben: Browser, survey: Survey, point: int) -> None:
    answer = _send(ben, survey, point=point)
    _refused(answer, 400, "rating.point_not_on_scale")
    assert answer.json
    assert "1 to 9" in answer.json["message"]


def test_both_a_point_and_unable(ben: Browser, survey: Survey) -> None:
    _refused(_send(ben, survey, unable=True), 400, "rating.point_and_unable")


def test_a_criterion_that_is_not_asked(ben: Browser, survey: Survey) -> None:
    _refused(_send(ben, survey, criterion="beauty"), 400, "rating.criterion_unknown")


def test_a_comment_that_is_too_long(ben: Browser, survey: Survey) -> None:
    _refused(_comment(ben, survey, "x" * 4001), 400, "comment.too_long")


@pytest.mark.parametrize(
    "sent",
    [
        {"point": "7"}, {"point": True}, {"point": 7.0}, {"point": 10**30}, {"point": -3}, {"item": None},
        {"item": "1"}, {"item": [1]}, {"round": 2**31}, {"criterion": 7}, {"criterion": None}, {"comment": 7},
        {"comment": None},
    ],
)  # fmt: skip
def test_nonsense(ben: Browser, survey: Survey, sent: dict[str, Any]) -> None:
    _refused(_send(ben, survey, **sent), 400, "rating.not_understood")


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '"text"', "null"])
def test_a_body_that_is_no_answer(ben: Browser, survey: Survey, body: str) -> None:
    answer = ben.post(f"/x/{survey.study.id}/answers", data=body, content_type="application/json")
    _refused(answer, 400, "rating.not_understood")


def test_without_the_form_token(app_with_csrf: Flask, clock: Clock) -> None:
    """The token goes with the visit; the answer brings a new one, for when the link was opened again."""
    survey = surveys.make(clock())
    browser = app_with_csrf.test_client()
    assert isinstance(browser, Browser)
    answer = _send(browser, survey)
    _refused(answer, 401, "link.session_ended")
    assert answer.json
    again = {"X-CSRFToken": answer.json["csrf"]}
    assert browser.post(f"/i/{survey.token(survey.ben)}", headers=again).status_code == 303
    body = {"round": survey.round.id, "item": survey.items[0].id, "criterion": "importance", "point": 7}
    assert browser.post(f"/x/{survey.study.id}/answers", json=body, headers=again).status_code == 200
    assert _ratings() == [(7, False)]

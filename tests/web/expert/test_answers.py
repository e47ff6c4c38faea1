"""Autosave: changes of a page, each kept once or refused by itself, and "saved" only for what is on disk."""

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
from delphi.domain.comments import CommentKind
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Comment, Consent, ItemPanel, Rating, RatingChange
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.devices import commented, envelope, outcome, owner_of, rated, send
from tests.support.surveys import Survey

Statements = Callable[[], AbstractContextManager[list[str]]]


def _ratings() -> list[tuple[int | None, bool]]:
    return [(one.point, one.unable) for one in session.scalars(select(Rating).order_by(Rating.id))]


def _nothing_saved() -> None:
    assert _ratings() == []
    assert session.scalars(select(Comment)).all() == []


def _refused(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.json and answer.json["error"]) == (status, code)
    assert answer.json
    assert answer.json["message"] != code
    _nothing_saved()


def _refused_alone(answer: TestResponse, code: str) -> None:
    told = outcome(answer)
    assert (told["saved"], told["error"]) == (False, code)
    assert told["message"] != code
    _nothing_saved()


def test_it_works(ben: Browser, survey: Survey, clock: Clock) -> None:
    change = rated(survey)
    told = outcome(send(ben, survey, change))
    assert _ratings() == [(7, False)]
    assert told == {
        "key": change["key"],
        "saved": True,
        "newer": False,
        "now": {
            "item": survey.items[0].id, "criterion": "importance", "point": 7, "unable": False,
            "unable_reason": "", "moved_because": "", "at": clock().isoformat(),
        },
    }  # fmt: skip


def test_unable_to_rate_with_a_reason(ben: Browser, survey: Survey) -> None:
    told = outcome(
        send(
            ben, survey, rated(survey, None, unable=True, unable_reason=" Not my field. ", moved_because="x")
        )
    )
    saved = session.scalars(select(Rating)).one()
    assert (saved.point, saved.unable, saved.unable_reason, saved.moved_because) == (
        None,
        True,
        "Not my field.",
        "",
    )
    assert told["now"]["unable_reason"] == "Not my field."


def test_what_changed_a_mind(ben: Browser, survey: Survey) -> None:
    outcome(send(ben, survey, rated(survey, 7, moved_because="The comments.", unable_reason="x")))
    saved = session.scalars(select(Rating)).one()
    assert (saved.moved_because, saved.unable_reason) == ("The comments.", "")


def test_a_comment_and_its_kind(ben: Browser, survey: Survey) -> None:
    told = outcome(send(ben, survey, commented(survey, "Too narrow.", kind="wording")))
    saved = session.scalars(select(Comment)).one()
    assert (saved.text, saved.language, saved.kind) == ("Too narrow.", "en", CommentKind.WORDING)
    assert (told["now"]["comment"], told["now"]["kind"]) == ("Too narrow.", "wording")


def test_many_changes_in_one_request(ben: Browser, survey: Survey) -> None:
    sent = [rated(survey, 3), rated(survey, 5), commented(survey, "Hm."), rated(survey, 8, item=1)]
    answer = send(ben, survey, *sent)
    assert [outcome(answer, place)["saved"] for place in range(4)] == [True] * 4
    assert _ratings() == [(5, False), (8, False)]


def test_one_that_cannot_be_saved_does_not_hold_up_the_others(ben: Browser, survey: Survey) -> None:
    answer = send(ben, survey, rated(survey, 99), rated(survey, 8, item=1), commented(survey, "x" * 4001))
    assert [outcome(answer, place)["saved"] for place in range(3)] == [False, True, False]
    assert _ratings() == [(8, False)]


@pytest.mark.parametrize("first", [False, True])
def test_a_save_takes_four_statements_at_most(
    ben: Browser, survey: Survey, statements: Statements, first: bool
) -> None:
    if not first:
        send(ben, survey, rated(survey, 3), commented(survey, "First."))
    address = f"/x/{survey.study.id}/answers"
    for change in (rated(survey, 7), commented(survey, "Second.")):
        body = envelope(survey, change)
        with statements() as seen:
            assert outcome(ben.post(address, json=body))["saved"]
        assert len(seen) == 4, seen


def test_delivered_twice_it_is_stored_once(ben: Browser, survey: Survey) -> None:
    change = rated(survey)
    answers = [outcome(send(ben, survey, change)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert _ratings() == [(7, False)]
    assert len(session.scalars(select(RatingChange)).all()) == 1


def test_two_tabs_keep_the_later_answer_and_both_changes(
    ben: Browser, survey: Survey, enter: Callable[..., Browser]
) -> None:
    other_tab = enter(survey.ben)
    send(ben, survey, rated(survey, 7))
    send(other_tab, survey, rated(survey, 3))
    assert _ratings() == [(3, False)]
    assert [one.point for one in session.scalars(select(RatingChange).order_by(RatingChange.id))] == [7, 3]


def test_an_older_one_is_told_what_counts(
    ben: Browser, survey: Survey, enter: Callable[..., Browser], clock: Clock
) -> None:
    """A phone that was off the net for an hour; meanwhile the laptop was used."""
    laptop = enter(survey.ben)
    clock.advance(hours=2)
    send(laptop, survey, rated(survey, 3, age=1000))
    told = outcome(send(ben, survey, rated(survey, 7, age=3_600_000)))
    assert (told["saved"], told["newer"], told["now"]["point"]) == (True, True, 3)
    assert _ratings() == [(3, False)]


def test_without_a_visit(client: Browser, survey: Survey) -> None:
    answer = send(client, survey, rated(survey))
    _refused(answer, 401, "link.session_ended")
    assert answer.json
    assert answer.json["csrf"]


def test_a_withdrawn_expert(ben: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.WITHDRAWN
    _refused(send(ben, survey, rated(survey)), 401, "link.session_ended")


def test_what_waits_is_not_taken_from_somebody_else(
    ben: Browser, survey: Survey, enter: Callable[..., Browser]
) -> None:
    """Chloé has opened her link in the browser in which Ben's page still stands."""
    chloe = enter(survey.chloe)
    _refused(send(chloe, survey, rated(survey)), 401, "link.session_ended")
    for nonsense in (None, "", 7, "é", "\ud800"):
        _refused(send(ben, survey, rated(survey), owner=nonsense), 401, "link.session_ended")
    page = {"round": survey.round.id, "page": 1, "owner": owner_of(survey, survey.ben)}
    fields = {f"r-{survey.items[0].id}-importance": "7"}
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
    assert chloe.post(address, data={**page, **fields}).status_code == 401
    _nothing_saved()


def test_no_consent(ben: Browser, survey: Survey) -> None:
    session.delete(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one())
    _refused(send(ben, survey, rated(survey), commented(survey, "Hello.")), 400, "consent.missing")


def test_a_closed_round(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    _refused(send(ben, survey, rated(survey), commented(survey, "Hello.")), 409, "round.not_open")


def test_a_scheduled_round(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.SCHEDULED
    _refused(send(ben, survey, rated(survey)), 409, "round.not_open")


def test_the_closing_instant(ben: Browser, survey: Survey, clock: Clock) -> None:
    assert survey.round.closes_at is not None
    closes_at = survey.round.closes_at
    clock.set(closes_at)
    ben.post(f"/i/{survey.token(survey.ben)}")
    _refused(send(ben, survey, rated(survey, age=60_000)), 409, "round.not_open")
    clock.set(closes_at - timedelta(milliseconds=1))
    assert outcome(send(ben, survey, rated(survey)))["saved"]


def test_an_item_of_another_study(ben: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    _refused_alone(send(ben, survey, rated(other)), "rating.not_asked")
    _refused(send(ben, survey, rated(other), round=other.round.id), 400, "rating.not_asked")


def test_an_item_of_another_panel(ben: Browser, survey: Survey) -> None:
    session.add(ItemPanel(item_id=survey.items[0].id, panel_id=survey.panels["C"].id))
    _refused_alone(send(ben, survey, rated(survey)), "rating.not_asked")
    _refused_alone(send(ben, survey, commented(survey, "Hello.")), "rating.not_asked")


@pytest.mark.parametrize("point", [0, 10, 2**31 - 1])
def test_a_point_off_the_scale(ben: Browser, survey: Survey, point: int) -> None:
    answer = send(ben, survey, rated(survey, point))
    _refused_alone(answer, "rating.point_not_on_scale")
    assert "1 to 9" in outcome(answer)["message"]


def test_both_a_point_and_unable(ben: Browser, survey: Survey) -> None:
    _refused_alone(send(ben, survey, rated(survey, unable=True)), "rating.point_and_unable")


def test_a_criterion_that_is_not_asked(ben: Browser, survey: Survey) -> None:
    _refused_alone(send(ben, survey, rated(survey, criterion="beauty")), "rating.criterion_unknown")


def test_texts_that_are_too_long(ben: Browser, survey: Survey) -> None:
    _refused_alone(send(ben, survey, commented(survey, "x" * 4001)), "comment.too_long")
    unable = rated(survey, None, unable=True, unable_reason="x" * 501)
    _refused_alone(send(ben, survey, unable), "rating.reason_too_long")
    _refused_alone(send(ben, survey, rated(survey, moved_because="x" * 1001)), "rating.reason_too_long")


@pytest.mark.parametrize(
    "sent",
    [
        {"point": "7"}, {"point": True}, {"point": 7.0}, {"point": 10**30}, {"point": -3}, {"item": None},
        {"item": "1"}, {"item": [1]}, {"criterion": 7}, {"criterion": None}, {"comment": 7}, {"comment": None},
        {"comment": "x", "kind": "praise"}, {"comment": "x", "kind": 1}, {"unable_reason": 1}, {"moved_because": []},
        {"key": None}, {"key": "short"}, {"key": "x" * 41}, {"key": "a b c d e f"}, {"age": None}, {"age": -1},
        {"age": 1.5}, {"age": "1"}, {"seen": 5}, {"seen": "yesterday"}, {"seen": "2026-03-01T10:00:00"},
    ],
)  # fmt: skip
def test_nonsense(ben: Browser, survey: Survey, sent: dict[str, Any]) -> None:
    _refused(send(ben, survey, {**rated(survey), **sent}), 400, "rating.not_understood")


@pytest.mark.parametrize(
    "more", [{"round": 2**31}, {"round": "1"}, {"changes": []}, {"changes": None}, {"changes": [7]}]
)
def test_a_nonsensical_envelope(ben: Browser, survey: Survey, more: dict[str, Any]) -> None:
    _refused(send(ben, survey, rated(survey), **more), 400, "rating.not_understood")


def test_no_more_than_fifty_changes_at_once(ben: Browser, survey: Survey) -> None:
    _refused(send(ben, survey, *[rated(survey)] * 51), 400, "rating.not_understood")
    assert send(ben, survey, *[rated(survey) for _ in range(50)]).status_code == 200


@pytest.mark.parametrize("age", [0, 10**6, 2**53])
def test_any_clock_will_do(ben: Browser, survey: Survey, age: int) -> None:
    assert outcome(send(ben, survey, rated(survey, age=age)))["saved"]
    assert _ratings() == [(7, False)]


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '"text"', "null"])
def test_a_body_that_is_no_answer(ben: Browser, survey: Survey, body: str) -> None:
    answer = ben.post(f"/x/{survey.study.id}/answers", data=body, content_type="application/json")
    _refused(answer, 400, "rating.not_understood")


def test_without_the_form_token(app_with_csrf: Flask, clock: Clock) -> None:
    """The token goes with the visit; the answer brings a new one, for when the link was opened again."""
    survey = surveys.make(clock())
    browser = app_with_csrf.test_client()
    assert isinstance(browser, Browser)
    answer = send(browser, survey, rated(survey))
    _refused(answer, 401, "link.session_ended")
    assert answer.json
    again = {"X-CSRFToken": answer.json["csrf"]}
    assert browser.post(f"/i/{survey.token(survey.ben)}", headers=again).status_code == 303
    body = {"owner": owner_of(survey, survey.ben), "round": survey.round.id, "changes": [rated(survey)]}
    assert browser.post(f"/x/{survey.study.id}/answers", json=body, headers=again).status_code == 200
    assert _ratings() == [(7, False)]


# What counts now, for other devices.


def _look(browser: Browser, survey: Survey, **query: Any) -> TestResponse:
    items = ",".join(str(item.id) for item in survey.items)
    facts = {"owner": owner_of(survey, survey.ben), "round": survey.round.id, "items": items, **query}
    return browser.get(
        f"/x/{survey.study.id}/answers", query_string=facts, headers={"Accept": "application/json"}
    )


def test_what_counts_now(ben: Browser, survey: Survey, enter: Callable[..., Browser]) -> None:
    send(ben, survey, rated(survey, 7), commented(survey, "Hm.", item=1))
    answer = _look(enter(survey.ben), survey)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json
    assert answer.json["open"] is True
    assert [one.get("point", one.get("comment")) for one in answer.json["answers"]] == [7, "Hm."]


def test_it_says_that_a_round_has_closed(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    assert _look(ben, survey).json == {"open": False, "answers": []}


def test_it_tells_nothing_of_others(
    ben: Browser, survey: Survey, enter: Callable[..., Browser], clock: Clock
) -> None:
    send(ben, survey, rated(survey, 7))
    chloe = enter(survey.chloe)
    own = owner_of(survey, survey.chloe)
    assert _look(chloe, survey, owner=own).json == {"open": True, "answers": []}
    assert _look(chloe, survey).status_code == 401
    other = surveys.make(clock())
    assert _look(ben, survey, round=other.round.id).status_code == 404


@pytest.mark.parametrize("query", [{"items": ""}, {"items": "x"}, {"items": "1," * 200}, {"round": "x"}])
def test_looking_with_nonsense(ben: Browser, survey: Survey, query: dict[str, Any]) -> None:
    _refused(_look(ben, survey, **query), 400, "rating.not_understood")


def test_looking_without_a_visit(client: Browser, survey: Survey) -> None:
    answer = _look(client, survey)
    _refused(answer, 401, "link.session_ended")

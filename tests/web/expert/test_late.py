"""What came too late is shown in words, and can be told to the team."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Note, Rating
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.devices import commented, owner_of, rated, send
from tests.support.surveys import Survey


def _late(browser: Browser, survey: Survey, changes: object, **more: object) -> TestResponse:
    data = {
        "owner": owner_of(survey, survey.ben),
        "round": survey.round.id,
        "changes": json.dumps(changes),
        **more,
    }
    return browser.post(f"/x/{survey.study.id}/late", data=data)


def _tell(browser: Browser, survey: Survey, text: str, round_id: object = None) -> TestResponse:
    data = {"round": round_id or survey.round.id, "text": text}
    return browser.post(f"/x/{survey.study.id}/notes", data=data)


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def closed(ben: Browser, survey: Survey) -> Survey:
    send(ben, survey, rated(survey, 3))
    survey.round.state = RoundState.CLOSED
    session.flush()
    return survey


def test_what_waited_on_a_device_is_shown_in_words(ben: Browser, closed: Survey) -> None:
    unable = rated(closed, None, item=1, unable=True, unable_reason="Not my field.")
    answer = _late(ben, closed, [rated(closed, 8), unable, commented(closed, "Too <narrow>.", item=2)])
    assert answer.status_code == 200
    words = _words(answer.text)
    assert "Statement A00 (en) You chose 8 Saved before, and kept 3" in words
    assert "You chose unable to rate (Not my field.) Saved before, and kept no answer" in words
    assert "Your comment, not saved Too <narrow>. Saved before, and kept no comment" in words
    assert "Statement A02 (en) – Your comment: Too <narrow>." in words
    assert session.scalars(select(Rating)).one().point == 3


def test_telling_the_team_works(ben: Browser, closed: Survey, clock: Clock) -> None:
    answer = _tell(ben, closed, "Statement A00: 8")
    assert answer.status_code == 303
    page = ben.get(answer.headers["Location"]).text
    assert "The research team has your message" in page
    assert f'data-told-round="{closed.round.id}"' in page
    assert [(one.text, one.sent_at) for one in session.scalars(select(Note))] == [
        ("Statement A00: 8", clock())
    ]


def test_nothing_is_forgotten_before_something_was_sent(ben: Browser, closed: Survey) -> None:
    answer = ben.get(f"/x/{closed.study.id}/notes?round={closed.round.id}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/x/{closed.study.id}/")


def test_an_answer_to_an_item_that_is_not_asked_any_more(ben: Browser, closed: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    assert "Another item You chose 8" in _words(_late(ben, closed, [rated(other, 8)]).text)


@pytest.mark.parametrize("changes", [[], {}, "x", [7], [{"key": 1}]])
def test_nonsense(ben: Browser, closed: Survey, changes: object) -> None:
    assert _late(ben, closed, changes).status_code == 400


def test_what_is_no_json(ben: Browser, closed: Survey) -> None:
    assert _late(ben, closed, "", round="x").status_code == 400
    data = {"owner": owner_of(closed, closed.ben), "round": closed.round.id, "changes": "{"}
    assert ben.post(f"/x/{closed.study.id}/late", data=data).status_code == 400
    assert _late(ben, closed, [rated(closed)], round="x").status_code == 400
    assert _late(ben, closed, [rated(closed)], round=999).status_code == 404


def test_not_under_the_visit_of_somebody_else(ben: Browser, closed: Survey) -> None:
    assert _late(ben, closed, [rated(closed)], owner="somebody").status_code == 401


def test_an_empty_message(ben: Browser, closed: Survey) -> None:
    answer = _tell(ben, closed, " ")
    assert answer.status_code == 400
    assert "Write a message first" in answer.text


def test_a_message_too_long_is_given_back(ben: Browser, closed: Survey) -> None:
    answer = _tell(ben, closed, "too long " * 2_500)
    assert answer.status_code == 400
    assert "too long " * 2_500 in answer.text
    assert session.scalars(select(Note)).all() == []


def test_too_many_messages_are_refused_and_given_back(ben: Browser, closed: Survey) -> None:
    statuses = [_tell(ben, closed, f"Message number {n} to the team.").status_code for n in range(7)]
    assert statuses == [303] * 6 + [429]
    assert "Message number 8 to the team." in _tell(ben, closed, "Message number 8 to the team.").text


def test_after_the_visit_ended_the_message_can_still_be_sent(client: Browser, closed: Survey) -> None:
    answer = _tell(client, closed, "Typed for long.")
    assert answer.status_code == 401
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
    assert sent["text"] == "Typed for long."
    client.post(f"/i/{closed.token(closed.ben)}")
    again = {name: value for name, value in sent.items() if name != "csrf_token"}
    assert client.post(f"/x/{closed.study.id}/notes", data=again).status_code == 303


def test_without_a_visit(client: Browser, closed: Survey) -> None:
    assert _late(client, closed, [rated(closed)]).status_code == 401
    assert client.get(f"/x/{closed.study.id}/notes").status_code == 401


def test_the_page_without_a_connection_holds_nothing_of_a_study(app: Flask, client: Browser) -> None:
    page = client.get("/offline").text
    assert "Your answers wait on this device" in page
    assert '<div class="card" lang="fr">' in page
    assert "csrf" not in page
    script = client.get("/service-worker.js")
    assert script.headers["Service-Worker-Allowed"] == "/x/"
    assert script.mimetype == "text/javascript"
    assert "/offline" in script.text

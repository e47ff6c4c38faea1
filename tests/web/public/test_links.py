"""Coming in by a link: GET shows, Continue acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Account
from delphi.services import links
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock(), state=ExpertState.INVITED)


def test_opening_a_link_shows_the_study_and_a_button(client: Browser, survey: Survey) -> None:
    page = client.get(f"/i/{survey.token(survey.ben)}")
    assert page.status_code == 200
    assert "What specialists need" in page.text
    assert "Continue</button>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_nothing_on_the_page_submits_it(client: Browser, survey: Survey) -> None:
    page = client.get(f"/i/{survey.token(survey.ben)}").text
    assert page.count("<script") == page.count("time.js")
    assert 'http-equiv="refresh"' not in page


def test_continue_opens_the_study_at_an_address_without_the_token(client: Browser, survey: Survey) -> None:
    answer = client.post(f"/i/{survey.token(survey.ben)}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/x/{survey.study.id}/consent"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_session_ends_with_the_browser(client: Browser, survey: Survey) -> None:
    answer = client.post(f"/i/{survey.token(survey.ben)}")
    assert "Expires" not in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]


def test_a_session_is_of_one_study_only(client: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    client.post(f"/i/{survey.token(survey.ben)}")
    assert client.get(f"/x/{other.study.id}/").status_code == 401
    client.post(f"/i/{other.token(other.ben)}")
    assert client.get(f"/x/{other.study.id}/").status_code == 200
    assert client.get(f"/x/{survey.study.id}/consent").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_does_not_work_has_a_way_on(
    client: Browser, survey: Survey, clock: Clock, method: str
) -> None:
    links.revoke_all(survey.ben, clock())
    survey.chloe.state = ExpertState.WITHDRAWN
    session.flush()
    for token in ("unknown", survey.token(survey.ben), survey.token(survey.chloe)):
        page = client.open(f"/i/{token}", method=method)
        assert page.status_code == 404
        assert "/lost-link" in page.text
        assert "What specialists need" not in page.text


def test_revoking_ends_a_session_too(client: Browser, survey: Survey, clock: Clock) -> None:
    client.post(f"/i/{survey.token(survey.ben)}")
    links.revoke_all(survey.ben, clock())
    assert client.get(f"/x/{survey.study.id}/consent").status_code == 401


def test_the_page_is_in_the_experts_language(client: Browser, survey: Survey) -> None:
    survey.ben.language = "fr"
    session.flush()
    page = client.get(f"/i/{survey.token(survey.ben)}", headers={"Accept-Language": "en"})
    assert "Ce dont les spécialistes ont besoin" in page.text
    assert '<html lang="fr"' in page.text


def test_staff_may_open_a_link_and_stay_signed_in(
    client: Browser, survey: Survey, alice: Account, sign_in: Callable[[Browser, Account], Browser]
) -> None:
    sign_in(client, alice)
    client.post(f"/i/{survey.token(survey.ben)}")
    with client.session_transaction() as cookie:
        assert cookie["_user_id"]
        assert cookie["visits"]


def test_a_lost_link_has_the_same_answer_for_everyone(client: Browser, survey: Survey) -> None:
    known = client.post("/lost-link", data={"email": "expert0@example.org"}, follow_redirects=True)
    unknown = client.post("/lost-link", data={"email": "nobody@example.org"}, follow_redirects=True)
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    queued = session.execute(text("SELECT expert_id, kind FROM message")).all()
    assert [tuple(row) for row in queued] == [(survey.ben.id, "link_again")]


@pytest.mark.parametrize("email", ["", "expert0", "a" * 300 + "@example.org"])
def test_a_lost_link_needs_an_address(client: Browser, email: str) -> None:
    page = client.post("/lost-link", data={"email": email})
    assert page.status_code == 400
    assert "Check it and try again" in page.text


def test_lost_links_are_limited(client: Browser, survey: Survey) -> None:
    for _ in range(3):
        assert client.post("/lost-link", data={"email": "expert0@example.org"}).status_code == 303
    assert client.post("/lost-link", data={"email": "expert0@example.org"}).status_code >= 400
    assert client.post("/lost-link", data={"email": "expert1@example.org"}).status_code == 303


def test_every_dead_end_leads_to_a_new_link(client: Browser, survey: Survey) -> None:
    """A link that does not work, a visit that ended or was ended, a page of nobody."""
    entered = client.post(f"/i/{survey.token(survey.ben)}")
    left = client.post(f"/x/{survey.study.id}/leave")
    assert (entered.status_code, left.status_code) == (303, 200)
    ends = [
        left,
        *(client.get(path) for path in ("/i/none", "/u/none", f"/x/{survey.study.id}/", "/x/999/me")),
    ]
    assert [end.request.path for end in ends if 'href="/lost-link"' not in end.text] == []

"""The front page, the choice of language, the sign of life, and pages of refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from delphi.db import session
from delphi.models import Account
from tests.support.client import Browser

SignIn = Callable[[Browser, Account], Browser]


def test_a_stranger_sees_the_ways_in(client: Browser, alice: Account) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/sign-in"' in page.text
    assert 'href="/lost-link"' in page.text
    assert 'href="/setup"' not in page.text


def test_before_the_first_account_it_leads_to_the_set_up(client: Browser) -> None:
    assert 'href="/setup"' in client.get("/").text


def test_whoever_is_signed_in_goes_to_their_studies(client: Browser, alice: Account, sign_in: SignIn) -> None:
    assert sign_in(client, alice).get("/").location == "/studies"


def test_choosing_a_language_works_and_comes_back(client: Browser, alice: Account) -> None:
    answer = client.post("/language", data={"language": "fr", "next": "/sign-in?next=/account"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")
    assert '<html lang="fr">' in client.get("/").text


def test_an_unknown_language_changes_nothing(client: Browser, alice: Account) -> None:
    client.post("/language", data={"language": "fr"})
    client.post("/language", data={"language": "xx"})
    client.post("/language", data={})
    assert '<html lang="fr">' in client.get("/").text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_choosing_a_language_sends_nobody_to_another_site(client: Browser, target: str) -> None:
    assert client.post("/language", data={"language": "fr", "next": target}).location == "/"


def test_it_says_ok_while_the_database_answers(client: Browser) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")


def test_it_says_so_when_the_database_does_not_answer(
    make_app: Callable[..., Flask], tmp_path: object
) -> None:
    app = make_app(database_url="postgresql://nobody@127.0.0.1:1/nothing")
    answer = app.test_client().get("/health")
    assert answer.status_code == 503


def test_an_unknown_page_says_so_and_leads_back(client: Browser, alice: Account) -> None:
    answer = client.get("/no/such/page", headers={"Referer": "http://localhost/sign-in"})
    assert answer.status_code == 404
    assert 'href="http://localhost/sign-in"' in answer.text
    elsewhere = client.get("/no/such/page", headers={"Referer": "http://localhost.evil.example/"})
    assert "evil" not in elsewhere.text


def test_a_refused_form_gives_back_long_texts_but_no_password(app_with_csrf: Flask) -> None:
    typed = {"reason": "Two panels read it differently.", "new_password": "four words nobody knows"}
    answer = app_with_csrf.test_client().post("/account", data=typed)
    assert answer.status_code == 400
    assert "Two panels read it differently." in answer.text
    assert "four words nobody knows" not in answer.text


def test_a_text_that_no_database_takes_is_refused(client: Browser, alice: Account) -> None:
    assert client.get("/?search=a%00b").status_code == 400
    assert client.post("/language", data={"language": "f\x00r"}).status_code == 400
    assert session.scalar(text("SELECT 1")) == 1

"""One request, one transaction: what reads or is refused leaves nothing, and only writers take the write lock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from delphi.db import db, session
from delphi.domain.errors import DomainError
from delphi.models import Account
from delphi.web.guards import public
from tests.conftest import MakeApp

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@public("of this test")
def write() -> Any:
    session.add(Account(email="ben@example.org", name="Ben Roy", created_at=NOW))
    session.flush()
    return "written", {"Content-Type": "text/plain"}


@public("of this test")
def refuse() -> Any:
    write()
    raise DomainError("account.not_allowed")


@public("of this test")
def show_refused() -> Any:
    """As a view does that shows its form again."""
    write()
    return "not saved", 400, {"Content-Type": "text/plain"}


@public("of this test")
def write_twice() -> Any:
    write()
    return write()


@pytest.fixture
def pages(make_app: MakeApp) -> Iterator[FlaskClient]:
    app = make_app(fresh=True)
    for view in (write, refuse, show_refused, write_twice):
        app.add_url_rule(f"/{view.__name__}", view_func=view, methods=["GET", "POST"])
    with app.app_context():
        yield app.test_client()


def _accounts() -> int:
    session.rollback()
    return session.scalar(select(func.count(Account.id))) or 0


def test_what_a_post_writes_is_kept(pages: FlaskClient) -> None:
    assert pages.post("/write").text == "written"
    assert _accounts() == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_get_writes_is_not_kept(pages: FlaskClient, method: str) -> None:
    assert pages.open("/write", method=method).status_code == 200
    assert _accounts() == 0


@pytest.mark.parametrize("view", ["refuse", "show_refused"])
def test_what_a_refused_post_wrote_is_not_kept(pages: FlaskClient, view: str) -> None:
    assert pages.post(f"/{view}").status_code == 400
    assert _accounts() == 0


@pytest.fixture
def writer(app: Flask, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Somebody else in the middle of writing."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    session.commit()
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))  # begins with BEGIN IMMEDIATE
        yield connection


def test_reading_does_not_wait_for_a_writer(pages: FlaskClient, writer: Connection) -> None:
    assert pages.get("/health").text == "ok"


def test_writing_waits_for_a_writer_and_then_works(pages: FlaskClient, writer: Connection) -> None:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(pages.post("/write").status_code))
    thread.start()
    thread.join(0.3)
    assert answers == []
    writer.rollback()
    thread.join(10)
    assert answers == [200]
    assert _accounts() == 1


def test_two_who_write_the_same_at_once_are_told_so_and_the_log_leaves_out_what_it_was(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL itself still names the key that two rows share, but nothing else of the row."""
    app = make_app(fresh=True)
    app.testing = False
    app.add_url_rule("/write_twice", view_func=write_twice, methods=["POST"])
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().post("/write_twice")
    assert answer.status_code == 409
    assert "Somebody saved at the same moment" in answer.text
    assert "INSERT INTO account" in caplog.text
    assert "Ben Roy" not in caplog.text


def test_an_answer_that_meets_another_is_one_to_send_again(make_app: MakeApp) -> None:
    """A device throws away what is refused, and keeps what broke."""
    app = make_app(fresh=True)
    app.testing = False
    app.add_url_rule("/x/write_twice", "expert.write_twice", write_twice, methods=["POST"])
    assert app.test_client().post("/x/write_twice").status_code == 500

"""A mail scanner opens every address of every mail to an expert, and nothing changes."""

from __future__ import annotations

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState
from delphi.models import Link
from tests.support import mails, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rows import count, everything
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    """Ben has agreed, Chloé was only invited."""
    survey = surveys.make(clock())
    survey.chloe.state = ExpertState.INVITED
    session.flush()
    return survey


@pytest.fixture
def paths(survey: Survey, clock: Clock) -> list[str]:
    written = mails.every_kind(survey, clock())
    assert {MessageKind.ROUND_INVITATION, MessageKind.REMINDER_UNOPENED, MessageKind.LINK_AGAIN} <= set(
        written
    )
    found = sorted(set().union(*map(mails.paths_in, written.values())))
    assert {path[:3] for path in found} >= {"/i/", "/u/"}
    assert count(Link) > len(survey.experts)
    session.commit()
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_changes(client: Browser, survey: Survey, paths: list[str], method: str) -> None:
    before = everything()
    for path in paths:
        answer = client.open(path, method=method, headers={"User-Agent": "LinkScanner/1.0"})
        assert answer.status_code == 200, path
        assert "visits" not in answer.headers.get("Set-Cookie", "")
    assert everything() == before


def test_a_scanner_gets_into_no_study(client: Browser, survey: Survey, paths: list[str]) -> None:
    for path in paths:
        client.get(path)
    with client.session_transaction() as cookie:
        assert "visits" not in cookie
    for page in ("", "consent", "check", "about-you", "practice", f"domains/{survey.domains[0].id}"):
        assert client.get(f"/x/{survey.study.id}/{page}").status_code == 401


def test_the_comparison_would_notice_a_visit(client: Browser, survey: Survey, paths: list[str]) -> None:
    before = everything()
    (path, *_others) = [path for path in paths if path.startswith("/i/")]
    client.post(path)
    changed = [name for name, rows in everything().items() if rows != before[name]]
    assert changed == ["participation"]

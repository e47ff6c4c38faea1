"""A mail scanner with a real browser runs every script on every address of every mail, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Presentation
from tests.support import mails, surveys
from tests.support.rows import everything
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser

PATIENCE = 1500  # milliseconds a scanner lets scripts run


@pytest.fixture
def survey(app: Flask) -> Survey:
    """Ben has agreed, Chloé was only invited; whatever a study may switch on is on."""
    survey = surveys.make(datetime.now(UTC))
    survey.chloe.state = ExpertState.INVITED
    session.add(
        Presentation(
            study_id=survey.study.id,
            practice={"en": "Makes good coffee"},
            support={"en": "Call somebody."},
            quick_exit="https://www.example.org/",
        )
    )
    session.flush()
    return survey


@pytest.fixture
def paths(survey: Survey) -> list[str]:
    written = mails.every_kind(survey, datetime.now(UTC))
    session.commit()
    return sorted(set().union(*map(mails.paths_in, written.values())))


def test_nothing_changes(open_page: Callable[..., Page], survey: Survey, paths: list[str]) -> None:
    page = open_page(1280)
    before = everything()
    for path in paths:
        assert page.context.request.head(path).status == 200
        page.goto(path)
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(PATIENCE)
    assert everything() == before


def test_nor_where_it_leads_on(open_page: Callable[..., Page], survey: Survey, paths: list[str]) -> None:
    """Some follow the links of a page, scroll through it, and ask for the study's own pages."""
    page = open_page(390)
    before = everything()
    invitation = next(path for path in paths if path.startswith("/i/"))
    page.goto(invitation)
    page.mouse.wheel(0, 2000)
    onwards = {urlsplit(link.get_attribute("href") or "").path for link in page.get_by_role("link").all()}
    study = f"/x/{survey.study.id}"
    for path in [*sorted(onwards - {""}), f"{study}/", f"{study}/consent", f"{study}/practice"]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(PATIENCE)
    assert everything() == before
    assert page.goto(f"{study}/").status == 401  # type: ignore[union-attr]

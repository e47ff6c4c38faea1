"""A running survey and experts' browsers in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.models import Expert
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey

Enter = Callable[[Expert], Browser]


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock(), items=7, domains=2)


@pytest.fixture
def enter(app: Flask, survey: Survey) -> Enter:
    """`enter(survey.ben)`: a browser in which this expert has come in by the link."""

    def come_in(expert: Expert) -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        assert browser.post(f"/i/{survey.token(expert)}").status_code == 303
        return browser

    return come_in


@pytest.fixture
def ben(enter: Enter, survey: Survey) -> Browser:
    return enter(survey.ben)

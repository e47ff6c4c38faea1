"""What the expert's pages weigh over the wire; how soon they can be used is measured in benchmarks/pages.py."""

from __future__ import annotations

import importlib
import re
import sys

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Presentation
from tests.support import surveys
from tests.support.client import Browser, read
from tests.support.clock import Clock
from tests.support.devices import commented, rated, send
from tests.support.surveys import Survey

GZIP = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(("page_size", "most"), [(5, 60_000), (20, 90_000)])
def test_a_page_of_cards_with_all_it_loads(app: Flask, clock: Clock, page_size: int, most: int) -> None:
    survey = surveys.make(clock(), items=20)
    for item in survey.items:
        for text in item.wordings[0].texts:
            text.title, text.description = (
                f"What {item.code} asks for. " * 4,
                f"Why {item.code} matters. " * 12,
            )
    out = "https://weather.example.org"
    session.add(Presentation(study_id=survey.study.id, page_size=page_size, quick_exit=out))
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.post(f"/i/{survey.token(survey.ben)}")
    answer = browser.get(f"/x/{survey.study.id}/domains/{survey.domains[0].id}", headers=GZIP)
    page = read(answer)
    assert page.count('class="item-card"') == page_size
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert len(files) >= 4
    loaded = [len(browser.get(one, headers=GZIP, buffered=True).data) for one in files]
    assert len(answer.data) + sum(loaded) <= most


def test_nothing_comes_from_another_site(app: Flask, clock: Clock) -> None:
    survey = surveys.make(clock())
    browser = app.test_client()
    browser.post(f"/i/{survey.token(survey.ben)}")
    page = browser.get(f"/x/{survey.study.id}/domains/{survey.domains[0].id}").text
    assert re.findall(r'(?:src|href|action|srcset)="(?:https?:)?//[^"]*"', page) == []


def test_rating_needs_none_of_the_heavy_libraries(
    ben: Browser, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take seconds to load, which an expert on the way to the first card would wait for."""
    users = [name for name, module in sys.modules.items() if hasattr(module, "np")]
    for name in ("numpy", "scipy", *users):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "delphi.scoring.engine", raising=False)
    with pytest.raises(ImportError):  # so that it would be noticed
        importlib.import_module("delphi.scoring.engine")
    cards = f"domains/{survey.domains[0].id}"
    for page in ("", cards, "check", "settled", "me", "consent"):
        assert ben.get(f"/x/{survey.study.id}/{page}").status_code == 200
    assert send(ben, survey, rated(survey), commented(survey, "Hello.")).status_code == 200
    form = {"round": survey.round.id, "page": 1, f"r-{survey.items[2].id}-importance": "8"}
    assert ben.post(f"/x/{survey.study.id}/{cards}", data=form).status_code == 303

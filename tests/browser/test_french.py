"""French from first to last: nothing that the platform says to an expert is left in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Consent
from delphi.services import demo, links, presentations
from tests.architecture.source import PACKAGE

pytestmark = pytest.mark.browser
CATALOGUE = PACKAGE / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
SENTENCE = 3  # words; shorter texts may stand in French too

# What is read on the page and by screen readers, without what is marked as being in English.
READ = """() => {
  const page = document.body.cloneNode(true);
  page.querySelectorAll("[lang=en], script, textarea, option").forEach((one) => one.remove());
  const labels = [...page.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"));
  return [document.title, page.textContent, ...labels].join(" \\n ").replace(/\\s+/g, " ");
}"""


def _english() -> Iterator[str]:
    """Every sentence of the platform that reads otherwise in French."""
    with Path(CATALOGUE).open("rb") as file:
        for message in read_po(file, locale="fr"):
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            for text in forms:
                if "%(" not in text and len(text.split()) >= SENTENCE and text != message.string:
                    yield text


@pytest.fixture
def link(app: Flask) -> str:
    """Somebody in the demo's second round who has not yet agreed and reads French."""
    now = datetime.now(UTC)
    study = demo.load(now)
    expert = demo.expert_to_try(study)
    assert expert is not None
    expert.language, expert.state = "fr", ExpertState.INVITED
    session.execute(delete(Consent).where(Consent.expert_id == expert.id))
    presentations.of(study).page_size = 20
    token = links.make(expert, now)
    session.commit()
    return f"/i/{token}"


def test_from_the_link_to_the_end_of_the_visit(open_page: Callable[..., Page], link: str) -> None:
    english = list(_english())
    assert len(english) > 300
    page = open_page(390, locale="en-CA")  # the browser asks for English; the expert's language counts

    def read(*words: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        text = page.evaluate(READ)
        assert [one for one in english if one in text] == [], page.url
        assert [one for one in words if one not in text] == [], page.url

    def press(name: str) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    page.goto(link)
    read("Continuer")
    press("Continuer")
    base = page.url.partition("/consent")[0]
    read("Temps nécessaire")
    with page.expect_navigation():
        page.locator("form[action$=consent] button.primary").click()
    read()
    page.goto(f"{base}/")
    read("Tour 2")
    domains = page.locator(".task-list a[href*='/domains/']").evaluate_all(
        "all => all.map((one) => one.href)"
    )
    assert domains
    for address in domains:
        page.goto(f"{address}{'&' if '?' in address else '?'}shown=1")
        read("Votre commentaire")
        page.locator(".tile").first.click()
        expect(page.locator("#status")).to_have_text("Toutes les modifications sont enregistrées")
    for part in ("practice", "about-you", "settled", "support", "me", "suggest", "withdraw", "check"):
        answer = page.goto(f"{base}/{part}")
        assert answer is not None
        assert answer.status in (200, 404), part
        read()
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    read("Merci")
    with page.expect_navigation():
        page.locator("form[action$=leave] button").click()
    read()
    page.goto(f"{base}/")
    read()


def test_another_language_and_back_with_a_text_half_typed(open_page: Callable[..., Page], link: str) -> None:
    page = open_page(390)
    page.goto(link)
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    base = page.url.partition("/consent")[0]
    with page.expect_navigation():
        page.locator("form[action$=consent] button.primary").click()
    page.goto(f"{base}/")
    page.goto(str(page.locator(".task-list a[href*='/domains/']").first.get_attribute("href")) + "?shown=1")
    page.locator(".own-comment textarea").first.press_sequentially("À moitié")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".own-comment textarea").first).to_have_value("À moitié")
    with page.expect_navigation():
        page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".own-comment textarea").first).to_have_value("À moitié")

"""Every page there is, with the demo study in it: axe at WCAG 2.2 AA, no sideways scroll, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from delphi.db import session
from delphi.models import Announcement, Domain, Item, ItemField, Note, Panel, Suggestion
from delphi.services import demo, links
from tests.browser.conftest import Serve
from tests.support.browser import Server, accessibility_problems, scrolls_sideways

pytestmark = pytest.mark.browser

# What a GET answers with something that is not a page of ours.
NOT_PAGES = {
    "static",
    "facilitator.analysis_progress",
    "facilitator.download",
    "facilitator.download_work",
    "facilitator.figure_file",
    "facilitator.files_progress",
    "researcher.expert_template",
    "researcher.item_template",
    "researcher.protocol_document",
    "expert.current_answers",
    "expert.deadline",
    "expert.own_answers_csv",
    "expert.own_answers_pdf",
    "expert.settled_pdf",
    "public.health",
    "public.worker",
    "public.mailbox_html",  # the message itself, as a mail program shows it
    "researcher.message_html",  # likewise
}
# Pages that another address than their plain one shows.
WITH_QUERY = ("/x/{study_id}/suggest?item={item_id}", "/x/{study_id}/withdraw/confirm?choice=deleted")
# Pages that need a file uploaded first; tests of the imports look at those.
AFTER_UPLOAD = {"researcher.preview_items", "researcher.preview_experts"}

Site = tuple[Server, dict[str, object], str]


@pytest.fixture
def site(app: Flask, serve: Serve) -> Site:
    """The demo, served; values for the parts of addresses; an expert's link."""
    now = datetime.now(UTC)
    study = demo.load(now)
    expert = demo.expert_to_try(study)
    token = links.make(expert, now)
    about = {"study_id": study.id, "expert_id": expert.id}
    session.add(Note(**about, text="My last answers came too late.", sent_at=now))
    suggestion = Suggestion(
        **about, text="Knows where to sleep.", reason="Asked often.", language="en", created_at=now
    )
    session.add_all([suggestion, ItemField(study_id=study.id, key="source", name={"en": "Source"})])
    told = Announcement(
        study_id=study.id,
        subject={"en": "One more week", "fr": "Une semaine de plus"},
        body={"en": "Hello,\n\n{link}", "fr": "Bonjour,\n\n{link}"},
        audience={"group": "everyone", "panels": []},
        sent_by_id=1,
        sent_at=now,
        count=60,
    )
    session.add(told)
    session.flush()
    reworded = session.scalars(select(Item.id).where(Item.code == "REL.07")).one()
    values = {
        "study_id": study.id,
        "item_id": reworded,
        "expert_id": 3,
        "panel_id": session.scalars(select(Panel.id)).first(),
        "domain_id": session.scalars(select(Domain.id).order_by(Domain.id)).first(),
        "announcement_id": told.id,
        "question_id": 1,
        "term_id": 1,
        "theme_id": 1,
        "suggestion_id": suggestion.id,
        "number": 1,
        "figure": "convergence",
        "place": 1,
        "document": "report",
        "section": "funding",
        "account_id": 2,
        "membership_id": 2,
        "message_id": 1,
        "kind": "round_invitation",
        "token": token,
        "name": "none.eml",
    }
    session.commit()
    return serve(demo="yes", smtp_host=""), values, token


def addresses(app: Flask, values: dict[str, object], *, of_expert: bool) -> Iterator[str]:
    """Every address a GET may have, filled in; those of experts, or all others."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES | AFTER_UPLOAD:
            continue
        missing = rule.arguments - set(values)
        assert not missing, f"{rule.rule}: say what to put for {missing}"
        if rule.rule.startswith("/x/") == of_expert:
            yield adapter.build(rule.endpoint, {key: values[key] for key in rule.arguments})


@pytest.fixture
def page(chromium: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, language = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, base_url=site[0].url, locale=language
    )
    opened = context.new_page()
    opened.goto("/sign-in")
    chosen = opened.locator(f"button[name=language][value={language[:2]}]")
    if chosen.count():
        chosen.click()
    yield opened
    context.close()


def look_at(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    found = [f"{address}: {problem}" for problem in accessibility_problems(page)]
    if scrolls_sideways(page):
        found.append(f"{address}: scrolls sideways")
    if answer is None or answer.status >= 500:
        found.append(f"{address}: broken")
    return found


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill("alice@example.org")
    page.locator("[name=password]").fill(demo.PASSWORD)
    with page.expect_navigation():
        page.locator("main form button.primary").click()


def follow_link(page: Page, token: str) -> None:
    page.goto(f"/i/{token}")
    with page.expect_navigation():
        page.locator("main form button").first.click()


EVERYWHERE = pytest.mark.parametrize("page", [(320, "fr-CA"), (1280, "en-CA")], indirect=True)


@EVERYWHERE
def test_pages_of_staff_and_of_everyone(app: Flask, page: Page, site: Site) -> None:
    sign_in(page)
    visited = list(addresses(app, site[1], of_expert=False))
    assert len(visited) > 50
    assert [problem for address in visited for problem in look_at(page, address)] == []


@EVERYWHERE
def test_pages_of_experts(app: Flask, page: Page, site: Site) -> None:
    follow_link(page, site[2])
    visited = [*addresses(app, site[1], of_expert=True), *(one.format(**site[1]) for one in WITH_QUERY)]
    assert len(visited) > 5
    assert [problem for address in visited for problem in look_at(page, address)] == []

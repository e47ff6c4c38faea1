"""From the mail to the first rating: how many taps it takes, and back to where one was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Expert, Presentation, Question, Rating
from tests.support import surveys
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture
def survey(app: Flask) -> Survey:
    session().expire_on_commit = False
    made = surveys.make(datetime.now(UTC), items=7, domains=2, state=ExpertState.INVITED)
    session.commit()
    return made


def _present(survey: Survey, **texts: object) -> None:
    session.add(Presentation(study_id=survey.study.id, **texts))
    session.commit()


def _answers() -> list[int | None]:
    points = list(session.scalars(select(Rating.point).order_by(Rating.id)))
    session.commit()
    return points


def _check(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("script", [True, False])
def test_two_taps_from_the_mail_to_the_first_rating(
    open_page: OpenPage, survey: Survey, script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    page.goto(f"/i/{survey.token(survey.ben)}")
    taps = []
    for name in ("Continue", "I agree and start"):
        page.get_by_role("button", name=name).click()
        taps.append(name)
    first = page.locator(".item-card").first
    first.locator(".tile", has_text="7").click()
    assert len(taps) == 2
    if script:
        expect(page.locator("#status")).to_have_text("All changes saved")
    else:
        page.get_by_role("button", name="Save and continue").click()
    assert _answers() == [7]


def test_practice_is_one_tap_more_and_sends_nothing(open_page: OpenPage, survey: Survey) -> None:
    _present(survey, practice={"en": "Makes good coffee", "fr": "Fait du bon café"})
    page = open_page(320)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    _check(page)
    page.get_by_role("button", name="I agree and start").click()
    expect(page.get_by_role("group", name="Makes good coffee")).to_be_visible()
    _check(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator(".tile", has_text="7").click()
    page.get_by_role("radio", name="Unable to rate").check()
    page.get_by_role("link", name="Go on to the first item").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Domain 0")
    assert set(sent) == {"GET"}
    assert _answers() == []


def test_back_to_where_one_was_on_another_device(open_page: OpenPage, survey: Survey) -> None:
    phone = open_page()
    phone.goto(f"/i/{survey.token(survey.ben)}")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="I agree and start").click()
    for number in range(3):
        phone.locator(".item-card").nth(number).locator(".tile", has_text="5").click()
    expect(phone.locator("#status")).to_have_text("All changes saved")
    computer = open_page(1280)
    computer.goto(f"/i/{survey.token(survey.ben)}")
    computer.get_by_role("button", name="Continue").click()
    first_open = f"/domains/{survey.domains[0].id}#item-{survey.items[6].id}"
    expect(computer).to_have_url(re.compile(re.escape(first_open) + "$"))
    expect(computer.locator(".item-card").nth(3)).to_be_in_viewport()


def test_declining_is_one_tap_and_may_be_explained_or_undone(open_page: OpenPage, survey: Survey) -> None:
    page = open_page(320)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I would rather not take part").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
    _check(page)
    page.get_by_label("Would you like to say why?").fill("No time this year.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your reason is with the research team")).to_be_visible()
    page.get_by_role("link", name="I changed my mind").click()
    page.get_by_role("button", name="I agree and start").click()
    expect(page.locator(".item-card").first).to_be_visible()
    state = session.scalar(select(Expert.state).where(Expert.id == survey.ben.id))
    assert state is ExpertState.ACTIVE


def test_about_you_after_the_first_page(open_page: OpenPage, survey: Survey) -> None:
    choices = [{"value": name, "label": {"en": name}} for name in ("Nurse", "Teacher")]
    text = {"en": "What is your role?", "fr": "Quel est votre rôle ?"}
    session.add(Question(study_id=survey.study.id, attribute="role", text=text, choices=choices))
    session.commit()
    page = open_page(320)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I agree and start").click()
    page.locator(".item-card").first.locator(".tile", has_text="5").click()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    _check(page)
    page.get_by_label("Nurse").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What specialists need")
    _check(page)
    kept = session.scalar(select(Expert.attributes).where(Expert.id == survey.ben.id))
    assert kept == {"role": ["Nurse"]}


@pytest.mark.parametrize("width", [320, 1280])
def test_a_content_note_stands_before_the_items(open_page: OpenPage, survey: Survey, width: int) -> None:
    survey.domains[0].content_note = {"en": "These items speak of harm. " * 20}
    _present(survey, support={"en": "Call somebody."})
    page = open_page(width)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I agree and start").click()
    expect(page.get_by_text("Content note")).to_be_visible()
    assert page.locator(".item-card").count() == 0
    _check(page)
    page.get_by_role("link", name="Support").first.click()
    _check(page)
    page.go_back()
    page.get_by_role("link", name="Show the items").click()
    expect(page.locator(".item-card").first).to_be_visible()
    _check(page)
    page.goto(f"/x/{survey.study.id}/")
    _check(page)

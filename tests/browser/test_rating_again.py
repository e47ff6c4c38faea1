"""Rating again in a real browser: keeping the answers of a page, and what was on screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Exposure, Rating
from tests.support import surveys
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser


@pytest.fixture
def survey(app: Flask) -> Survey:
    """Round 2 asks four items again, of which Ben rated three: 5, 6 and 7."""
    session().expire_on_commit = False
    now = datetime.now(UTC)
    made = surveys.make(now, items=4)
    first = made.round
    for point, item in zip((5, 6, 7), made.items, strict=False):
        session.add(
            Rating(
                round_id=first.id, expert_id=made.ben.id, item_id=item.id, wording_id=item.wordings[0].id,
                criterion="importance", point=point, updated_at=now,
            )
        )  # fmt: skip
    first.state = RoundState.DECIDED
    made.round = surveys.open_round(made.study, 2, made.items, [made.panels["W"]], made.experts, now)
    for row in made.round.items:
        row.previous_round_id = first.id
    session.commit()
    return made


def _come_in(page: Page, survey: Survey) -> Page:
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/x/{survey.study.id}/domains/{survey.domains[0].id}")
    return page


def _points(survey: Survey) -> dict[int, int | None]:
    rows = session.scalars(
        select(Rating).where(Rating.round_id == survey.round.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    return {one.item_id: one.point for one in rows}


def _seen() -> set[int]:
    found = set(session.scalars(select(Exposure.item_id)))
    session.commit()
    return found


def test_answers_of_a_page_are_kept_in_one_tap(open_page: Callable[..., Page], survey: Survey) -> None:
    page = _come_in(open_page(), survey)
    section, cards = page.locator("#keep"), page.locator(".item-card")
    expect(section.get_by_role("button")).to_have_text(
        "Keep my answers for the 3 items above that I have not answered"
    )
    cards.nth(1).locator(".tile", has_text="9").click()
    expect(section.get_by_role("button")).to_have_text(
        "Keep my answers for the 2 items above that I have not answered"
    )
    section.locator("summary").click()
    expect(section.get_by_role("listitem").filter(visible=True)).to_have_text(
        ["Statement A00 (en): 5", "Statement A02 (en): 7"]
    )
    assert accessibility_problems(page) == []
    section.get_by_role("button").press("Enter")
    expect(section).to_be_hidden()
    expect(page.get_by_role("button", name="Save and continue").last).to_be_focused()
    expect(page.locator("#status")).to_have_text("All changes saved")
    one, two, three, _ = (item.id for item in survey.items)
    assert _points(survey) == {one: 5, two: 9, three: 7}
    cards.nth(0).get_by_role("button", name="Take my answer back").click()
    expect(section.get_by_role("button")).to_have_text(
        "Keep my answer for the 1 item above that I have not answered"
    )


def test_answers_of_a_page_are_kept_without_a_script(open_page: Callable[..., Page], survey: Survey) -> None:
    page = _come_in(open_page(320, java_script_enabled=False), survey)
    page.locator(".item-card").nth(1).locator(".tile", has_text="9").click()
    page.locator("#keep button").click()
    one, two, three, _ = (item.id for item in survey.items)
    assert _points(survey) == {one: 5, two: 9, three: 7}
    expect(page.locator("#keep")).to_have_count(0)


def test_enter_in_a_field_keeps_nothing(open_page: Callable[..., Page], survey: Survey) -> None:
    page = _come_in(open_page(), survey)
    page.locator(".item-card").nth(3).get_by_label("Unable to rate").check()
    page.locator(f"#u-{survey.items[3].id}-importance").press("Enter")
    expect(page.locator("#answers")).to_have_count(0)
    assert _points(survey) == {survey.items[3].id: None}


def test_only_what_was_on_screen_for_a_while_is_noted(open_page: Callable[..., Page], survey: Survey) -> None:
    page = _come_in(open_page(), survey)
    first, *_, last = (item.id for item in survey.items)
    with page.expect_response("**/seen"):
        page.wait_for_timeout(100)
    assert first in _seen()
    assert last not in _seen()
    with page.expect_response("**/seen"):
        page.locator(".item-card").last.scroll_into_view_if_needed()
    assert last in _seen()


@pytest.mark.parametrize("width", [320, 1280])
def test_settled_items_are_accessible(open_page: Callable[..., Page], survey: Survey, width: int) -> None:
    survey.round.state = RoundState.CLOSED
    survey.items[3].panels = []
    session.delete(survey.round.items[0])
    session.commit()
    page = _come_in(open_page(width), survey)
    page.goto(f"/x/{survey.study.id}/settled")
    expect(page.locator(".settled")).to_have_count(1)
    assert accessibility_problems(page) == []
    assert not scrolls_sideways(page)

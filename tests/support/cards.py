"""The cards of a page as an expert fills them in, and what of it has arrived in the database."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page
from sqlalchemy import Select, select

from delphi.db import session
from delphi.models import Rating
from tests.support.surveys import Survey


def page_of(survey: Survey) -> str:
    return f"/x/{survey.study.id}/domains/{survey.domains[0].id}"


def enter(page: Page, survey: Survey) -> None:
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()


def come_in(page: Page, survey: Survey) -> Page:
    enter(page, survey)
    page.goto(page_of(survey))
    page.wait_for_load_state()
    return page


def card(page: Page, number: int) -> Locator:
    return page.locator(".item-card").nth(number)


def choose(page: Page, item: int, point: int) -> None:
    card(page, item).locator(".tile", has_text=str(point)).click()


def box(page: Page, item: int) -> Locator:
    return card(page, item).get_by_label("Your comment")


def stored(query: Select[Any]) -> list[Any]:
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    session.commit()
    return rows


def points() -> list[int | None]:
    return [one.point for one in stored(select(Rating).order_by(Rating.item_id))]

"""The consensus board in a real browser: keys, filters, bulk confirmation and undo, two facilitators at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Decision, Round
from delphi.services import analyses
from tests.conftest import PASSWORD
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
AGREED: dict[str, list[int | None]] = {"W": [9, 9, 9, 8, 8, 7, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7, 3, 7]}
SPLIT: dict[str, list[int | None]] = {"W": [9, 9, 9, 9, 8, 8, 8, 7, 7, 7], "C": [1, 1, 2, 2, 1, 2, 8, 8]}


@dataclass
class Study:
    world: World
    board: str

    def item(self, code: str) -> int:
        return self.world.items[code].id


@pytest.fixture
def study(app: Flask, alice: Account, fay: Account) -> Study:
    """Round 2 is closed: A is agreed on, B divides the panels, C was rated by panel W alone."""
    session().expire_on_commit = False
    now = datetime.now(UTC) - timedelta(days=30)
    world = make_world(alice, fay, now, {"W": 10, "C": 8})
    for number in (1, 2):
        opened: Round = open_round(world, now)
        for code, points in (("A", AGREED), ("B", SPLIT), ("C", {"W": [5] * 10})):
            rate(world, opened, code, points if number == 2 else {"W": [5] * 10, "C": [5] * 8}, now)
        now += timedelta(days=7)
        closed = close(world, opened, now)
        if number == 1:
            decide_all(world, closed, now)
    analyses.fill(closed, now=now)
    session.commit()
    return Study(world, f"/studies/{world.study.id}/board")


def _signed_in(page: Page, account: Account) -> Page:
    page.goto("/sign-in")
    page.locator("[name=email]").fill(account.email)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    return page


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def _decided(study: Study) -> dict[str, str]:
    codes = {item.id: code for code, item in study.world.items.items()}
    rows = session.scalars(
        select(Decision).order_by(Decision.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    latest = max(row.round_id for row in rows)
    own = [row for row in rows if row.round_id == latest]
    return {codes[row.item_id]: "undone" if row.undone else row.outcome for row in own}


def test_decisions_by_keyboard(open_page: OpenPage, study: Study) -> None:
    page = _signed_in(open_page(1280), study.world.fay)
    page.goto(study.board)
    _press(page, "j", "j")
    assert _focused(page) == "B"
    _press(page, "ArrowUp")
    assert _focused(page) == "A"
    with page.expect_navigation():
        _press(page, "f")
    expect(page.get_by_text("1 verdict confirmed.")).to_be_visible()
    expect(page.locator(".board a:focus")).to_have_text("B")  # on with the next
    _press(page, "x")
    expect(page.get_by_label("Confirm Re-rate for B")).not_to_be_checked()
    with page.expect_navigation():
        _press(page, "Enter")
    expect(page.get_by_role("heading", name="B In play")).to_be_visible()
    expect(page.get_by_text("A rule holds in W and not in C.")).to_be_visible()
    page.get_by_role("radio", name="Revise and ask again").focus()
    _press(page, "Space")
    page.get_by_label("Reason", exact=True).fill("It says two things.")
    page.get_by_role("button", name="Decide, then the next item").focus()
    with page.expect_navigation():
        _press(page, "Enter")
    expect(page.get_by_role("heading", name="C In play")).to_be_visible()
    assert _decided(study) == {"A": "promote", "B": "revise"}


def test_no_key_acts_while_one_types_and_they_can_be_turned_off(open_page: OpenPage, study: Study) -> None:
    page = _signed_in(open_page(1280), study.world.fay)
    page.goto(study.board)
    page.get_by_label("Words").focus()
    page.keyboard.type("jf?x")
    assert page.get_by_label("Words").input_value() == "jf?x"
    expect(page.locator("dialog.keys")).to_be_hidden()
    page.locator("h1").click()
    _press(page, "?")
    expect(page.get_by_role("dialog", name="Keys on the board")).to_be_visible()
    page.get_by_label("Use these keys in this browser").uncheck()
    _press(page, "Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()
    _press(page, "j")
    assert _focused(page) != "A"


def test_filters_bulk_and_undo(open_page: OpenPage, study: Study) -> None:
    page = _signed_in(open_page(1280), study.world.fay)
    page.goto(study.board)
    page.get_by_label("divide the panels").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".board [id^=item-]")).to_have_count(1)
    page.get_by_role("link", name="All items, in their order").click()
    expect(page.locator(".board [id^=item-]")).to_have_count(3)
    page.get_by_role("button", name="Confirm ticked verdicts").click()
    expect(page.get_by_text("3 verdicts confirmed.")).to_be_visible()
    page.get_by_role("button", name="Undo this confirmation").click()
    expect(page.get_by_text("3 decisions are undone.")).to_be_visible()
    assert set(_decided(study).values()) == {"undone"}
    page.get_by_role("button", name="Confirm ticked verdicts").click()
    page.get_by_role("button", name="Finish round 2").click()
    page.goto(study.board)
    page.get_by_label("Why").fill("The last minute brought a new argument.")
    page.get_by_role("button", name="Take the decisions up again").click()
    expect(page.get_by_text("Round 2 can be decided again.")).to_be_visible()


def test_two_facilitators_at_once(open_page: OpenPage, study: Study) -> None:
    fay, alice = (_signed_in(open_page(1280), one) for one in (study.world.fay, study.world.alice))
    for page in (fay, alice):
        page.goto(f"{study.board}/{study.item('B')}")
    for page, outcome, reason in (
        (alice, "Dropped", "Nobody needs it."),
        (fay, "Revise and ask again", "It says two things."),
    ):
        page.get_by_role("radio", name=outcome).check()
        page.get_by_label("Reason", exact=True).fill(reason)
        page.get_by_role("button", name="Decide", exact=True).click()
    expect(fay.get_by_role("alert")).to_contain_text("Somebody else decided this item")
    expect(fay.locator("#decide .note")).to_contain_text("Nobody needs it.")
    expect(fay.get_by_label("Reason", exact=True)).to_have_value("It says two things.")
    assert _decided(study) == {"B": "drop"}
    fay.get_by_role("button", name="Decide", exact=True).click()
    expect(fay.get_by_text("Decided.", exact=True)).to_be_visible()
    assert _decided(study) == {"B": "revise"}


def test_a_rewording_shows_what_changes_while_it_is_typed(open_page: OpenPage, study: Study) -> None:
    page = _signed_in(open_page(1280), study.world.fay)
    page.goto(f"{study.board}/{study.item('B')}")
    page.get_by_text("Reword it for the next round").click()
    page.locator("#title-en").fill("Knows all of the law (en)")
    shown = page.locator(".reword .changed", has_text="all of")
    expect(shown.locator("ins")).to_contain_text("all of")
    expect(shown.locator("del")).to_have_count(0)
    page.get_by_label("Why does the wording change?").fill("Which law was not clear.")
    page.get_by_role("button", name="Save as a new wording").click()
    expect(page.get_by_text("The item has a new wording, number 2.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_board_and_an_item_are_accessible(open_page: OpenPage, study: Study, width: int) -> None:
    page = _signed_in(open_page(width), study.world.fay)
    every = "&".join(
        f"column={key}" for key in ("ratings", "high", "panels", "fragility", "holds", "presets")
    )
    for place in (study.board, f"{study.board}?{every}&sort=high", f"{study.board}/{study.item('B')}"):
        page.goto(place)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
        assert accessibility_problems(page) == []
        assert not scrolls_sideways(page)

"""The expert's pages in a real browser, first of all on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Select, select

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Comment, Feedback, Rating
from delphi.services import links
from tests.support import surveys
from tests.support.browser import Server, accessibility_problems, scrolls_sideways
from tests.support.studies import DOCUMENT
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser
LABELS = (
    'band_labels = { low = { en = "Not at all" }, middle = { en = "Somewhat" }, high = { en = "Very" } }\n'
)
THREE_BANDS = DOCUMENT.replace("question =", LABELS + "question =", 1)


@pytest.fixture
def survey(app: Flask) -> Survey:
    """Its rows stay readable after a commit: reading them again would hold SQLite's write lock."""
    session().expire_on_commit = False
    made = surveys.make(datetime.now(UTC), items=7, document=THREE_BANDS)
    session.commit()
    return made


@pytest.fixture
def phone(open_page: Callable[..., Page], survey: Survey) -> Page:
    """Ben's phone, on the first page of the first domain."""
    page = open_page()
    _come_in(page, survey)
    return page


def _come_in(page: Page, survey: Survey) -> None:
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/x/{survey.study.id}/domains/{survey.domains[0].id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Domain 0")
    page.wait_for_load_state()


def _card(page: Page, number: int) -> Any:
    return page.locator(".item-card").nth(number)


def _stored(query: Select[Any]) -> list[Any]:
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    session.commit()
    return rows


def _points(round_id: int = 1) -> dict[int, int | None]:
    return {one.item_id: one.point for one in _stored(select(Rating).where(Rating.round_id == round_id))}


def _comments() -> list[str]:
    return _stored(select(Comment.text))


def _saved(page: Page) -> None:
    expect(page.locator("#status")).to_have_text("All changes saved")


def test_an_answer_is_saved_as_it_is_given(phone: Page, survey: Survey) -> None:
    expect(phone.locator("#status")).to_be_empty()
    _card(phone, 0).locator(".tile", has_text="7").click()
    _saved(phone)
    expect(phone.get_by_text("1 of 7 rated")).to_be_visible()
    assert _points() == {survey.items[0].id: 7}
    _card(phone, 1).get_by_label("Unable to rate").check()
    _saved(phone)
    phone.reload()
    expect(_card(phone, 0).get_by_role("radio", name="7 (Very)")).to_be_checked()
    expect(_card(phone, 1).get_by_label("Unable to rate")).to_be_checked()


def test_what_is_shown_as_saved_survives_sigkill(phone: Page, survey: Survey, server: Server) -> None:
    _card(phone, 0).locator(".tile", has_text="7").click()
    _saved(phone)
    server.kill()
    assert _points() == {survey.items[0].id: 7}


def test_arrow_keys_move_and_save(phone: Page, survey: Survey) -> None:
    first = _card(phone, 0).get_by_role("radio").first
    first.focus()
    phone.keyboard.press("Space")
    for _ in range(3):
        phone.keyboard.press("ArrowRight")
    _saved(phone)
    assert _points() == {survey.items[0].id: 4}
    assert phone.url.endswith(f"/domains/{survey.domains[0].id}")


def test_a_comment_is_saved_while_it_is_written(phone: Page, survey: Survey) -> None:
    box = _card(phone, 0).get_by_label("Your comment")
    box.press_sequentially("Too narrow.")
    expect(phone.locator("#status")).to_have_text("Saving…")
    expect(_card(phone, 0).get_by_text("11 of 4000 characters")).to_be_visible()
    _saved(phone)
    assert _comments() == ["Too narrow."]


def test_an_answer_can_be_taken_back(phone: Page, survey: Survey) -> None:
    card = _card(phone, 0)
    expect(card.get_by_role("button", name="Take my answer back")).to_be_hidden()
    card.locator(".tile", has_text="7").click()
    card.get_by_role("button", name="Take my answer back").click()
    _saved(phone)
    assert _points() == {survey.items[0].id: None}
    expect(phone.get_by_text("0 of 7 rated")).to_be_visible()


def test_it_tries_again_until_the_server_is_back(phone: Page, survey: Survey, server: Server) -> None:
    server.kill()
    _card(phone, 0).locator(".tile", has_text="7").click()
    expect(phone.locator("#status")).to_have_text("Not saved – trying again")
    _card(phone, 0).locator(".tile", has_text="8").click()
    _card(phone, 1).locator(".tile", has_text="2").click()
    server.start()
    expect(phone.locator("#status")).to_have_text("All changes saved", timeout=20_000)
    assert _points() == {survey.items[0].id: 8, survey.items[1].id: 2}


def test_a_closed_round_says_so_and_keeps_the_text(phone: Page, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    session.commit()
    box = _card(phone, 4).get_by_label("Your comment")
    box.fill("Too late, but well meant.")
    expect(phone.locator("#waiting")).to_contain_text("This round is closed")
    expect(phone.locator("#waiting")).to_be_in_viewport()
    expect(phone.locator("#status")).to_have_text("Not saved")
    expect(box).to_have_value("Too late, but well meant.")
    phone.get_by_role("button", name="Save and continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("These last changes were not saved")
    expect(phone.get_by_label("Your message to the research team")).to_have_value(
        re.compile("Too late, but well meant.")
    )


def test_after_the_visit_ended_the_link_brings_everything_back(phone: Page, survey: Survey) -> None:
    phone.context.clear_cookies()
    _card(phone, 0).locator(".tile", has_text="7").click()
    expect(phone.locator("#waiting")).to_contain_text("Open your link again")
    other = phone.context.new_page()
    other.goto(f"/i/{survey.token(survey.ben)}")
    with other.expect_navigation():  # closing a page on its way has been seen to wait for ever
        other.get_by_role("button", name="Continue").click()
    other.wait_for_load_state()
    expect(phone.locator("#status")).to_have_text("All changes saved", timeout=40_000)
    expect(phone.locator("#waiting p")).to_be_empty()
    assert _points() == {survey.items[0].id: 7}


def test_a_revoked_link_says_so(phone: Page, survey: Survey) -> None:
    links.revoke_all(survey.ben, datetime.now(UTC))
    session.commit()
    _card(phone, 0).locator(".tile", has_text="7").click()
    expect(phone.locator("#waiting")).to_contain_text("This visit has ended")


def test_save_and_continue_goes_on_with_everything_saved(phone: Page, survey: Survey) -> None:
    _card(phone, 0).locator(".tile", has_text="7").click()
    _card(phone, 1).get_by_label("Your comment").fill("Typed just before the button.")
    phone.get_by_role("button", name="Save and continue").click()
    expect(phone).to_have_url(f"{phone.url.split('/domains')[0]}/domains/{survey.domains[0].id}?page=2")
    assert _comments() == ["Typed just before the button."]
    assert _points() == {survey.items[0].id: 7}


def test_without_a_script(open_page: Callable[..., Page], survey: Survey) -> None:
    page = open_page(java_script_enabled=False)
    _come_in(page, survey)
    _card(page, 0).locator(".tile", has_text="7").click()
    _card(page, 1).get_by_label("Your comment").fill("Too narrow.")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Back").click()
    assert _points() == {survey.items[0].id: 7}
    expect(_card(page, 0).get_by_role("radio", name="7 (Very)")).to_be_checked()
    _card(page, 0).get_by_label("Take my answer back").check()
    page.get_by_role("button", name="Save and continue").click()
    assert _points() == {survey.items[0].id: None}


@pytest.fixture
def second_round(survey: Survey) -> Survey:
    now = datetime.now(UTC)
    first = survey.round
    for item in survey.items:
        wording_id = item.wordings[0].id
        session.add(
            Rating(
                round_id=first.id, expert_id=survey.ben.id, item_id=item.id, wording_id=wording_id,
                criterion="importance", point=5, updated_at=now,
            )
        )  # fmt: skip
        pooled = {"n": 62, "counts": [1, 2, 2, 4, 6, 5, 13, 17, 12], "median": 8.0, "percent_high": 74.2}
        said = [{"text": "Keep it.", "language": "en", "stance": "for"}]
        told = {"importance": {"groups": {"pooled": pooled}}}
        content = {"round": 1, "wording": 1, "criteria": told, "comments": said}
        session.add(Feedback(round_id=first.id, item_id=item.id, content=content, frozen_at=now))
    first.state = RoundState.DECIDED
    opened = surveys.open_round(
        survey.study, 2, survey.items, [survey.panels["W"]], survey.experts, now, THREE_BANDS
    )
    for row in opened.items:
        row.previous_round_id = first.id
    session.commit()
    survey.round = opened
    return survey


def test_keeping_the_earlier_answer_is_one_tap(second_round: Survey, phone: Page) -> None:
    card = _card(phone, 0)
    card.get_by_label("Keep my round 1 answer (5)").check()
    _saved(phone)
    assert _points(second_round.round.id) == {second_round.items[0].id: 5}
    card.locator(".tile", has_text="7").click()
    expect(card.get_by_text("What changed your mind?")).to_be_visible()
    card.locator(".tile", has_text="6").click()
    expect(card.get_by_text("What changed your mind?")).to_be_hidden()


def _check(page: Page, where: str) -> None:
    page.evaluate("scrollTo(0, 0)")  # away from under the header, which stays in view
    assert accessibility_problems(page) == [], where
    assert not scrolls_sideways(page), where


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    second_round: Survey, open_page: Callable[..., Page], width: int
) -> None:
    texts = second_round.items[0].wordings[0].texts
    texts[0].title, texts[0].description = "Considers " * 26, "A long description of it. " * 180
    second_round.study.title = {
        "en": "A study title of a hundred and more characters, as they are in fact " * 3
    }
    session.commit()
    page = open_page(width)
    addresses = [
        "/lost-link",
        "/lost-link?sent=1",
        "/i/unknown",
        f"/i/{second_round.token(second_round.ben)}",
    ]
    base = f"/x/{second_round.study.id}"
    inside = [f"{base}/", f"{base}/consent", f"{base}/check", f"{base}/domains/{second_round.domains[0].id}"]
    for address in [*addresses, "enter", *inside]:
        if address == "enter":
            page.get_by_role("button", name="Continue").click()
            continue
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        _check(page, address)


def test_pages_in_french_fit_the_narrowest_phone(
    second_round: Survey, open_page: Callable[..., Page]
) -> None:
    second_round.ben.language = "fr"
    session.commit()
    page = open_page(320)
    page.goto(f"/i/{second_round.token(second_round.ben)}")
    page.get_by_role("button", name="Continuer").click()
    base = f"/x/{second_round.study.id}/"
    for address in (base, f"{base}domains/{second_round.domains[0].id}"):
        page.goto(address)
        assert "évalués" in page.locator(".how-far").inner_text()
        _check(page, address)


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_below_moves_when_an_answer_is_given(
    second_round: Survey, open_page: Callable[..., Page], width: int
) -> None:
    page = open_page(width)
    page.goto(f"/i/{second_round.token(second_round.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/x/{second_round.study.id}/domains/{second_round.domains[0].id}")
    clear = _card(page, 1).locator("[data-clear]")
    expect(clear).to_be_hidden()
    before = page.evaluate("document.documentElement.scrollHeight")
    _card(page, 1).locator(".keep-own").click()
    expect(clear).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") == before


def test_the_note_of_saving_lets_taps_through(phone: Page) -> None:
    expect(phone.locator("#status")).to_have_css("pointer-events", "none")


def test_pages_before_and_after_a_round_are_accessible(
    survey: Survey, open_page: Callable[..., Page]
) -> None:
    survey.ben.state = ExpertState.INVITED
    survey.round.state = RoundState.CLOSED
    session.commit()
    page = open_page(320)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    for name in ("I would rather not take part", "I changed my mind", "I agree"):
        _check(page, name)
        page.get_by_text(name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Round 1 is closed")
    _check(page, "closed")
    page.get_by_role("button", name="End this visit").click()
    _check(page, "left")
    page.goto(f"/x/{survey.study.id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This visit has ended")
    _check(page, "ended")


def test_tiles_are_large_enough_for_a_thumb(phone: Page) -> None:
    for tile in phone.locator(".tile").all()[:9]:
        box = tile.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44


def test_a_phone_shows_three_rows_of_three_and_a_wide_screen_one(phone: Page) -> None:
    def rows() -> int:
        boxes = [tile.bounding_box() for tile in phone.locator(".tile").all()[:9]]
        return len({round(box["y"]) for box in boxes if box})

    assert rows() == 3
    phone.set_viewport_size({"width": 1280, "height": 800})
    assert rows() == 1


def test_times_are_also_told_where_the_reader_is(open_page: Callable[..., Page], survey: Survey) -> None:
    page = open_page(timezone_id="Asia/Tokyo")
    _come_in(page, survey)
    expect(page.locator("time + .own-time")).to_contain_text("where you are")
    same = open_page(timezone_id="America/Toronto")
    _come_in(same, survey)
    assert same.locator(".own-time").count() == 0

"""Nothing given on a device is lost or counted twice: cut connections, two tabs, two devices, late answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Comment, CommentChange, Note, Rating, RatingChange
from tests.support import surveys
from tests.support.browser import Server, accessibility_problems, scrolls_sideways
from tests.support.cards import box, card, choose, come_in, enter, page_of, points, stored
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
SENDING = re.compile(r"/x/\d+/answers")
SOON = 20_000  # milliseconds; the pauses between two tries grow
KEPT_ADDRESSES = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = await Promise.all(caches_.map((cache) => cache.keys()));
  return requests.flat().map((request) => new URL(request.url).pathname.split("/").pop());
}"""
WITHOUT_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('none'); } });"


@pytest.fixture
def survey(app: Flask) -> Survey:
    session().expire_on_commit = False
    made = surveys.make(datetime.now(UTC), items=7)
    session.commit()
    return made


@pytest.fixture
def phone(open_page: OpenPage, survey: Survey) -> Page:
    return come_in(open_page(), survey)


def _chosen(page: Page, item: int, point: int) -> None:
    expect(card(page, item).get_by_role("radio", name=str(point), exact=True)).to_be_checked()


def _history() -> list[tuple[int | None, bool]]:
    rows = stored(select(RatingChange).order_by(RatingChange.id))
    return [(one.point, one.superseded) for one in rows]


def _saved(page: Page) -> None:
    expect(page.locator("#status")).to_have_text("All changes saved", timeout=SOON)


def _waits(page: Page, text: str) -> None:
    expect(page.locator("#waiting p")).to_contain_text(text, timeout=SOON)


def _on_device(page: Page) -> int:
    return int(
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('delphi-answers-')).length")
    )


def _lose_replies(context: BrowserContext) -> None:
    """The server gets what is sent, the device never hears of it."""

    def deliver(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
        route.abort()

    context.route(SENDING, deliver)


def test_what_is_given_before_the_script_has_arrived_is_saved_too(
    open_page: OpenPage, survey: Survey
) -> None:
    page = open_page()
    enter(page, survey)
    held: list[Any] = []
    page.route("**/answers.js", lambda route: held.append(route))
    page.goto(page_of(survey), wait_until="commit")
    choose(page, 0, 7)
    box(page, 1).fill("Written early.")
    expect(page.locator("#status")).to_be_empty()
    held[0].continue_()
    _saved(page)
    assert points() == [7]
    assert [one.text for one in stored(select(CommentChange))] == ["Written early."]
    choose(page, 0, 8)
    _saved(page)
    assert _history() == [(7, False), (8, False)]


def test_answers_wait_on_the_device_and_are_sent_once_when_it_is_back(
    phone: Page, survey: Survey, server: Server
) -> None:
    context = phone.context
    context.set_offline(True)
    choose(phone, 0, 7)
    choose(phone, 1, 3)
    choose(phone, 1, 4)
    box(phone, 2).fill("Written on a train.")
    box(phone, 2).blur()
    _waits(phone, "No connection. 3 answers wait on this device")
    expect(phone.locator("#status")).to_have_text("Not saved – trying again")
    server.kill()  # a closed page is online again: that is how Chromium plays being cut off
    phone.close()
    assert points() == []

    server.start()
    context.set_offline(False)
    back = context.new_page()
    enter(back, survey)
    expect(back.locator("#waiting p")).to_be_empty(timeout=SOON)
    back.goto(page_of(survey))
    _chosen(back, 0, 7)
    _chosen(back, 1, 4)
    expect(box(back, 2)).to_have_value("Written on a train.")
    assert points() == [7, 4]
    assert _history() == [(7, False), (4, False)]
    assert [one.text for one in stored(select(CommentChange))] == ["Written on a train."]
    assert _on_device(back) == 0


def test_a_lost_reply_does_not_make_two_answers(phone: Page, survey: Survey) -> None:
    _lose_replies(phone.context)
    choose(phone, 0, 7)
    _waits(phone, "1 answer waits on this device")
    assert points() == [7]
    phone.context.unroute_all()
    _saved(phone)
    assert _history() == [(7, False)]


def test_what_waits_is_shown_over_what_is_saved(phone: Page, survey: Survey) -> None:
    choose(phone, 0, 3)
    _saved(phone)
    phone.context.route(SENDING, lambda route: route.abort())
    choose(phone, 0, 7)
    _waits(phone, "1 answer waits")
    phone.reload()
    _chosen(phone, 0, 7)
    _waits(phone, "1 answer waits")
    assert points() == [3]
    phone.context.unroute_all()
    _saved(phone)
    assert points() == [7]


def test_without_a_connection_a_page_says_so(phone: Page, survey: Survey) -> None:
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.wait_for_function("caches.match('/offline').then((page) => !!page)")
    phone.context.set_offline(True)
    phone.goto(page_of(survey))
    expect(phone.get_by_role("heading", name="No connection").first).to_be_visible()
    expect(phone.get_by_text("Statement A00")).to_have_count(0)
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Try again").first.click()
    expect(phone.get_by_text("Statement A00 (en)")).to_be_visible()


def test_nothing_of_the_study_is_kept_for_pages_without_a_connection(phone: Page, survey: Survey) -> None:
    phone.wait_for_function("caches.match('/offline').then((page) => !!page)")
    phone.reload()
    kept = phone.evaluate(KEPT_ADDRESSES)
    assert sorted(kept) == ["delphi.css", "offline"]


def test_a_browser_that_keeps_nothing_says_so_and_warns(open_page: OpenPage, survey: Survey) -> None:
    page = open_page()
    page.add_init_script(WITHOUT_STORAGE)
    come_in(page, survey)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(True)
    choose(page, 0, 7)
    _waits(page, "They wait only while this page is open")
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    _saved(page)
    assert points() == [7]


def test_two_tabs(phone: Page, survey: Survey) -> None:
    other = phone.context.new_page()
    other.goto(page_of(survey))
    choose(phone, 0, 3)
    _saved(phone)
    _chosen(other, 0, 3)
    expect(card(other, 0)).to_contain_text("Changed on another page or device: now 3.")
    expect(other.locator("#announcer")).to_contain_text("now 3")
    choose(other, 0, 7)
    _saved(other)
    _chosen(phone, 0, 7)
    expect(card(phone, 0)).to_contain_text("now 7")
    assert _history() == [(3, False), (7, False)]


def test_a_text_is_not_taken_from_under_the_writer(phone: Page, survey: Survey) -> None:
    other = phone.context.new_page()
    other.goto(page_of(survey))
    box(other, 0).press_sequentially("I am wri")
    _saved(other)
    box(phone, 0).fill("From the first tab.")
    box(phone, 0).blur()
    _saved(phone)
    expect(card(other, 0)).to_contain_text("Meanwhile another text was saved")
    expect(card(other, 0)).to_contain_text("From the first tab.")
    expect(box(other, 0)).to_have_value("I am wri")
    box(other, 0).press_sequentially("ting.")
    _saved(other)
    expect(box(phone, 0)).to_have_value("I am writing.")
    kept = {one.text for one in stored(select(CommentChange))}
    assert {"From the first tab.", "I am writing."} <= kept


def test_the_other_text_can_be_taken(phone: Page, survey: Survey) -> None:
    other = phone.context.new_page()
    other.goto(page_of(survey))
    box(other, 0).press_sequentially("Mine")
    _saved(other)
    box(other, 0).focus()
    box(phone, 0).fill("Theirs.")
    box(phone, 0).blur()
    _saved(phone)
    card(other, 0).get_by_role("button", name="Use that text").click()
    expect(box(other, 0)).to_have_value("Theirs.")
    assert [one.text for one in stored(select(Comment))] == ["Theirs."]


def test_two_devices(phone: Page, survey: Survey, open_page: OpenPage) -> None:
    """The phone was without a connection while the laptop was used later: the laptop's answer counts."""
    laptop = come_in(open_page(1280), survey)
    phone.context.set_offline(True)
    choose(phone, 0, 3)
    choose(phone, 1, 8)
    _waits(phone, "2 answers wait")
    choose(laptop, 0, 9)
    _saved(laptop)
    phone.context.set_offline(False)
    _saved(phone)
    _chosen(phone, 0, 9)
    expect(card(phone, 0)).to_contain_text("Changed on another page or device: now 9.")
    assert points() == [9, 8]
    assert _history() == [(9, False), (3, True), (8, False)]
    laptop.evaluate("dispatchEvent(new Event('focus'))")
    _chosen(laptop, 1, 8)


def test_another_experts_queue_is_never_sent(phone: Page, survey: Survey) -> None:
    """A shared tablet: Ben's answers wait, Chloé opens her link in the same browser."""
    phone.context.set_offline(True)
    choose(phone, 0, 7)
    _waits(phone, "1 answer waits")
    phone.context.route(SENDING, lambda route: route.abort())
    phone.context.set_offline(False)
    other = phone.context.new_page()
    other.goto(f"/i/{survey.token(survey.chloe)}")
    other.get_by_role("button", name="Continue").click()
    phone.context.unroute_all()
    other.goto(page_of(survey))
    expect(card(other, 0).get_by_role("radio", checked=True)).to_have_count(0)
    _waits(phone, "This visit has ended")
    assert points() == []
    other.goto(f"/i/{survey.token(survey.ben)}")
    other.get_by_role("button", name="Continue").click()
    expect(other.locator("#waiting p")).to_be_empty(timeout=SOON)
    _saved(phone)
    assert [(one.expert_id, one.point) for one in stored(select(Rating))] == [(survey.ben.id, 7)]


def test_a_round_that_closes_in_mid_page(phone: Page, survey: Survey) -> None:
    choose(phone, 0, 7)
    _saved(phone)
    survey.round.state = RoundState.CLOSED
    session.commit()
    choose(phone, 1, 8)
    box(phone, 1).fill("Too late, but well meant.")
    box(phone, 1).blur()
    _waits(phone, "This round is closed")
    expect(phone.locator("#status")).to_have_text("Not saved")
    phone.get_by_role("button", name="Show them and tell the research team").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("These last changes were not saved")
    expect(phone.locator("dd", has_text="Too late, but well meant.")).to_be_visible()
    assert accessibility_problems(phone) == []
    assert not scrolls_sideways(phone)
    phone.get_by_role("button", name="Send it to the research team").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("The research team has your message")
    assert accessibility_problems(phone) == []
    expect(phone.locator("#waiting p")).to_be_empty()
    assert _on_device(phone) == 0
    assert points() == [7]
    (note,) = stored(select(Note.text))
    assert "Statement A01 (en): 8" in note
    assert "Too late, but well meant." in note


def test_what_has_no_room_in_one_note_waits_for_the_next(phone: Page, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    session.commit()
    for item in range(5):
        box(phone, item).fill(f"{item} " * 1900)
        box(phone, item).blur()
    _waits(phone, "This round is closed")
    for left in (1, 0):
        phone.get_by_role("button", name="Show them and tell the research team").click()
        phone.get_by_role("button", name="Send it to the research team").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("The research team has your message")
        assert _on_device(phone) == left
    told = " ".join(stored(select(Note.text)))
    assert all(told.count(f"{item} " * 1899) == 1 for item in range(5))


def test_a_page_left_open_hears_that_the_round_has_closed(phone: Page, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    session.commit()
    phone.evaluate("dispatchEvent(new Event('focus'))")
    _waits(phone, "This round is closed")


def test_what_came_too_late_can_be_removed_from_the_device(phone: Page, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    session.commit()
    choose(phone, 1, 8)
    _waits(phone, "This round is closed")
    phone.goto(f"/x/{survey.study.id}/")
    _waits(phone, "This round is closed")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="Remove them from this device").click()
    assert _on_device(phone) == 0


def test_a_visit_that_ends_while_something_is_typed(phone: Page, survey: Survey) -> None:
    phone.context.clear_cookies()
    box(phone, 0).fill("A long thought.")
    card(phone, 1).get_by_label("Unable to rate").check()
    card(phone, 1).get_by_label("Why can you not rate it?").fill("Not my field.")
    _waits(phone, "Open your link again")
    phone.close()
    back = phone.context.new_page()
    enter(back, survey)
    expect(back.locator("#waiting p")).to_be_empty(timeout=SOON)
    back.goto(page_of(survey))
    expect(box(back, 0)).to_have_value("A long thought.")
    expect(card(back, 1).get_by_label("Why can you not rate it?")).to_have_value("Not my field.")
    assert [one.unable_reason for one in stored(select(Rating))] == ["Not my field."]


def test_reasons_and_kinds_are_saved_as_they_are_given(phone: Page, survey: Survey) -> None:
    first = card(phone, 0)
    why, kind = (
        first.get_by_label("Why can you not rate it?"),
        first.get_by_label("What kind of comment is it?"),
    )
    expect(why).to_be_hidden()
    expect(kind).to_be_hidden()
    first.get_by_label("Unable to rate").check()
    why.fill("Not my field.")
    box(phone, 0).fill("Who is meant?")
    kind.select_option("a question")
    _saved(phone)
    phone.reload()
    expect(why).to_have_value("Not my field.")
    expect(kind).to_have_value("question")
    assert [one.kind for one in stored(select(Comment))] == ["question"]


def test_what_is_shown_as_saved_survives_sigkill_with_a_queue(
    phone: Page, survey: Survey, server: Server
) -> None:
    choose(phone, 0, 7)
    _saved(phone)
    server.kill()
    choose(phone, 1, 8)
    _waits(phone, "1 answer waits")
    server.start()
    _saved(phone)
    assert points() == [7, 8]

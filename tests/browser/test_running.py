"""A round is run: reminders, a contact corrected, a message, who joined late, closed by mistake and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ExpertState
from delphi.models import Contact, Message
from delphi.models.message import MessageState
from delphi.services import accounts
from tests.browser.conftest import Serve
from tests.conftest import PASSWORD
from tests.support.browser import Server, accessibility_problems, scrolls_sideways
from tests.support.rounds import World, make_world, open_round
from tests.support.studies import add_experts, join

pytestmark = pytest.mark.browser


@pytest.fixture
def world(app: Flask) -> World:
    """A round open since yesterday; one invitation bounced."""
    now = datetime.now(UTC)
    alice, fay = (
        accounts.create(f"{name}@example.org", name, PASSWORD, is_admin=False, now=now)
        for name in ("alice", "fay")
    )
    made = make_world(alice, fay, now)
    open_round(made, now - timedelta(days=1))
    for message in session.scalars(select(Message)):
        message.state, message.sent_at = MessageState.SENT, now - timedelta(days=1)
    ben = made.experts["W"][0]
    bounced = session.scalars(select(Message).where(Message.expert_id == ben.id)).one()
    bounced.state, bounced.error = MessageState.FAILED, "550 5.1.1 no such mailbox"
    session.get_one(Contact, ben.id).name = "Ben Quill"
    join(made.study, accounts.create("o@example.org", "Oscar", PASSWORD, False, now), Role.OBSERVER, now)
    session.commit()
    return made


@pytest.fixture
def site(world: World, serve: Serve) -> Server:
    return serve(smtp_host="127.0.0.1", smtp_port="1", smtp_security="none")


@pytest.fixture
def page(chromium: Browser, site: Server) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url, locale="en-CA")
    opened = context.new_page()
    opened.goto("/sign-in")
    opened.locator("[name=email]").fill("alice@example.org")
    opened.locator("[name=password]").fill(PASSWORD)
    press(opened, opened.locator("main form button.primary"))
    yield opened
    context.close()


def press(page: Page, button) -> None:
    with page.expect_navigation():
        button.click()


def sound(page: Page) -> None:
    """By axe as it is, and without sideways scroll on the narrowest phone."""
    assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert not scrolls_sideways(page)
    assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def typed(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def address(world: World, rest: str = "rounds/1") -> str:
    """Read, and let go of the database, which the server needs."""
    found = f"/studies/{world.study.id}/{rest}"
    session.commit()
    return found


def test_reminders_are_planned_and_one_is_cancelled(page: Page, world: World) -> None:
    page.goto(address(world))
    expect(page.locator(".steps-so-far")).to_contain_text("17 Invited")
    sound(page)

    page.get_by_label("Days before closing").fill("2, 1")
    press(page, page.get_by_role("button", name="Plan", exact=True))
    expect(page.locator(".flash")).to_contain_text("2 reminders are planned.")
    press(page, page.get_by_role("button", name="Cancel").first)
    expect(page.locator(".flash")).to_contain_text("The reminder is cancelled.")
    sound(page)


def test_whoever_bounced_is_found_and_the_contact_corrected(page: Page, world: World) -> None:
    page.goto(address(world))
    press(page, page.get_by_role("link", name="Who is not done"))
    page.get_by_label("How far").select_option("bounced")
    press(page, page.get_by_role("button", name="Show"))
    expect(page.locator("caption")).to_have_text("1 of 17 not done")
    sound(page)

    press(page, page.get_by_role("link", name="Contacts"))
    sound(page)
    page.get_by_text("Act Ben Quill").click()
    press(page, page.get_by_role("link", name="Correct Ben Quill"))
    page.get_by_label("E-mail address").fill("ben.quill@example.org")
    page.get_by_label("Send the open round’s invitation again").check()
    press(page, page.get_by_role("button", name="Save"))
    expect(page.locator("main")).to_contain_text("ben.quill@example.org")
    expect(page.locator(".flash").last).to_contain_text("The invitation is sent again")
    sound(page)


def test_a_message_is_written_looked_at_counted_and_sent(page: Page, world: World) -> None:
    page.goto(address(world, "announcements"))
    press(page, page.get_by_role("link", name="Write a message"))
    page.get_by_label("How far they are").select_option("not_done")
    page.get_by_label("Subject").first.fill("A week is left")
    sound(page)
    page.get_by_label("Subject").last.fill("")
    press(page, page.get_by_role("button", name="Look at it and count"))
    expect(page.get_by_role("alert")).to_contain_text("needs a subject in every language")
    expect(page.get_by_label("Subject").first).to_have_value("A week is left")
    page.get_by_label("Subject").last.fill("Une semaine encore")
    press(page, page.get_by_role("button", name="Look at it and count"))
    expect(page.get_by_role("heading", name="To 17 experts")).to_be_visible()
    expect(page.frame_locator("iframe").first.get_by_text("Hello Robin Taylor,")).to_be_visible()
    sound(page)
    press(page, page.get_by_role("button", name="Send it to 17 experts"))
    expect(page.locator(".flash")).to_contain_text("17 messages are queued.")
    sound(page)


def test_who_joined_late_is_invited_and_the_round_extended(page: Page, world: World) -> None:
    add_experts(world.study, world.panels["C"], 1, datetime.now(UTC), ExpertState.INVITED)
    session.commit()
    page.goto(address(world))
    press(page, page.get_by_role("button", name="Invite 1 expert now"))
    expect(page.locator(".steps-so-far")).to_contain_text("18 Invited")

    page.get_by_label("New closing time").fill("2001-01-01T10:00")
    press(page, page.get_by_role("button", name="Change the closing time"))
    expect(page.get_by_role("alert")).to_contain_text("The closing time is past.")
    expect(page.get_by_label("New closing time")).to_have_value("2001-01-01T10:00")
    page.get_by_label("New closing time").fill(typed(14))
    press(page, page.get_by_role("button", name="Change the closing time"))
    expect(page.locator(".flash")).to_contain_text("has a new closing time")


def test_a_round_closed_by_mistake_is_opened_again(page: Page, world: World) -> None:
    page.goto(address(world))
    press(page, page.get_by_role("button", name="Close the round now"))
    page.goto(address(world))
    page.get_by_text("Closed by mistake?").click()
    sound(page)
    page.get_by_label("New closing time").fill(typed(10))
    press(page, page.get_by_role("button", name="Open the round again"))
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    page.get_by_label("Why").fill("Closed a day early.")
    press(page, page.get_by_role("button", name="Open the round again"))
    expect(page.locator("h1")).to_contain_text("Open")
    page.goto(address(world, ""))
    expect(page.locator("main")).to_contain_text("because: Closed a day early.")


def test_the_page_refreshes_itself_while_somebody_looks(page: Page, world: World) -> None:
    page.clock.install()
    page.goto(address(world))
    expect(page.locator(".steps-so-far")).to_contain_text("17 Invited")
    page.get_by_text("What is counted").click()
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    world.experts["W"][1].state = ExpertState.DECLINED
    session.commit()
    page.clock.fast_forward(31_000)
    expect(page.locator(".steps-so-far")).to_contain_text("Declined or left: 1")
    expect(page.locator("#what-counts")).to_have_attribute("open", "")

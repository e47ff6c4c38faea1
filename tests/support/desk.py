"""What a team does at its desk, step by step, in a browser: for tests of whole studies."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.support.browser import accessibility_problems
from tests.support.smtp import Mailbag

BANK = Path(__file__).parents[3] / "shared" / "data" / "ipv_framework_items.csv"
SIZES = {"Women": 31, "Children": 16, "Men": 25}
CODES = {"Women": "W", "Children": "C", "Men": "M"}
MAIL_WITHIN = 120  # seconds


@dataclass(frozen=True)
class Person:
    number: int
    panel: str

    @property
    def address(self) -> str:
        return f"{self.panel.lower()}{self.number}@example.org"


PEOPLE = [Person(number, panel) for panel, size in SIZES.items() for number in range(size)]


def press(page: Page, name: str) -> None:
    """A button that leads on to another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def sound(page: Page) -> None:
    problems = accessibility_problems(page)
    assert problems == [], f"{page.url}: {problems}"


def bank() -> tuple[str, bytes]:
    """The real bank of 155 items where it is to be had, else the demo's."""
    if BANK.exists():
        return BANK.name, BANK.read_bytes()
    from delphi.demo import content

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["code", "domain", "title", "description", "panels"])
    writer.writerows(
        [one.code, one.domain["en"], one.title["en"], one.description["en"], "all"] for one in content.items()
    )
    return "items.csv", text.getvalue().encode()


def experts_csv() -> bytes:
    lines = ["name,email,language,panels"]
    lines += [f"Expert {one.number} of {one.panel},{one.address},en,{one.panel}" for one in PEOPLE]
    return "\n".join(lines).encode()


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def set_up(page: Page) -> str:
    """A study with its protocol and panels; returns its address."""
    page.goto("/studies/new")
    page.get_by_label("English", exact=True).first.check()
    page.locator("[name=languages][value=fr]").uncheck()
    page.locator("[name=title_en]").fill("What specialists need to know and do")
    page.locator("[name=time_zone]").select_option("America/Toronto")
    page.locator("[name=contact]").fill("study@example.org")
    page.locator("main form button.primary").click()
    study = re.sub(r"(/studies/\d+).*", r"\1", page.url)
    page.goto(f"{study}/protocol/presets")
    page.get_by_role("button", name="Begin with COMET 70/15", exact=True).click()
    for name, code in CODES.items():
        page.goto(f"{study}/panels")
        page.locator("#code").fill(code)
        page.locator("[name=name_en]").fill(name)
        page.locator("main form:has(#code) button.primary").click()
    return study


def import_file(page: Page, address: str, name: str, data: bytes, button: str) -> None:
    page.goto(address)
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.locator("main form button.primary").click()
    sound(page)
    press(page, button)


def write_consent(page: Page, study: str) -> None:
    page.goto(f"{study}/consent/edit")
    page.locator("[name=text_en]").fill("We ask you to rate items.\n\nYou can stop whenever you like.")
    page.locator("button[value=save]").click()


def seal(page: Page, study: str) -> None:
    page.goto(f"{study}/protocol/seal")
    page.locator("#confirm").check()
    press(page, "Seal the protocol")


def open_round(page: Page, study: str, number: int) -> None:
    page.goto(f"{study}/rounds/new")
    closes = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    page.locator("#closes_at").fill(closes)
    page.locator("#instructions_en").fill(f"These are the instructions of round {number}.")
    sound(page)
    press(page, "Save the plan")
    press(page, "Open the round now")
    expect(page.get_by_text("The invitations are on their way.")).to_be_visible()


def wait_for_invitations(bag: Mailbag, count: int) -> None:
    """They bring a calendar file; copies of the consent and thanks, which arrive between them, do not."""
    end = time.monotonic() + MAIL_WITHIN
    while (arrived := sum(any(mail.iter_attachments()) for mail in list(bag.messages))) < count:
        assert time.monotonic() < end, f"{arrived} of {count} invitations arrived"
        time.sleep(0.2)


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/i/\S+", body.get_content())
    assert found is not None
    return found.group(0)

"""A round's comments handled by two people: coded apart, redacted with release, chosen in order, answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from delphi.db import session
from delphi.models import Account
from tests.browser.conftest import OpenPage
from tests.conftest import PASSWORD
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, make_world, open_round, rate

pytestmark = pytest.mark.browser

NEEDLE = "Quillfeather"
POINTS = {"W": [9, 9, 9, 8, 8, 8, 2, 2], "C": [9, 9, 5, 5, 1, 1]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    made.study.release_redactions = True
    opened = open_round(made, clock())
    rate(made, opened, "A", POINTS, clock())
    write(made, opened, "A", "W", 0, f"Ask {NEEDLE} about it.", clock())
    write(made, opened, "A", "W", 6, "Costs too much time for a small team.", clock())
    write(made, opened, "A", "C", 4, "Much too much time for a small team.", clock())
    close(made, opened, clock())
    session.commit()
    return made


def signed_in(page: Page, address: str) -> Page:
    page.goto("/sign-in")
    page.locator("[name=email]").fill(address)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    return page


def press(page: Page, name: str, place: int = 0) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).nth(place).click()


def code(page: Page, base: str, ticks: list[str]) -> None:
    """One tick for each comment, in the order of the page."""
    page.goto(f"{base}/comments/coding")
    assert "Workload" in page.locator("main").inner_text()
    for place, name in enumerate(ticks):
        page.locator(".comment").nth(place).get_by_label(name).check()
    press(page, "Save my codes")
    expect(page.locator(".flash")).to_contain_text(f"{len(ticks)} comments coded.")


def test_two_people_handle_the_comments_of_a_round(
    world: World, alice: Account, fay: Account, open_page: OpenPage
) -> None:
    base = f"/studies/{world.study.id}"
    addresses = fay.email, alice.email
    session.rollback()  # the server writes from now on
    of_fay, of_alice = (
        signed_in(open_page(width), one) for width, one in zip((1280, 320), addresses, strict=True)
    )

    of_fay.goto(f"{base}/comments/themes")
    of_fay.get_by_label("Name").fill("Workload")
    press(of_fay, "Add the theme")
    code(of_fay, base, ["none applies", "Workload", "Workload"])
    code(of_alice, base, ["none applies", "Workload", "none applies"])
    of_alice.goto(f"{base}/comments/agreement")
    expect(of_alice.locator("tr", has_text="Workload")).to_contain_text("67%")
    of_fay.goto(f"{base}/comments/disagreements")
    of_fay.get_by_label("Workload").check()
    press(of_fay, "Settle")
    expect(of_fay.locator("main")).to_contain_text("Nothing to settle")

    of_fay.goto(f"{base}/comments?search={NEEDLE}")
    with of_fay.expect_navigation():
        of_fay.get_by_role("link", name="Open").first.click()
    one = of_fay.url
    of_fay.get_by_label("What is read instead").fill("Ask [name] about it.")
    press(of_fay, "Save the redaction")
    expect(of_fay.locator("main")).to_contain_text("waits for release")
    assert of_fay.get_by_role("button", name="Release").count() == 0
    of_alice.goto(one)
    press(of_alice, "Release the redacted text")
    of_alice.get_by_label("What was done (English)").fill("The contact is named in the guide now.")
    press(of_alice, "Save the answer")

    of_fay.goto(f"{base}/rounds/1/comments")
    of_fay.locator(".comment", has_text="[name]").get_by_label("Show in the feedback").check()
    press(of_fay, "Save the choice")
    expect(of_fay.locator(".note.warning").first).to_contain_text(
        "Dissenting arguments are missing on 1 item"
    )
    against = of_fay.locator(".comment", has_text="Costs too much")
    against.get_by_label("Show in the feedback").check()
    against.get_by_label("Place").fill("1")
    of_fay.locator(".comment", has_text="[name]").get_by_label("Place").fill("2")
    press(of_fay, "Save the choice")
    assert of_fay.locator(".note.warning").count() == 0
    assert of_fay.locator(".comment").first.inner_text().startswith("Costs too much")
    assert NEEDLE not in of_fay.content()

    look_at_all(of_alice, base)
    look_at_all(of_fay, base)


def look_at_all(page: Page, base: str) -> None:
    """Axe, and no sideways scroll, on each page about comments."""
    parts = (
        "",
        "/themes",
        "/answers",
        "/coding",
        "/coding?show=all",
        "/alike",
        "/agreement",
        "/disagreements?show=settled",
    )
    addresses = [f"{base}/comments{part}" for part in parts]
    found = []
    for address in [*addresses, f"{base}/rounds/1/comments", f"{base}/rounds/1/comments/1"]:
        page.goto(address)
        found += [f"{address}: {problem}" for problem in accessibility_problems(page)]
        if scrolls_sideways(page):
            found.append(f"{address} scrolls sideways")
    assert found == []

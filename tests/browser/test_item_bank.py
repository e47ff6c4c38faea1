"""The item bank by mouse and by keyboard: near-duplicates merged, an item split, the order changed, items ticked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.importers.tables import read_table
from delphi.models import Item
from delphi.services import accounts, item_imports
from tests.browser.conftest import OpenPage
from tests.conftest import PASSWORD
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.studies import add_panel, make_study

pytestmark = pytest.mark.browser

TABLE = """code,domain_en,title_en,title_fr
R1,Risk,Assesses danger to children,Évalue le danger pour les enfants
R2,Risk,Assesses the danger to a child,Évalue les dangers pour un enfant
R3,Risk,Keeps records and tells the person what is in them,Tient des dossiers et dit ce qu’ils contiennent
L1,Law,Knows family law,Connaît le droit de la famille
"""


@pytest.fixture
def study(app: Flask) -> int:
    """Its number: reading the row again would hold the database."""
    now = datetime.now(UTC)
    alice = accounts.create("alice@example.org", "Alice", PASSWORD, is_admin=True, now=now)
    made = make_study(alice, now)
    add_panel(made, alice, now, "W", "Women’s services")
    item_imports.import_table(made, read_table(TABLE.encode(), "items.csv"), alice, now)
    study_id = made.id
    session.commit()
    return study_id


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("alice@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).not_to_contain_text("Sign in")


def sound(page: Page) -> None:
    assert accessibility_problems(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def states(study: int) -> dict[str, str]:
    rows = session.query(Item.code, Item.state).filter_by(study_id=study).order_by(Item.position).all()
    session.rollback()
    return {code: state.value for code, state in rows}


@pytest.mark.parametrize("width", [320, 1280])
def test_near_duplicates_are_merged_and_an_item_is_split(open_page: OpenPage, study: int, width: int) -> None:
    page = open_page(width)
    sign_in(page)
    page.goto(f"/studies/{study}/items")
    sound(page)
    page.get_by_role("link", name="Near-duplicates").click()
    expect(page.locator(".near-pair")).to_have_count(1)
    sound(page)
    page.get_by_role("link", name="Merge these two").click()
    expect(page.locator("h1")).to_have_text("Merge 2 items")
    sound(page)
    page.get_by_role("radio", name="R2").check()
    page.locator("#title_en").fill("Assesses danger to every child")
    page.get_by_label("Why").fill("They said the same")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("h1")).to_contain_text("Assesses danger to every child")
    assert states(study)["R1"] == ItemState.MERGED

    page.get_by_role("link", name="Split into several").click()
    sound(page)
    page.get_by_role("button", name="One more item").click()
    expect(page.get_by_role("heading", name="New item 3")).to_be_visible()
    for number, title in enumerate(("Sees danger", "Judges danger", "Tells of danger"), start=1):
        page.locator(f"#p{number}_title_en").fill(title)
        page.locator(f"#p{number}_title_fr").fill(title)
    page.get_by_label("Why").fill("Three ideas")
    page.get_by_role("button", name="Split the item").click()
    expect(page.get_by_text("R2 is split into R2a, R2b, R2c.")).to_be_visible()
    page.get_by_role("link", name="Genealogy").click()
    expect(page.get_by_text("They said the same").first).to_be_visible()
    sound(page)
    gone = {"R1": "merged", "R2": "split"}
    assert states(study) == gone | dict.fromkeys(("R2a", "R2b", "R2c", "R3", "L1"), "candidate")

    page.get_by_role("button", name="Undo the split").click()
    expect(page.get_by_text("The split is undone. Back in the bank: R2.")).to_be_visible()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("The merge is undone. Back in the bank: R1.")).to_be_visible()
    assert states(study) == dict.fromkeys(("R1", "R2", "R3", "L1"), "candidate")


def test_the_order_by_keyboard_and_by_drag(open_page: OpenPage, study: int) -> None:
    page = open_page(1280)
    sign_in(page)
    page.goto(f"/studies/{study}/items")
    with page.expect_response(lambda answer: "/move" in answer.url and answer.ok):
        page.get_by_role("button", name="Move R1").press("ArrowDown")
    expect(page.locator("#order-said")).to_have_text("The order is saved.")
    expect(page.get_by_role("button", name="Move R1")).to_be_focused()
    assert list(states(study))[:3] == ["R2", "R1", "R3"]
    with page.expect_response(lambda answer: "/move" in answer.url and answer.ok):
        page.get_by_role("button", name="Move R3").drag_to(
            page.locator("li", has_text="R2").first, target_position={"x": 300, "y": 2}
        )
    page.reload()
    assert list(states(study))[:3] == ["R3", "R2", "R1"]
    assert page.locator(".bank .code").all_inner_texts()[:3] == ["R3", "R2", "R1"]


def test_ticked_items_are_set_aside_and_the_rest_is_said(open_page: OpenPage, study: int) -> None:
    session.query(Item).filter_by(code="L1").update({"state": ItemState.PROMOTED})
    session.commit()
    page = open_page(320)
    sign_in(page)
    page.goto(f"/studies/{study}/items")
    for code in ("R3", "L1"):
        page.get_by_role("checkbox", name=code).check()
    expect(page.locator("#ticked-count")).to_have_text("Ticked: 2")
    sound(page)
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("2 items are chosen")).to_be_visible()
    sound(page)
    page.get_by_label("Why").fill("Out of scope")
    page.get_by_role("button", name="Set items aside").click()
    expect(page.get_by_text("1 item is set aside.")).to_be_visible()
    expect(page.get_by_text("Left as they are: L1.")).to_be_visible()
    assert (states(study)["R3"], states(study)["L1"]) == ("dropped", "promoted")


def test_without_scripts_items_are_ticked_and_put_in_order(open_page: OpenPage, study: int) -> None:
    page = open_page(390, java_script_enabled=False)
    sign_in(page)
    page.goto(f"/studies/{study}/items")
    assert page.locator(".handle:visible").count() == 0
    page.get_by_role("link", name="Keeps records").click()
    page.get_by_label("Place in its domain").fill("1")
    page.get_by_role("button", name="Put there").click()
    assert next(iter(states(study))) == "R3"
    expect(page.locator("h1")).to_contain_text("R3")

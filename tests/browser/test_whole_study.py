"""A whole study as a team would run it: from a spreadsheet of items to results anyone can recompute."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.models import Item
from delphi.services import accounts
from tests.browser.conftest import Serve
from tests.conftest import PASSWORD
from tests.support.browser import Server, scrolls_sideways
from tests.support.desk import (
    PEOPLE,
    Person,
    bank,
    experts_csv,
    import_file,
    link_in,
    open_round,
    press,
    seal,
    set_up,
    sign_in,
    sound,
    wait_for_invitations,
    write_consent,
)
from tests.support.form_client import FormClient
from tests.support.smtp import Mailbag

pytestmark = pytest.mark.browser

MINIMUM_RATERS = 10  # of the preset


CLICKING, *OTHERS = PEOPLE


def point(item: int, person: Person, round_number: int) -> int:
    """What a person answers: items are agreed on, split, refused, or divide the panels."""
    kind, step = item % 5, person.number % 10
    if kind == 0:
        return 7 + person.number % 3
    if kind == 1:
        return 8 if step < 8 else 5
    if kind == 2:
        agreed_later = round_number == 2 and item % 2 == 0
        return 9 if step < (9 if agreed_later else 5) else 2
    if kind == 3:
        return 1 + person.number % 3
    return 8 if person.panel == "Women" or round_number == 2 else 5


def verdict(by_panel: Mapping[str, Iterable[int]]) -> str:
    """COMET 70/15 in every panel, worked out by hand."""
    groups = [sorted(points) for points in by_panel.values()]
    if any(len(group) < MINIMUM_RATERS for group in groups):
        return "insufficient"
    shares = [(sum(p >= 7 for p in group), sum(p <= 3 for p in group), len(group)) for group in groups]
    if all(100 * high >= 70 * n and 100 * low < 15 * n for high, low, n in shares):
        return "promote"
    if all(100 * low >= 70 * n and 100 * high < 15 * n for high, low, n in shares):
        return "drop"
    return "re-rate"


@pytest.fixture
def site(app: Flask, serve: Serve, smtp_server: Mailbag) -> Server:
    accounts.create("alice@example.org", "Alice", PASSWORD, is_admin=True, now=datetime.now(UTC))
    session.commit()
    return serve(with_worker=True, web_workers="2", **smtp_server.settings)


@pytest.fixture
def browse(chromium: Browser, site: Server) -> Iterator[Callable[[int], Page]]:
    contexts = []

    def make(width: int) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, base_url=site.url, locale="en-CA", accept_downloads=True
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def item_ids() -> dict[str, int]:
    found = dict(session.execute(select(Item.code, Item.id).order_by(Item.id)).all())
    session.rollback()  # or this process would hold the write lock
    return found


def rate_by_clicking(page: Page, link: str, items: Mapping[int, str]) -> int:
    """On a phone: from the mail to the end of the first domain. Returns how many items were rated."""
    page.goto(link)
    sound(page)
    press(page, "Continue")
    with page.expect_navigation():
        page.locator("main form button.primary").first.click()
    rated = 0
    sound(page)
    while "/domains/" in page.url:
        assert not scrolls_sideways(page)
        for name in page.locator("main input[type=radio][value='1']").evaluate_all(
            "all => all.map(one => one.name)"
        ):
            item_id = int(name.split("-")[1])
            value = point(int(items[item_id]), CLICKING, 1)
            page.locator(f"main label:has(input[name='{name}'][value='{value}'])").click()
            expect(page.locator("#status")).to_have_text("All changes saved")
            rated += 1
        page.locator("main textarea").first.fill("Needed by every specialist.")
        press(page, "Save and continue")
    return rated


def rate_without_browser(
    site: Server, bag: Mailbag, people: Iterable[Person], items: Mapping[int, str], number: int
) -> int:
    """Everyone else, several at a time: some by the forms, the others by what the script sends."""
    latest = {one.address: link_in(bag.to(one.address)[-1]) for one in people}

    def one_person(person: Person) -> int:
        client = FormClient(site.url)
        client.enter(latest[person.address])
        points = {item_id: point(int(key), person, number) for item_id, key in items.items()}
        by_form = person.number % 8 == 1
        return client.rate_everything(points) if by_form else client.send_everything(points)

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(one_person, people))


def exported(page: Page, study: str) -> dict[str, list[dict[str, str]]]:
    answer = page.request.get(f"{study}/export/study.zip")
    assert answer.ok
    archive = zipfile.ZipFile(io.BytesIO(answer.body()))
    return {
        name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in archive.namelist()
        if name.endswith(".csv")
    }


def recomputed(data: Mapping[str, list[dict[str, str]]]) -> dict[tuple[str, str], str]:
    """(round, item) -> verdict, from the exported ratings alone."""
    points: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in data["ratings.csv"]:
        for panel in row["panels"].split(";"):
            group = points[row["round"], row["item"]][panel]
            if row["rating"]:
                group.append(int(row["rating"]))
    return {place: verdict(by_panel) for place, by_panel in points.items()}


def told(data: Mapping[str, list[dict[str, str]]]) -> dict[tuple[str, str], str]:
    return {(row["round"], row["item"]): row["verdict"] for row in data["verdicts.csv"]}


def decide_with_one_override(page: Page, study: str, item_id: int) -> None:
    page.goto(f"{study}/board/{item_id}")
    sound(page)
    page.get_by_label("Ask again", exact=True).check()
    page.locator("#reason").fill("Two panels asked for a clearer wording first.")
    press(page, "Decide")
    press(page, "Confirm ticked verdicts")
    sound(page)
    press(page, "Finish round 1")


def reword(page: Page, study: str, item_id: int) -> None:
    page.goto(f"{study}/items/{item_id}")
    title = page.locator("textarea[name^=title]").first
    title.fill(title.input_value() + " with care")
    page.locator("#reason").fill("Comments asked how.")
    press(page, "Save as a new wording")


def prepare(desk: Page) -> tuple[str, dict[str, int]]:
    """Items and experts from their files, the protocol sealed; the study's address and its items."""
    sign_in(desk, "alice")
    study = set_up(desk)
    name, data = bank()
    count = len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))))
    import_file(desk, f"{study}/items/import", name, data, f"Import {count} items")
    import_file(desk, f"{study}/experts/import", "experts.csv", experts_csv(), "Import 72 experts")
    write_consent(desk, study)
    seal(desk, study)
    by_code = item_ids()
    assert len(by_code) == count
    return study, by_code


def play_first_round(
    desk: Page, phone: Page, site: Server, bag: Mailbag, study: str, items: Mapping[int, str]
) -> dict[str, list[dict[str, str]]]:
    """One expert clicks, the others are filled in; what the export says once it is closed."""
    open_round(desk, study, 1)
    wait_for_invitations(bag, len(PEOPLE))
    assert sorted(bag.recipients) == sorted(one.address for one in PEOPLE)
    assert rate_by_clicking(phone, link_in(bag.to(CLICKING.address)[0]), items) > 0
    assert rate_without_browser(site, bag, OTHERS, items, 1) > 10 * len(items)
    desk.goto(f"{study}/rounds/1")
    sound(desk)
    press(desk, "Close the round now")
    sound(desk)
    data = exported(desk, study)
    assert told(data) == recomputed(data)
    assert {"promote", "drop", "re-rate"} <= set(told(data).values())
    return data


def play_second_round(
    desk: Page, site: Server, bag: Mailbag, study: str, items: Mapping[int, str]
) -> list[dict[str, str]]:
    """Four experts of one panel have dropped out; the ratings of the round once it is closed."""
    staying = [one for one in OTHERS if not (one.panel == "Children" and one.number >= 12)]
    assert rate_without_browser(site, bag, staying, items, 2) > 0
    desk.goto(f"{study}/rounds/2")
    press(desk, "Close the round now")
    ratings = [row for row in exported(desk, study)["ratings.csv"] if row["round"] == "2"]
    press(desk, "Confirm ticked verdicts")
    press(desk, "Finish round 2")
    return ratings


def conclude(desk: Page, study: str) -> dict[str, list[dict[str, str]]]:
    desk.goto(f"{study}/results")
    sound(desk)
    press(desk, "Conclude the study")
    expect(desk.get_by_text("The study is concluded.")).to_be_visible()
    return exported(desk, study)


def check_results(data: Mapping[str, list[dict[str, str]]], overridden: str) -> None:
    """Every verdict follows from the ratings, every state from the decisions."""
    assert told(data) == recomputed(data)
    against = [row for row in data["decisions.csv"] if row["reason"]]
    assert [(row["item"], row["verdict"], row["outcome"]) for row in against] == [
        (overridden, "promote", "re-rate")
    ]
    outcomes = {row["item"]: row["outcome"] for row in data["decisions.csv"]}
    words = {"promote": "promoted", "drop": "dropped", "re-rate": "in_play"}
    states = {row["code"]: row["state"] for row in data["items.csv"]}
    assert {item: words[outcome] for item, outcome in outcomes.items()} == states


def test_a_study_from_spreadsheet_to_results(
    site: Server, browse: Callable[[int], Page], smtp_server: Mailbag
) -> None:
    desk, phone = browse(1280), browse(390)
    study, by_code = prepare(desk)
    items = {item_id: str(number) for number, item_id in enumerate(by_code.values())}
    first = play_first_round(desk, phone, site, smtp_server, study, items)

    verdicts = {item: found for (_, item), found in told(first).items()}
    promoted = next(item for item, found in verdicts.items() if found == "promote")
    again = next(item for item, found in verdicts.items() if found == "re-rate")
    decide_with_one_override(desk, study, by_code[promoted])
    reword(desk, study, by_code[again])
    open_round(desk, study, 2)
    wait_for_invitations(smtp_server, 2 * len(PEOPLE))
    check_feedback(phone, link_in(smtp_server.to(CLICKING.address)[1]), first, by_code, again)

    second = play_second_round(desk, site, smtp_server, study, items)
    waiting = {item for item, found in verdicts.items() if found == "re-rate"}
    assert {row["item"] for row in second} == waiting | {promoted}
    assert {row["item"] for row in second if row["wording"] == "2"} == {again}

    check_results(conclude(desk, study), promoted)
    phone.goto(link_in(smtp_server.to(CLICKING.address)[1]))
    press(phone, "Continue")
    sound(phone)
    assert not scrolls_sideways(phone)


def check_feedback(
    page: Page,
    link: str,
    first: Mapping[str, list[dict[str, str]]],
    by_code: Mapping[str, int],
    reworded: str,
) -> None:
    """The reworded item's card tells what the panel answered, and what the new wording changes."""
    page.goto(link)
    press(page, "Continue")
    page.goto(re.sub(r"(/x/\d+/).*", r"\1", page.url))
    field = f"r-{by_code[reworded]}-importance"
    card = page.locator(f"main .item-card:has(input[name='{field}'])")
    for address in page.locator("main a[href*='/domains/']").evaluate_all("all => all.map(one => one.href)"):
        page.goto(address)
        while "/domains/" in page.url and not card.count():
            press(page, "Save and continue")
        if card.count():
            break
    raters = [int(row["rating"]) for row in first["ratings.csv"] if row["item"] == reworded and row["rating"]]
    share = 100 * sum(one >= 7 for one in raters) / len(raters)
    expect(card).to_contain_text(f"({len(raters)} experts)")
    expect(card).to_contain_text(f"{round(share)}% rated 7–9")
    expect(card.locator("ins")).to_have_text(re.compile("with care"))
    sound(page)
    assert not scrolls_sideways(page)

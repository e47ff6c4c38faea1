"""A facilitator's week on the whole item bank: from the import to the second round opened."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, insert, select, update

from delphi.db import session
from delphi.domain.comments import CommentKind
from delphi.domain.permissions import Role
from delphi.domain.states import ExpertState, Invited, RoundState
from delphi.models import (
    Account,
    Comment,
    Contact,
    Decision,
    Expert,
    Item,
    Message,
    Participation,
    ParticipationPanel,
    Rating,
    Round,
    RoundItem,
    Study,
)
from delphi.models.message import MessageState
from delphi.services import accounts
from tests.browser.conftest import Serve
from tests.conftest import PASSWORD
from tests.support.browser import Server, scrolls_sideways
from tests.support.desk import (
    MAIL_WITHIN,
    PEOPLE,
    bank,
    experts_csv,
    import_file,
    press,
    seal,
    set_up,
    sign_in,
    sound,
    wait_for_invitations,
    write_consent,
)
from tests.support.smtp import Mailbag
from tests.support.studies import join

pytestmark = pytest.mark.browser

MISTYPED = "women3@example.org"
SAID = (
    ("Every specialist has to know this.", CommentKind.FOR),
    ("This is for lawyers, not for us.", CommentKind.AGAINST),
    ("Say what risk is meant here.", CommentKind.WORDING),
)
THEMES = ("Scope", "Wording")
Browse = Callable[[str], Page]


@pytest.fixture
def site(app: Flask, serve: Serve, smtp_server: Mailbag) -> Server:
    for name in ("alice", "fay", "gil"):
        accounts.create(
            f"{name}@example.org", name.title(), PASSWORD, is_admin=name == "alice", now=datetime.now(UTC)
        )
    session.commit()
    return serve(with_worker=True, web_workers="2", **smtp_server.settings)


@pytest.fixture
def browse(chromium: Browser, site: Server) -> Iterator[Browse]:
    """A desk of one of the team, signed in."""
    contexts = []

    def make(name: str) -> Page:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, base_url=site.url, locale="en-CA"
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, name)
        return page

    yield make
    for context in contexts:
        context.close()


def looked_at(page: Page) -> None:
    sound(page)
    assert not scrolls_sideways(page), page.url


def count(model: type, *which: object) -> int:
    found = session.scalar(select(func.count()).select_from(model).where(*which)) or 0  # type: ignore[arg-type]
    session.rollback()  # or this process would hold the write lock
    return found


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + MAIL_WITHIN
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


# Monday: the items.


def merge_two_that_say_nearly_the_same(desk: Page, study: str) -> None:
    desk.goto(f"{study}/items/near-duplicates?least=0.5")
    looked_at(desk)
    desk.get_by_role("link", name="Merge these two").first.click()
    looked_at(desk)
    desk.locator("input[name=into]").first.check()
    desk.get_by_label("Why", exact=True).fill("They say nearly the same.")
    press(desk, "Merge")


def split_one(desk: Page, study: str, item_id: int) -> None:
    desk.goto(f"{study}/items/{item_id}/split")
    for number, title in enumerate(("Knows how to ask", "Knows whom to ask"), start=1):
        desk.locator(f"#p{number}_code").fill(f"NEW.0{number}")
        desk.locator(f"#p{number}_title_en").fill(title)
    desk.get_by_label("Why", exact=True).fill("It asked two things at once.")
    looked_at(desk)
    press(desk, "Split the item")


def correct_a_typing_mistake(desk: Page, study: str, item_id: int) -> None:
    """Before anybody has seen the item: in place, without a new wording."""
    desk.goto(f"{study}/items/{item_id}")
    title = desk.locator("textarea[name^=title]").first
    title.fill(title.input_value() + " safely")
    desk.locator("main form:has(textarea[name^=title]) button.primary").click()
    expect(desk.locator("textarea[name^=title]").first).to_have_value(re.compile("safely$"))


# Tuesday: a dry run, then the real thing.


def rehearse(desk: Page, study: str) -> None:
    before = count(Item), count(Expert), count(Round), count(Study)
    desk.goto(f"{study}/rehearsals")
    looked_at(desk)
    press(desk, "Make the rehearsal")
    press(desk, "Open round 1")
    press(desk, "Answer for all the others")
    looked_at(desk)
    press(desk, "Close round 1")
    desk.goto(re.sub(r"(/studies/\d+).*", r"\1/rehearsals", desk.url))
    press(desk, "Delete the rehearsal")
    assert (count(Item), count(Expert), count(Round), count(Study)) == before


def open_first_round(desk: Page, study: str) -> None:
    desk.goto(f"{study}/rounds/new")
    closes = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    desk.locator("#closes_at").fill(closes)
    press(desk, "Save the plan")
    desk.locator("#days").fill("5, 2")
    press(desk, "Plan")
    expect(desk.get_by_text("Waits")).to_have_count(2)
    press(desk, "Open the round now")
    looked_at(desk)


# Wednesday: while it runs.


def remind(desk: Page, study: str) -> None:
    """Nobody is reminded a day after the invitation, so the invitations are made older first."""
    earlier = datetime.now(UTC) - timedelta(days=2)
    session.execute(update(Message).values(created_at=earlier, sent_at=earlier))
    session.commit()
    desk.goto(f"{study}/rounds/1/nudges")
    looked_at(desk)
    for box in desk.locator("input[name=expert]").all()[:2]:
        box.check()
    press(desk, "Remind those chosen")
    wait_until(
        lambda: count(Message, Message.kind.like("reminder%"), Message.state == MessageState.SENT) == 2
    )


def add_late(desk: Page, study: str) -> None:
    desk.goto(f"{study}/experts/new")
    desk.locator("[name=email]").fill("late@example.org")
    desk.locator("[name=panels]").first.check()
    desk.get_by_role("button", name="Add", exact=True).click()
    desk.goto(f"{study}/rounds/1")
    if desk.get_by_role("button", name="Invite 1 expert now").count():
        press(desk, "Invite 1 expert now")


def correct_an_address(desk: Page, study: str) -> None:
    found = session.scalar(select(Contact.expert_id).where(Contact.email == MISTYPED))
    session.rollback()
    desk.goto(f"{study}/contacts?search={MISTYPED}")
    looked_at(desk)
    desk.goto(f"{study}/experts/{found}/correct")
    desk.locator("[name=email]").fill("woman3@example.org")
    desk.locator("main form button.primary").click()
    desk.wait_for_url(re.compile(rf"/experts/{found}$|/contacts"))


def answer_everything(now: datetime) -> None:
    """What the panels say: items are agreed on, refused, or divide the panels; some comment."""
    asked = session.scalars(select(Round)).one()
    rows = session.execute(
        select(RoundItem.item_id, RoundItem.wording_id).where(RoundItem.round_id == asked.id)
    ).all()
    panels = dict(
        session.execute(
            select(Participation.expert_id, ParticipationPanel.panel_id).join(
                ParticipationPanel, ParticipationPanel.participation_id == Participation.id
            )
        ).all()
    )
    first = min(panels.values())

    def point(place: int, expert: int) -> int:
        answers = (7 + expert % 3, 8 if expert % 10 < 8 else 5, 9 if expert % 2 else 2, 1 + expert % 3)
        return answers[place % 5] if place % 5 < 4 else (8 if panels[expert] == first else 5)

    session.execute(
        insert(Rating),
        [
            {
                "round_id": asked.id, "expert_id": expert, "item_id": item_id, "wording_id": wording_id,
                "criterion": "importance", "point": point(place, expert), "unable": False, "updated_at": now,
            }
            for place, (item_id, wording_id) in enumerate(rows)
            for expert in panels
        ],
    )  # fmt: skip
    session.add_all(
        Comment(
            round_id=asked.id, expert_id=expert, item_id=item_id, wording_id=wording_id, language="en",
            text=f"{text} ({number})", kind=kind, updated_at=now,
        )
        for number, (item_id, wording_id) in enumerate(rows[:4])
        for expert, (text, kind) in zip(panels, SAID, strict=False)
    )  # fmt: skip
    session.execute(update(Participation).values(opened_at=now, submitted_at=now))
    session.execute(update(Expert).values(state=ExpertState.ACTIVE))
    session.commit()


# Thursday: what they said.


def make_themes(desk: Page, study: str) -> None:
    for theme in THEMES:
        desk.goto(f"{study}/comments/themes")
        desk.locator("#new-name").fill(theme)
        press(desk, "Add the theme")


def code(desk: Page, study: str, themes: Callable[[int], str]) -> None:
    """Each comment of the first page gets one theme."""
    desk.goto(f"{study}/comments/coding")
    looked_at(desk)
    for number, group in enumerate(desk.locator("fieldset.themes").all()):
        group.get_by_label(themes(number), exact=True).check()
    press(desk, "Save my codes")


def compare_codes(desk: Page, study: str, comments: int) -> None:
    desk.goto(f"{study}/comments/agreement")
    looked_at(desk)
    overall = desk.locator("table.agreement tr", has_text="All themes together")
    expect(overall.locator("td").first).to_have_text(str(comments * len(THEMES)))


# Friday: deciding, and the next round.


def decide_by_keyboard(desk: Page, study: str) -> None:
    """Two verdicts are followed by one key each, a third item is opened and decided against the rules."""
    desk.goto(f"{study}/board")
    looked_at(desk)
    desk.keyboard.press("j")
    for _ in range(2):
        with desk.expect_navigation():
            desk.keyboard.press("f")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    looked_at(desk)
    desk.get_by_role("radio", name="Revise and ask again").focus()
    desk.keyboard.press("Space")
    desk.get_by_label("Reason", exact=True).fill("Two panels asked for clearer words.")
    desk.get_by_role("button", name="Decide", exact=True).focus()
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert count(Decision) == 3


def confirm_and_take_back(desk: Page, study: str, asked: int) -> None:
    desk.goto(f"{study}/board")
    press(desk, "Confirm ticked verdicts")
    expect(desk.get_by_text(f"{asked - 3} verdicts confirmed.")).to_be_visible()
    press(desk, "Undo this confirmation")
    expect(desk.get_by_text(f"{asked - 3} decisions are undone.")).to_be_visible()
    press(desk, "Confirm ticked verdicts")
    press(desk, "Finish round 1")


def compose_the_next(desk: Page, study: str) -> None:
    desk.goto(f"{study}/rounds/1/feedback")
    looked_at(desk)
    desk.goto(f"{study}/rounds/new")
    looked_at(desk)
    closes = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    desk.locator("#closes_at").fill(closes)
    desk.get_by_label("Only who answered in round 1").check()
    press(desk, "Save the plan")
    looked_at(desk)
    press(desk, "Open the round now")
    expect(desk.get_by_text("The invitations are on their way.")).to_be_visible()


# The test.


def test_from_the_import_to_the_second_round(site: Server, browse: Browse, smtp_server: Mailbag) -> None:
    owner = browse("alice")
    study = set_up(owner)
    name, data = bank()
    items = len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))))
    import_file(owner, f"{study}/items/import", name, data, f"Import {items} items")
    import_file(owner, f"{study}/experts/import", "experts.csv", experts_csv(), "Import 72 experts")
    made = session.scalars(select(Study)).one()
    for colleague in ("fay", "gil"):
        account = session.scalars(select(Account).where(Account.email == f"{colleague}@example.org")).one()
        join(made, account, Role.FACILITATOR, datetime.now(UTC))
    session.commit()
    first_ids = list(session.scalars(select(Item.id).order_by(Item.position, Item.id)))
    session.rollback()

    desk = browse("fay")
    merge_two_that_say_nearly_the_same(desk, study)
    untouched = [
        one
        for one in session.scalars(select(Item.id).where(Item.state == "candidate").order_by(Item.id))
        if one in first_ids
    ]
    session.rollback()
    split_one(desk, study, untouched[-1])
    correct_a_typing_mistake(desk, study, untouched[-2])
    write_consent(owner, study)
    rehearse(owner, study)
    seal(owner, study)
    open_first_round(desk, study)
    wait_for_invitations(smtp_server, len(PEOPLE))
    add_late(owner, study)
    correct_an_address(owner, study)
    wait_for_invitations(smtp_server, len(PEOPLE) + 1)
    remind(desk, study)

    answer_everything(datetime.now(UTC))
    desk.goto(f"{study}/rounds/1")
    press(desk, "Close the round now")
    make_themes(desk, study)
    code(desk, study, lambda number: THEMES[number % 2])
    second = browse("gil")
    code(second, study, lambda number: THEMES[number % 2 if number else 1])
    compare_codes(second, study, 4 * len(SAID))

    decide_by_keyboard(desk, study)
    asked = count(RoundItem)
    confirm_and_take_back(desk, study, asked)
    compose_the_next(desk, study)
    latest = session.scalars(select(Round).order_by(Round.number.desc())).first()
    assert latest is not None
    assert (latest.number, latest.state, latest.invited) == (2, RoundState.OPEN, Invited.RESPONDENTS)
    again = session.scalar(select(func.count()).where(RoundItem.round_id == latest.id)) or 0
    assert 0 < again < asked

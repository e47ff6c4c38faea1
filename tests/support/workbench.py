"""The pictures of the team's pages: the demo study, its second round answered to the end, and a copy being set up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import insert, select, update

from delphi.db import session
from delphi.domain.wordings import ItemText
from delphi.models import Account, Item, Message, Participation, Rating, Round, Study
from delphi.models.message import MessageState
from delphi.services import (
    analyses,
    codings,
    comment_answers,
    comment_review,
    copies,
    decisions,
    demo,
    domains,
    items,
    rehearsals,
    rounds,
    themes,
)
from tests.support import report_pictures
from tests.support.browser import Server
from tests.support.pictures import keep, pages

SEED = 3
TALL = 1250
ITEM = "LAW.07"  # panels disagree about it, and comments stand for and against
REWORDED = "REL.07"
COPY = {
    "en": "What specialists need to know and do: northern region",
    "fr": "Ce que les spécialistes doivent savoir et faire : région du Nord",
}
ALIKE = {
    "en": ItemText(title="Combines a risk tool with the person’s own sense of how much danger there is"),
    "fr": ItemText(
        title="Combine un outil d’évaluation du risque et la perception du danger qu’a la personne"
    ),
}
# A theme, what it means, and words by which it is given; the second coder overlooks the last two.
THEMES = (
    (
        "Safety",
        "Somebody may come to harm by it, or be protected",
        ("danger", "risk", "safe", "sécurité", "home"),
    ),
    (
        "Whose task",
        "Whether every specialist should, or some",
        ("specialist", "spécialiste", "everyone", "trained"),
    ),
    (
        "Wording",
        "What the item says, not what it asks for",
        ("word", "phrase", "description", "sentence", "three"),
    ),
    ("Means", "Time, staff, training, places", ("workers", "minutes", "caseload", "milieux", "interpr")),
)
ANSWER = {
    "en": "The item now has one idea, and says what a person would notice.",
    "fr": "L’énoncé ne porte plus que sur une idée et dit ce que la personne remarquerait.",
}


@dataclass(frozen=True)
class Made:
    study: Study
    copy: Study
    rehearsal: Study
    alice: Account
    fay: Account


def site(now: datetime) -> Made:
    """Round 2 of the demo is open and on its way; a copy is being set up and rehearsed."""
    study = demo.load(now)
    alice, fay = (
        session.scalars(select(Account).where(Account.email == email)).one() for email, *_ in demo.STAFF[:2]
    )
    opened = rounds.get(study, 2)
    session.execute(
        update(Message)
        .where(Message.round_id == opened.id)
        .values(state=MessageState.SENT, sent_at=opened.opened_at, attempts=1)
    )
    copy = copies.duplicate(study, COPY, by=alice, now=now)
    like = session.scalars(select(Item).where(Item.study_id == copy.id, Item.code == "SAF.03")).one()
    items.add(copy, "SAF.09", domains.by_id(copy)[like.domain_id or 0], ALIKE, [], by=alice, now=now)
    rehearsal = rehearsals.make(copy, 8, by=alice, now=now)
    rehearsals.open_next(rehearsal, by=alice, now=now)
    rehearsals.answer(rehearsal, now=now)
    for comment in comment_review.of_round(rounds.get(study, 1)):
        if comment.item_id == _item(study, REWORDED).id:
            asked, row = comment_review.at(
                study, 1, comment.number, of=comment_review.total(rounds.get(study, 1))
            )
            wording = _item(study, REWORDED).wordings[-1]
            comment_answers.answer(study, asked, row, ANSWER, wording.id, by=fay, now=now)
    return Made(study, copy, rehearsal, alice, fay)


def _item(study: Study, code: str) -> Item:
    return session.scalars(select(Item).where(Item.study_id == study.id, Item.code == code)).one()


def _close(made: Made, now: datetime) -> None:
    """Answers to the end of round 2, its verdicts and what stands beside them, and comments coded by two people."""
    opened = rounds.get(made.study, 2)
    session.execute(insert(Rating), list(_missing(rounds.get(made.study, 1), opened, now)))
    closed = rounds.close(made.study, opened.id, by=made.fay, now=now)
    for one in rounds.of_study(made.study):
        analyses.fill(one, now=now)
    first = rounds.get(made.study, 1)
    comments = comment_review.of_round(first)
    known = [themes.add(made.study, name, meaning, by=made.fay, now=now).id for name, meaning, _ in THEMES]
    for coder, words in ((made.fay, slice(None)), (made.alice, slice(-2))):
        given = {
            comment.number: {
                theme
                for theme, (_name, _meaning, signs) in zip(known, THEMES, strict=True)
                if any(sign in comment.text.lower() for sign in signs[words])
            }
            for comment in comments
        }
        codings.code(made.study, 1, given, of=len(comments), by=coder, now=now)
    waiting = decisions.undecided(closed)
    decisions.confirm(made.study, closed.id, waiting[:4], by=made.fay, now=now)
    session.commit()


def _missing(first: Round, second: Round, now: datetime) -> Iterator[dict[str, Any]]:
    """Who has not answered an item again: most do, half of them a step nearer to the middle of the panel."""
    random = Random(SEED)
    given = set(
        session.execute(select(Rating.expert_id, Rating.item_id).where(Rating.round_id == second.id)).tuples()
    )
    asked = set(session.scalars(select(Participation.expert_id).where(Participation.round_id == second.id)))
    back = {expert for expert in sorted(asked) if random.random() < 0.9}
    wordings = {row.item_id: row.wording_id for row in second.items}
    query = select(Rating).where(Rating.round_id == first.id, Rating.point.is_not(None))
    for before in session.scalars(query.order_by(Rating.expert_id, Rating.item_id)):
        key = (before.expert_id, before.item_id)
        if before.item_id in wordings and before.expert_id in back and key not in given and before.point:
            step = (before.point < 7) - (before.point > 8) if random.random() < 0.5 else 0
            yield {
                "round_id": second.id,
                "expert_id": before.expert_id,
                "item_id": before.item_id,
                "wording_id": wordings[before.item_id],
                "criterion": before.criterion,
                "point": before.point + step,
                "unable": False,
                "updated_at": now,
            }


def take(server: Server, made: Made) -> None:
    study, copy = f"/studies/{made.study.id}", f"/studies/{made.copy.id}"
    item, reworded = _item(made.study, ITEM).id, _item(made.study, REWORDED).id
    rehearsal = f"/studies/{made.rehearsal.id}/rehearsals"
    session.commit()  # the server reads, and writes that somebody signs in
    with pages(server) as open_page:
        wide, narrow = (_signed_in(open_page(size)) for size in ("desktop", "phone"))
        _at(wide, f"{copy}/", "workbench-set-up", height=TALL)
        _at(wide, rehearsal, "workbench-rehearsal")
        _at(wide, f"{copy}/items/near-duplicates", "workbench-near-duplicates")
        _at(wide, f"{study}/items/{reworded}/genealogy", "workbench-genealogy")
        _at(wide, f"{study}/rounds/2", "workbench-round", height=TALL)
        _at(narrow, f"{study}/rounds/2", "workbench-round-phone")
        session.refresh(made.study)
        _close(made, datetime.now(UTC) + timedelta(seconds=1))
        _at(wide, f"{study}/", "workbench-overview")
        _at(wide, f"{study}/board?round=2", "board", height=TALL)
        _at(wide, f"{study}/board/{item}?round=2", "workbench-item", height=TALL)
        _at(narrow, f"{study}/board/{item}?round=2", "workbench-item-phone")
        _at(wide, f"{study}/comments?round=1&item={REWORDED}", "workbench-comments")
        _at(wide, f"{study}/comments/agreement", "workbench-agreement")
        _at(wide, f"{study}/figures/panels", "workbench-figure", height=TALL)
        report_pictures.take(made.study, datetime.now(UTC))
        closed = rounds.get(made.study, 2)
        decisions.confirm(
            made.study, closed.id, decisions.undecided(closed), by=made.fay, now=datetime.now(UTC)
        )
        decisions.finish(made.study, closed.id, by=made.fay, now=datetime.now(UTC))
        session.commit()
        _at(wide, f"{study}/rounds/new", "workbench-next-round", height=TALL)


def _signed_in(page: Page) -> Page:
    page.goto("/sign-in")
    page.locator("[name=email]").fill(demo.STAFF[0][0])
    page.locator("[name=password]").fill(demo.PASSWORD)
    page.locator("main form button.primary").click()
    page.wait_for_load_state()
    return page


def _at(page: Page, address: str, name: str, height: int = 0) -> None:
    """A picture of the page in a window of its usual height, or of this one."""
    window = page.viewport_size
    assert window is not None
    page.set_viewport_size({"width": window["width"], "height": height or window["height"]})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    keep(page, name)
    page.set_viewport_size(window)

"""A study worth reporting: two decided rounds, an amendment, an override, somebody who left, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select, update

from delphi.db import session
from delphi.domain.comments import CommentKind
from delphi.domain.withdrawals import Withdrawal
from delphi.domain.wordings import ItemText
from delphi.models import Account, Comment, Consent, ConsentText, Message, Participation, Round
from delphi.models.message import MessageState
from delphi.reports.document import (
    Block,
    Document,
    Drawing,
    Heading,
    Paragraph,
    Points,
    Quote,
    Section,
    Table,
)
from delphi.scoring.rules import Verdict
from delphi.services import (
    analyses,
    codings,
    comment_answers,
    comment_review,
    decisions,
    items,
    protocols,
    rounds,
    themes,
    withdrawals,
)
from delphi.services.reporting.record import Record
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate
from tests.support.studies import DOCUMENT

# Panel M has 3 experts, under the minimum of 5; of C, 6, nothing may be told either, as all less W less C is M.
FIRST = {
    "A": {"W": [9, 9, 8, 8, 7, 5, 5, None], "C": [9, 9, 8, 8, 7, 1], "M": [2, 2, 2]},
    "B": {"W": [9] * 8, "C": [9] * 6, "M": [9, 9, 9]},
    "C": {"W": [1] * 7},
}
SECOND = {"A": {"W": [9, 9, 8, 8, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [2, 3, 3]}}
AMENDED = DOCUMENT.replace(
    'at_least = 70 }, { statistic = "percent_low"', 'at_least = 75 }, { statistic = "percent_low"', 1
)
WHY_AMENDED = "Seventy per cent proved too easy."
WHY_OVERRIDDEN = "Only the smallest panel holds out, and its comments ask for another wording."


def make(alice: Account, fay: Account, clock: Clock) -> World:
    world = make_world(alice, fay, clock())
    first = _first(world, clock)
    clock.advance(days=1)
    reworded = {"en": ItemText("Knows the law that applies"), "fr": ItemText("Connaît le droit applicable")}
    items.reword(world.items["A"], reworded, "Says which law.", alice, clock())
    _answer_comments(world, first, clock)
    protocols.amend(world.study, AMENDED, WHY_AMENDED, by=alice, now=clock())
    withdrawals.withdraw(world.study, world.experts["W"].pop(), Withdrawal.UNLINKED, by=None, now=clock())
    clock.advance(days=1)
    _second(world, clock)
    session.commit()
    return world


def _first(world: World, clock: Clock) -> Round:
    first = open_round(world, clock())
    rounds.extend(world.study, first.id, clock() + timedelta(days=10), by=world.fay, now=clock())
    clock.advance(days=2)
    _all_visit(first, clock)
    for code, points in FIRST.items():
        rate(world, first, code, points, clock())
    write(world, first, "A", "W", 0, "Which law is meant?", clock(), CommentKind.QUESTION)
    write(world, first, "A", "C", 0, "Anna Smith taught me this.", clock(), CommentKind.FOR)
    write(world, first, "B", "W", 1, "The most important of all.", clock())
    close(world, first, clock())
    _code(world, first, clock)
    analyses.fill(first, now=clock())
    decide_all(world, first, clock())
    return first


def _all_visit(opened: Round, clock: Clock) -> None:
    """Everybody is reached, opens the link and agrees; all but the last two hand in."""
    visits = list(session.scalars(select(Participation).where(Participation.round_id == opened.id)))
    agreed = set(session.scalars(select(Consent.expert_id)))
    text = session.scalars(select(ConsentText.id)).one()
    session.add_all(
        Consent(expert_id=one.expert_id, consent_text_id=text, language="en", given_at=clock())
        for one in visits
        if one.expert_id not in agreed
    )
    for number, visit in enumerate(visits):
        visit.opened_at = clock()
        visit.submitted_at = clock() if number < len(visits) - 2 else None
    sent = update(Message).where(Message.round_id == opened.id)
    session.execute(sent.values(state=MessageState.SENT, sent_at=clock()))


def _code(world: World, closed: Round, clock: Clock) -> None:
    """Two people code; they differ on one of three comments."""
    theme = themes.add(world.study, "Clarity", "", by=world.fay, now=clock()).id
    of = comment_review.total(closed)
    for coder, places in ((world.fay, (1, 2)), (world.alice, (1,))):
        given = {place: {theme} if place in places else set[int]() for place in range(1, of + 1)}
        codings.code(world.study, closed.number, given, of=of, by=coder, now=clock())


def _answer_comments(world: World, first: Round, clock: Clock) -> None:
    asked = session.scalars(select(Comment).where(Comment.text == "Which law is meant?")).one()
    wording = world.items["A"].wordings[-1]
    answer = {"en": "The item now says which.", "fr": "L’énoncé dit maintenant lequel."}
    comment_answers.answer(world.study, first, asked, answer, wording.id, by=world.fay, now=clock())


def _second(world: World, clock: Clock) -> None:
    second = open_round(world, clock(), ("A",))
    clock.advance(days=2)
    _all_visit(second, clock)
    rate(world, second, "A", SECOND["A"], clock())
    close(world, second, clock())
    analyses.fill(second, now=clock())
    decisions.decide(
        world.study,
        second.id,
        world.items["A"].id,
        Verdict.PROMOTE,
        WHY_OVERRIDDEN,
        by=world.fay,
        now=clock(),
    )
    decisions.finish(world.study, second.id, by=world.fay, now=clock())


def record(world: World, clock: Clock) -> Record:
    return Record(world.study, clock())


def texts(blocks: Iterable[Block]) -> str:
    """Everything that is read, a line each."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield text
        case Points(items=points):
            yield from points
        case Quote(text=text, note=note):
            yield from (text, note)
        case Table():
            yield block.caption
            yield " | ".join(column.title for column in block.columns)
            yield from (" | ".join(_cell(cell) for cell in row) for row in block.rows)
            yield block.note
        case Drawing(figure=figure):
            yield from (figure.title, figure.caption)
            yield from (" | ".join(_cell(cell) for cell in row) for row in figure.rows)


def _cell(cell: object) -> str:
    return "–" if cell is None else str(cell)


def table(blocks: Iterable[Block], key: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.key == key)


def section(document: Document, key: str) -> Section:
    return next(one for one in document.sections if one.key == key)


def rows(found: Table, *titles: str) -> list[Sequence[object]]:
    """The cells under these titles, row by row."""
    places = [[column.title for column in found.columns].index(title) for title in titles]
    return [tuple(row[place] for place in places) for row in found.rows]

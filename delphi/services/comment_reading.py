"""A page of comments across rounds, narrowed by item, domain, panel, theme and more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from delphi.db import session
from delphi.domain.comments import CommentKind, Redacted
from delphi.domain.states import SCORED
from delphi.domain.texts import plain
from delphi.models import Domain, Item, Panel, Round, Study, Wording
from delphi.services import (
    comment_answers,
    comment_panels,
    comment_review,
    domains,
    panels,
    protocols,
    rounds,
    wordings,
)
from delphi.services.comment_answers import Answer
from delphi.services.comment_review import ReadComment

AT_ONCE = 50


@dataclass(frozen=True)
class Filters:
    """What to look for; None and "" ask for nothing."""

    round: int | None = None
    item: int | None = None
    domain: int | None = None
    panel: str = ""
    theme: int | None = None
    kind: str = ""
    band: str = ""
    state: str = ""
    search: str = ""


@dataclass(frozen=True)
class Shelf:
    """Everything a study has to read, and what is needed to say where it belongs."""

    rounds: Sequence[Round]
    comments: Sequence[ReadComment]
    items: Mapping[int, Item]
    domains: Mapping[int, Domain]  # in the order of the tree
    panels: Sequence[Panel]
    answers: Mapping[int, Answer]

    def totals(self) -> dict[int, int]:
        """Round number -> how many comments it has, for forms to say."""
        return {number: len(list(listed)) for number, listed in groupby(self.comments, lambda one: one.round)}


@dataclass(frozen=True)
class Page:
    """Some of the comments that were found, by item and then by round."""

    shelf: Shelf
    by_item: Sequence[tuple[Item, Wording, Sequence[ReadComment]]]
    found: int
    number: int
    pages: int

    @property
    def comments(self) -> list[ReadComment]:
        return [one for _item, _wording, listed in self.by_item for one in listed]


Codes = Mapping[int, Iterable[int]]  # comment -> the themes that the reader may see on it


def shelf(study: Study, *, closed: bool = False) -> Shelf:
    """`closed`: without rounds in which comments may still change."""
    opened = [
        one for one in rounds.of_study(study) if one.protocol_id and (not closed or one.state in SCORED)
    ]
    comments = comment_review.of_rounds(opened, protocols.of_rounds(opened))
    items = session.scalars(select(Item).where(Item.study_id == study.id))
    return Shelf(
        rounds=opened,
        comments=comments,
        items={item.id: item for item in items},
        domains=_in_order(domains.by_id(study)),
        panels=panels.list_of(study),
        answers=comment_answers.of_study(study),
    )


def _in_order(tree: Mapping[int, Domain]) -> dict[int, Domain]:
    """Parents before children, as the team has put them."""

    def path(one: Domain) -> tuple[tuple[int, int], ...]:
        above = path(tree[one.parent_id]) if one.parent_id else ()
        return (*above, (one.position, one.id))

    return {one.id: one for one in sorted(tree.values(), key=path)}


def page(held: Shelf, filters: Filters, codes: Codes, number: int = 1, at_once: int = AT_ONCE) -> Page:
    """The comments that fit all filters."""
    return paged(held, fitting(held, filters, codes), number, at_once)


def fitting(held: Shelf, filters: Filters, codes: Codes | None = None) -> list[ReadComment]:
    tests = _tests(held, filters, codes or {})
    found = [one for one in held.comments if all(test(one) for test in tests)]
    if not filters.panel:
        return found
    told = comment_panels.filled_in(held.rounds, found, held.panels)
    return [one for one in told if filters.panel in one.panels]


def paged(held: Shelf, found: Iterable[ReadComment], number: int = 1, at_once: int = AT_ONCE) -> Page:
    """One page of these, with the panels that may be told, by item."""
    listed = sorted(
        found, key=lambda one: (held.items[one.item_id].position, one.item_id, one.round, one.number)
    )
    pages = max(-(-len(listed) // at_once), 1)
    number = min(max(number, 1), pages)
    shown = listed[(number - 1) * at_once : number * at_once]
    if not any(one.panels for one in shown):
        shown = comment_panels.filled_in(held.rounds, shown, held.panels)
    texts = wordings.of({one.wording_id for one in shown})
    grouped = []
    for item_id, group in groupby(shown, key=lambda one: one.item_id):
        of_item = list(group)
        grouped.append((held.items[item_id], texts[of_item[-1].wording_id], of_item))
    return Page(held, grouped, len(listed), number, pages)


def _tests(held: Shelf, filters: Filters, codes: Codes) -> list[Callable[[ReadComment], bool]]:
    below = _below(held.domains, filters.domain)
    search = plain(filters.search).split()
    kinds = {kind.value for kind in CommentKind}
    wanted: list[tuple[bool, Callable[[ReadComment], bool]]] = [
        (filters.round is not None, lambda one: one.round == filters.round),
        (filters.item is not None, lambda one: one.item_id == filters.item),
        (filters.domain is not None, lambda one: held.items[one.item_id].domain_id in below),
        (filters.kind in kinds, lambda one: one.kind == filters.kind),
        (filters.kind == "none", lambda one: one.kind is None),
        (bool(filters.band), lambda one: one.band == filters.band),
        (filters.theme is not None, lambda one: filters.theme in set(codes.get(one.comment_id, ()))),
        (bool(search), lambda one: all(word in plain(one.text) for word in search)),
        (filters.state in STATES, lambda one: STATES[filters.state](one, held)),
    ]
    return [test for asked, test in wanted if asked]


STATES: dict[str, Callable[[ReadComment, Shelf], bool]] = {
    "chosen": lambda one, _held: one.shown,
    "hidden": lambda one, _held: one.hidden,
    "redacted": lambda one, _held: one.redacted is not Redacted.NO,
    "waiting": lambda one, _held: one.redacted is Redacted.WAITING,
    "answered": lambda one, held: one.comment_id in held.answers,
    "unanswered": lambda one, held: one.comment_id not in held.answers,
}


def _below(tree: Mapping[int, Domain], root: int | None) -> set[int | None]:
    """A domain and all that hang in it."""
    below: set[int | None] = {root}
    grew = True
    while grew:
        more = {one.id for one in tree.values() if one.parent_id in below} - below
        below |= more
        grew = bool(more)
    return below


def one(study: Study, asked: Round, read: ReadComment) -> Page:
    """A page of one comment."""
    item = session.get_one(Item, read.item_id)
    answers = comment_answers.of([read.comment_id])
    held = Shelf([asked], [read], {item.id: item}, domains.by_id(study), panels.list_of(study), answers)
    return paged(held, [read])

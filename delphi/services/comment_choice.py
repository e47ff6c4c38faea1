"""A round's comments by item, with which sides are chosen for the feedback and which are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from delphi.domain.comments import Balance, CommentKind, Redacted, balance
from delphi.domain.states import SCORED
from delphi.models import Item, Round, StoredVerdict, Wording
from delphi.scoring.rules import POOLED
from delphi.services import board, comment_review, protocols, verdicts
from delphi.services.comment_review import ReadComment

ITEMS_AT_ONCE = 20


@dataclass(frozen=True)
class ItemChoice:
    """An item's comments, those chosen first and in their order."""

    item: Item
    wording: Wording
    comments: Sequence[ReadComment]
    balance: Balance
    missing: CommentKind | None  # a side with comments, none of them chosen


@dataclass(frozen=True)
class Choice:
    found: Sequence[ItemChoice]  # those on this page
    missing: int  # items of the round where a side is missing
    waiting: int  # chosen comments whose redaction waits
    total: int  # comments of the round
    number: int
    pages: int


def of_round(asked: Round, item_id: int | None = None, missing: bool = False, number: int = 1) -> Choice:
    """`missing`: only items where one side has comments and none is chosen."""
    comments = comment_review.of_round(asked)
    texts = board.round_texts(asked)
    greater = _greater(asked)
    found = [
        _item(texts[key], list(listed), greater.get(key))
        for key, listed in groupby(comments, key=lambda one: one.item_id)
    ]
    found.sort(key=lambda one: (one.item.position, one.item.id))
    fitting = [one for one in found if item_id in (None, one.item.id) and (one.missing or not missing)]
    pages = max(-(-len(fitting) // ITEMS_AT_ONCE), 1)
    number = min(max(number, 1), pages)
    return Choice(
        found=fitting[(number - 1) * ITEMS_AT_ONCE : number * ITEMS_AT_ONCE],
        missing=sum(1 for one in found if one.missing),
        waiting=sum(1 for one in comments if one.shown and one.redacted is Redacted.WAITING),
        total=len(comments),
        number=number,
        pages=pages,
    )


def _item(
    text: tuple[Item, Wording], comments: Sequence[ReadComment], greater: CommentKind | None
) -> ItemChoice:
    chosen = comment_review.in_order([one for one in comments if one.shown])
    others = [one for one in comments if not one.shown]
    sides = balance((one.side, one.shown) for one in comments)
    return ItemChoice(*text, [*chosen, *others], sides, sides.missing(greater))


def _greater(asked: Round) -> dict[int, CommentKind | None]:
    """By item the side that more experts took, where their number may be told."""
    if asked.state not in SCORED:
        return {}
    first = next(iter(protocols.of_round(asked).rules.criteria))
    return {item_id: _side_of_most(one, first) for item_id, one in verdicts.of_round(asked).items()}


def _side_of_most(stored: StoredVerdict, criterion: str) -> CommentKind | None:
    summary: Mapping[str, Mapping[str, int]] | None = board.shown_summary(stored, criterion, POOLED)
    if summary is None or summary["high"]["count"] == summary["low"]["count"]:
        return None
    more = summary["high"]["count"] > summary["low"]["count"]
    return CommentKind.FOR if more else CommentKind.AGAINST

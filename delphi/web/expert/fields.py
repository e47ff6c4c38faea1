"""Names and values of the fields of an item card.

`r-<item>-<criterion>` holds "7", "keep-5", "unable", "keep-unable" or "" (no answer); `c-<item>` holds a comment.
`was-<field>` holds what was saved when the page was made: only a field that differs from it is saved, so that a page
left open does not undo what another one saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from delphi.domain.errors import DomainError

LARGEST_ID = 2**31 - 1

_RATING = re.compile(r"r-(\d{1,10})-([a-z][a-z0-9_]{0,39})")
_COMMENT = re.compile(r"c-(\d{1,10})")
_POINT = re.compile(r"(?:keep-)?(\d{1,3})")


@dataclass(frozen=True)
class TypedRating:
    field: str
    item_id: int
    criterion: str
    point: int | None
    unable: bool


@dataclass(frozen=True)
class TypedComment:
    field: str
    item_id: int
    text: str


def rating_field(item_id: int, criterion: str) -> str:
    return f"r-{item_id}-{criterion}"


def comment_field(item_id: int) -> str:
    return f"c-{item_id}"


def card_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Everything a page of cards sends, to be sent again; nothing where the form was another one."""
    fields = {name: value for name, value in form.items() if name != "csrf_token"}
    return fields if "round" in fields and "page" in fields else {}


def typed_ratings(form: Mapping[str, str]) -> list[TypedRating]:
    """The ratings that differ from what was saved before."""
    found = []
    for name, value in form.items():
        place = _RATING.fullmatch(name)
        if place and value.removeprefix("keep-") != form.get(f"was-{name}", ""):
            point, unable = answer(value)
            found.append(TypedRating(name, identifier(place[1]), place[2], point, unable))
    return found


def typed_comments(form: Mapping[str, str]) -> list[TypedComment]:
    """The comments that differ from what was saved before."""
    found = []
    for name, value in form.items():
        place = _COMMENT.fullmatch(name)
        if place and _lines(value) != _lines(form.get(f"was-{name}", "")):
            found.append(TypedComment(name, identifier(place[1]), value))
    return found


def answer(value: str) -> tuple[int | None, bool]:
    """The point, or unable, or neither."""
    if value == "":
        return None, False
    if value in ("unable", "keep-unable"):
        return None, True
    point = _POINT.fullmatch(value)
    if point is None:
        raise DomainError("rating.not_understood")
    return int(point[1]), False


def identifier(text: str) -> int:
    number = int(text)
    if number > LARGEST_ID:
        raise DomainError("rating.not_understood")
    return number


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

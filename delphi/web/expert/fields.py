"""Names and values of the fields of an item card.

`r-<item>-<criterion>` holds "7", "keep-5", "unable", "keep-unable" or "" (no answer); `c-<item>` a comment.
`was-<field>` holds what was saved when the page was made: only a field that differs from it is saved, so that
a page left open does not undo what another one saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from delphi.domain.errors import DomainError
from delphi.models import Rating
from delphi.web.numbers import whole

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


Typed = TypedRating | TypedComment


def value_of(rating: Rating | None) -> str:
    """A saved answer as its field holds it."""
    if rating is None or (rating.point is None and not rating.unable):
        return ""
    return "unable" if rating.unable else str(rating.point)


def typed(form: Mapping[str, str]) -> list[Typed]:
    """Every answer that differs from what was saved before."""
    return [*_ratings(form), *_comments(form)]


def card_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Everything a page of cards sends, to be sent again; nothing where the form was another one."""
    fields = {name: value for name, value in form.items() if name != "csrf_token"}
    return fields if "round" in fields and "page" in fields else {}


def _ratings(form: Mapping[str, str]) -> list[TypedRating]:
    found = []
    for name, value in form.items():
        place = _RATING.fullmatch(name)
        if place and value.removeprefix("keep-") != form.get(f"was-{name}", ""):
            point, unable = answer(value)
            found.append(TypedRating(name, identifier(place[1]), place[2], point, unable))
    return found


def _comments(form: Mapping[str, str]) -> list[TypedComment]:
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
    try:
        return whole(text)
    except ValueError:
        raise DomainError("rating.not_understood") from None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

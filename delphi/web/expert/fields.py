"""Names and values of the fields of an item card.

`r-<item>-<criterion>` holds "7", "keep-5", "unable", "keep-unable" or "" (no answer), `u-<item>-<criterion>` why
unable, `m-<item>-<criterion>` what changed the expert's mind; `c-<item>` a comment and `k-<item>` its kind.
`was-<field>` holds what was saved when the page was made: only an answer that differs from it is saved, so that
a page left open does not undo what another one saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from delphi.domain.changes import Answer, CommentGiven, RatingGiven
from delphi.domain.comments import CommentKind
from delphi.domain.errors import DomainError
from delphi.models import Rating
from delphi.web.numbers import whole

_RATING = re.compile(r"(?:was-)?r-((\d{1,10})-([a-z][a-z0-9_]{0,39}))")
_COMMENT = re.compile(r"c-(\d{1,10})")
_POINT = re.compile(r"(?:keep-)?(\d{1,3})")


@dataclass(frozen=True)
class Typed:
    """An answer as it stands in a form, under the name of its first field."""

    field: str
    answer: Answer


def value_of(rating: Rating | None) -> str:
    """A saved answer as its field holds it."""
    if rating is None or (rating.point is None and not rating.unable):
        return ""
    return "unable" if rating.unable else str(rating.point)


def typed(form: Mapping[str, str]) -> list[Typed]:
    """Every answer that differs from what was saved before."""
    return [*_ratings(form), *_comments(form)]


def card_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Everything a page of cards sends, or a note, to be sent again; nothing where the form was another one."""
    fields = {name: value for name, value in form.items() if name != "csrf_token"}
    return fields if "round" in fields and {"page", "text"} & set(fields) else {}


def written(form: Mapping[str, str]) -> dict[str, str]:
    """The texts among them, to be shown where they cannot be saved."""
    texts = {name: value for name, value in form.items() if value.strip()}
    return {
        name: texts[name] for name in texts if name in ("text", "reason") or name[:2] in ("c-", "u-", "m-")
    }


def _ratings(form: Mapping[str, str]) -> Iterator[Typed]:
    """A page sends no `r-` field while nothing is chosen, but always `was-r-`."""
    places = {place[1]: place for place in map(_RATING.fullmatch, form) if place}
    for suffix, place in places.items():
        value, reason, why = (_now(form, f"{part}-{suffix}") for part in "rum")
        unable = value.endswith("unable")
        parts = ["r", *(["u"] if unable else []), *(["m"] if value and not unable else [])]
        if any(_differs(form, f"{part}-{suffix}") for part in parts):
            point, unable = answer(value)
            given = RatingGiven(identifier(place[2]), place[3], point, unable, reason, why)
            yield Typed(f"r-{suffix}", given)


def _comments(form: Mapping[str, str]) -> Iterator[Typed]:
    for name, value in form.items():
        place = _COMMENT.fullmatch(name)
        if place is None:
            continue
        kind = f"k-{place[1]}"
        if _differs(form, name) or (value.strip() and _differs(form, kind)):
            yield Typed(name, CommentGiven(identifier(place[1]), value, comment_kind(form.get(kind, ""))))


def _now(form: Mapping[str, str], name: str) -> str:
    return form.get(name, form.get(f"was-{name}", ""))


def _differs(form: Mapping[str, str], name: str) -> bool:
    return _lines(_now(form, name).removeprefix("keep-")) != _lines(form.get(f"was-{name}", ""))


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


def comment_kind(value: str) -> CommentKind | None:
    if not value:
        return None
    try:
        return CommentKind(value)
    except ValueError:
        raise DomainError("rating.not_understood") from None


def identifier(text: str) -> int:
    try:
        return whole(text)
    except ValueError:
        raise DomainError("rating.not_understood") from None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

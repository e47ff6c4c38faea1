"""Changes as a device sends them in JSON, and answers as they are sent back to it."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from delphi.domain.changes import Answer, Change, CommentGiven, RatingGiven
from delphi.domain.errors import DomainError
from delphi.services.changes import Saved
from delphi.web.expert.fields import comment_kind
from delphi.web.numbers import LARGEST
from delphi.words import explained

MOST_CHANGES = 50
_KEY = re.compile(r"[A-Za-z0-9-]{8,40}")


def changes(sent: object) -> list[Change]:
    """`[{key, age, seen, item, criterion, point, unable, unable_reason, moved_because}]`, or with comment and kind."""
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_CHANGES:
        raise DomainError("rating.not_understood")
    return [_change(one) for one in sent]


def whole_number(sent: dict[str, Any], name: str, most: int = LARGEST) -> int:
    value = sent.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise DomainError("rating.not_understood")
    return value


def shown(answer: Answer, at: datetime | None) -> dict[str, Any]:
    """An answer as a device sends it, and since when it counts, which the device says with its next change."""
    if isinstance(answer, CommentGiven):
        facts: dict[str, Any] = {"item": answer.item_id, "comment": answer.text, "kind": answer.kind or ""}
    else:
        facts = asdict(answer)
        facts["item"] = facts.pop("item_id")
    return {**facts, "at": at.isoformat() if at else None}


def outcome(saved: Saved) -> dict[str, Any]:
    """What the device is told of one change."""
    if saved.error is not None or saved.answer is None:
        error = saved.error or DomainError("rating.not_understood")
        return {"key": saved.change.key, "saved": False, "error": error.code, "message": explained(error)}
    now = shown(saved.answer, saved.at)
    return {"key": saved.change.key, "saved": True, "newer": saved.newer, "now": now}


def _change(sent: object) -> Change:
    if not isinstance(sent, dict):
        raise DomainError("rating.not_understood")
    key = _text(sent, "key")
    if not _KEY.fullmatch(key):
        raise DomainError("rating.not_understood")
    # No answer is a thousand days old, and a clock may be set to anything.
    age = timedelta(milliseconds=min(whole_number(sent, "age", most=2**53), 1000 * 86_400_000))
    return Change(_answer(sent), key, age, _moment(sent.get("seen")))


def _answer(sent: dict[str, Any]) -> Answer:
    item_id = whole_number(sent, "item")
    if "comment" in sent:
        return CommentGiven(item_id, _text(sent, "comment"), comment_kind(_text(sent, "kind", "")))
    point = None if sent.get("point") is None else whole_number(sent, "point")
    unable = sent.get("unable", False) is True
    reason, why = _text(sent, "unable_reason", ""), _text(sent, "moved_because", "")
    return RatingGiven(item_id, _text(sent, "criterion"), point, unable, reason, why)


def _text(sent: dict[str, Any], name: str, otherwise: str | None = None) -> str:
    value = sent.get(name, otherwise)
    if not isinstance(value, str):
        raise DomainError("rating.not_understood")
    return value


def _moment(sent: object) -> datetime | None:
    """The time of an answer as `shown` wrote it."""
    if sent is None:
        return None
    try:
        moment = datetime.fromisoformat(sent)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise DomainError("rating.not_understood") from None
    if moment.tzinfo is None:
        raise DomainError("rating.not_understood")
    return moment

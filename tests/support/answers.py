"""Answers given one at a time, as if on a page without a script."""

from __future__ import annotations

from datetime import datetime

from delphi.domain.changes import Answer, Change, CommentGiven, RatingGiven
from delphi.services import changes
from delphi.services.changes import Saved
from delphi.services.links import Visit


def rate(
    visit: Visit, round_id: int, item_id: int, criterion: str, point: int | None, unable: bool, now: datetime
) -> Saved:
    return give(visit, round_id, RatingGiven(item_id, criterion, point, unable), now)


def comment(visit: Visit, round_id: int, item_id: int, text: str, language: str, now: datetime) -> Saved:
    return give(visit, round_id, CommentGiven(item_id, text), now, language)


def give(visit: Visit, round_id: int, answer: Answer, now: datetime, language: str = "en") -> Saved:
    (saved,) = changes.save(visit, round_id, [Change(answer)], language, now)
    if saved.error is not None:
        raise saved.error
    return saved

"""Freezing what experts see of a round."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from delphi.db import session
from delphi.domain import feedback as rules
from delphi.models import Feedback, Round
from delphi.services import comment_review, protocols, verdicts, wordings


def freeze(decided: Round, *, now: datetime) -> None:
    rows = [
        {"round_id": decided.id, "item_id": item_id, "content": content, "frozen_at": now}
        for item_id, content in preview(decided).items()
    ]
    if rows:
        session.execute(insert(Feedback), rows)


def preview(closed: Round) -> dict[int, dict[str, Any]]:
    """Item -> the feedback as it would be frozen now."""
    policy = protocols.of_round(closed).feedback
    numbers = wordings.numbers(closed)
    chosen = _chosen(closed)
    return {
        item_id: rules.content(
            stored.judgement,
            number=closed.number,
            wording=numbers[item_id],
            shown_groups=stored.shown_groups,
            policy=policy,
            comments=chosen.get(item_id, ()),
        )
        for item_id, stored in verdicts.of_round(closed).items()
    }


def _chosen(closed: Round) -> dict[int, list[rules.ChosenComment]]:
    """The comments picked for feedback."""
    found: dict[int, list[rules.ChosenComment]] = defaultdict(list)
    for comment, band in comment_review.with_bands(closed):
        if comment.chosen and not comment.hidden:
            found[comment.item_id].append(rules.ChosenComment(comment.text, comment.language, band))
    return found

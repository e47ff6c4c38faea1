"""Freezing what experts see of a round."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from delphi.db import session
from delphi.domain import feedback as rules
from delphi.models import Feedback, Round
from delphi.services import comment_answers, comment_review, protocols, verdicts, wordings


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
    """The comments picked for feedback, in the order given to them.

    One whose redaction waits for release has its place already and no words yet.
    """
    picked: dict[int, list[comment_review.ReadComment]] = defaultdict(list)
    for one in comment_review.of_round(closed):
        if one.shown:
            picked[one.item_id].append(one)
    answers = comment_answers.latest(one.comment_id for listed in picked.values() for one in listed)
    return {
        item_id: [
            rules.ChosenComment(
                one.comment_id, one.told or "", one.language, one.rated_in, answers.get(one.comment_id)
            )
            for one in comment_review.in_order(listed)
        ]
        for item_id, listed in picked.items()
    }

"""Cards of the items that can be asked again, as experts will see them: with feedback as it is, or would be, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ASKABLE, SCORED, RoundState
from delphi.models import Feedback, Item, Round, RoundItem, Study
from delphi.scoring.rules import Verdict
from delphi.services import decisions, feedback, wordings
from delphi.services.cards import Card, Previous

SETTLING = (Verdict.PROMOTE, Verdict.DROP)


def cards(study: Study, scored: Round) -> list[Card]:
    """In the order of the bank, without answers of anybody's own."""
    if scored.state not in SCORED:
        raise DomainError("feedback.not_closed")
    told = _feedback(scored)
    rows = _asked_again(study, scored)
    now = wordings.current([item_id for item_id, _ in rows])
    then = wordings.of([wording_id for _, wording_id in rows])
    return [
        Card(
            item_id,
            None,
            now[item_id],
            {},
            None,
            Previous(
                scored.number,
                {},
                then[wording_id] if now[item_id].id != wording_id else None,
                told.get(item_id, {}),
            ),
        )
        for item_id, wording_id in rows
    ]


def _feedback(scored: Round) -> Mapping[int, Mapping[str, Any]]:
    if scored.state is RoundState.CLOSED:
        return feedback.preview(scored)
    query = select(Feedback.item_id, Feedback.content).where(Feedback.round_id == scored.id)
    return dict(session.execute(query).all())


def _asked_again(study: Study, scored: Round) -> list[tuple[int, int | None]]:
    """Items of the round that are not settled, nor decided to be, with the wording they showed."""
    query = (
        select(RoundItem.item_id, RoundItem.wording_id)
        .join(Item, Item.id == RoundItem.item_id)
        .where(RoundItem.round_id == scored.id, Item.study_id == study.id, Item.state.in_(ASKABLE))
        .order_by(Item.position, Item.id)
    )
    decided = decisions.in_force([scored.id])
    settled = {item_id for (_, item_id), one in decided.items() if Verdict(one.outcome) in SETTLING}
    return [(item_id, wording) for item_id, wording in session.execute(query) if item_id not in settled]

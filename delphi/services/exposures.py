"""What an expert had on screen, and when first: the wording, and the feedback beside it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, literal, select

from delphi.db import insert_into, session
from delphi.domain.states import RoundState
from delphi.models import Exposure, Feedback, Item, Participation, Round, RoundItem
from delphi.services.answering import is_for, mine
from delphi.services.consents import has_agreed
from delphi.services.links import Visit

MOST = 100  # items told of at once; a page has fewer


def record(visit: Visit, round_id: int, items: Collection[int], language: str, now: datetime) -> None:
    """Note the cards shown for the first time to an expert who has agreed; what is not asked of them is passed over.

    Who leaves meanwhile is waited for, so that no time is noted with answers that were cut from their author.
    """
    shown = (
        select(
            Participation.id,
            RoundItem.item_id,
            RoundItem.wording_id,
            Feedback.round_id,
            literal(language),
            literal(now, Exposure.seen_at.type),
        )
        .join(Round, and_(Round.id == RoundItem.round_id, Round.state == RoundState.OPEN))
        .join(Participation, mine(visit))
        .join(Item, and_(Item.id == RoundItem.item_id, is_for(Participation.id)))
        .outerjoin(
            Feedback,
            and_(Feedback.round_id == RoundItem.previous_round_id, Feedback.item_id == RoundItem.item_id),
        )
        .where(RoundItem.round_id == round_id, RoundItem.item_id.in_(items), has_agreed(visit))
        .with_for_update(read=True, of=Participation)
    )
    columns = [column.name for column in Exposure.__table__.columns]
    session.execute(insert_into(Exposure).from_select(columns, shown).on_conflict_do_nothing())

"""An open round whose experts stand in different places, and what was queued for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.presentation import Choices
from delphi.models import Account, Item, Message, Participation, Presentation, Rating, Study
from delphi.services import outbox
from tests.support.surveys import Survey


def choose(study: Study, **choices: object) -> None:
    """How the study presents itself; what is not named has its default."""
    session.merge(Presentation(study_id=study.id, **vars(Choices()) | choices))
    session.flush()


def staff(name: str, now: datetime) -> Account:
    account = Account(email=f"{name.lower()}@example.org", name=name, language="en", created_at=now)
    session.add(account)
    session.flush()
    return account


def part_of(survey: Survey, number: int) -> Participation:
    return session.scalars(
        select(Participation).where(
            Participation.round_id == survey.round.id, Participation.expert_id == survey.experts[number].id
        )
    ).one()


def rate(survey: Survey, number: int, item: Item, now: datetime) -> None:
    session.add(
        Rating(
            round_id=survey.round.id,
            expert_id=survey.experts[number].id,
            item_id=item.id,
            wording_id=item.wordings[-1].id,
            criterion="importance",
            point=7,
            updated_at=now,
        )
    )
    session.flush()


def spread(survey: Survey, now: datetime) -> None:
    """One has never opened the round, one has looked, one has begun, one has answered everything."""
    for number in (1, 2, 3):
        part_of(survey, number).opened_at = now
    rate(survey, 2, survey.items[0], now)
    for item in survey.items:
        rate(survey, 3, item, now)
    session.flush()


def rows() -> list[Message]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Message).order_by(Message.id)))


def queue(survey: Survey, kind: str, number: int, now: datetime) -> None:
    outbox.queue_each(kind, [survey.experts[number]], f"{kind}-{now:%d%H%M}", now, round=survey.round)
    session.commit()

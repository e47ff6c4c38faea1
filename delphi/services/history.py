"""What happened in a study: written beside each change, read on the study's overview."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Event, Study


class Happening(NamedTuple):
    """An event and the name of who did it; None: the platform itself."""

    event: Event
    by: str | None


def record(study_id: int, kind: str, by: Account | None = None, *, now: datetime, **facts: Any) -> None:
    """Note that something happened; `facts` hold nothing that tells who an expert is."""
    account_id = by.id if by else None
    session.add(Event(study_id=study_id, account_id=account_id, kind=kind, facts=facts, happened_at=now))
    session.flush()


def of(study: Study, limit: int = 50) -> list[Happening]:
    """The latest events, newest first."""
    query = (
        select(Event, Account.name, Account.email)
        .outerjoin(Account, Account.id == Event.account_id)
        .where(Event.study_id == study.id)
        .order_by(Event.happened_at.desc(), Event.id.desc())
        .limit(limit)
    )
    return [Happening(event, name or email) for event, name, email in session.execute(query)]

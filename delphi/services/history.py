"""What happened in a study: written beside each change, read on the study's overview."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from delphi.db import session
from delphi.models import Account, Event, Study

A_PAGE: Final = 50
# What a reader may ask for, and the first words of the kinds that belong to it.
NOUNS: Final = {
    "study": ("study", "consent", "presentation", "question", "glossary", "panel"),
    "protocol": ("protocol",),
    "items": ("item", "items", "item_field", "domain"),
    "experts": ("expert", "experts"),
    "rounds": ("round", "reminder", "message", "messages", "announcement"),
    "decisions": ("decision",),
    "comments": ("comment", "comments", "suggestion", "redactions", "theme"),
    "reports": ("report",),
    "team": ("team",),
    "files": ("work",),
}


class Happening(NamedTuple):
    """An event, who did it (None: the platform itself), and whom in the team it was about."""

    event: Event
    by: str | None
    person: str | None = None


class Page(NamedTuple):
    happenings: list[Happening]
    number: int
    pages: int


def record(study_id: int, kind: str, by: Account | None = None, *, now: datetime, **facts: Any) -> None:
    """Note that something happened; `facts` hold nothing that tells who an expert is."""
    account_id = by.id if by else None
    session.add(Event(study_id=study_id, account_id=account_id, kind=kind, facts=facts, happened_at=now))
    session.flush()


def of(study: Study, limit: int = 50) -> list[Happening]:
    """The latest events, newest first."""
    return _read(_query(study).limit(limit))


def page(study: Study, number: int, account_id: int | None = None, noun: str = "") -> Page:
    """So many events of one person (0: the platform itself) or of one kind, newest first."""
    query = _query(study)
    if account_id is not None:
        query = query.where(Event.account_id == account_id if account_id else Event.account_id.is_(None))
    if noun:
        query = query.where(or_(*(Event.kind.startswith(f"{one}.") for one in NOUNS.get(noun, (noun,)))))
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-count // A_PAGE))
    number = min(max(number, 1), pages)
    return Page(_read(query.limit(A_PAGE).offset((number - 1) * A_PAGE)), number, pages)


def people(study: Study) -> list[tuple[int, str]]:
    """Whoever has done something in the study, also those who have left the team."""
    done = select(Event.account_id).where(Event.study_id == study.id, Event.account_id.is_not(None))
    query = select(Account.id, Account.name, Account.email).where(Account.id.in_(done))
    rows = session.execute(query.order_by(func.lower(Account.name), Account.email))
    return [(account_id, name or email) for account_id, name, email in rows]


def _query(study: Study) -> Any:
    about = aliased(Account)
    return (
        select(Event, Account.name, Account.email, about.name, about.email)
        .outerjoin(Account, Account.id == Event.account_id)
        .outerjoin(about, about.id == Event.facts["account"].as_integer())
        .where(Event.study_id == study.id)
        .order_by(Event.happened_at.desc(), Event.id.desc())
    )


def _read(query: Any) -> list[Happening]:
    rows = session.execute(query)
    return [
        Happening(event, name or email, about_name or about_email)
        for event, name, email, about_name, about_email in rows
    ]

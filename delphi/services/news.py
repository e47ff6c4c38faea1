"""News of a study by mail to its team: what the platform notices, who is told, and what a mail says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from delphi.db import session
from delphi.domain import news as rules
from delphi.domain.messages import MessageKind
from delphi.domain.news import NOTABLE, News
from delphi.domain.permissions import allows
from delphi.domain.states import RoundState
from delphi.models import (
    Account,
    Comment,
    Event,
    Membership,
    Message,
    Note,
    Redaction,
    Round,
    Study,
    Suggestion,
)
from delphi.models.account import AccountState
from delphi.models.message import MessageState
from delphi.services import history, outbox

_ONCE = re.compile(r"news-(\d+)-(\d+)-(\d+)")
_NOTICED = ("round.closes_soon", "messages.failed", "experts.wrote", "redactions.waiting")


@dataclass(frozen=True)
class Told:
    """What one mail says: events that its reader may know of and has not made."""

    membership: Membership
    events: Sequence[Event]


def watch(now: datetime) -> None:
    """Note what happens without anybody doing it, once each; it stands in the history too."""
    noticed = _noticed()
    soon = and_(Round.state == RoundState.OPEN, Round.closes_at > now, Round.closes_at <= now + rules.SOON)
    for one in session.scalars(select(Round).join(Study, Study.id == Round.study_id).where(soon, _REAL)):
        closes = one.closes_at.isoformat() if one.closes_at else ""
        known = {facts.get("closes") for facts in noticed[one.study_id, "round.closes_soon"]}
        if closes not in known:
            history.record(one.study_id, "round.closes_soon", now=now, number=one.number, closes=closes)
    for kind, counts in _totals().items():
        for study_id, total in counts.items():
            before = max((facts.get("total", 0) for facts in noticed[study_id, kind]), default=0)
            if total > before:
                history.record(study_id, kind, now=now, count=total - before, total=total)


def queue(now: datetime) -> int:
    """One mail to each member whose news are due; how many were queued. What it tells is fixed by its numbers."""
    first, last = func.min(Event.happened_at), func.max(Event.id)
    rows = session.execute(
        select(Membership.id, Study.time_zone, first, last)
        .join(Study, Study.id == Membership.study_id)
        .join(Account, Account.id == Membership.account_id)
        .join(Event, Event.study_id == Membership.study_id)
        .where(Membership.news != News.NEVER, Account.state == AccountState.ACTIVE, _REAL)
        .where(Event.id > Membership.told_until, Event.kind.in_(NOTABLE), _NOT_OWN)
        .where(Event.happened_at > now - rules.OLDEST)
        .group_by(Membership.id, Study.time_zone)
    ).all()
    members = {row[0]: row for row in rows}
    queued = 0
    query = select(Membership).where(Membership.id.in_(members)).options(joinedload(Membership.account))
    for member in session.scalars(query.with_for_update(of=Membership)):
        _id, time_zone, oldest, newest = members[member.id]
        if rules.due(member.news, oldest, time_zone, now):
            once = f"news-{member.id}-{member.told_until}-{newest}"
            study = session.get_one(Study, member.study_id)
            sent = outbox.enqueue(MessageKind.NEWS, once=once, now=now, study=study, account=member.account)
            member.told_until = newest
            queued += sent is not None
    session.flush()
    return queued


def told(message: Message, now: datetime) -> Told | None:
    """What a queued mail says at this moment; None where nothing is left to say or nobody wants it any more."""
    found = _ONCE.fullmatch(message.once)
    member = session.get(Membership, int(found[1]), populate_existing=True) if found else None
    if found is None or member is None or member.account_id != message.account_id:
        return None
    if member.news is News.NEVER or member.study_id != message.study_id:
        return None
    kinds = [kind for kind, needed in NOTABLE.items() if allows(member.role, needed)]
    events = session.scalars(
        select(Event)
        .where(Event.study_id == member.study_id, Event.id > int(found[2]), Event.id <= int(found[3]))
        .where(Event.kind.in_(kinds), Event.happened_at > now - rules.OLDEST)
        .where(or_(Event.account_id.is_(None), Event.account_id != member.account_id))
        .order_by(Event.id.desc())
        .limit(rules.MOST)
    ).all()
    return Told(member, events[::-1]) if events else None


def choose(membership: Membership, wish: News) -> None:
    """From now on: whoever begins to read is not told what is past."""
    if membership.news is News.NEVER and wish is not News.NEVER:
        latest = select(func.max(Event.id)).where(Event.study_id == membership.study_id)
        membership.told_until = session.scalar(latest) or 0
    membership.news = wish
    session.flush()


def stop_token(membership: Membership) -> str:
    """For the address that ends these mails; it can do nothing else."""
    return _signer().dumps([membership.id, membership.account_id])


def by_stop_token(token: str) -> Membership | None:
    try:
        membership_id, account_id = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    query = select(Membership).where(Membership.id == membership_id, Membership.account_id == account_id)
    return session.scalar(query.options(joinedload(Membership.study), joinedload(Membership.account)))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="stop news")


_REAL = Study.rehearsal_of_id.is_(None)
_NOT_OWN = or_(Event.account_id.is_(None), Event.account_id != Membership.account_id)


def _noticed() -> dict[tuple[int, str], list[dict[str, Any]]]:
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    rows = session.execute(select(Event.study_id, Event.kind, Event.facts).where(Event.kind.in_(_NOTICED)))
    for study_id, kind, facts in rows:
        found[study_id, kind].append(facts)
    return found


def _totals() -> dict[str, dict[int, int]]:
    """By kind and study, ever: messages that failed, what experts wrote, redactions that need a second person."""
    counted = func.count()
    failed = (
        select(Message.study_id, counted)
        .join(Study, Study.id == Message.study_id)
        .where(Message.state == MessageState.FAILED, Message.expert_id.is_not(None), _REAL)
        .group_by(Message.study_id)
    )
    redacted = (
        select(Round.study_id, counted)
        .join(Comment, Comment.round_id == Round.id)
        .join(Redaction, Redaction.comment_id == Comment.id)
        .join(Study, Study.id == Round.study_id)
        .where(Study.release_redactions, _REAL)
        .group_by(Round.study_id)
    )
    return {
        "messages.failed": {study_id: count for study_id, count in session.execute(failed) if study_id},
        "experts.wrote": Counter(_written(Suggestion)) + Counter(_written(Note)),
        "redactions.waiting": dict(session.execute(redacted).all()),
    }


def _written(model: type[Suggestion | Note]) -> dict[int, int]:
    query = select(model.study_id, func.count()).join(Study, Study.id == model.study_id).where(_REAL)
    return dict(session.execute(query.group_by(model.study_id)).all())

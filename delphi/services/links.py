"""Personal links: how an expert comes in. Only the SHA-256 of a token is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update

from delphi.db import session
from delphi.domain import tokens
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState, StudyState
from delphi.models import Contact, Expert, Link, Study
from delphi.services import outbox

MARK = 16  # signs of a hash
ONE_MAIL_EVERY = 300  # seconds: asking twice in a row sends one


@dataclass(frozen=True)
class Visit:
    """An expert at the door of a study, come in by one link."""

    link_id: int
    expert: Expert
    study: Study
    ticket: str = ""  # what a browser keeps of it


def make(expert: Expert, now: datetime) -> str:
    """A new link for this expert; the token returned is kept nowhere."""
    token = tokens.new()
    session.add(Link(expert_id=expert.id, token_hash=tokens.digest(token), created_at=now))
    session.flush()
    return token


def find(token: str) -> Link | None:
    """The link of this token, unless it was revoked."""
    return session.scalar(
        select(Link).where(Link.token_hash == tokens.digest(token), Link.revoked_at.is_(None))
    )


def visit(ticket: object, study_id: int) -> Visit | None:
    """Who is behind a session opened earlier; None once the link is revoked or the expert has withdrawn."""
    link_id, _, mark = str(ticket).partition("-")
    if not link_id.isdecimal() or len(mark) != MARK:
        return None
    found = _first(_welcome().where(Link.id == int(link_id), Study.id == study_id))
    return found if found is not None and found.ticket == ticket else None


def visit_by(token: str) -> Visit | None:
    """Who is behind a link just opened."""
    return _first(_welcome().where(Link.token_hash == tokens.digest(token)))


def revoke_all(expert: Expert, now: datetime) -> None:
    valid = update(Link).where(Link.expert_id == expert.id, Link.revoked_at.is_(None))
    session.execute(valid.values(revoked_at=now))


def send_again(email: str, now: datetime) -> None:
    """A fresh link by mail for every running study in which this address is an expert's."""
    rows = session.execute(
        select(Expert, Study)
        .join(Contact, Contact.expert_id == Expert.id)
        .join(Study, Study.id == Expert.study_id)
        .where(Contact.email == email.strip().lower(), Expert.state != ExpertState.WITHDRAWN)
        .where(Study.state.in_((StudyState.SEALED, StudyState.RUNNING)))
    )
    for expert, study in rows.all():
        send_new(study, expert, now)


def send_new(study: Study, expert: Expert, now: datetime) -> bool:
    """A fresh link by mail, one in five minutes; False when one was asked for meanwhile."""
    once = f"link-again-{expert.id}-{int(now.timestamp()) // ONE_MAIL_EVERY}"
    return outbox.enqueue(MessageKind.LINK_AGAIN, once=once, now=now, study=study, expert=expert) is not None


def _welcome() -> Select[Link, Expert, Study]:
    return (
        select(Link, Expert, Study)
        .join(Expert, Expert.id == Link.expert_id)
        .join(Study, Study.id == Expert.study_id)
        .where(Link.revoked_at.is_(None), Expert.state != ExpertState.WITHDRAWN)
    )


def _first(query: Select[Link, Expert, Study]) -> Visit | None:
    row = session.execute(query).first()
    if row is None:
        return None
    link, expert, study = row
    # With a part of the hash: a database may give the number of a deleted row again.
    return Visit(link.id, expert, study, f"{link.id}-{link.token_hash[:MARK]}")

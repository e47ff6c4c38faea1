"""Notes: words from an expert to the team, such as answers that came too late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.texts import clean
from delphi.models import Note, Participation, Round
from delphi.services.links import Visit

LONGEST = 20_000


def send(visit: Visit, round_id: int, text: str, now: datetime) -> None:
    """Hand a note to the team, about a round in which the expert was asked; the same one twice is one."""
    text = clean(text)
    if not text:
        raise DomainError("note.empty")
    if len(text) > LONGEST:
        raise DomainError("note.too_long", most=LONGEST, length=len(text))
    _check_round(visit, round_id)
    session.refresh(visit.expert, with_for_update=True)  # two clicks take turns
    same = Note.expert_id == visit.expert.id, Note.round_id == round_id, Note.text == text
    if not session.scalar(select(exists().where(*same))):
        note = Note(
            study_id=visit.study.id, expert_id=visit.expert.id, round_id=round_id, text=text, sent_at=now
        )
        session.add(note)
        session.flush()


def were_sent(visit: Visit, round_id: int) -> bool:
    own = Note.expert_id == visit.expert.id, Note.round_id == round_id
    return bool(session.scalar(select(exists().where(*own))))


def _check_round(visit: Visit, round_id: int) -> None:
    asked = (
        select(Round.id)
        .join(Participation, Participation.round_id == Round.id)
        .where(Round.id == round_id, Participation.expert_id == visit.expert.id)
    )
    if session.scalar(asked) is None:
        raise NotFound("round.not_found")

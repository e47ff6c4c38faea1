"""One-off messages in the team's own words: looked at and counted first, then sent to just those who were counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain import placeholders
from delphi.domain.audiences import URGES, Audience, Group, fits
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.sending import room_at
from delphi.domain.states import IN_STUDY
from delphi.domain.texts import clean
from delphi.emails.messages import Content
from delphi.emails.own_words import OwnWords, platforms
from delphi.models import Account, Announcement, Expert, Message, Panel, Round, Study
from delphi.models.message import MessageState
from delphi.services import drafting, experts, history, outbox, presentations, progress, studies

KIND = MessageKind.ANNOUNCEMENT
Words = Mapping[str, OwnWords]  # by language


@dataclass(frozen=True)
class Draft:
    """A message as it would be sent now. `seal` changes with its words, with who gets it, and with each look."""

    words: Words
    audience: Audience
    round: Round | None
    experts: Sequence[Expert]
    stopped: int  # want no reminders, and this would be one
    waiting: int  # of the experts: wait until their week has room
    leave_at: datetime


def begin(study: Study) -> Words:
    """What a new message starts from: the greeting, the link and whom to ask."""
    return {language: platforms(KIND, language) for language in study.languages}


def draft(study: Study, words: Words, audience: Audience, now: datetime) -> Draft:
    """The words checked in every language, and who would get it; a refusal says the language and the place."""
    opened = experts.open_round(study, now)
    checked = _checked(study, words, opened)
    if audience.group is not Group.EVERYONE and opened is None:
        raise DomainError("announcement.no_open_round")
    if set(audience.panel_ids) - set(session.scalars(select(Panel.id).where(Panel.study_id == study.id))):
        raise NotFound("panel.not_found")
    chosen = presentations.of(study)
    meant = _meant(study, opened, audience)
    wanted = [one for one in meant if one.reminders or audience.group not in URGES]
    if not wanted:
        raise DomainError("announcement.nobody")
    lately = outbox.capped_lately([one.id for one in wanted], now)
    waiting = sum(room_at(lately.get(one.id, ()), chosen.weekly_mails, now) != now for one in wanted)
    return Draft(
        checked,
        audience,
        opened,
        wanted,
        len(meant) - len(wanted),
        waiting,
        presentations.quiet_hours(study, chosen).over_at(now),
    )


def seal(shown: Draft, look: str) -> str:
    """What a confirmation carries back: it tells whether words or experts have changed since this `look` at them."""
    words = {language: [one.subject, one.body] for language, one in sorted(shown.words.items())}
    told = [look, words, shown.audience.to_dict(), sorted(one.id for one in shown.experts)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def send(
    study: Study, words: Words, audience: Audience, *, look: str, sealed: str, by: Account, now: datetime
) -> tuple[Announcement, bool]:
    """To those who were counted at this look, in the words shown then; once, however often it is confirmed."""
    studies.lock_for_change(study)
    before = next((one for one in of_study(study) if one.audience.get("seal") == sealed), None)
    if before is not None:
        return before, False
    shown = draft(study, words, audience, now)
    if seal(shown, look) != sealed:
        raise DomainError("announcement.changed", count=len(shown.experts))
    sent = Announcement(
        study_id=study.id,
        round_id=shown.round.id if shown.round else None,
        subject={language: one.subject for language, one in shown.words.items()},
        body={language: one.body for language, one in shown.words.items()},
        audience=audience.to_dict() | {"seal": sealed},
        sent_by_id=by.id,
        sent_at=now,
        count=len(shown.experts),
    )
    session.add(sent)
    session.flush()
    outbox.queue_each(
        KIND, shown.experts, f"announcement-{sent.id}", now, round=shown.round, announcement=sent
    )
    history.record(study.id, "announcement.sent", by, now=now, count=sent.count)
    return sent, True


def of_study(study: Study) -> list[Announcement]:
    query = select(Announcement).where(Announcement.study_id == study.id)
    return list(session.scalars(query.order_by(Announcement.id.desc())))


def get(study: Study, announcement_id: int) -> Announcement:
    found = session.get(Announcement, announcement_id)
    if found is None or found.study_id != study.id:
        raise NotFound("announcement.not_found")
    return found


def states_of(sent: Announcement) -> dict[MessageState, int]:
    """What became of its messages, counted."""
    query = select(Message.state, func.count()).where(Message.announcement_id == sent.id)
    return dict(session.execute(query.group_by(Message.state)).all())


def words_of(sent: Announcement) -> Words:
    return {language: OwnWords(sent.subject[language], body) for language, body in sent.body.items()}


def words_for(sent: Announcement, language: str) -> OwnWords:
    """In this language, or in the first there is."""
    words = words_of(sent)
    return words.get(language) or next(iter(words.values()))


def sample(study: Study, language: str, words: OwnWords, now: datetime) -> Content:
    """As a made-up expert would get it."""
    return drafting.sample(study, KIND, language, now, words=words)


def checked_words(words: OwnWords, *, of_round: bool) -> OwnWords:
    """One language, cleaned, or a refusal that names the field."""
    kept = OwnWords(clean(words.subject), clean(words.body))
    for field in ("subject", "body"):
        if not getattr(kept, field):
            raise DomainError(f"announcement.{field}_missing", field=field)
    placeholders.check(KIND, kept.subject, kept.body, of_round=of_round)
    return kept


def _checked(study: Study, words: Words, opened: Round | None) -> Words:
    kept = {}
    for language in study.languages:
        try:
            one = words.get(language, OwnWords("", ""))
            kept[language] = checked_words(one, of_round=opened is not None)
        except DomainError as error:
            error.params["language"] = language
            raise
    return kept


def _meant(study: Study, opened: Round | None, audience: Audience) -> list[Expert]:
    """Whoever is in the study, in one of the panels, and as far as the audience says.

    About a round the panels are those held in it, else those of today.
    """
    query = (
        select(Expert)
        .where(Expert.study_id == study.id, Expert.state.in_(IN_STUDY))
        .order_by(Expert.id)
        .options(selectinload(Expert.panels))
    )
    stands = (
        {one.expert_id: one for one in progress.by_expert(opened)}
        if opened and audience.group is not Group.EVERYONE
        else {}
    )
    meant = []
    for expert in session.scalars(query):
        stand = stands.get(expert.id)
        held = stand.panels if stand else {row.panel_id for row in expert.panels}
        in_panels = not audience.panel_ids or bool(held & set(audience.panel_ids))
        if in_panels and fits(audience.group, stand.stage if stand else None):
            meant.append(expert)
    return meant

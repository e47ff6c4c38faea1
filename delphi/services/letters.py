"""A message row becomes a mail: to the address and in the language of this moment, with a fresh link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from flask import current_app
from flask_babel import force_locale, gettext as _
from sqlalchemy import select

from delphi.db import session
from delphi.domain.audiences import URGES, fits, from_dict
from delphi.domain.messages import (
    AT_ONCE,
    CAPPED,
    OF_A_ROUND,
    PATIENT,
    REMINDERS,
    STOPPABLE,
    TO_STAFF,
    WITH_CALENDAR,
    MessageKind,
    Reason,
    Situation,
    account_wants,
    reminder_for,
    unwanted,
    unwanted_announcement,
)
from delphi.domain.schedule import accepts_answers
from delphi.domain.sending import room_at
from delphi.emails import messages, to_experts
from delphi.emails.envelope import address, compose, sender
from delphi.emails.messages import Content, Recipient
from delphi.emails.to_experts import Facts
from delphi.models import (
    Account,
    Announcement,
    Contact,
    Expert,
    Farewell,
    Message,
    Presentation,
    Round,
    Study,
)
from delphi.models.account import TokenPurpose
from delphi.services import (
    accounts,
    announcements,
    drafting,
    links,
    message_templates,
    news,
    outbox,
    presentations,
    progress,
    rehearsals,
    studies,
)
from delphi.services.progress import ExpertProgress
from delphi.words import events, label, translated


@dataclass(frozen=True)
class Later:
    """The message may not leave yet."""

    until: datetime
    reason: Reason


Written = EmailMessage | Later | Reason | None


def write(message: Message, now: datetime) -> Written:
    """A reason, or none, when it is no longer wanted. Its link is valid once this transaction is committed."""
    if message.kind in TO_STAFF:
        return _to_account(message, now)
    if message.account_id is not None:
        return _test(message, message.account_id, now)
    if message.kind == MessageKind.WITHDRAWN:
        return _farewell(message, now)
    return _to_expert(message, now)


def _to_expert(message: Message, now: datetime) -> Written:
    query = (
        select(Expert, Contact, Study, Round)
        .join(Contact, Contact.expert_id == Expert.id)
        .join(Study, Study.id == Expert.study_id)
        .outerjoin(Round, Round.id == message.round_id)
        .where(Expert.id == message.expert_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    expert, contact, study, asked = row
    stands = next(iter(progress.by_expert(asked, expert.id)), None) if asked else None
    said = session.get(Announcement, message.announcement_id) if message.announcement_id else None
    if reason := _unwanted(message, said, _situation(expert, study, asked, stands, now), stands):
        return reason
    if message.kind in REMINDERS and stands:  # the words that fit by now
        message.kind = reminder_for(opened=stands.opened, answered=stands.answered)
    chosen = presentations.of(study)
    if hindered := _hindered(message, study, chosen, now):
        return hindered
    told = _told(message, study, expert, asked, stands, now)
    if told is None:
        return None
    language, facts = told
    token = links.make(expert, now)
    stop = drafting.site(f"/u/{token}") if message.kind in STOPPABLE else ""
    to = drafting.recipient(study, chosen, language, contact.name, drafting.site(f"/i/{token}"), stop)
    words = (
        announcements.words_for(said, language)
        if said
        else message_templates.find(study, message.kind, language)
    )
    content = drafting.content(chosen, message.kind, to, facts, words)
    with_calendar = asked and message.kind in WITH_CALENDAR
    attached = drafting.deadline(study, chosen, asked, language, now) if with_calendar else ""
    return _mail(message, *_sent_to(study, content, contact.email, contact.name, to), now, attached)


def _sent_to(
    study: Study, content: Content, email: str, name: str, to: Recipient
) -> tuple[Content, Recipient, Address]:
    """The expert; in a rehearsal whoever made it, and nobody else whatever address is on record."""
    if study.rehearsal_of_id is None:
        return content, to, address(email, name)
    maker = rehearsals.maker(study)
    if maker is None:
        raise LookupError("a rehearsal without an owner writes to nobody")
    with force_locale(to.language):
        subject = _("Rehearsal: %(subject)s", subject=content.subject)
    return replace(content, subject=subject), to, address(maker.email, maker.name)


def _unwanted(
    message: Message, said: Announcement | None, now_is: Situation, stands: ExpertProgress | None
) -> Reason | None:
    if said is None:
        return unwanted(message.kind, now_is)
    group = from_dict(said.audience).group
    meant = fits(group, stands.stage if stands else None)
    return unwanted_announcement(now_is, meant=meant, urges=group in URGES)


def _told(
    message: Message,
    study: Study,
    expert: Expert,
    asked: Round | None,
    stands: ExpertProgress | None,
    now: datetime,
) -> tuple[str, Facts] | None:
    """The language and what is told; None where there is nothing to tell any more."""
    if message.kind == MessageKind.CONSENT_COPY:
        return drafting.facts_of_consent(study, expert)
    if message.kind not in OF_A_ROUND and not (message.announcement_id and asked):
        return expert.language, Facts()
    if asked is None:
        return None
    left = stands.left if stands and message.kind in WITH_CALENDAR else 0
    return expert.language, drafting.facts_of_round(study, asked, expert.language, left, now)


def _situation(
    expert: Expert, study: Study, asked: Round | None, stands: ExpertProgress | None, now: datetime
) -> Situation:
    return Situation(
        expert.state,
        study.state,
        takes_answers=bool(asked and accepts_answers(asked.state, asked.closes_at, now)),
        done=bool(stands and stands.done),
        handed_in=bool(stands and stands.submitted),
        reminders=expert.reminders,
    )


def _hindered(message: Message, study: Study, chosen: Presentation, now: datetime) -> Later | Reason | None:
    """Why it may not leave now, and until when; a reason alone: later it would make no sense."""
    free = now
    if message.kind in CAPPED:
        room = room_at(outbox.capped_before(message, now), chosen.weekly_mails, now)
        if room is None or (room > now and message.kind not in PATIENT):
            return Reason.ENOUGH
        free = room
    until = free if message.kind in AT_ONCE else presentations.quiet_hours(study, chosen).over_at(free)
    if until <= now:
        return None
    return Later(until, Reason.ENOUGH if free > now else Reason.QUIET_HOURS)


def _farewell(message: Message, now: datetime) -> EmailMessage | None:
    """To the address kept for it; who the expert was may be erased already."""
    farewell, study = session.get(Farewell, message.id), session.get(Study, message.study_id)
    if farewell is None or study is None:
        return None
    chosen = presentations.of(study)
    to = drafting.recipient(study, chosen, message.language, "", "")
    content = drafting.content(chosen, message.kind, to, Facts(choice=farewell.choice))
    return _mail(message, *_sent_to(study, content, farewell.email, "", to), now)


def _test(message: Message, account_id: int, now: datetime) -> EmailMessage | None:
    """What an expert would get, to somebody of the team; its links lead nowhere."""
    account, study = session.get(Account, account_id), session.get(Study, message.study_id)
    if account is None or study is None or not account_wants(message.kind, account.state):
        return None
    chosen = presentations.of(study)
    sample = drafting.sample(study, message.kind, message.language, now, name=account.name)
    with force_locale(message.language):
        subject = _("Test: %(subject)s", subject=sample.subject)
    to = drafting.recipient(study, chosen, message.language, account.name, "")
    attached = ""
    if message.kind in WITH_CALENDAR:
        asked = drafting.sample_round(study, now)
        attached = drafting.deadline(study, chosen, asked, message.language, now)
    marked = replace(sample, subject=subject)
    return _mail(message, marked, to, address(account.email, account.name), now, attached)


def _to_account(message: Message, now: datetime) -> EmailMessage | None:
    account = session.get(Account, message.account_id, populate_existing=True) if message.account_id else None
    if account is None or not account_wants(message.kind, account.state):
        return None
    if message.kind == MessageKind.ACCOUNT_INVITATION:
        token = accounts.make_token(account, TokenPurpose.INVITATION, now)
        to = Recipient(account.language, account.name, drafting.site(f"/invitation/{token}"))
        content = messages.account_invitation(to)
    elif message.kind == MessageKind.NEWS:
        return _news(message, account, now)
    elif message.kind == MessageKind.TEAM_ADDED:
        return _team_added(message, account, now)
    else:
        token = accounts.make_token(account, TokenPurpose.PASSWORD_RESET, now)
        to = Recipient(account.language, account.name, drafting.site(f"/reset/{token}"))
        content = messages.password_reset(to)
    return _mail(message, content, to, address(account.email, account.name), now)


def _team_added(message: Message, account: Account, now: datetime) -> EmailMessage | None:
    found = studies.membership(message.study_id or 0, account.id)
    if found is None:
        return None
    to = Recipient(account.language, account.name, drafting.site(f"/studies/{found.study_id}/"))
    with force_locale(account.language):
        content = messages.team_added(to, translated(found.study.title), label("role", found.role))
    return _mail(message, content, to, address(account.email, account.name), now)


def _news(message: Message, account: Account, now: datetime) -> EmailMessage | None:
    found = news.told(message, now)
    study = session.get(Study, message.study_id)
    if found is None or study is None:
        return None
    to = Recipient(account.language, account.name, drafting.site(f"/studies/{study.id}/"))
    stop = drafting.site(f"/news/{news.stop_token(found.membership)}")
    with force_locale(account.language):
        lines = [
            f"{to_experts.moment(event.happened_at, study.time_zone, account.language)}: "
            f"{events.sentence(event.kind, event.facts)}"
            for event in found.events
        ]
        content = messages.news(to, translated(study.title), lines, stop)
    recipient = address(account.email, account.name)
    return _mail(message, content, replace(to, stop_reminders=stop), recipient, now)


def _mail(
    message: Message,
    content: Content,
    to: Recipient,
    recipient: Address,
    now: datetime,
    calendar: str = "",
) -> EmailMessage:
    return compose(
        content,
        sender=sender(current_app.config["SETTINGS"].mail_from, to.study or "Delphi"),
        recipient=recipient,
        message_id=message.message_id,
        now=now,
        stop_reminders=to.stop_reminders,
        calendar=calendar,
    )

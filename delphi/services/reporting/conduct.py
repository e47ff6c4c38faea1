"""What went on around the answers: feedback and anonymity, messages, and what was changed while rounds were running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.messages import REMINDERS, MessageKind
from delphi.domain.states import RoundState
from delphi.models import Announcement, Event, Message, Round
from delphi.models.message import MessageState
from delphi.reports.document import Block, Column, Heading, Paragraph, Points, Shape, Table
from delphi.services.reporting.phrases import instant, quoted, told
from delphi.services.reporting.record import Record
from delphi.services.reporting.rules import feedback_in_words
from delphi.words import gettext as _


def feedback(record: Record) -> Iterator[Block]:
    yield Heading(_("Feedback and anonymity"))
    decided = [one for one in record.rounds if one.state is RoundState.DECIDED]
    yield Paragraph(told(*_given(record, decided)))
    yield Paragraph(
        told(
            _(
                "The pages told experts nothing of who else took part. The team knew answers by pseudonym; names and addresses were "
                "kept apart from answers and could be read by owners and researchers of the study only."
            ),
            ngettext(
                "Numbers of groups of fewer than %(num)s expert were shown on no page, nor could they be worked out "
                "from others.",
                "Numbers of groups of fewer than %(num)s experts were shown on no page, nor could they be worked out "
                "from others.",
                record.minimum_group_size,
            ),
            _("Comments were shown without author and panel."),
        )
    )


def _given(record: Record, decided: list[Round]) -> Iterator[str]:
    if not decided:
        yield _("No round has been decided yet, so no feedback was fixed.")
        return
    yield _(
        "When a round was decided, its feedback was fixed, and experts saw it before they rated an item again."
    )
    seen: dict[str, list[str]] = {}
    for one in decided:
        words = feedback_in_words(record.protocols[one.id].feedback)
        seen.setdefault(words, []).append(str(one.number))
    for words, numbers in seen.items():
        yield ngettext(
            "Of round %(numbers)s, beside their own earlier answer: %(words)s.",
            "Of rounds %(numbers)s, beside their own earlier answer: %(words)s.",
            len(numbers),
            numbers=", ".join(numbers),
            words=words,
        )


def messages(record: Record) -> Iterator[Block]:
    sent, announced = _sent(record), _announced(record)
    if not sent and not announced:
        return
    yield Heading(_("Invitations and reminders"))
    yield Paragraph(
        told(
            _(
                "Each message went to one expert, with a personal link. Reminders went to those only who were not done, had "
                "neither declined nor left and had not asked for an end of reminders."
            ),
            _limit(record),
        )
    )
    columns = (
        Column(_("Round"), Shape.COUNT),
        Column(_("Invitations sent"), Shape.COUNT, width=2),
        Column(_("Reminders sent"), Shape.COUNT, width=2),
        Column(_("Notices of the end sent"), Shape.COUNT, width=2),
        Column(_("Messages of the team’s own"), Shape.COUNT, width=2),
    )
    rows = [
        (
            one.number,
            sent.get((one.id, MessageKind.ROUND_INVITATION), 0),
            sum(sent.get((one.id, kind), 0) for kind in REMINDERS),
            sent.get((one.id, MessageKind.DEADLINE_NOTICE), 0),
            announced.get(one.id, 0),
        )
        for one in record.rounds
    ]
    note = _("Messages that the mail server took; an expert may have had several of a kind.")
    yield Table("messages", _("Messages to experts, by round"), columns, rows, note)


def _limit(record: Record) -> str:
    return ngettext(
        "No expert was to get more than %(num)s reminder or notice in seven days.",
        "No expert was to get more than %(num)s reminders and notices in seven days.",
        record.presentation.weekly_mails,
    )


def _sent(record: Record) -> dict[tuple[int | None, str], int]:
    """(round, kind) -> messages that left."""
    query = (
        select(Message.round_id, Message.kind, func.count())
        .where(
            Message.round_id.in_([one.id for one in record.rounds]),
            Message.state == MessageState.SENT,
            Message.announcement_id.is_(None),
        )
        .group_by(Message.round_id, Message.kind)
    )
    return {(round_id, kind): count for round_id, kind, count in session.execute(query)}


def _announced(record: Record) -> dict[int | None, int]:
    """Round -> how many texts of the team's own were sent about it, each to many."""
    query = select(Announcement.round_id, func.count()).where(Announcement.study_id == record.study.id)
    return dict(session.execute(query.group_by(Announcement.round_id)).all())


CHANGES = ("round.extended", "round.reopened", "round.undecided", "round.asked_late", "round.not_opened")


def changes(record: Record) -> Iterator[Block]:
    """What was done to a round beside opening, closing and deciding it."""
    found = record.happened(*CHANGES)
    yield Heading(_("Changes while rounds were running"))
    if not found:
        yield Paragraph(
            _(
                "No round was extended or opened again after closing, no decisions of a finished round were taken up "
                "again, and nobody was asked late."
            )
        )
        return
    yield Points([change(record, one) for one in found])


def change(record: Record, event: Event) -> str:
    """One such event in a sentence."""
    facts = {"moment": instant(record.study, event.happened_at), "number": event.facts["number"]}
    if event.kind == "round.extended":
        return _extended(record, event, facts)
    if event.kind == "round.reopened":
        return _(
            "Round %(number)s was opened again after closing, on %(moment)s, until %(to)s. Reason: %(reason)s.",
            to=instant(record.study, datetime.fromisoformat(event.facts["to"])),
            reason=quoted(event.facts["reason"]),
            **facts,
        )
    if event.kind == "round.undecided":
        return _(
            "Decisions of round %(number)s were taken up again on %(moment)s. Reason: %(reason)s.",
            reason=quoted(event.facts["reason"]),
            **facts,
        )
    if event.kind == "round.asked_late":
        return ngettext(
            "%(num)s expert was asked in round %(number)s after it had opened, on %(moment)s.",
            "%(num)s experts were asked in round %(number)s after it had opened, on %(moment)s.",
            event.facts["count"],
            **facts,
        )
    return _("Round %(number)s could not open at its time, %(moment)s.", **facts)


def _extended(record: Record, event: Event, facts: dict[str, object]) -> str:
    to = instant(record.study, datetime.fromisoformat(event.facts["to"]))
    if not event.facts["from"]:
        return _("On %(moment)s, the end of round %(number)s was set to %(to)s.", to=to, **facts)
    before = instant(record.study, datetime.fromisoformat(event.facts["from"]))
    return _(
        "On %(moment)s, the end of round %(number)s was moved from %(before)s to %(to)s.",
        before=before,
        to=to,
        **facts,
    )

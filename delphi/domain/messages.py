"""Which messages there are, why one is not wanted any more, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from delphi.domain.states import IN_STUDY, ExpertState, StudyState


class MessageKind(StrEnum):
    ACCOUNT_INVITATION = "account_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of message
    TEAM_ADDED = "team_added"
    NEWS = "news"
    ROUND_INVITATION = "round_invitation"
    REMINDER_UNOPENED = "reminder_unopened"
    REMINDER_OPENED = "reminder_opened"
    REMINDER_HALF_DONE = "reminder_half_done"
    DEADLINE_NOTICE = "deadline_notice"
    THANK_YOU = "thank_you"
    RESULTS_OUT = "results_out"
    CONSENT_COPY = "consent_copy"
    LINK_AGAIN = "link_again"
    WITHDRAWN = "withdrawn"
    ANNOUNCEMENT = "announcement"  # in the team's own words, once


TO_STAFF = frozenset(
    {MessageKind.ACCOUNT_INVITATION, MessageKind.PASSWORD_RESET, MessageKind.TEAM_ADDED, MessageKind.NEWS}
)
# What has words of its own; an announcement has those of whoever wrote it.
TO_EXPERTS = tuple(kind for kind in MessageKind if kind not in TO_STAFF | {MessageKind.ANNOUNCEMENT})
REMINDERS = (MessageKind.REMINDER_UNOPENED, MessageKind.REMINDER_OPENED, MessageKind.REMINDER_HALF_DONE)
URGING = frozenset({*REMINDERS, MessageKind.DEADLINE_NOTICE})  # for those not done who did not stop them
CAPPED = URGING | {MessageKind.THANK_YOU, MessageKind.RESULTS_OUT, MessageKind.ANNOUNCEMENT}
# Over the week's limit these wait for room, as nothing else tells what they say; the others are dropped.
PATIENT = frozenset({MessageKind.RESULTS_OUT, MessageKind.ANNOUNCEMENT})
# What answers something the expert does this moment does not wait for the end of the quiet hours.
AT_ONCE = frozenset({MessageKind.CONSENT_COPY, MessageKind.LINK_AGAIN, MessageKind.WITHDRAWN})
OF_A_ROUND = frozenset({MessageKind.ROUND_INVITATION, *URGING, MessageKind.THANK_YOU})
WITH_CALENDAR = frozenset({MessageKind.ROUND_INVITATION, *URGING})
# These carry the address that stops reminders; the others are never followed by one.
STOPPABLE = OF_A_ROUND | {MessageKind.LINK_AGAIN, MessageKind.ANNOUNCEMENT}


class Reason(StrEnum):
    """Why a message waits, or did not leave at all."""

    QUIET_HOURS = "quiet_hours"
    ENOUGH = "enough"  # the expert had as many in seven days as the study allows
    LEFT = "left"  # declined or withdrawn
    DONE = "done"
    STOPPED = "stopped"  # asked for no more reminders
    NO_ANSWERS = "no_answers"  # the round takes none
    CONCLUDED = "concluded"
    NOT_YET = "not_yet"  # what it tells of has not happened
    NOT_MEANT = "not_meant"  # not among those any more to whom the team wrote


RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
MOST_TRIES = len(RETRY_AFTER) + 1


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many tries without success; None: give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts < MOST_TRIES else None


@dataclass(frozen=True)
class Situation:
    """Where an expert stands at the moment a message would leave."""

    expert: ExpertState
    study: StudyState
    takes_answers: bool = False  # the round it is about
    opened: bool = False
    answered: int = 0
    done: bool = False  # handed in, or nothing left to answer
    handed_in: bool = False
    reminders: bool = True


def unwanted(kind: str, now_is: Situation) -> Reason | None:
    """Why an expert is not to get it. Someone who declined may change their mind and ask for the link."""
    if now_is.expert == ExpertState.WITHDRAWN:
        return Reason.LEFT
    if kind in (MessageKind.RESULTS_OUT, MessageKind.CONSENT_COPY):
        if now_is.expert != ExpertState.ACTIVE:
            return Reason.LEFT
        told = kind == MessageKind.CONSENT_COPY or now_is.study == StudyState.CONCLUDED
        return None if told else Reason.NOT_YET
    if now_is.study == StudyState.CONCLUDED:
        return Reason.CONCLUDED
    if kind == MessageKind.LINK_AGAIN:
        return None
    return Reason.LEFT if now_is.expert == ExpertState.DECLINED else _unwanted_of_round(kind, now_is)


def _unwanted_of_round(kind: str, now_is: Situation) -> Reason | None:
    if kind == MessageKind.THANK_YOU:
        return None if now_is.handed_in else Reason.NOT_YET
    if not now_is.takes_answers:
        return Reason.NO_ANSWERS
    if kind in URGING and now_is.done:
        return Reason.DONE
    return Reason.STOPPED if kind in URGING and not now_is.reminders else None


def unwanted_announcement(now_is: Situation, *, meant: bool, urges: bool) -> Reason | None:
    """The same for a message in the team's own words; one that `urges` is a reminder in all but its kind."""
    if now_is.expert not in IN_STUDY:
        return Reason.LEFT
    if now_is.study == StudyState.CONCLUDED:
        return Reason.CONCLUDED
    if urges and not now_is.takes_answers:
        return Reason.NO_ANSWERS
    if not meant:
        return Reason.NOT_MEANT
    return Reason.STOPPED if urges and not now_is.reminders else None


def account_wants(kind: str, state: str) -> bool:
    """An invitation is for an account still invited, anything else for one that may sign in."""
    return state == ("invited" if kind == MessageKind.ACCOUNT_INVITATION else "active")


def reminder_for(*, opened: bool, answered: int) -> MessageKind:
    """The words that fit where an expert stands."""
    if answered:
        return MessageKind.REMINDER_HALF_DONE
    return MessageKind.REMINDER_OPENED if opened else MessageKind.REMINDER_UNOPENED

"""Which messages there are, who still wants one, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from delphi.domain.states import ExpertState, StudyState


class MessageKind(StrEnum):
    ACCOUNT_INVITATION = "account_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of message
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


TO_STAFF = frozenset({MessageKind.ACCOUNT_INVITATION, MessageKind.PASSWORD_RESET})
TO_EXPERTS = tuple(kind for kind in MessageKind if kind not in TO_STAFF)
REMINDERS = (MessageKind.REMINDER_UNOPENED, MessageKind.REMINDER_OPENED, MessageKind.REMINDER_HALF_DONE)
URGING = frozenset({*REMINDERS, MessageKind.DEADLINE_NOTICE})  # for those not done who did not stop them
CAPPED = URGING | {MessageKind.THANK_YOU, MessageKind.RESULTS_OUT}
# What answers something the expert does this moment does not wait for the end of the quiet hours.
AT_ONCE = frozenset({MessageKind.CONSENT_COPY, MessageKind.LINK_AGAIN, MessageKind.WITHDRAWN})
OF_A_ROUND = frozenset({MessageKind.ROUND_INVITATION, *URGING, MessageKind.THANK_YOU})
WITH_CALENDAR = frozenset({MessageKind.ROUND_INVITATION, *URGING})
# These carry the address that stops reminders; the others are never followed by one.
STOPPABLE = OF_A_ROUND | {MessageKind.LINK_AGAIN}

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


def expert_wants(kind: str, now_is: Situation) -> bool:
    """Someone who declined may change their mind and ask for the link; nobody else writes to them."""
    if now_is.expert == ExpertState.WITHDRAWN:
        return False
    if kind in (MessageKind.RESULTS_OUT, MessageKind.CONSENT_COPY):
        concluded = now_is.study == StudyState.CONCLUDED
        return now_is.expert == ExpertState.ACTIVE and (concluded or kind == MessageKind.CONSENT_COPY)
    if now_is.study == StudyState.CONCLUDED:
        return False
    if kind == MessageKind.LINK_AGAIN:
        return True
    return now_is.expert != ExpertState.DECLINED and _round_wants(kind, now_is)


def _round_wants(kind: str, now_is: Situation) -> bool:
    if kind == MessageKind.THANK_YOU:
        return now_is.handed_in
    if kind in URGING:
        return now_is.takes_answers and now_is.reminders and not now_is.done
    return now_is.takes_answers


def account_wants(kind: str, state: str) -> bool:
    """An invitation is for an account still invited, anything else for one that may sign in."""
    return state == ("invited" if kind == MessageKind.ACCOUNT_INVITATION else "active")


def reminder_for(*, opened: bool, answered: int) -> MessageKind:
    """The words that fit where an expert stands."""
    if answered:
        return MessageKind.REMINDER_HALF_DONE
    return MessageKind.REMINDER_OPENED if opened else MessageKind.REMINDER_UNOPENED

"""Which messages there are, when one is tried again, and when it is no longer wanted."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from delphi.domain.states import ExpertState, RoundState, StudyState


class MessageKind(StrEnum):
    ACCOUNT_INVITATION = "account_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of message
    ROUND_INVITATION = "round_invitation"
    LINK_AGAIN = "link_again"


RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
MOST_TRIES = len(RETRY_AFTER) + 1


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many tries without success; None: give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts < MOST_TRIES else None


def expert_wants(kind: str, expert: ExpertState, study: StudyState, round: RoundState | None) -> bool:
    """Someone who declined may change their mind and ask for the link; nobody else writes to them."""
    if expert == ExpertState.WITHDRAWN or study == StudyState.CONCLUDED:
        return False
    if kind == MessageKind.LINK_AGAIN:
        return True
    return expert != ExpertState.DECLINED and round == RoundState.OPEN


def account_wants(kind: str, state: str) -> bool:
    """An invitation is for an account still invited, a new password for one that may sign in."""
    return state == ("invited" if kind == MessageKind.ACCOUNT_INVITATION else "active")

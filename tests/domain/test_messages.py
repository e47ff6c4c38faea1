"""When a message is tried again, and when it is no longer wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from delphi.domain.messages import MOST_TRIES, MessageKind, account_wants, expert_wants, retry_at
from delphi.domain.states import ExpertState, RoundState, StudyState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_waits_grow_and_then_end():
    waits = [retry_at(attempts, NOW) for attempts in range(1, MOST_TRIES + 1)]
    assert waits[:5] == [NOW + timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) == 8
    assert waits[-1] is None


@pytest.mark.parametrize(
    ("expert", "study", "round", "wanted"),
    [
        (ExpertState.INVITED, StudyState.RUNNING, RoundState.OPEN, True),
        (ExpertState.ACTIVE, StudyState.RUNNING, RoundState.OPEN, True),
        (ExpertState.DECLINED, StudyState.RUNNING, RoundState.OPEN, False),
        (ExpertState.WITHDRAWN, StudyState.RUNNING, RoundState.OPEN, False),
        (ExpertState.ACTIVE, StudyState.RUNNING, RoundState.CLOSED, False),
        (ExpertState.ACTIVE, StudyState.RUNNING, RoundState.DECIDED, False),
        (ExpertState.ACTIVE, StudyState.RUNNING, None, False),
        (ExpertState.ACTIVE, StudyState.CONCLUDED, RoundState.OPEN, False),
    ],
)
def test_invitation_to_a_round(expert, study, round, wanted):
    assert expert_wants(MessageKind.ROUND_INVITATION, expert, study, round) is wanted


@pytest.mark.parametrize(
    ("expert", "study", "wanted"),
    [
        (ExpertState.INVITED, StudyState.SEALED, True),
        (ExpertState.DECLINED, StudyState.RUNNING, True),
        (ExpertState.WITHDRAWN, StudyState.RUNNING, False),
        (ExpertState.ACTIVE, StudyState.CONCLUDED, False),
    ],
)
def test_link_asked_for_by_the_expert(expert, study, wanted):
    assert expert_wants(MessageKind.LINK_AGAIN, expert, study, None) is wanted


@pytest.mark.parametrize(
    ("kind", "wanted_in"),
    [(MessageKind.ACCOUNT_INVITATION, {"invited"}), (MessageKind.PASSWORD_RESET, {"active"})],
)
def test_messages_to_staff(kind, wanted_in):
    states = ("invited", "active", "suspended", "removed")
    assert {state for state in states if account_wants(kind, state)} == wanted_in

"""When a message is tried again, and when it is no longer wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from delphi.domain.messages import (
    MOST_TRIES,
    TO_EXPERTS,
    URGING,
    MessageKind,
    Reason,
    Situation,
    account_wants,
    reminder_for,
    retry_at,
    unwanted,
)
from delphi.domain.states import ExpertState, StudyState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_waits_grow_and_then_end():
    waits = [retry_at(attempts, NOW) for attempts in range(1, MOST_TRIES + 1)]
    assert waits[:5] == [NOW + timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) == 8
    assert waits[-1] is None


def situation(
    expert: ExpertState = ExpertState.ACTIVE, study: StudyState = StudyState.RUNNING, **facts: object
) -> Situation:
    return Situation(expert, study, **{"takes_answers": True, **facts})


ABOUT_A_ROUND = [MessageKind.ROUND_INVITATION, *sorted(URGING)]


@pytest.mark.parametrize("kind", ABOUT_A_ROUND)
@pytest.mark.parametrize(
    ("now_is", "why"),
    [
        (situation(ExpertState.INVITED), None),
        (situation(ExpertState.ACTIVE), None),
        (situation(ExpertState.DECLINED), Reason.LEFT),
        (situation(ExpertState.WITHDRAWN), Reason.LEFT),
        (situation(takes_answers=False), Reason.NO_ANSWERS),
        (situation(study=StudyState.CONCLUDED), Reason.CONCLUDED),
    ],
)
def test_what_is_about_a_round_needs_it_open_and_somebody_taking_part(kind, now_is, why):
    assert unwanted(kind, now_is) is why


@pytest.mark.parametrize("kind", sorted(URGING))
def test_nobody_is_urged_who_is_done_or_wants_no_reminders(kind):
    assert unwanted(kind, situation(done=True)) is Reason.DONE
    assert unwanted(kind, situation(reminders=False)) is Reason.STOPPED


def test_an_invitation_is_no_reminder():
    assert unwanted(MessageKind.ROUND_INVITATION, situation(reminders=False)) is None


def test_thanks_for_what_was_handed_in_also_after_the_round():
    assert unwanted(MessageKind.THANK_YOU, situation(handed_in=True, takes_answers=False)) is None
    assert unwanted(MessageKind.THANK_YOU, situation(done=True)) is Reason.NOT_YET


@pytest.mark.parametrize("expert", list(ExpertState))
def test_results_go_to_those_active_in_a_study_that_is_over(expert):
    over = situation(expert, StudyState.CONCLUDED, takes_answers=False, reminders=False)
    assert (unwanted(MessageKind.RESULTS_OUT, over) is None) is (expert is ExpertState.ACTIVE)
    assert unwanted(MessageKind.RESULTS_OUT, situation(expert))


def test_a_copy_is_owed_to_whoever_agreed():
    assert unwanted(MessageKind.CONSENT_COPY, situation(takes_answers=False)) is None
    assert unwanted(MessageKind.CONSENT_COPY, situation(study=StudyState.CONCLUDED)) is None
    assert unwanted(MessageKind.CONSENT_COPY, situation(ExpertState.DECLINED))


@pytest.mark.parametrize("kind", TO_EXPERTS)
def test_nobody_writes_to_whoever_has_withdrawn(kind):
    """The confirmation of it goes another way, to an address kept for it alone."""
    gone = situation(ExpertState.WITHDRAWN, handed_in=True)
    assert unwanted(kind, gone)


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
    now_is = situation(expert, study, takes_answers=False)
    assert (unwanted(MessageKind.LINK_AGAIN, now_is) is None) is wanted


def test_the_words_of_a_reminder_follow_where_the_expert_stands():
    assert reminder_for(opened=False, answered=0) is MessageKind.REMINDER_UNOPENED
    assert reminder_for(opened=True, answered=0) is MessageKind.REMINDER_OPENED
    assert reminder_for(opened=True, answered=1) is MessageKind.REMINDER_HALF_DONE


@pytest.mark.parametrize(
    ("kind", "wanted_in"),
    [(MessageKind.ACCOUNT_INVITATION, {"invited"}), (MessageKind.PASSWORD_RESET, {"active"})],
)
def test_messages_to_staff(kind, wanted_in):
    states = ("invited", "active", "suspended", "removed")
    assert {state for state in states if account_wants(kind, state)} == wanted_in

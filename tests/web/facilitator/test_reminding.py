"""The card that reminds: counts before, one button, who may press it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.models import Expert, Message, Participation
from delphi.services import rounds
from tests.support.messages import choose
from tests.support.rounds import close, open_round, plan_of, rate


@pytest.fixture
def opened(world, clock):
    """Two days ago, for a week."""
    return open_round(world, clock() - timedelta(days=2))


@pytest.fixture
def page(world, opened) -> str:
    return f"/studies/{world.study.id}/rounds/1"


def reminders() -> int:
    session.rollback()
    return session.scalar(select(func.count(Message.id)).where(Message.kind.startswith("reminder")))


def test_the_counts_stand_before_the_button(as_fay, world, opened, page, clock):
    parts = session.scalars(select(Participation).order_by(Participation.id)).all()
    parts[0].opened_at = parts[1].opened_at = clock()
    rate(world, opened, "A", {"W": [7]}, clock())
    session.get(Expert, parts[2].expert_id).reminders = False
    text = " ".join(as_fay.get(page).text.split())
    assert "Remind 16 experts" in text
    assert "Reminder: not opened yet</a></dt><dd>14</dd>" in text
    assert "Reminder: opened, nothing answered</a></dt><dd>1</dd>" in text
    assert "Reminder: begun, not finished</a></dt><dd>1</dd>" in text
    assert "want no more reminders</dt><dd>1</dd>" in text


def test_one_click_reminds_and_a_second_does_not(as_fay, page):
    answer = as_fay.post(f"{page}/remind", follow_redirects=True)
    assert "17 reminders are on their way." in answer.text
    assert "There is nobody to remind now." in answer.text
    assert "were written to less than a day ago" in answer.text
    assert as_fay.post(f"{page}/remind").status_code == 400
    assert reminders() == 17


def test_in_quiet_hours_the_card_and_the_answer_say_so(as_fay, world, page, clock):
    hour = clock().astimezone(ZoneInfo(world.study.time_zone)).hour
    choose(world.study, quiet_from=hour, quiet_until=(hour + 2) % 24)
    session.commit()
    assert "These are quiet hours." in as_fay.get(page).text
    answer = as_fay.post(f"{page}/remind", follow_redirects=True)
    assert "17 reminders wait. They leave when the quiet hours are over." in answer.text


def test_right_after_the_invitations_there_is_nobody(as_fay, world, clock):
    open_round(world, clock())
    page = f"/studies/{world.study.id}/rounds/1"
    assert "There is nobody to remind now." in as_fay.get(page).text


def test_a_round_that_is_over_offers_none(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    assert 'id="remind"' not in as_fay.get(page).text
    assert as_fay.post(f"{page}/remind").status_code == 400


def test_past_its_end_it_offers_none_either(as_fay, opened, page, clock):
    opened.closes_at = clock()
    assert "There is nobody to remind now." in as_fay.get(page).text


def test_no_plan_is_reminded_of(as_fay, world, clock):
    rounds.plan(world.study, plan_of(world, clock() + timedelta(days=1)), by=world.fay, now=clock())
    assert as_fay.post(f"/studies/{world.study.id}/rounds/1/remind").status_code == 400


def test_observers_and_outsiders_remind_nobody(as_observer, as_charlie, page):
    assert 'id="remind"' not in as_observer.get(page).text
    assert as_observer.post(f"{page}/remind").status_code == 403
    assert as_charlie.post(f"{page}/remind").status_code == 404
    assert reminders() == 0


def test_the_page_takes_as_many_statements_however_many_experts(as_fay, page, statements):
    with statements() as seen:
        as_fay.get(page)
    assert len(seen) <= 20

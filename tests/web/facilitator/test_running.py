"""The live page, who is not done, planned reminders, opening again, and inviting who joined late."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Expert, Message, Participation, PlannedReminder
from tests.support.rounds import close, decide_all, open_round, rate
from tests.support.studies import add_experts


@pytest.fixture
def opened(world, clock):
    """Two days ago, for a week."""
    return open_round(world, clock() - timedelta(days=2))


@pytest.fixture
def page(world, opened) -> str:
    return f"/studies/{world.study.id}/rounds/1"


def text_of(answer) -> str:
    return " ".join(answer.text.split())


def local(world, moment) -> str:
    return moment.astimezone(ZoneInfo("America/Toronto")).strftime("%Y-%m-%dT%H:%M")


def reminders() -> int:
    session.rollback()
    return session.scalar(select(func.count(Message.id)).where(Message.kind.startswith("reminder")))


# The live page.


def test_the_page_counts_each_step_and_by_panel(as_observer, world, opened, page, clock):
    for part in session.scalars(select(Participation).order_by(Participation.id).limit(3)):
        part.opened_at = clock()
    for code in "ABC":
        rate(world, opened, code, {"W": [7]}, clock())
    rate(world, opened, "A", {"C": [7]}, clock())
    text = text_of(as_observer.get(page))
    for number, step in ((17, "Invited"), (4, "Opened"), (2, "Started"), (2, "Half done"), (1, "Completed")):
        assert f'<span class="figure-number">{number}</span> {step}' in text
    assert "Day 2: 2 of 17 have begun (12%)." in text
    assert "data-live" in text
    assert "live.js" in text


def test_the_round_before_is_drawn_beside_it(as_fay, world, clock):
    first = open_round(world, clock())
    rate(world, first, "A", {"W": [7, 7]}, clock())
    close(world, first, clock.advance(hours=2))
    decide_all(world, first, clock())
    open_round(world, clock(), codes=("A", "B"))
    text = text_of(as_fay.get(f"/studies/{world.study.id}/rounds/2"))
    assert "In round 1 it was 2 of 17 by then (12%)." in text
    assert text.count("<polyline") == 2
    assert "Round 1, 17 asked" in text


def test_a_round_that_is_over_does_not_refresh(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    text = as_fay.get(page).text
    assert "data-live" not in text
    assert "live.js" not in text


def test_who_knows_no_pseudonyms_is_told_of_no_small_panel(as_fay, as_observer, page):
    small = "Panel M"
    assert small in text_of(as_fay.get(page))
    told = text_of(as_observer.get(page))
    assert small not in told
    assert "Panels too small to tell apart are left out." in told


# Who is not done.


def test_who_is_not_done_stands_by_pseudonym_with_how_far(as_fay, world, opened, page, clock):
    rate(world, opened, "A", {"C": [7]}, clock())
    text = text_of(as_fay.get(f"{page}/nudges"))
    assert "17 of 17 not done" in text
    assert "@example.org" not in text
    begun = text_of(as_fay.get(f"{page}/nudges?stage=half_done"))
    assert "1 of 17 not done" in begun
    assert world.experts["C"][0].code in begun
    panel = world.panels["M"].id
    assert "3 of 17 not done" in as_fay.get(f"{page}/nudges?panel={panel}").text
    assert "Nobody fits this choice." in as_fay.get(f"{page}/nudges?stage=bounced").text


def test_those_chosen_are_reminded_and_no_others(as_fay, world, page):
    chosen = [one.id for one in world.experts["W"][:2]]
    answer = as_fay.post(f"{page}/nudges", data={"expert": chosen}, follow_redirects=True)
    assert "2 reminders are on their way." in answer.text
    assert "Was written to less than a day ago" in answer.text
    assert as_fay.post(f"{page}/nudges", data={"expert": chosen}).status_code == 400
    assert reminders() == 2


def test_who_stopped_reminders_gets_none_however_chosen(as_fay, world, page):
    stopped, other = world.experts["W"][:2]
    session.get(Expert, stopped.id).reminders = False
    answer = as_fay.post(f"{page}/nudges", data={"expert": [stopped.id, other.id]}, follow_redirects=True)
    assert "1 of those chosen needs none any more." in answer.text
    assert reminders() == 1


def test_choosing_nobody_is_said_on_the_same_page(as_fay, world, page):
    refused = as_fay.post(f"{page}/nudges?panel={world.panels['M'].id}")
    assert refused.status_code == 400
    assert "Choose at least one expert" in refused.text
    assert "3 of 17 not done" in refused.text


def test_after_reminding_the_same_choice_is_shown(as_fay, world, page):
    form = {"expert": world.experts["M"][0].id}
    answer = as_fay.post(f"{page}/nudges?panel={world.panels['M'].id}", data=form, follow_redirects=True)
    assert "3 of 17 not done" in answer.text


def test_observers_see_no_pseudonym(as_observer, as_charlie, page):
    assert as_observer.get(f"{page}/nudges").status_code == 403
    assert as_charlie.get(f"{page}/nudges").status_code == 404
    assert "Who is not done" not in as_observer.get(page).text


# Planned reminders.


def test_days_before_closing_and_a_stated_time(as_fay, world, opened, page, clock):
    form = {"days": "3, 1", "at": "09:00", "remind_at": local(world, clock() + timedelta(days=1))}
    answer = as_fay.post(f"{page}/reminders", data=form, follow_redirects=True)
    assert "3 reminders are planned." in answer.text
    session.rollback()
    hours = [
        one.due_at.astimezone(ZoneInfo("America/Toronto")).hour
        for one in session.scalars(select(PlannedReminder))
    ]
    assert hours.count(9) >= 2
    again = as_fay.post(f"{page}/reminders", data=form, follow_redirects=True)
    assert "This was planned already." in again.text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Say when to remind"),
        ({"days": "soon", "at": "09:00"}, "“soon” is not a number of days."),
        ({"days": "2", "at": ""}, "Say when to remind"),
        ({"days": "300", "at": "09:00"}, "This time is past."),
        ({"remind_at": "2031-01-01T10:00"}, "A reminder must come before the round closes."),
        ({"remind_at": "1999-01-01T10:00"}, "This time is past."),
        ({"remind_at": "0001-01-01T00:00"}, "No round is held in the year 1."),
        ({"remind_at": "never"}, "Say when to remind"),
    ],
)
def test_what_cannot_be_planned_is_said_and_what_was_typed_stays(as_fay, page, form, told):
    answer = as_fay.post(f"{page}/reminders", data=form)
    assert answer.status_code == 400
    assert told in answer.text
    for name in ("days", "remind_at"):
        if form.get(name):
            assert f'name="{name}" value="{form[name]}"' in answer.text


def test_planned_before_the_round_opens_and_cancelled(as_fay, as_observer, world, clock):
    from delphi.services import rounds
    from tests.support.rounds import plan_of

    rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    page = f"/studies/{world.study.id}/rounds/1"
    as_fay.post(f"{page}/reminders", data={"days": "2", "at": "09:00"})
    session.rollback()
    (one,) = session.scalars(select(PlannedReminder)).all()
    assert "Waits" in as_fay.get(page).text
    cancel = f"/studies/{world.study.id}/reminders/{one.id}/cancel"
    assert as_observer.post(cancel).status_code == 403
    assert "The reminder is cancelled." in as_fay.post(cancel, follow_redirects=True).text
    assert "had been sent or cancelled already" in as_fay.post(cancel, follow_redirects=True).text
    assert as_fay.post(f"/studies/{world.study.id}/reminders/99/cancel").status_code == 404


def test_a_round_that_is_over_takes_none(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    assert as_fay.post(f"{page}/reminders", data={"days": "2", "at": "09:00"}).status_code == 409


# Opening again.


def test_a_closed_round_opens_again_with_a_reason(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    assert "Closed by mistake?" in as_fay.get(page).text
    form = {"reopen_until": local(world, clock() + timedelta(days=3)), "reason": "Closed a day early."}
    answer = as_fay.post(f"{page}/reopen", data=form, follow_redirects=True)
    assert "Round 1 takes answers again." in answer.text
    assert as_fay.post(f"{page}/reopen", data=form).status_code == 409
    assert "because: Closed a day early." in as_fay.get(f"/studies/{world.study.id}/").text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": ""}, "Say why the round is opened again."),
        ({"reopen_until": ""}, "Say when the round closes"),
        ({"reopen_until": "1999-01-01T10:00"}, "The closing time is past."),
        ({"reopen_until": "9999-12-31T23:59"}, "No round is held in the year 9999."),
    ],
)
def test_a_refusal_keeps_what_was_typed(as_fay, world, opened, page, clock, change, told):
    close(world, opened, clock())
    form = {"reopen_until": "2031-01-01T10:00", "reason": "Closed a day early."} | change
    answer = as_fay.post(f"{page}/reopen", data=form)
    assert answer.status_code == 400
    assert told in answer.text
    assert form["reopen_until"] in answer.text
    assert form["reason"] in answer.text
    session.refresh(opened)
    assert opened.state is RoundState.CLOSED


def test_a_decided_round_stays_as_it_is(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    decide_all(world, opened, clock())
    assert "Closed by mistake?" not in as_fay.get(page).text
    form = {"reopen_until": "2031-01-01T10:00", "reason": "Too late."}
    assert as_fay.post(f"{page}/reopen", data=form).status_code == 409


# Who joined late.


def test_who_joined_late_is_asked_by_one_button_with_its_count(as_fay, as_observer, world, page, clock):
    new = add_experts(world.study, world.panels["W"], 2, clock(), ExpertState.INVITED)
    text = as_fay.get(page).text
    assert "Invite 2 experts now" in text
    assert "is asked in it only if somebody says so" in text
    assert "Joined late" not in as_observer.get(page).text
    assert as_fay.post(f"{page}/ask-late", data={"shown": 3}).status_code == 400
    answer = as_fay.post(f"{page}/ask-late", data={"shown": 2}, follow_redirects=True)
    assert "2 invitations are on their way." in answer.text
    assert "Joined late" not in answer.text
    session.rollback()
    asked = select(func.count(Message.id)).where(Message.expert_id.in_([one.id for one in new]))
    assert session.scalar(asked) == 2


def test_the_live_pages_take_few_statements(as_fay, page, statements):
    for address in (page, f"{page}/nudges"):
        with statements() as seen:
            as_fay.get(address)
        assert len(seen) <= 20, (address, len(seen))

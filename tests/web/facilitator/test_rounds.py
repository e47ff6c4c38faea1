"""Planning, opening, extending and closing rounds through the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Message, Rating, Round
from delphi.services import rounds
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, open_round, plan_of


def form(world: World, clock: Clock, **changes: Any) -> dict[str, Any]:
    closes = (clock() + timedelta(days=7)).astimezone(ZoneInfo("America/Toronto"))
    return {
        "items": [item.id for item in world.items.values()],
        "panels": [panel.id for panel in world.panels.values()],
        "closes_at": closes.strftime("%Y-%m-%dT%H:%M"),
        "opens_at": "",
        "time_zone": "America/Toronto",
        "instructions_en": "Read each item.",
        "instructions_fr": "Lisez chaque énoncé.",
    } | changes


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}/rounds{rest}"


def planned(world: World, clock: Clock) -> Round:
    made = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    session.commit()
    return made


def test_an_empty_list_says_what_a_round_is(as_fay: Browser, world: World) -> None:
    page = as_fay.get(url(world))
    assert page.status_code == 200
    assert "Plan the first round" in page.text
    assert "Plan the first round" in as_fay.get(url(world, "/new")).text


def test_planning_a_round_saves_it_and_sends_nothing(as_fay: Browser, world: World, clock: Clock) -> None:
    assert as_fay.get(url(world, "/new")).status_code == 200
    answer = as_fay.post(url(world, "/new"), data=form(world, clock))
    assert answer.status_code == 303
    made = session.scalars(select(Round)).one()
    assert made.closes_at == clock() + timedelta(days=7)
    assert made.instructions["fr"] == "Lisez chaque énoncé."
    assert session.scalar(select(func.count(Message.id))) == 0
    assert as_fay.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"items": []}, "Choose at least one item."),
        ({"panels": []}, "Choose at least one panel."),
        ({"closes_at": ""}, "Say when the round closes."),
        ({"closes_at": "nonsense"}, "Closes at"),
        ({"time_zone": "Mars/Olympus"}, "Time zone"),
        ({"opens_at": "2031-01-01T10:00"}, "The round must close after it opens."),
        ({"closes_at": "1999-01-01T10:00"}, "The closing time is past. Choose a later one."),
        ({"closes_at": "0001-01-01T00:00"}, "No round is held in the year 1."),
        ({"opens_at": "9999-12-31T23:59"}, "No round is held in the year 9999."),
        ({"opens_at": "1999-01-01T10:00"}, "The opening time is past."),
        ({"items": ["999999"]}, "Items to ask"),
        ({"instructions_en": "x" * 5001}, "Instructions"),
    ],
)
def test_a_bad_plan_is_shown_again_with_what_is_wrong(
    as_fay: Browser, world: World, clock: Clock, change: dict[str, Any], text: str
) -> None:
    answer = as_fay.post(
        url(world, "/new"), data=form(world, clock, **{"instructions_fr": "Gardez ceci."} | change)
    )
    assert answer.status_code == 400
    assert text in answer.text
    assert "Gardez ceci." in answer.text
    assert session.scalar(select(func.count(Round.id))) == 0


def test_items_can_be_chosen_by_what_was_decided_last(as_fay: Browser, world: World) -> None:
    assert as_fay.get(url(world, "/new?verdict=new")).text.count("checked") >= 3
    assert as_fay.get(url(world, "/new?verdict=drop")).text.count('name="items"') == 3


def test_the_plan_can_be_changed_while_it_is_a_draft(as_fay: Browser, world: World, clock: Clock) -> None:
    planned(world, clock)
    assert as_fay.get(url(world, "/1/edit")).status_code == 200
    only_b = form(world, clock, items=[world.items["B"].id])
    assert as_fay.post(url(world, "/1/edit"), data=only_b).status_code == 303
    assert [row.item_id for row in rounds.get(world.study, 1).items] == [world.items["B"].id]
    assert "Plan the next round" in as_fay.get(url(world, "/new")).text


def test_a_plan_that_is_under_way_is_looked_at_on_the_page_of_its_round(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    open_round(world, clock())
    assert as_fay.get(url(world, "/1/edit")).location == url(world, "/1")


def test_a_draft_can_be_thrown_away(as_fay: Browser, world: World, clock: Clock) -> None:
    planned(world, clock)
    assert as_fay.post(url(world, "/1/discard")).status_code == 303
    assert as_fay.get(url(world, "/1")).status_code == 404


def test_opening_invites_everyone_and_a_double_click_does_no_harm(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    planned(world, clock)
    assert as_fay.post(url(world, "/1/open")).status_code == 303
    assert as_fay.post(url(world, "/1/open")).status_code == 409
    assert session.scalar(select(func.count(Message.id))) == 17
    page = as_fay.get(url(world, "/1"))
    assert "</span> Invited" in page.text
    delivery = as_fay.get(url(world, "/1/delivery"))
    assert "Waiting to be sent" in delivery.text
    assert "@example.org" not in delivery.text


def test_a_round_can_be_scheduled_and_taken_back(as_fay: Browser, world: World, clock: Clock) -> None:
    opens = (clock() + timedelta(days=1)).astimezone(ZoneInfo("America/Toronto")).strftime("%Y-%m-%dT%H:%M")
    as_fay.post(url(world, "/new"), data=form(world, clock, opens_at=opens))
    assert as_fay.post(url(world, "/1/schedule")).status_code == 303
    assert rounds.get(world.study, 1).state is RoundState.SCHEDULED
    session.commit()
    assert "bring it back to draft first" in as_fay.get(url(world, "/1")).text
    overview = as_fay.get(f"/studies/{world.study.id}/").text
    assert "Round 1 opens by itself" in overview
    assert "Plan round 1" not in overview
    assert as_fay.post(url(world, "/1/unschedule")).status_code == 303


def test_a_plan_shows_its_instructions_and_the_language_that_lacks_them(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    as_fay.post(url(world, "/new"), data=form(world, clock, instructions_fr=""))
    page = as_fay.get(url(world, "/1")).text
    assert '<span class="lines" lang="en">Read each item.</span>' in page
    assert page.count("Not written: experts who read this language") == 1


def test_what_is_over_is_not_sent_again(as_fay: Browser, world: World, clock: Clock) -> None:
    open_round(world, clock())
    for message in session.scalars(select(Message)):
        message.state = "sent"  # type: ignore[assignment]
    session.commit()
    assert "Send again" in as_fay.get(url(world, "/1/delivery")).text
    as_fay.post(url(world, "/1/close"))
    assert "Send again" not in as_fay.get(url(world, "/1/delivery")).text


def test_extending_and_closing(as_fay: Browser, world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    assert as_fay.post(url(world, "/1/extend"), data={"closes_at": "2031-05-01T12:00"}).status_code == 303
    assert as_fay.post(url(world, "/1/extend"), data={"closes_at": "soon"}).status_code == 400
    assert as_fay.post(url(world, "/1/extend"), data={"closes_at": "1999-05-01T12:00"}).status_code == 400
    answer = as_fay.post(url(world, "/1/close"))
    assert answer.status_code == 303
    session.refresh(opened)
    assert opened.state is RoundState.CLOSED
    assert as_fay.post(url(world, "/1/close")).status_code == 409
    assert as_fay.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("1999-05-01T12:00", "The closing time is past. Choose a later one."),
        ("9999-12-31T23:59", "No round is held in the year 9999."),
    ],
)
def test_a_refused_closing_time_is_still_on_the_form(
    as_fay: Browser, world: World, clock: Clock, written: str, told: str
) -> None:
    open_round(world, clock())
    answer = as_fay.post(url(world, "/1/extend"), data={"closes_at": written})
    assert answer.status_code == 400
    assert f'value="{written}"' in answer.text
    assert told in answer.text


def test_a_failed_message_is_sent_again_once(as_fay: Browser, world: World, clock: Clock) -> None:
    open_round(world, clock())
    message = session.scalars(select(Message)).first()
    assert message is not None
    message.state, message.error = "failed", "550 no such mailbox"  # type: ignore[assignment]
    session.commit()
    again = f"/studies/{world.study.id}/messages/{message.id}/resend"
    assert as_fay.post(again).status_code == 303
    assert as_fay.post(again).status_code == 303
    assert session.scalar(select(func.count(Message.id))) == 18


def test_what_a_mail_server_said_is_told_in_full_to_those_who_know_who_it_is_about(
    as_fay: Browser, as_alice: Browser, world: World, clock: Clock
) -> None:
    """A server names the person or the house in ways that no list foresees: for others its code is enough."""
    open_round(world, clock())
    messages = session.scalars(select(Message).order_by(Message.id)).all()
    messages[0].error = "550 5.1.1 Marie of shelter-lyon.mail.outlook.example is unknown"
    messages[1].error = "could not reach shelter-lyon"
    session.commit()
    seen, known = as_fay.get(url(world, "/1/delivery")).text, as_alice.get(url(world, "/1/delivery")).text
    assert "550 5.1.1" in seen
    assert "shelter" not in seen
    assert "Marie of shelter-lyon.mail.outlook.example is unknown" in known


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("queued", "quiet_hours", "Quiet hours: it leaves when they are over."),
        ("cancelled", "enough", "as many messages in seven days as the study allows"),
    ],
)
def test_why_a_message_waits_or_did_not_leave_is_told(
    as_fay: Browser, world: World, clock: Clock, state: str, reason: str, told: str
) -> None:
    open_round(world, clock())
    message = session.scalars(select(Message).order_by(Message.id)).first()
    assert message is not None
    message.state, message.reason = state, reason  # type: ignore[assignment]
    session.commit()
    assert told in as_fay.get(url(world, "/1/delivery")).text
    assert told in as_fay.get(f"/studies/{world.study.id}/experts/{message.expert_id}").text


def test_an_invitation_that_waits_is_cancelled_when_the_round_closes(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    open_round(world, clock())
    assert as_fay.post(url(world, "/1/close")).status_code == 303
    states = session.execute(select(Message.state, Message.reason).distinct()).all()
    assert states == [("cancelled", "no_answers")]
    assert "The round takes no answers any more." in as_fay.get(url(world, "/1/delivery")).text


ACTIONS = (
    "/new",
    "/1/edit",
    "/1/discard",
    "/1/open",
    "/1/schedule",
    "/1/unschedule",
    "/1/extend",
    "/1/close",
    "/1/reopen",
    "/1/reminders",
    "/1/nudges",
    "/1/ask-late",
)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_observer_changes_nothing(as_observer: Browser, world: World, clock: Clock, action: str) -> None:
    planned(world, clock)
    assert as_observer.post(url(world, action), data=form(world, clock)).status_code == 403
    assert rounds.get(world.study, 1).state is RoundState.DRAFT


@pytest.mark.parametrize("action", ACTIONS)
def test_an_outsider_is_told_there_is_no_such_study(
    as_charlie: Browser, world: World, clock: Clock, action: str
) -> None:
    planned(world, clock)
    assert as_charlie.post(url(world, action), data=form(world, clock)).status_code == 404


@pytest.mark.parametrize("page", ["", "/1"])
def test_an_observer_may_look(as_observer: Browser, world: World, clock: Clock, page: str) -> None:
    open_round(world, clock())
    assert as_observer.get(url(world, page)).status_code == 200


def test_pages_cost_the_same_however_many_experts(
    as_fay: Browser, world: World, clock: Clock, statements: Any
) -> None:
    opened = open_round(world, clock())
    item = world.items["A"]
    wording_id = opened.items[0].wording_id
    for expert in world.experts["W"]:
        session.add(
            Rating(
                round_id=opened.id,
                expert_id=expert.id,
                item_id=item.id,
                wording_id=wording_id or 0,
                criterion="importance",
                point=7,
                updated_at=clock(),
            )
        )
    session.commit()
    for page in ("", "/1", "/1/delivery", "/1/comments", "/new"):
        address = url(world, page)
        with statements() as seen:
            as_fay.get(address)
        assert len(seen) <= 20, (page, seen)

"""News by mail: what the platform notices, who is told, when, and that nothing names an expert."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.news import News, due
from delphi.domain.permissions import Role
from delphi.models import Account, Contact, Event, Membership, Message, Note
from delphi.models.message import MessageState
from delphi.services import history, letters, news, rehearsals, teams
from tests.support import rounds as support
from tests.support.clock import Clock
from tests.support.rounds import World

DAY = timedelta(days=1)


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return support.make_world(alice, fay, clock())


def member(world: World, account: Account, wish: News) -> Membership:
    query = select(Membership).where(
        Membership.study_id == world.study.id, Membership.account_id == account.id
    )
    found = session.scalars(query).one()
    found.news = wish
    session.flush()
    return found


def queued() -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == "news").order_by(Message.id)))


def mail(message: Message, now: datetime) -> str:
    written = letters.write(message, now)
    assert isinstance(written, EmailMessage)
    body = written.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def kinds(world: World) -> list[str]:
    query = select(Event.kind).where(Event.study_id == world.study.id, Event.account_id.is_(None))
    return list(session.scalars(query.order_by(Event.id)))


def test_at_once_what_somebody_else_did(world: World, alice: Account, fay: Account, clock: Clock) -> None:
    member(world, alice, News.AT_ONCE)
    member(world, fay, News.AT_ONCE)
    support.open_round(world, clock())  # by Fay
    assert news.queue(clock()) == 1
    assert news.queue(clock()) == 0
    (message,) = queued()
    assert message.account_id == alice.id
    text = mail(message, clock())
    assert "Round 1 opened; experts asked: 17." in text
    assert f"/studies/{world.study.id}/" in text
    assert "/news/" in text


def test_written_twice_it_says_the_same(world: World, alice: Account, clock: Clock) -> None:
    """A mail that the server did not take is written again."""
    member(world, alice, News.AT_ONCE)
    support.open_round(world, clock())
    news.queue(clock())
    first = mail(queued()[0], clock())
    history.record(world.study.id, "round.extended", by=world.fay, now=clock(), number=1)
    assert mail(queued()[0], clock()) == first


def test_daily_at_eight_what_happened_before(
    world: World, alice: Account, fay: Account, clock: Clock
) -> None:
    member(world, alice, News.DAILY)
    member(world, fay, News.NEVER)
    support.open_round(world, clock())
    sent = [news.queue(clock() + timedelta(hours=hour)) for hour in range(49)]
    assert sum(sent) == 1


@pytest.mark.parametrize(("hour", "told"), [(7, False), (8, True), (23, True)])
def test_the_morning_is_the_study_s(hour: int, told: bool) -> None:
    from zoneinfo import ZoneInfo

    now = datetime(2026, 11, 28, hour, tzinfo=ZoneInfo("America/Toronto"))
    yesterday = now.replace(day=27, hour=20)
    assert due(News.DAILY, yesterday, "America/Toronto", now) is told
    assert not due(News.DAILY, now, "America/Toronto", now)
    assert not due(News.NEVER, yesterday, "America/Toronto", now)
    assert due(News.AT_ONCE, now, "America/Toronto", now)


def test_never_is_never(world: World, alice: Account, fay: Account, clock: Clock) -> None:
    member(world, alice, News.NEVER)
    member(world, fay, News.NEVER)
    support.open_round(world, clock())
    assert news.queue(clock() + DAY) == 0


def test_switched_off_meanwhile_nothing_leaves(world: World, alice: Account, clock: Clock) -> None:
    mine = member(world, alice, News.AT_ONCE)
    support.open_round(world, clock())
    news.queue(clock())
    news.choose(mine, News.NEVER)
    assert letters.write(queued()[0], clock()) is None


def test_out_of_the_team_nothing_leaves(world: World, alice: Account, charlie: Account, clock: Clock) -> None:
    added = teams.add_member(world.study, charlie.email, Role.OBSERVER, alice, clock())
    added.news = News.AT_ONCE
    session.flush()
    support.open_round(world, clock())
    news.queue(clock())
    message = next(one for one in queued() if one.account_id == charlie.id)
    teams.remove_member(world.study, added.id, alice, clock())
    assert letters.write(message, clock()) is None


def test_a_role_is_told_what_it_may_see(world: World, alice: Account, charlie: Account, clock: Clock) -> None:
    added = teams.add_member(world.study, charlie.email, Role.OBSERVER, alice, clock())
    added.news = News.AT_ONCE
    member(world, alice, News.AT_ONCE)
    opened = support.open_round(world, clock())
    expert = world.experts["W"][0]
    session.add(
        Note(
            study_id=world.study.id, expert_id=expert.id, round_id=opened.id, text="Too late", sent_at=clock()
        )
    )
    session.flush()
    news.watch(clock())
    news.queue(clock())
    by_account = {one.account_id: mail(one, clock()) for one in queued()}
    assert "Suggestions and notes" in by_account[alice.id]
    assert "Suggestions and notes" not in by_account[charlie.id]
    assert "Round 1 opened" in by_account[charlie.id]


def test_no_mail_names_an_expert(world: World, alice: Account, clock: Clock) -> None:
    member(world, alice, News.AT_ONCE)
    opened = support.open_round(world, clock())
    expert = world.experts["W"][0]
    session.add(
        Note(
            study_id=world.study.id,
            expert_id=expert.id,
            round_id=opened.id,
            text="My secret",
            sent_at=clock(),
        )
    )
    session.flush()
    news.watch(clock())
    news.queue(clock())
    text = mail(queued()[0], clock())
    contact = session.get_one(Contact, expert.id)
    for needle in (expert.code, contact.email, "My secret"):
        assert needle not in text


def test_a_round_that_closes_soon_is_noticed_once_for_each_closing_time(world: World, clock: Clock) -> None:
    opened = support.open_round(world, clock())
    news.watch(clock())
    assert kinds(world) == []
    near = (opened.closes_at or clock()) - timedelta(hours=47)
    news.watch(near)
    news.watch(near)
    assert kinds(world) == ["round.closes_soon"]
    opened.closes_at = near + timedelta(hours=40)
    session.flush()
    news.watch(near)
    assert kinds(world) == ["round.closes_soon"] * 2


def test_failed_messages_are_counted_from_the_last_time(world: World, clock: Clock) -> None:
    support.open_round(world, clock())
    messages = session.scalars(select(Message).where(Message.kind == "round_invitation")).all()
    for one in messages[:3]:
        one.state = MessageState.FAILED
    session.flush()
    news.watch(clock())
    news.watch(clock())
    messages[4].state = MessageState.FAILED
    session.flush()
    news.watch(clock())
    facts = session.scalars(select(Event.facts).where(Event.kind == "messages.failed").order_by(Event.id))
    assert [one["count"] for one in facts] == [3, 1]


def test_a_rehearsal_is_no_news(world: World, alice: Account, clock: Clock) -> None:
    made = rehearsals.make(world.study, 3, by=alice, now=clock())
    mine = session.scalars(select(Membership).where(Membership.study_id == made.id)).one()
    mine.news = News.AT_ONCE
    rehearsals.open_next(made, by=alice, now=clock())
    history.record(made.id, "round.closed", now=clock(), number=1)
    news.watch(clock() + timedelta(days=13))
    assert news.queue(clock()) == 0


def test_whoever_joins_is_not_told_what_is_past(
    world: World, alice: Account, charlie: Account, clock: Clock
) -> None:
    support.open_round(world, clock())
    added = teams.add_member(world.study, charlie.email, Role.OBSERVER, alice, clock())
    added.news = News.AT_ONCE
    session.flush()
    news.queue(clock())
    assert [one for one in queued() if one.account_id == charlie.id] == []


def test_an_active_account_is_told_that_it_was_taken_in(
    world: World, alice: Account, charlie: Account, clock: Clock
) -> None:
    teams.add_member(world.study, charlie.email, Role.OBSERVER, alice, clock())
    message = session.scalars(select(Message).where(Message.kind == "team_added")).one()
    text = mail(message, clock())
    assert "What specialists need" in text
    assert "Observer" in text


def test_the_stop_address_is_one_member_s_alone(world: World, alice: Account, clock: Clock) -> None:
    mine = member(world, alice, News.DAILY)
    token = news.stop_token(mine)
    assert news.by_stop_token(token) is mine
    for other in ("", "x", token[:-1], token + "x"):
        assert news.by_stop_token(other) is None
    session.delete(mine)
    session.flush()
    assert news.by_stop_token(token) is None

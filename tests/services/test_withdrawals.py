"""Leaving: what stays, what goes, and that nothing that was decided changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState, SuggestionState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import (
    Account,
    Comment,
    CommentChange,
    Contact,
    Event,
    Expert,
    Exposure,
    Link,
    Note,
    Participation,
    Rating,
    RatingChange,
    Round,
    StoredVerdict,
    Suggestion,
)
from delphi.services import (
    comment_review,
    decisions,
    expert_list,
    experts,
    exports,
    links,
    progress,
    verdicts,
    withdrawals,
)
from delphi.services.reporting.record import Record
from tests.support import rounds as support
from tests.support.clock import Clock
from tests.support.rounds import World, make_world
from tests.support.rows import count

CUT = (Withdrawal.UNLINKED, Withdrawal.DELETED)
POINTS = {"W": [9, 8, 7, 8, 9, 7, 8, 2], "C": [8, 8, 7, 9, 9, 3]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def ben(world: World) -> Expert:
    return world.experts["W"][0]


def answered(world: World, opened: Round, now: datetime) -> None:
    """Everybody rates A and B; the first of panel W writes a comment, changes an answer and looks at a card."""
    for code in ("A", "B"):
        support.rate(world, opened, code, POINTS, now)
    ben, item = world.experts["W"][0], world.items["A"]
    place = {"round_id": opened.id, "item_id": item.id, "expert_id": ben.id}
    rating = session.query(Rating).filter_by(**place).one()
    comment = Comment(
        **place, wording_id=rating.wording_id, text="Since I saw it at work.", language="en", updated_at=now
    )
    session.add(comment)
    session.flush()
    took_part = session.query(Participation).filter_by(round_id=opened.id, expert_id=ben.id).one()
    took_part.opened_at, took_part.submitted_at, took_part.seed = now, now, 7
    session.add_all(
        [
            RatingChange(rating_id=rating.id, point=9, unable=False, changed_at=now, key="device-1"),
            CommentChange(comment_id=comment.id, text=comment.text, changed_at=now),
            Exposure(
                participation_id=took_part.id,
                item_id=item.id,
                wording_id=rating.wording_id,
                language="en",
                seen_at=now,
            ),
        ]
    )
    session.flush()


def told(world: World, ben: Expert, now: datetime) -> None:
    """What the team knows of the expert beside the answers."""
    ben.attributes, ben.language = {"role": ["nurse"]}, "fr"
    links.make(ben, now)
    about = {"study_id": world.study.id, "expert_id": ben.id}
    session.add(Note(**about, text="I was late.", sent_at=now))
    for state in (SuggestionState.WAITING, SuggestionState.ACCEPTED):
        session.add(
            Suggestion(
                **about, text=f"A {state} one", language="fr", state=state, created_at=now, key=str(state)
            )
        )
    session.flush()


def leave(world: World, expert: Expert, choice: Withdrawal, clock: Clock) -> None:
    withdrawals.withdraw(world.study, expert, choice, by=None, now=clock())
    session.flush()
    session.expire_all()


def exported(world: World) -> list[tuple[Any, ...]]:
    """Individual answers without codes."""
    table = exports.ratings(world.study)
    return sorted(
        tuple(str(cell) for name, cell in zip(table.columns, row, strict=True) if name != "expert")
        for row in table.rows
    )


def judgements(one: Round) -> dict[int, dict[str, Any]]:
    return {item_id: row.judgement for item_id, row in verdicts.of_round(one).items()}


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_the_link_stops_and_the_choice_is_on_record(
    world: World, ben: Expert, clock: Clock, choice: Withdrawal
) -> None:
    token = links.make(ben, clock())
    leave(world, ben, choice, clock)
    assert links.visit_by(token) is None
    assert (ben.state, ben.withdrawal) == (ExpertState.WITHDRAWN, choice)
    assert Record(world.study, clock()).withdrawals == {choice: 1}


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_nobody_leaves_twice(world: World, ben: Expert, clock: Clock, choice: Withdrawal) -> None:
    leave(world, ben, choice, clock)
    with pytest.raises(DomainError) as refused:
        withdrawals.withdraw(world.study, ben, Withdrawal.DELETED, by=None, now=clock())
    assert refused.value.code == "expert.wrong_state"


def test_kept_answers_stay_as_they_are(world: World, ben: Expert, clock: Clock) -> None:
    answered(world, support.open_round(world, clock()), clock())
    leave(world, ben, Withdrawal.KEPT, clock)
    assert session.query(Rating).filter_by(expert_id=ben.id).count() == 2
    assert experts.contact_of(ben).email
    event = session.scalars(select(Event).where(Event.kind == "expert.withdrawn")).one()
    assert event.facts == {"choice": "kept", "code": ben.code}


def test_unlinked_answers_belong_to_nobody(world: World, ben: Expert, clock: Clock) -> None:
    told(world, ben, clock())
    opened = support.open_round(world, clock())
    clock.advance(days=2)
    answered(world, opened, clock())
    before = (
        session.query(Rating).count(),
        session.query(RatingChange).count(),
        session.query(Comment).count(),
    )
    clock.advance(hours=1)
    leave(world, ben, Withdrawal.UNLINKED, clock)
    nobody = session.scalars(select(Expert).where(Expert.detached)).one()
    after = session.query(Rating).count(), session.query(RatingChange).count(), session.query(Comment).count()
    assert after == before
    for model in (Rating, Comment, Participation, Suggestion):
        assert session.query(model).filter_by(expert_id=ben.id).count() == 0
        assert session.query(model).filter_by(expert_id=nobody.id).count() > 0
    for model in (Contact, Link, Note):
        assert session.query(model).filter_by(expert_id=ben.id).count() == 0
    assert (ben.attributes, ben.language, nobody.attributes) == ({}, "en", {})
    assert nobody.code != ben.code
    assert nobody.code.startswith("W-")


def test_no_time_of_unlinked_answers_tells_whose_they_were(world: World, ben: Expert, clock: Clock) -> None:
    told(world, ben, clock())
    opened = support.open_round(world, clock())
    clock.advance(days=2)
    answered(world, opened, clock())
    leave(world, ben, Withdrawal.UNLINKED, clock)
    nobody = session.scalars(select(Expert).where(Expert.detached)).one()
    took_part = session.query(Participation).filter_by(expert_id=nobody.id).one()
    assert (took_part.opened_at, took_part.submitted_at, took_part.seed) == (None, opened.opened_at, 0)
    assert count(Exposure) == 0
    changes = [*session.scalars(select(RatingChange)), *session.scalars(select(CommentChange))]
    assert {(change.changed_at, change.key) for change in changes} == {(opened.opened_at, None)}
    for model in (Rating, Comment):
        found = session.query(model).filter_by(expert_id=nobody.id)
        assert {row.updated_at for row in found} == {opened.opened_at}
    assert {row.key for row in session.query(Suggestion)} == {None}
    assert nobody.created_at == world.study.created_at


@pytest.mark.parametrize("choice", CUT)
def test_nobody_is_in_no_list_and_has_no_page(
    world: World, ben: Expert, clock: Clock, choice: Withdrawal
) -> None:
    everyone = len(expert_list.of_study(world.study, contacts=True))
    leave(world, ben, choice, clock)
    listed = expert_list.of_study(world.study, contacts=True)
    assert len(listed) == everyone
    assert next(one for one in listed if one.expert.id == ben.id).contact is None
    nobody = session.scalars(select(Expert.id).where(Expert.detached)).one()
    with pytest.raises(DomainError) as refused:
        experts.get(world.study, nobody)
    assert refused.value.code == "expert.not_found"


@pytest.mark.parametrize("choice", CUT)
def test_no_event_of_leaving_tells_the_code(
    world: World, ben: Expert, clock: Clock, choice: Withdrawal
) -> None:
    leave(world, ben, choice, clock)
    event = session.scalars(select(Event).where(Event.kind == "expert.withdrawn")).one()
    assert (event.facts, event.account_id) == ({"choice": choice.value}, None)


def test_deleted_answers_leave_an_open_round(world: World, ben: Expert, clock: Clock) -> None:
    told(world, ben, clock())
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    before = progress.totals(opened)
    ratings = count(Rating)
    leave(world, ben, Withdrawal.DELETED, clock)
    after = progress.totals(opened)
    assert (after.asked, after.started, after.submitted) == (before.asked - 1, before.started - 1, 0)
    assert count(Rating) == ratings - 2
    assert [count(model) for model in (Comment, CommentChange, RatingChange, Exposure)] == [0, 0, 0, 0]
    assert [row.state for row in session.query(Suggestion)] == [SuggestionState.ACCEPTED]
    support.close(world, opened, clock())
    stored = verdicts.of_round(opened)[world.items["A"].id]
    assert stored.judgement["summaries"]["importance"]["pooled"]["n"] == 13


def test_deleting_judges_a_closed_round_anew(world: World, ben: Expert, clock: Clock) -> None:
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    closed = support.close(world, opened, clock())
    leave(world, ben, Withdrawal.DELETED, clock)
    stored = verdicts.of_round(closed)
    assert set(stored) == {item.id for item in world.items.values()}
    assert stored[world.items["A"].id].judgement["summaries"]["importance"]["W"]["n"] == 7
    assert count(Comment) == 0


def test_deleting_leaves_what_has_a_decision(world: World, ben: Expert, clock: Clock) -> None:
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    closed = support.close(world, opened, clock())
    decisions.confirm(world.study, closed.id, [world.items["A"].id], by=world.fay, now=clock())
    before = judgements(closed)
    leave(world, ben, Withdrawal.DELETED, clock)
    after = judgements(closed)
    assert after[world.items["A"].id] == before[world.items["A"].id]
    assert after[world.items["B"].id] != before[world.items["B"].id]
    nobody = session.scalars(select(Expert.id).where(Expert.detached)).one()
    assert [row.item_id for row in session.query(Rating).filter_by(expert_id=nobody)] == [world.items["A"].id]
    support.decide_all(world, closed, clock())


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_nothing_changes_in_a_decided_round(
    world: World, ben: Expert, clock: Clock, choice: Withdrawal
) -> None:
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    closed = support.close(world, opened, clock())
    support.decide_all(world, closed, clock())
    before, rows = judgements(closed), exported(world)
    leave(world, ben, choice, clock)
    assert judgements(closed) == before
    assert exported(world) == rows
    session.query(StoredVerdict).filter_by(round_id=closed.id).delete()
    verdicts.score(closed, now=clock())
    assert judgements(closed) == before


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_leaving_before_any_round(world: World, ben: Expert, clock: Clock, choice: Withdrawal) -> None:
    leave(world, ben, choice, clock)
    opened = support.open_round(world, clock() + timedelta(days=1))
    assert progress.totals(opened).asked == 16


def test_a_group_that_falls_under_the_minimum_is_hidden(world: World, clock: Clock) -> None:
    """Panel C has six; with two gone it is under five, so neither it nor what would tell it is shown."""
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    closed = support.close(world, opened, clock())
    item = world.items["A"].id
    assert "C" in verdicts.of_round(closed)[item].shown_groups
    for expert in world.experts["C"][:2]:
        leave(world, expert, Withdrawal.DELETED, clock)
    assert verdicts.of_round(closed)[item].shown_groups == ["pooled"]


def test_a_page_of_comments_made_before_somebody_took_theirs_along_is_refused(
    world: World, ben: Expert, clock: Clock
) -> None:
    """Comments have places, not names, in the form; one comment less, and every later place is another's."""
    opened = support.open_round(world, clock())
    answered(world, opened, clock())
    closed = support.close(world, opened, clock())
    assert comment_review.total(closed) == 1
    leave(world, ben, Withdrawal.DELETED, clock)
    with pytest.raises(DomainError) as refused:
        comment_review.choose(world.study, closed.id, [1], [1], [], total=1, by=world.fay, now=clock())
    assert refused.value.code == "comment.list_changed"

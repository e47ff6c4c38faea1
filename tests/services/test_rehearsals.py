"""Rehearsals: everything can be played, mails go to the maker alone, and nothing of it stays."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import TO_EXPERTS, MessageKind
from delphi.domain.states import RoundState, StudyState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import Account, Comment, Contact, Message, Rating, Round, Study
from delphi.services import (
    consents,
    decisions,
    farewells,
    letters,
    links,
    outbox,
    rehearsals,
    rounds,
    studies,
)
from tests.support import rounds as support
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.rows import everything
from tests.support.studies import make_study

PER_PANEL = 5


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = support.make_world(alice, fay, clock())
    session.commit()
    return made


@pytest.fixture
def rehearsal(world: World, alice: Account, clock: Clock) -> Study:
    return rehearsals.make(world.study, PER_PANEL, by=alice, now=clock())


def refused(code: str, *arguments: object, call: object, **named: object) -> None:
    with pytest.raises(DomainError) as refusal:
        call(*arguments, **named)  # type: ignore[operator]
    assert refusal.value.code == code


def play(rehearsal: Study, by: Account, clock: Clock) -> Round:
    """A round opened, answered, closed and decided."""
    opened = rehearsals.open_next(rehearsal, by=by, now=clock())
    rehearsals.answer(rehearsal, now=clock())
    closed = rounds.close(rehearsal, opened.id, by=by, now=clock())
    decisions.confirm(rehearsal, closed.id, decisions.undecided(closed), by=by, now=clock())
    decisions.finish(rehearsal, closed.id, by=by, now=clock())
    return closed


def test_it_is_sealed_and_has_test_experts_in_each_panel(rehearsal: Study, world: World) -> None:
    assert rehearsal.state is StudyState.SEALED
    assert len(rehearsals.experts(rehearsal)) == PER_PANEL * len(world.panels)
    real = set(session.scalars(select(Contact.email).where(Contact.study_id == world.study.id)))
    test = set(session.scalars(select(Contact.email).where(Contact.study_id == rehearsal.id)))
    assert not real & test
    assert all(email.endswith("@rehearsal.invalid") for email in test)


def test_two_rounds_can_be_played(rehearsal: Study, alice: Account, clock: Clock) -> None:
    first, second = play(rehearsal, alice, clock), play(rehearsal, alice, clock)
    assert [first.number, second.number] == [1, 2]
    assert second.state is RoundState.DECIDED
    in_second = select(func.count(Comment.id)).where(Comment.round_id == second.id)
    assert (session.scalar(in_second) or 0) > 0


def test_nothing_of_it_stays(world: World, alice: Account, clock: Clock) -> None:
    """Rounds played, a link used, messages written and sent, an expert withdrawn: then every table as before."""
    before = everything()
    rehearsal = rehearsals.make(world.study, PER_PANEL, by=alice, now=clock())
    play(rehearsal, alice, clock)
    play(rehearsal, alice, clock)
    opened = rehearsals.open_next(rehearsal, by=alice, now=clock())
    one = rehearsals.experts(rehearsal)[0]
    assert links.visit_by(links.make(one, clock())) is not None
    farewells.queue(rehearsal, one, Withdrawal.KEPT, clock())
    for message in session.scalars(select(Message).where(Message.round_id == opened.id)):
        letters.write(message, clock())
    session.commit()
    rehearsals.delete(studies.find(rehearsal.id))
    session.commit()
    assert everything() == before


def test_every_kind_of_message_goes_to_its_maker_alone(
    rehearsal: Study, alice: Account, clock: Clock
) -> None:
    opened = rehearsals.open_next(rehearsal, by=alice, now=clock())
    rehearsals.answer(rehearsal, now=clock())
    sent: dict[str, EmailMessage] = {}
    for kind in TO_EXPERTS:
        for expert in rehearsals.experts(rehearsal)[:3]:
            row = outbox.enqueue(
                MessageKind(kind), once=f"{kind}-{expert.id}", now=clock(), expert=expert, round=opened
            )
            mail = letters.write(row, clock()) if row else None
            if isinstance(mail, EmailMessage):
                sent[kind] = mail
    queued = farewells.queue(rehearsal, rehearsals.experts(rehearsal)[0], Withdrawal.KEPT, clock())
    assert queued is not None
    farewell = letters.write(queued, clock())
    assert isinstance(farewell, EmailMessage)
    sent["withdrawn"] = farewell
    assert {"round_invitation", "link_again", "thank_you", "withdrawn"} <= set(sent)
    for kind, mail in sent.items():
        assert [one.addr_spec for one in mail["To"].addresses] == [alice.email], kind
        assert str(mail["Subject"]).startswith(("Rehearsal: ", "Répétition")), kind


def test_answering_twice_answers_once(rehearsal: Study, alice: Account, clock: Clock) -> None:
    rehearsals.open_next(rehearsal, by=alice, now=clock())
    first = rehearsals.answer(rehearsal, now=clock())
    count = session.scalar(select(func.count(Rating.id)))
    assert first == len(rehearsals.experts(rehearsal))
    assert rehearsals.answer(rehearsal, now=clock()) == 0
    assert session.scalar(select(func.count(Rating.id))) == count


def test_the_study_and_its_export_know_nothing_of_it(
    world: World, rehearsal: Study, alice: Account, clock: Clock
) -> None:
    play(rehearsal, alice, clock)
    assert [one.study_id for one in studies.mine(alice)] == [world.study.id]
    assert session.scalar(select(func.count(Round.id)).where(Round.study_id == world.study.id)) == 0
    assert world.study.state is StudyState.SEALED


def test_only_a_rehearsal_can_be_deleted_answered_for_or_looked_through(
    world: World, alice: Account, clock: Clock
) -> None:
    refused("rehearsal.not_one", world.study, call=rehearsals.delete)
    refused("rehearsal.not_one", world.study, call=rehearsals.answer, now=clock())
    refused("rehearsal.not_one", world.study, call=rehearsals.open_next, by=alice, now=clock())
    refused("rehearsal.not_one", world.study, world.experts["W"][0].id, call=rehearsals.expert)


def test_a_real_expert_is_not_found_through_a_rehearsal(rehearsal: Study, world: World) -> None:
    with pytest.raises(NotFound):
        rehearsals.expert(rehearsal, world.experts["W"][0].id)


def test_no_rehearsal_of_a_rehearsal_nor_of_too_little(
    rehearsal: Study, world: World, alice: Account, clock: Clock
) -> None:
    named = {"by": alice, "now": clock()}
    refused("rehearsal.of_rehearsal", rehearsal, 3, call=rehearsals.make, **named)
    refused("rehearsal.size", world.study, 0, call=rehearsals.make, **named)
    refused("rehearsal.size", world.study, 31, call=rehearsals.make, **named)
    refused("rehearsal.not_ready", make_study(alice, clock()), 3, call=rehearsals.make, **named)


def test_without_a_consent_text_one_says_so(alice: Account, fay: Account, clock: Clock) -> None:
    from delphi.services import protocols
    from tests.support.studies import DOCUMENT, add_item, add_panel

    study = make_study(alice, clock())
    add_panel(study, alice, clock())
    add_item(study, clock())
    protocols.save_draft(study, DOCUMENT, by=alice, now=clock())
    made = rehearsals.make(study, 2, by=alice, now=clock())
    text = consents.current(made)
    assert text is not None
    assert set(text.texts) == {"en", "fr"}
    assert consents.current(study) is None

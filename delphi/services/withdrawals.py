"""Leaving a study for good, with a choice of what becomes of the answers.

Where the link is cut, the answers pass to an expert who is nobody: another row, under a code drawn anew, without
contact, link, attributes or times. Who left stays on record by code alone, without an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update

from delphi.db import session
from delphi.domain.pseudonyms import new_code
from delphi.domain.states import ExpertState, RoundState, SuggestionState, move
from delphi.domain.withdrawals import Withdrawal, cuts_the_link
from delphi.models import (
    Account,
    Comment,
    CommentChange,
    Contact,
    Expert,
    ExpertPanel,
    Exposure,
    Link,
    Note,
    Panel,
    Participation,
    Rating,
    RatingChange,
    Round,
    Study,
    Suggestion,
)
from delphi.services import decisions, experts, farewells, history, links, outbox, rounds, verdicts

WITH_HISTORY = (
    (Rating, RatingChange, RatingChange.rating_id),
    (Comment, CommentChange, CommentChange.comment_id),
)


def withdraw(study: Study, expert: Expert, choice: Withdrawal, *, by: Account | None, now: datetime) -> bool:
    """At once: no link works, nothing more is sent but a confirmation. `by` None: the expert's own wish.

    Returns whether that confirmation is on its way.
    """
    undecided = _undecided(study)
    session.refresh(expert, with_for_update=True)
    expert.state = ExpertState(move("expert.withdraw", expert.state))
    expert.withdrawal = choice
    session.flush()
    links.revoke_all(expert, now)
    outbox.cancel_for(expert)
    confirmation = farewells.queue(study, expert, choice, now)
    facts = {"choice": choice.value} | ({} if cuts_the_link(choice) else {"code": expert.code})
    if choice is Withdrawal.DELETED:
        _delete_undecided(expert, undecided, now)
    if cuts_the_link(choice):
        _cut(study, expert)
    history.record(study.id, "expert.withdrawn", by, now=now, **facts)
    return confirmation is not None


def _undecided(study: Study) -> list[Round]:
    """Open and closed rounds, held before the expert is, as saving an answer does: none closes or is decided now."""
    unfinished = Round.state.in_((RoundState.OPEN, RoundState.CLOSED))
    query = select(Round.id).where(Round.study_id == study.id, unfinished).order_by(Round.id)
    return [rounds.locked(round_id) for round_id in session.scalars(query).all()]


def _delete_undecided(expert: Expert, undecided: Sequence[Round], now: datetime) -> None:
    """Everything said in an open round; in a closed one what is about items without a decision, judged again."""
    for one in undecided:
        if one.state is RoundState.OPEN:
            _delete_answers(expert, one)
            asked = Participation.round_id == one.id
            session.execute(delete(Participation).where(asked, Participation.expert_id == expert.id))
        elif items := decisions.undecided(one):
            _delete_answers(expert, one, items)
            verdicts.score_again(one, items, now=now)
    waiting = Suggestion.state == SuggestionState.WAITING
    session.execute(delete(Suggestion).where(Suggestion.expert_id == expert.id, waiting))


def _delete_answers(expert: Expert, one: Round, items: Collection[int] | None = None) -> None:
    """With their histories; to all of the items where none are named."""
    for answer, change, answer_id in WITH_HISTORY:
        unwanted = [answer.expert_id == expert.id, answer.round_id == one.id]
        if items is not None:
            unwanted.append(answer.item_id.in_(items))
        session.execute(delete(change).where(answer_id.in_(select(answer.id).where(*unwanted))))
        session.execute(delete(answer).where(*unwanted))


def _cut(study: Study, expert: Expert) -> None:
    """What stays passes to nobody; what tells who it was is erased."""
    _blur_times(study, expert)
    nobody = _nobody(study, expert)
    for kept in (Rating, Comment, Suggestion, Participation):
        session.execute(update(kept).where(kept.expert_id == expert.id).values(expert_id=nobody.id))
    for erased in (Link, Note, Contact):
        session.execute(delete(erased).where(erased.expert_id == expert.id))
    expert.attributes, expert.decline_reason, expert.language = {}, "", study.languages[0]
    session.flush()


def _blur_times(study: Study, expert: Expert) -> None:
    """When somebody answered can be told from when a mail reached them, so every time becomes the round's opening."""
    for answer, change, answer_id in WITH_HISTORY:
        own = answer.expert_id == expert.id
        opened = select(Round.opened_at).where(Round.id == answer.round_id).scalar_subquery()
        then = (
            select(Round.opened_at)
            .join(answer, answer.round_id == Round.id)
            .where(answer.id == answer_id)
            .scalar_subquery()
        )
        changes = update(change).where(answer_id.in_(select(answer.id).where(own)))
        session.execute(changes.values(changed_at=then, key=None))
        session.execute(update(answer).where(own).values(updated_at=opened))
    suggested = update(Suggestion).where(Suggestion.expert_id == expert.id)
    session.execute(suggested.values(created_at=study.created_at, key=None))
    _blur_visits(expert)


def _blur_visits(expert: Expert) -> None:
    own = Participation.expert_id == expert.id
    opened = select(Round.opened_at).where(Round.id == Participation.round_id).scalar_subquery()
    handed_in = case((Participation.submitted_at.is_not(None), opened))
    # In this order: what is being noted of cards on screen is waited for, and then deleted too.
    session.execute(update(Participation).where(own).values(opened_at=None, submitted_at=handed_in, seed=0))
    session.execute(
        delete(Exposure).where(Exposure.participation_id.in_(select(Participation.id).where(own)))
    )


def _nobody(study: Study, expert: Expert) -> Expert:
    nobody = Expert(
        study_id=study.id,
        code=new_code(_panel_code(expert), experts.codes(study), experts.lot),
        language=study.languages[0],
        state=ExpertState.WITHDRAWN,
        reminders=False,
        detached=True,
        created_at=study.created_at,
    )
    session.add(nobody)
    session.flush()
    return nobody


def _panel_code(expert: Expert) -> str:
    held = select(Panel.code).join(ExpertPanel, ExpertPanel.panel_id == Panel.id)
    return (
        session.scalars(held.where(ExpertPanel.expert_id == expert.id).order_by(Panel.position)).first()
        or "X"
    )

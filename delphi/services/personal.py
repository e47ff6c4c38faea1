"""What an expert finds on the personal page: every answer given so far, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, select

from delphi.db import session
from delphi.domain.comments import Fate, fate
from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol
from delphi.domain.sections import Section, Task, arrange
from delphi.domain.states import RoundState
from delphi.models import (
    Comment,
    Consent,
    ConsentText,
    Domain,
    Item,
    Participation,
    Protocol,
    Rating,
    Round,
    RoundItem,
    Wording,
)
from delphi.services import comment_answers, protocols, redactions, wordings
from delphi.services.answering import is_for, mine
from delphi.services.comment_answers import Answer
from delphi.services.links import Visit

Place = tuple[int, int]  # round id, item id


class OwnComment(NamedTuple):
    """In its author's own words, whatever others read; `shown`: among what others read."""

    comment: Comment
    shown: bool


class OwnAnswer(NamedTuple):
    """What one item was asked as, and what this expert said to it."""

    wording: Wording
    ratings: Mapping[str, Rating]  # by criterion
    comment: Comment | None
    fate: Fate | None
    answer: Answer | None = None  # what the team did with the comment, once the round is decided
    became: Wording | None = None  # the new wording it led to

    @property
    def given(self) -> bool:
        return any(one.point is not None or one.unable for one in self.ratings.values())

    @property
    def empty(self) -> bool:
        return not self.given and self.comment is None


@dataclass(frozen=True)
class OwnRound:
    """A round this expert was asked in, by section."""

    round: Round
    participation: Participation
    protocol: StudyProtocol
    sections: Sequence[tuple[Section, Sequence[OwnAnswer]]]

    @property
    def answers(self) -> list[OwnAnswer]:
        return [answer for _section, answers in self.sections for answer in answers]

    @property
    def comments(self) -> list[OwnAnswer]:
        return [answer for answer in self.answers if answer.comment]


def rounds(visit: Visit) -> list[OwnRound]:
    """The latest first; the number of statements does not grow with rounds or items."""
    asked = session.execute(
        select(Round, Participation, Protocol)
        .join(Participation, mine(visit))
        .join(Protocol, Protocol.id == Round.protocol_id)
        .where(Round.study_id == visit.study.id)
        .order_by(Round.number.desc())
    ).all()
    tasks = _tasks(visit)
    ratings, comments = _ratings(visit), _comments(visit)
    answers = comment_answers.of([one.comment.id for one in comments.values()])
    nodes = session.scalars(select(Domain).where(Domain.study_id == visit.study.id)).all()
    shown = wordings.of(
        {task.wording_id for listed in tasks.values() for task in listed}
        | {one.wording_id for one in answers.values()}
    )
    return [
        OwnRound(
            one,
            participation,
            protocols.parsed(protocol),
            [
                (
                    section,
                    [
                        _answer(one, entry.task, shown, ratings, comments, answers)
                        for entry in section.entries
                    ],
                )
                for section in arrange(tasks[one.id], nodes)
            ],
        )
        for one, participation, protocol in asked
    ]


def _answer(
    one: Round,
    task: Task,
    shown: Mapping[int | None, Wording],
    ratings: Mapping[Place, Mapping[str, Rating]],
    comments: Mapping[Place, OwnComment],
    answers: Mapping[int, Answer],
) -> OwnAnswer:
    place = one.id, task.item_id
    own = comments.get(place)
    wording, given = shown[task.wording_id], ratings.get(place, {})
    if own is None:
        return OwnAnswer(wording, given, None, None)
    decided = one.state is RoundState.DECIDED
    answer = answers.get(own.comment.id) if decided else None
    became = shown.get(answer.wording_id) if answer else None
    return OwnAnswer(wording, given, own.comment, fate(decided=decided, shown=own.shown), answer, became)


def _tasks(visit: Visit) -> dict[int, list[Task]]:
    """By round what this expert is asked in it."""
    rows = session.execute(
        select(RoundItem, Item.domain_id)
        .join(Item, Item.id == RoundItem.item_id)
        .join(
            Participation,
            and_(Participation.round_id == RoundItem.round_id, Participation.expert_id == visit.expert.id),
        )
        .where(is_for(Participation.id))
    )
    found: dict[int, list[Task]] = defaultdict(list)
    for row, place in rows:
        task = Task(row.item_id, place, row.position, row.wording_id or 0, row.previous_round_id, 0, 0)
        found[row.round_id].append(task)
    return found


def _ratings(visit: Visit) -> dict[Place, dict[str, Rating]]:
    found: dict[Place, dict[str, Rating]] = defaultdict(dict)
    for rating in session.scalars(select(Rating).where(Rating.expert_id == visit.expert.id)):
        found[rating.round_id, rating.item_id][rating.criterion] = rating
    return found


def _comments(visit: Visit) -> dict[Place, OwnComment]:
    redacted = redactions.latest()
    query = (
        select(Comment, redacted.c.text, redacted.c.released_at)
        .outerjoin(redacted, redacted.c.comment_id == Comment.id)
        .where(Comment.expert_id == visit.expert.id, Comment.text != "")
    )
    return {
        (comment.round_id, comment.item_id): OwnComment(
            comment,
            comment.chosen
            and not comment.hidden
            and redactions.told(comment.text, text, released_at) is not None,
        )
        for comment, text, released_at in session.execute(query)
    }


def consents(visit: Visit) -> list[tuple[ConsentText, Consent]]:
    """What was agreed to, the latest first."""
    query = (
        select(ConsentText, Consent)
        .join(Consent, Consent.consent_text_id == ConsentText.id)
        .where(Consent.expert_id == visit.expert.id)
        .order_by(ConsentText.number.desc())
    )
    return [(text, consent) for text, consent in session.execute(query)]


def choose_language(visit: Visit, language: str) -> None:
    """In which language messages are written, and pages where nothing else was chosen."""
    if language not in visit.study.languages:
        known = ", ".join(visit.study.languages)
        raise DomainError("expert.language_unknown", value=language, known=known)
    visit.expert.language = language
    session.flush()

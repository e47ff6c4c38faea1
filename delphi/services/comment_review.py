"""The team reading comments, and choosing those that go into the feedback. Who wrote what is never told.

In addresses and forms a comment is named by its place: the round's number, and where it stands among all comments of
that round, by item and then by text, whatever filter made the page. Ids of comments that one person wrote in a row
would tell that they are by one person, and so would the order of writing. Once a round is closed nobody writes any
more; whoever leaves may take comments along, so a form says how many there were when it was made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from delphi.db import session
from delphi.domain.comments import CommentKind, Mark, Redacted, side
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import SCORED, RoundState
from delphi.models import Account, Comment, Rating, Round, StoredVerdict, Study
from delphi.scoring.rules import POOLED
from delphi.services import history, protocols, redactions, rounds

_READ = (  # columns: whole rows of tens of thousands of comments would take seconds to make
    *(Comment.id, Comment.round_id, Comment.item_id, Comment.wording_id, Comment.text, Comment.language),
    *(Comment.kind, Comment.chosen, Comment.hidden, Comment.place),
)


@dataclass(frozen=True)
class ReadComment:
    """A comment as the team reads it and, where enough people rated the item, the band its author rated it in.

    `number` is its place among the round's comments. `text` has its redaction already; `told` is what may leave the
    team, None while a redaction waits. `panels` are filled where they may be told (`comment_panels`).
    """

    comment_id: int = field(repr=False)  # for services alone, never on a page
    round: int
    number: int
    item_id: int
    wording_id: int
    text: str
    told: str | None
    language: str
    kind: CommentKind | None
    chosen: bool
    hidden: bool
    place: int | None
    band: str | None  # None where it may not be told
    rated_in: str | None = field(
        repr=False
    )  # told or not: for what experts will see, which has rules of its own
    redacted: Redacted = Redacted.NO
    panels: tuple[str, ...] = ()

    @property
    def side(self) -> CommentKind | None:
        return side(self.band, self.kind)

    @property
    def mark(self) -> Mark:
        return Mark(self.chosen, self.hidden, self.place)

    @property
    def shown(self) -> bool:
        """Whether it goes into the feedback."""
        return self.chosen and not self.hidden


def of_round(asked: Round, item_id: int | None = None) -> list[ReadComment]:
    """What the team reads of a round, or of one item in it, by item and then by text."""
    return of_rounds([asked], protocols.of_rounds([asked]), item_id)


def of_rounds(
    asked: Sequence[Round], sealed: Mapping[int, StudyProtocol], item_id: int | None = None
) -> list[ReadComment]:
    """Round after round, each by item and then by text; `sealed` has the protocols that rounds opened under."""
    opened = [one for one in asked if one.id in sealed]
    if not opened:
        return []
    found: dict[int, list[ReadComment]] = defaultdict(list)
    numbers = {one.id: one.number for one in opened}
    scales = {one.id: next(iter(sealed[one.id].rules.criteria.values())).scale for one in opened}
    redacted = redactions.latest()
    placed = _placed(numbers)
    query = (
        select(
            *_READ,
            placed.c.number,
            Rating.point,
            StoredVerdict.shown_groups,
            redacted.c.text.label("redaction"),
            redacted.c.released_at,
        )
        .join(placed, placed.c.id == Comment.id)
        .outerjoin(Rating, _rating_of(sealed))
        .outerjoin(StoredVerdict, _verdict_on())
        .outerjoin(redacted, redacted.c.comment_id == Comment.id)
        .order_by(placed.c.number)
    )
    if item_id is not None:
        query = query.where(Comment.item_id == item_id)
    for row in session.execute(query):
        band = None if row.point is None else scales[row.round_id].band_of(row.point)
        found[row.round_id].append(
            ReadComment(
                comment_id=row.id,
                round=numbers[row.round_id],
                number=row.number,
                item_id=row.item_id,
                wording_id=row.wording_id,
                text=row.text if row.redaction is None else row.redaction,
                told=redactions.told(row.text, row.redaction, row.released_at),
                language=row.language,
                kind=row.kind,
                chosen=row.chosen,
                hidden=row.hidden,
                place=row.place,
                band=band if POOLED in (row.shown_groups or ()) else None,
                rated_in=band,
                redacted=redactions.state_of(row.redaction, row.released_at),
            )
        )
    return [one for asked_one in opened for one in found[asked_one.id]]


def _placed(round_ids: Collection[int]) -> Subquery:
    """The comments of each round with their places in it."""
    number = func.row_number().over(
        partition_by=Comment.round_id, order_by=(Comment.item_id, Comment.text, Comment.id)
    )
    query = select(Comment.id, number.label("number"))
    return query.where(Comment.round_id.in_(round_ids), Comment.text != "").subquery("placed")


def in_order(comments: Collection[ReadComment]) -> list[ReadComment]:
    """Chosen comments of an item as experts will read them: by the place given, then those without one."""
    return sorted(comments, key=lambda one: (one.place is None, one.place or 0, one.number))


def total(asked: Round) -> int:
    """How many comments the round has."""
    return session.scalar(select(func.count()).where(Comment.round_id == asked.id, Comment.text != "")) or 0


def one(study: Study, number: int, place: int) -> tuple[Round, ReadComment, int]:
    """A closed round, the comment at a place of it, and how many it has."""
    asked = _round(study, number)
    _check_closed(asked)
    comments = of_round(asked)
    if not 0 < place <= len(comments):
        raise NotFound("comment.not_found")
    return asked, comments[place - 1], len(comments)


def original(read: ReadComment) -> Comment:
    """As it was written, for the page that redacts it."""
    return session.get_one(Comment, read.comment_id)


def at(study: Study, number: int, place: int, of: int) -> tuple[Round, Comment]:
    """The comment at a place of a closed round, held against anybody leaving with it meanwhile.

    `of`: how many there were when the place was written down.
    """
    asked = _round(study, number)
    return asked, _at(asked, {place}, of)[place]


def many_at(study: Study, number: int, places: Collection[int], of: int) -> dict[int, Comment]:
    """As `at`, several of one round."""
    return _at(_round(study, number), set(places), of)


def _round(study: Study, number: int) -> Round:
    found = session.scalar(select(Round).where(Round.study_id == study.id, Round.number == number))
    if found is None:
        raise NotFound("round.not_found")
    return found


def _check_closed(asked: Round) -> None:
    if asked.state not in SCORED:
        raise DomainError("round.wrong_state", move="handle comments", state=str(asked.state))


def _at(asked: Round, places: set[int], of: int) -> dict[int, Comment]:
    rounds.locked(asked.id)
    _check_closed(asked)
    numbered = _numbered(asked)
    if of != len(numbered):
        raise DomainError("comment.list_changed")
    if not places <= numbered.keys():
        raise NotFound("comment.not_found")
    return {place: numbered[place] for place in places}


def _numbered(asked: Round) -> dict[int, Comment]:
    query = select(Comment).where(Comment.round_id == asked.id, Comment.text != "")
    found = session.scalars(query.order_by(Comment.item_id, Comment.text, Comment.id))
    return dict(enumerate(found, start=1))


def choose(
    study: Study,
    round_id: int,
    seen: Collection[int],
    chosen: Collection[int],
    hidden: Collection[int],
    places: Mapping[int, int] | None = None,
    *,
    total: int,
    by: Account,
    now: datetime,
    stood: Mapping[int, str] | None = None,
) -> None:
    """Of the comments `seen` on the page, by number, mark those chosen for feedback and those hidden.

    `places` order the chosen ones of an item; they are kept as 1, 2, 3. Only between closing and deciding: then
    nobody writes any more, and experts have seen nothing yet. `stood` has the marks that the page showed: items left
    as they stood are not touched, and others are refused where somebody else has marked one of theirs since.
    """
    closed = rounds.locked(round_id)
    if closed.study_id != study.id or closed.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="choose comments", state=str(closed.state))
    numbered = _numbered(closed)
    if len(numbered) != total:
        raise DomainError("comment.list_changed")
    marks = _marks(numbered, seen, chosen, hidden, places or {})
    for number, mark in _changed(numbered, marks, stood or {}).items():
        numbered[number].chosen, numbered[number].hidden, numbered[number].place = mark
    session.flush()
    facts = {"chosen": len(set(chosen) - set(hidden)), "hidden": len(set(hidden))}
    history.record(study.id, "comments.chosen", by=by, now=now, number=closed.number, **facts)


def add_to_feedback(
    study: Study, number: int, places: Collection[int], of: int, *, by: Account, now: datetime
) -> None:
    """Choose these beside those chosen already."""
    asked = _round(study, number)
    comments = _at(asked, set(places), of)
    if asked.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="choose comments", state=str(asked.state))
    for comment in comments.values():
        comment.chosen, comment.hidden = True, False
    session.flush()
    facts = {"chosen": len(places), "hidden": 0}
    history.record(study.id, "comments.chosen", by=by, now=now, number=asked.number, **facts)


def _marks(
    numbered: Mapping[int, Comment],
    seen: Collection[int],
    chosen: Collection[int],
    hidden: Collection[int],
    places: Mapping[int, int],
) -> dict[int, Mark]:
    """What becomes of those seen; chosen ones without a place keep none, and are read after the others."""
    marks = {
        number: Mark(chosen=number in chosen and number not in hidden, hidden=number in hidden)
        for number in sorted(numbered.keys() & set(seen))
    }
    taken = Counter[int]()
    placed = (number for number, mark in marks.items() if mark.chosen and number in places)
    for number in sorted(placed, key=lambda one: (places[one], one)):
        item_id = numbered[number].item_id
        taken[item_id] += 1
        marks[number] = marks[number]._replace(place=taken[item_id])
    return marks


def _changed(
    numbered: Mapping[int, Comment], marks: Mapping[int, Mark], stood: Mapping[int, str]
) -> dict[int, Mark]:
    """Those of the items that somebody changed on a page where they `stood` so, if nobody else did meanwhile."""
    changed: dict[int, Mark] = {}
    for _item, group in groupby(marks, key=lambda number: numbered[number].item_id):
        numbers = list(group)
        if all(str(marks[one]) == stood.get(one) for one in numbers):
            continue
        for one in numbers:
            stands = str(_mark_of(numbered[one]))
            if stands not in (str(marks[one]), stood.get(one, stands)):
                raise DomainError("comment.chosen_meanwhile")
            changed[one] = marks[one]
    return changed


def _mark_of(comment: Comment) -> Mark:
    return Mark(comment.chosen, comment.hidden, comment.place)


def _rating_of(sealed: Mapping[int, StudyProtocol]) -> ColumnElement[bool]:
    """What a comment's author answered to the first criterion."""
    first = or_(
        *(
            and_(Comment.round_id == round_id, Rating.criterion == next(iter(one.rules.criteria)))
            for round_id, one in sealed.items()
        )
    )
    return and_(
        Rating.round_id == Comment.round_id,
        Rating.expert_id == Comment.expert_id,
        Rating.item_id == Comment.item_id,
        first,
    )


def _verdict_on() -> ColumnElement[bool]:
    """What was said of a comment's item: whether enough people rated it for a band to tell nobody apart."""
    return and_(StoredVerdict.round_id == Comment.round_id, StoredVerdict.item_id == Comment.item_id)

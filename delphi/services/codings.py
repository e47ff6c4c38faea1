"""Coding comments with themes: each coder apart, then what they agree on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from delphi.db import session
from delphi.domain.codings import Coded, visible
from delphi.domain.errors import DomainError, NotFound
from delphi.models import (
    Account,
    Coding,
    CodingTheme,
    Comment,
    Round,
    Settlement,
    SettlementTheme,
    Study,
    Theme,
)
from delphi.services import comment_review, history


@dataclass(frozen=True)
class Book:
    """Everything that was coded in a study; `coders` have their names."""

    codings: list[Coded]
    settled: dict[int, frozenset[int]]
    coders: dict[int, str]

    def own(self, reader_id: int) -> dict[int, frozenset[int]]:
        """Comment -> the themes this reader gave it."""
        return {one.comment_id: one.themes for one in self.codings if one.coder_id == reader_id}

    def fixed(self, reader_id: int) -> set[int]:
        """Comments that somebody else has coded."""
        return {one.comment_id for one in self.codings if one.coder_id != reader_id}

    def seen_by(self, reader_id: int, everything: bool = False) -> dict[int, Counter[int]]:
        """Comment -> its themes and how many gave each, as far as the reader may see; what was settled counts alone."""
        found: dict[int, Counter[int]] = defaultdict(Counter)
        for one in visible(self.codings, reader_id, everything):
            if one.comment_id in self.settled:
                found[one.comment_id] = Counter(self.settled[one.comment_id])
            else:
                found[one.comment_id].update(one.themes)
        return dict(found)


def book(study: Study) -> Book:
    query = (
        select(Coding.comment_id, Coding.coder_id, Coding.coded_at, CodingTheme.theme_id, Account.name)
        .join(Account, Account.id == Coding.coder_id)
        .join(Comment, Comment.id == Coding.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .outerjoin(CodingTheme, CodingTheme.coding_id == Coding.id)
        .where(Round.study_id == study.id)
        .order_by(Coding.coder_id, Coding.comment_id)
    )
    made: dict[tuple[int, int, datetime], set[int]] = defaultdict(set)
    coders: dict[int, str] = {}
    for comment_id, coder_id, coded_at, theme_id, name in session.execute(query):
        made[comment_id, coder_id, coded_at] |= {theme_id} - {None}
        coders[coder_id] = name
    return Book(
        [Coded(*key, frozenset(themes)) for key, themes in made.items()],
        _settled(study),
        coders,
    )


def _settled(study: Study) -> dict[int, frozenset[int]]:
    query = (
        select(Settlement.comment_id, SettlementTheme.theme_id)
        .join(Comment, Comment.id == Settlement.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .outerjoin(SettlementTheme, SettlementTheme.comment_id == Settlement.comment_id)
        .where(Round.study_id == study.id)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for comment_id, theme_id in session.execute(query):
        found[comment_id] |= {theme_id} - {None}
    return {key: frozenset(themes) for key, themes in found.items()}


def code(
    study: Study,
    number: int,
    given: Mapping[int, Collection[int]],
    of: int,
    *,
    more: bool = False,
    by: Account,
    now: datetime,
) -> int:
    """The themes that a coder gives to comments of a round, by place; returns how many codings are new or other.

    Codes may change until somebody else has coded the comment too: agreement is between people who coded apart.
    `more`: given beside the themes given before, and what is fixed is passed over.
    """
    comments = comment_review.many_at(study, number, given, of)
    known = set(session.scalars(select(Theme.id).where(Theme.study_id == study.id, Theme.retired.is_(False))))
    ids = {comment.id for comment in comments.values()}
    own, fixed = _own(ids, by), _coded_by_others(ids, by)
    saved = 0
    for place, themes in given.items():
        comment_id = comments[place].id
        wanted, before = set(themes), own.get(comment_id)
        if not wanted <= known:
            raise NotFound("theme.not_found")
        if before is not None and more:
            wanted |= before[1]
        if before is not None and wanted == before[1]:
            continue
        if before is not None and comment_id in fixed:
            if more:
                continue
            raise DomainError("coding.fixed")
        _write(comment_id, before, wanted, by, now)
        saved += 1
    if saved:
        history.record(study.id, "comments.coded", by, now=now, number=number, count=saved)
    return saved


def settle(
    study: Study,
    number: int,
    place: int,
    themes: Collection[int],
    of: int,
    *,
    by: Account,
    now: datetime,
    seen: str | None = None,
) -> None:
    """What coders agree on for a comment; their own codings stay, for the agreement to rest on.

    `seen`: what was settled before, as `standing` says it; refused where it is something else by now.
    """
    _asked, comment = comment_review.at(study, number, place, of)
    known = set(session.scalars(select(Theme.id).where(Theme.study_id == study.id)))
    if not set(themes) <= known:
        raise NotFound("theme.not_found")
    coders = set(session.scalars(select(Coding.coder_id).where(Coding.comment_id == comment.id)))
    if len(coders) < 2:
        raise DomainError("coding.nothing_to_settle")
    if by.id not in coders and has_coded(study, by):
        raise DomainError("coding.not_yet")
    stands = standing(_settled_of(comment))
    if stands == standing(themes):
        return
    if seen not in (None, stands):
        raise DomainError("coding.settled_meanwhile")
    session.execute(delete(SettlementTheme).where(SettlementTheme.comment_id == comment.id))
    session.merge(Settlement(comment_id=comment.id, settled_by_id=by.id, settled_at=now))
    session.flush()
    _add(SettlementTheme, "comment_id", comment.id, themes)
    history.record(study.id, "comment.settled", by, now=now, number=number)


def standing(themes: Collection[int] | None) -> str:
    """What is settled, for forms to carry; None: nothing yet."""
    return "" if themes is None else ",".join(["settled", *map(str, sorted(set(themes)))])


def _settled_of(comment: Comment) -> set[int] | None:
    if session.get(Settlement, comment.id) is None:
        return None
    query = select(SettlementTheme.theme_id).where(SettlementTheme.comment_id == comment.id)
    return set(session.scalars(query))


def has_coded(study: Study, account: Account) -> bool:
    """Whether they code in this study, and must not be swayed."""
    query = (
        select(Coding.id)
        .join(Comment, Comment.id == Coding.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(Round.study_id == study.id, Coding.coder_id == account.id)
    )
    return session.scalar(query.limit(1)) is not None


def _own(comment_ids: Collection[int], by: Account) -> dict[int, tuple[Coding, set[int]]]:
    query = (
        select(Coding, CodingTheme.theme_id)
        .outerjoin(CodingTheme, CodingTheme.coding_id == Coding.id)
        .where(Coding.coder_id == by.id, Coding.comment_id.in_(comment_ids))
    )
    found: dict[int, tuple[Coding, set[int]]] = {}
    for coding, theme_id in session.execute(query):
        found.setdefault(coding.comment_id, (coding, set()))[1].update({theme_id} - {None})
    return found


def _coded_by_others(comment_ids: Collection[int], by: Account) -> set[int]:
    query = select(Coding.comment_id).where(Coding.coder_id != by.id, Coding.comment_id.in_(comment_ids))
    return set(session.scalars(query))


def _write(
    comment_id: int,
    before: tuple[Coding, set[int]] | None,
    themes: Collection[int],
    by: Account,
    now: datetime,
) -> None:
    coding = before[0] if before else Coding(comment_id=comment_id, coder_id=by.id)
    coding.coded_at = now
    session.add(coding)
    session.flush()
    session.execute(delete(CodingTheme).where(CodingTheme.coding_id == coding.id))
    _add(CodingTheme, "coding_id", coding.id, themes)


def _add(model: type[CodingTheme | SettlementTheme], key: str, owner: int, themes: Collection[int]) -> None:
    if themes:
        session.execute(
            insert(model), [{key: owner, "theme_id": theme_id} for theme_id in sorted(set(themes))]
        )

"""What every table of a bundle reads from: the study's closed rounds, and its answers an item at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby

from sqlalchemy import select

from delphi.db import session
from delphi.domain.protocols import StudyProtocol
from delphi.models import Expert, Panel, Protocol, Rating, Round, RoundItem, Study
from delphi.services import comment_exports, panels, protocols, verdicts, wordings
from delphi.services.bundling.groups import EVERY_GROUP, Groups
from delphi.services.comment_exports import Numbered

AT_ONCE = 2_000  # rows of the database in memory

Told = Callable[[int, int], None]
Answers = Mapping[str, Mapping[int, tuple[int | None, bool]]]  # criterion -> expert -> (point, unable)


@dataclass(frozen=True)
class Asked:
    """One item in one round: who was asked, in which panels, and what each answered."""

    round: Round
    item_id: int
    item: str
    wording: int
    criteria: tuple[str, ...]
    experts: tuple[int, ...]
    held: Mapping[int, frozenset[str]]
    answers: Answers


@dataclass
class Scope:
    """`groups` says which numbers and panels may be in the bundle; `told` is called with (done, of how much)."""

    study: Study
    now: datetime
    told: Told
    groups: Groups = field(default=EVERY_GROUP)

    @cached_property
    def rounds(self) -> list[Round]:
        """The closed ones: nobody may look into an open one."""
        closed = Round.closed_at.is_not(None)
        query = select(Round).where(Round.study_id == self.study.id, closed).order_by(Round.number)
        return list(session.scalars(query))

    @cached_property
    def sealed(self) -> list[Protocol]:
        return protocols.sealed_versions(self.study)

    @cached_property
    def panels(self) -> list[Panel]:
        return panels.list_of(self.study)

    @cached_property
    def codes(self) -> dict[int, str]:
        """The pseudonym of each expert."""
        query = select(Expert.id, Expert.code).where(Expert.study_id == self.study.id)
        return dict(session.execute(query).all())

    @cached_property
    def comments(self) -> list[Numbered]:
        return comment_exports.numbered(self.study)

    @cached_property
    def protocol_numbers(self) -> dict[int, int]:
        return {one.id: one.number for one in self.sealed}

    def rules_of(self, closed: Round) -> StudyProtocol:
        return protocols.of_round(closed)

    def asked(self) -> Iterator[Asked]:
        """Every item of every closed round, in order, one at a time."""
        total = len(self.rounds)
        for done, closed in enumerate(self.rounds):
            self.told(done, total)
            yield from self.asked_in(closed)
        self.told(total, total)

    def asked_in(self, closed: Round) -> Iterator[Asked]:
        criteria = tuple(self.rules_of(closed).rules.criteria)
        numbers = wordings.numbers(closed)
        answered = _answers_by_item(closed)
        item_id, answers = next(answered, (None, {}))
        for one in verdicts.asked_in(closed):
            own: Answers = {}
            if one.item_id == item_id:
                own = answers
                item_id, answers = next(answered, (None, {}))
            held: dict[int, set[str]] = {expert_id: set() for expert_id in one.experts}
            for panel, experts in one.panels.items():
                for expert_id in experts:
                    held[expert_id].add(panel)
            yield Asked(
                round=closed,
                item_id=one.item_id,
                item=one.code,
                wording=numbers[one.item_id],
                criteria=criteria,
                experts=one.experts,
                held={expert_id: frozenset(names) for expert_id, names in held.items()},
                answers=own,
            )


def _answers_by_item(closed: Round) -> Iterator[tuple[int, Answers]]:
    """In the order of the round's items, as `verdicts.asked_in`."""
    query = (
        select(Rating.item_id, Rating.criterion, Rating.expert_id, Rating.point, Rating.unable)
        .join(RoundItem, (RoundItem.round_id == Rating.round_id) & (RoundItem.item_id == Rating.item_id))
        .where(Rating.round_id == closed.id)
        .order_by(RoundItem.position, Rating.item_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for item_id, rows in groupby(session.execute(query), key=lambda row: row[0]):
        found: dict[str, dict[int, tuple[int | None, bool]]] = defaultdict(dict)
        for _item_id, criterion, expert_id, point, unable in rows:
            found[criterion][expert_id] = (point, unable)
        yield item_id, found

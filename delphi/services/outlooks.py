"""What a further round would be expected to settle, and whether to stop: computed when asked for, not on a view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import SCORED
from delphi.models import Round, RoundItem
from delphi.services import protocols, verdicts

if TYPE_CHECKING:
    from delphi.scoring.round_ratings import RoundRatings

SEED = 0
SIMULATIONS = 100
LIKELY, POSSIBLE = 0.5, 0.1  # how probable it is that a further round promotes or drops an item
CHANCES = ("likely", "possible", "unlikely")


@dataclass(frozen=True)
class Outlook:
    """`statuses` counts items as scoring's stopping does; `chances` has the codes of the unsettled ones.

    `expected` and `dropout` are None after a first round. Chances are told in three steps, as they rest also on
    groups too small to be shown.
    """

    round: int
    stop: bool
    reasons: tuple[str, ...]
    expected: float | None
    dropout: float | None
    statuses: Mapping[str, int]
    chances: Mapping[str, list[str]]


def of_round(scored: Round) -> Outlook:
    from delphi.scoring.exact import Undefined
    from delphi.scoring.stopping import stopping

    if scored.state not in SCORED:
        raise DomainError("outlook.not_closed")
    protocol = protocols.of_round(scored)
    now, before = _rounds(scored, list(protocol.rules.criteria))
    limit = protocol.stopping.maximum_rounds
    found = stopping(
        protocol.rules,
        now,
        before,
        seed=SEED,
        rounds_left=None if limit is None else max(0, limit - scored.number),
        simulations=SIMULATIONS,
    )
    chances: dict[str, list[str]] = {name: [] for name in CHANCES}
    for item in found.items:
        if item.next_verdicts:
            chances[_chance(item.settles)].append(item.item)
    return Outlook(
        scored.number,
        found.stop,
        found.reasons,
        None if isinstance(found.expected, Undefined) else found.expected,
        None if isinstance(found.dropout, Undefined) else found.dropout,
        Counter(item.status for item in found.items),
        chances,
    )


def _chance(settles: float) -> str:
    return "likely" if settles >= LIKELY else "possible" if settles >= POSSIBLE else "unlikely"


def _rounds(scored: Round, criteria: list[str]) -> tuple[RoundRatings, RoundRatings | None]:
    """The round, and each of its items as it was rated before, over the same experts and items."""
    query = select(RoundItem.item_id, RoundItem.previous_round_id).where(RoundItem.round_id == scored.id)
    previous: dict[int, int | None] = dict(session.execute(query).all())
    earlier = list(session.scalars(select(Round).where(Round.id.in_(set(previous.values()) - {None}))))
    asked = {scored.id: verdicts.asked_in(scored)} | {one.id: verdicts.asked_in(one) for one in earlier}
    answers = {one.id: verdicts.answers_of(one) for one in (scored, *earlier)}
    items = asked[scored.id]
    before = {
        one.item_id: (round_id, one)
        for round_id in asked
        for one in asked[round_id]
        if round_id == previous.get(one.item_id)
    }
    experts = sorted(
        {expert for one in items for expert in one.experts}
        | {expert for _, one in before.values() for expert in one.experts}
    )
    panels = sorted({name for one in items for name in one.panels})
    table = _Table([one.code for one in items], experts, panels, criteria)
    now = table.filled({one.item_id: (scored.id, one) for one in items}, items, answers)
    return now, table.filled(before, items, answers) if before else None


@dataclass(frozen=True)
class _Table:
    """Experts in rows, items in columns."""

    codes: list[str]
    experts: list[int]
    panels: list[str]
    criteria: list[str]

    def filled(
        self,
        puts: Mapping[int, tuple[int, verdicts.Asked]],
        items: list[verdicts.Asked],
        answers: Mapping[int, verdicts.Answers],
    ) -> RoundRatings:
        import numpy as np

        from delphi.scoring.round_ratings import RoundRatings

        row = {expert: index for index, expert in enumerate(self.experts)}
        shape = (len(self.experts), len(self.codes))
        values = {key: np.full(shape, np.nan) for key in self.criteria}
        put = np.zeros(shape, bool)
        panels = {name: np.zeros(len(self.experts), bool) for name in self.panels}
        for column, item in enumerate(items):
            if item.item_id not in puts:
                continue
            round_id, asked = puts[item.item_id]
            put[[row[expert] for expert in asked.experts], column] = True
            for name, members in item.panels.items():
                panels[name][[row[expert] for expert in members]] = True
            for key in self.criteria:
                given = answers[round_id].get((item.item_id, key), {})
                for expert in asked.experts:
                    point = given.get(expert, (None, False))[0]
                    if point is not None:
                        values[key][row[expert], column] = point
        return RoundRatings(tuple(self.codes), values, panels, put)

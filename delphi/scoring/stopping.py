"""Whether to stop: what has settled, what another round would settle, and a recommendation with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.exact import NOT_BOTH_ROUNDS, Undefined
from delphi.scoring.next_round import Pairs, Progress, simulate_round
from delphi.scoring.protocol import Protocol
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.stability_rules import Stability, settle
from delphi.scoring.vectorised import VERDICTS, VectorisedRound

SIMULATIONS: Final = 200
MUCH_DROPOUT: Final = 0.2

Status = Literal["decided", "stable", "moving", "first", "insufficient"]
SETTLED: Final[frozenset[Status]] = frozenset({"decided", "stable"})

# Why the recommendation is what it is.
STOPPING_REASONS: Final = {
    "all_settled": "every item is decided, or stable without consensus",
    "no_rounds_left": "the protocol allows no further round",
    "first_round": "stability needs a second round",
    "little_to_gain": "a further round is expected to settle less than one item",
    "items_to_gain": "a further round is expected to settle at least one item",
    "much_dropout": "at least a fifth of those who answered the round before did not answer the last",
    "too_few_would_stay": "with such dropout, items would probably be left with too few raters",
}


@dataclass(frozen=True)
class ItemOutlook:
    """One item: its verdict, and whether it has settled.

    status: "decided" (promote or drop), "stable" (no consensus, the verdict did not change and the answers
    have settled), "moving" (or too few pairs to tell), "insufficient" data, or "first" (no round to compare
    with). `changed`: the share of the `paired` experts who gave another answer on any criterion of the rules.
    `next_verdicts`: how probable each verdict is after a further round; empty for a settled item, which would
    not be rated again.
    """

    item: str
    verdict: Verdict
    status: Status
    changed: float | Undefined
    paired: int
    next_verdicts: Mapping[Verdict, float]

    @property
    def settles(self) -> float:
        """The probability that a further round promotes or drops it; 0 for a settled item."""
        return self.next_verdicts.get(Verdict.PROMOTE, 0.0) + self.next_verdicts.get(Verdict.DROP, 0.0)


@dataclass(frozen=True)
class Stopping:
    """`stop` or not, with `reasons` (codes of `STOPPING_REASONS`).

    `expected`: how many items a further round would promote or drop, on average; `dropout`: the share of
    raters lost between the last two rounds.
    """

    stop: bool
    reasons: tuple[str, ...]
    expected: float | Undefined
    dropout: float | Undefined
    items: tuple[ItemOutlook, ...]


def stopping(
    protocol: Protocol,
    now: RoundRatings,
    before: RoundRatings | None,
    *,
    seed: int,
    rounds_left: int | None = None,
    simulations: int = SIMULATIONS,
    progress: Progress | None = None,
) -> Stopping:
    """Whether to stop after the round `now`, given the round `before` over the same raters and items.

    An item without consensus is stable when its verdict is that of the round before and it has settled, by
    `protocol.stability` (`stability_rules.settle`), on every criterion that the rules look at. Unsettled items
    are simulated (`next_round.simulate_round`): an expectation if experts go on as they did, not a test; the
    further round is worth it when at least one item is expected to be promoted or dropped by it.
    `rounds_left` None: no maximum. That stability, and not consensus alone, ends a Delphi: Dajani, Sincoff and
    Talley (1979), Technol Forecast Soc Change 13:83-90. No `before`: items are decided, or in their first round.
    ValueError for rounds over other raters or items, or below one simulation.
    """
    if simulations < 1:
        raise ValueError("at least one simulation is needed")
    verdicts = _verdicts(protocol, now)
    if before is None:
        items = tuple(
            ItemOutlook(item, verdict, _first(verdict), NOT_BOTH_ROUNDS, 0, {})
            for item, verdict in zip(now.items, verdicts, strict=True)
        )
        stop, reasons = _recommendation(items, None, rounds_left)
        return Stopping(stop, reasons, NOT_BOTH_ROUNDS, NOT_BOTH_ROUNDS, items)
    pairs = Pairs(before, now)
    items = _compared(protocol, pairs, verdicts)
    unsettled = np.flatnonzero([item.status not in SETTLED for item in items])
    if len(unsettled):
        tally = simulate_round(
            protocol, pairs, unsettled, seed=seed, simulations=simulations, progress=progress
        )
        items = _with_outlook(items, unsettled.tolist(), tally / simulations)
    dropout = pairs.dropout()
    stop, reasons = _recommendation(items, dropout or 0.0, rounds_left)
    expected = float(sum(item.settles for item in items))
    return Stopping(stop, reasons, expected, NOT_BOTH_ROUNDS if dropout is None else dropout, items)


def _verdicts(protocol: Protocol, ratings: RoundRatings) -> list[Verdict]:
    everyone = np.ones((1, ratings.raters), np.int64)
    return [VERDICTS[code] for code in VectorisedRound(protocol, ratings).verdicts(everyone)[0].tolist()]


def _first(verdict: Verdict) -> Status:
    if verdict is Verdict.INSUFFICIENT:
        return "insufficient"
    return "decided" if verdict in (Verdict.PROMOTE, Verdict.DROP) else "first"


def _compared(protocol: Protocol, pairs: Pairs, verdicts: list[Verdict]) -> tuple[ItemOutlook, ...]:
    shape = (pairs.now.raters, len(pairs.now.items))
    both, changed = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for criterion in protocol.judged_criteria():
        both |= pairs.answered_both(criterion)
        changed |= pairs.changed(criterion)
    found = []
    rows = zip(
        pairs.now.items,
        verdicts,
        _verdicts(protocol, pairs.before),
        both.sum(axis=0).tolist(),
        changed.sum(axis=0).tolist(),
        strict=True,
    )
    for column, (item, verdict, earlier, paired, moved) in enumerate(rows):
        status = _first(verdict)
        if status == "first":
            status = "stable" if verdict is earlier and _settled(protocol, pairs, column) else "moving"
        share = moved / paired if paired else NOT_BOTH_ROUNDS
        found.append(ItemOutlook(item, verdict, status, share, paired, {}))
    return tuple(found)


def _settled(protocol: Protocol, pairs: Pairs, column: int) -> bool:
    item = pairs.now.items[column]
    return all(
        settle(
            protocol.stability,
            item,
            *pairs.answers(criterion, column),
            protocol.criteria[criterion].scale,
            quartiles=protocol.quartiles,
        ).verdict
        is Stability.STABLE
        for criterion in protocol.judged_criteria()
    )


def _with_outlook(
    items: tuple[ItemOutlook, ...], unsettled: list[int], shares: NDArray[np.float64]
) -> tuple[ItemOutlook, ...]:
    found = list(items)
    for column, place in enumerate(unsettled):
        own = {
            verdict: share
            for verdict, share in zip(VERDICTS, shares[:, column].tolist(), strict=True)
            if share
        }
        found[place] = replace(found[place], next_verdicts=own)
    return tuple(found)


def _recommendation(
    items: tuple[ItemOutlook, ...], dropout: float | None, rounds_left: int | None
) -> tuple[bool, tuple[str, ...]]:
    if all(item.status in SETTLED for item in items):
        return True, ("all_settled",)
    if rounds_left == 0:
        return True, ("no_rounds_left",)
    if dropout is None:
        return False, ("first_round",)
    stop = sum(item.settles for item in items) < 1
    reasons = ["little_to_gain" if stop else "items_to_gain"]
    if dropout >= MUCH_DROPOUT:
        reasons.append("much_dropout")
    lost = (item.next_verdicts.get(Verdict.INSUFFICIENT, 0.0) for item in items if item.status == "moving")
    if any(share > 0.5 for share in lost):
        reasons.append("too_few_would_stay")
    return stop, tuple(reasons)

"""Who left: leavers against stayers, and what the leavers could have changed.

Rounds are raters x items, the same raters and items in each, NaN = no answer, in order of time. For one item the
last round with any answer is its final one. Stayers answered it; leavers answered an earlier one and not it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from math import comb, sqrt
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.engine import ItemRatings, judge
from delphi.scoring.exact import NO_VARIANCE, ONE_GROUP, TOO_FEW_RATINGS, Number, Undefined
from delphi.scoring.groups import CliffsDelta, MannWhitney, cliffs_delta, mann_whitney, p_value
from delphi.scoring.midranks import Method
from delphi.scoring.multiplicity import Adjustment, adjust
from delphi.scoring.protocol import Protocol

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
Decide = Callable[[Values], str]
DecideAll = Callable[[Values], Sequence[str]]

LARGEST_SEARCH: Final = (
    1_000  # sets of answers, above which a search stops being exhaustive unless told to go on
)


@dataclass(frozen=True)
class Leavers:
    """One item: its final round, who left before it, and the last round both leavers and stayers answered.

    Rounds are counted from 0; `common` is None when nobody left. `leavers` and `stayers` are over all raters; a
    leaver who had left before `common` is counted in `leavers` and has no rating there.
    """

    item: str
    final: int | None
    common: int | None
    leavers: Mask
    stayers: Mask


def find_leavers(items: Sequence[str], rounds: Sequence[ArrayLike]) -> list[Leavers]:
    """Leavers and stayers of every item; rounds x raters x items.

    An item nobody ever answered has no final round and no leavers. ValueError unless all rounds are of one shape,
    raters x items, with as many items as named.
    """
    stack = np.asarray(rounds, dtype=np.float64)
    if stack.ndim != 3 or stack.shape[2] != len(items):
        raise ValueError("every round must be over the same raters and items")
    return [_leavers(item, ~np.isnan(stack[:, :, column])) for column, item in enumerate(items)]


def _leavers(item: str, answered: Mask) -> Leavers:
    held = np.flatnonzero(answered.any(axis=1))
    if not held.size:
        nobody = np.zeros(answered.shape[1], dtype=np.bool_)
        return Leavers(item, None, None, nobody, nobody)
    final = int(held[-1])
    stayers = answered[final]
    leavers = answered[:final].any(axis=0) & ~stayers
    shared = [r for r in range(final) if answered[r][leavers].any() and answered[r][stayers].any()]
    return Leavers(item, final, max(shared, default=None), leavers, stayers)


@dataclass(frozen=True)
class AttritionTest:
    """Leavers against stayers on one item in round `common`; differences are leavers minus stayers."""

    item: str
    common: int | None
    n_leavers: int
    n_stayers: int
    test: MannWhitney | Undefined
    adjusted: Number
    delta: CliffsDelta | Undefined
    standardised_difference: Number


def compare_leavers(
    items: Sequence[str],
    rounds: Sequence[ArrayLike],
    *,
    adjustment: Adjustment = "bh",
    method: Method | Literal["auto"] = "auto",
) -> list[AttritionTest]:
    """Whether leavers had answered otherwise, item by item, on the last round they have in common with stayers.

    Mann-Whitney, its p adjusted over the items that could be tested (`adjustment`, Benjamini-Hochberg if not
    said); Cliff's delta; standardised difference. Nobody left, or no round in common: undefined. Few leavers
    hide even large differences: read delta and its interval, not p alone. ValueError as for `find_leavers`.
    Sources and choices: `groups.mann_whitney`, `groups.cliffs_delta`, `multiplicity.adjust`.
    """
    stack = np.asarray(rounds, dtype=np.float64)
    found = find_leavers(items, rounds)
    sides = [_sides(one, stack[:, :, column]) for column, one in enumerate(found)]
    tests = [mann_whitney(gone, stayed, method=method) for gone, stayed in sides]
    adjusted = adjust([p_value(test) for test in tests], adjustment)
    return [
        AttritionTest(
            one.item,
            one.common,
            len(gone),
            len(stayed),
            test,
            p,
            cliffs_delta(gone, stayed),
            standardised_difference(gone, stayed),
        )
        for one, (gone, stayed), test, p in zip(found, sides, tests, adjusted, strict=True)
    ]


def _sides(found: Leavers, answers: Values) -> tuple[Values, Values]:
    if found.common is None:
        return np.empty(0), np.empty(0)
    common = answers[found.common]
    given = ~np.isnan(common)
    return common[found.leavers & given], common[found.stayers & given]


def standardised_difference(one: Values, other: Values) -> Number:
    """(mean_1 - mean_2) / sqrt((s_1^2 + s_2^2) / 2), s^2 with n - 1; `one`, `other`: 1-D, no NaN.

    Above .1 in size it is often called an imbalance. Undefined with an empty group, fewer than two ratings in
    either, or no variance in both.
    Austin (2011), Multivariate Behavioral Research 46:399-424.
    """
    if not len(one) or not len(other):
        return ONE_GROUP
    if min(len(one), len(other)) < 2:
        return TOO_FEW_RATINGS
    pooled = (one.var(ddof=1) + other.var(ddof=1)) / 2
    return float((one.mean() - other.mean()) / sqrt(pooled)) if pooled > 0 else NO_VARIANCE


@dataclass(frozen=True)
class Flip:
    """`answers` (rater, point) that give `verdict`, the other leavers silent; of those tried, the fewest."""

    verdict: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class WorstCase:
    """One item: the verdict as it stands and what `leavers` (positions) could have made of it.

    all_at[p - 1]: the verdict had every leaver answered p. flips: every other verdict that was reached, each by
    the fewest answers. `exhaustive`: every set of answers was tried, so that no flip means none exists;
    otherwise leavers of one kind, or of all kinds, on one point, and all leavers over two points.
    """

    item: str
    verdict: str
    leavers: tuple[int, ...]
    all_at: tuple[str, ...]
    flips: tuple[Flip, ...]
    exhaustive: bool

    @property
    def can_flip(self) -> bool | None:
        """Whether any answers give another verdict; None when none was found but not all were tried."""
        return True if self.flips else (False if self.exhaustive else None)


def worst_case(
    item: str,
    decide: Decide,
    answers: ArrayLike,
    leavers: Mask,
    points: int,
    *,
    kinds: Sequence[object] | None = None,
    largest: int = LARGEST_SEARCH,
) -> WorstCase:
    """What the leavers would have had to answer to flip the verdict.

    decide(answers) gives the verdict on a vector like `answers`: 1-D, the final round of one item, NaN for the
    silent. kinds: one label per rater; leavers of a kind (say, of the same panels) are interchangeable; all are
    when left out. largest: how many sets of answers may be tried in full; m leavers of a kind on K points make
    C(m + K, K), four on nine points 715. Nobody left: no flips, and that is certain. ValueError when a leaver
    has an answer. The bounds assume nothing of the missing answers: Horowitz and Manski (2000), JASA 95:77-84.
    """

    def one_by_one(vectors: Values) -> list[str]:
        return [decide(vector) for vector in vectors]

    return worst_case_at_once(item, one_by_one, answers, leavers, points, kinds=kinds, largest=largest)


def worst_case_at_once(
    item: str,
    decide: DecideAll,
    answers: ArrayLike,
    leavers: Mask,
    points: int,
    *,
    kinds: Sequence[object] | None = None,
    largest: int = LARGEST_SEARCH,
) -> WorstCase:
    """`worst_case` with a `decide` that gives the verdicts on many vectors together, one a row."""
    values = np.asarray(answers, dtype=np.float64)
    positions = np.flatnonzero(leavers).tolist()
    if not np.isnan(values[positions]).all():
        raise ValueError(f"item {item}: a leaver has an answer in the final round")
    groups: dict[object, list[int]] = {}
    for position in positions:
        groups.setdefault(None if kinds is None else kinds[position], []).append(position)
    by_kind = list(groups.values())
    exhaustive = _number_of_sets([len(group) for group in by_kind], points) <= largest
    tried = sorted(_every_set(by_kind, points) if exhaustive else _some(by_kind, points), key=len)
    ends = [tuple((leaver, point) for leaver in positions) for point in range(1, points + 1)]
    vectors = np.tile(values, (1 + len(tried) + points, 1))
    for vector, given in zip(vectors[1:], [*tried, *ends], strict=True):
        for position, point in given:
            vector[position] = point
    now, *verdicts = decide(vectors)
    flips: dict[str, Flip] = {}
    for given, reached in zip(tried, verdicts, strict=False):
        if reached != now and reached not in flips:
            flips[reached] = Flip(reached, given)
    all_at = tuple(verdicts[len(tried) :])
    return WorstCase(item, now, tuple(positions), all_at, tuple(flips.values()), exhaustive)


Answers = tuple[tuple[int, int], ...]


def _number_of_sets(sizes: Sequence[int], points: int) -> int:
    """The ways in which some leavers answer and others do not, leavers of a kind being alike."""
    number = 1
    for size in sizes:
        number *= comb(size + points, points)
    return number


def _every_set(groups: Sequence[Sequence[int]], points: int) -> Iterator[Answers]:
    if not groups:
        yield ()
        return
    first, others = groups[0], groups[1:]
    for size in range(len(first) + 1):
        for chosen in combinations_with_replacement(range(1, points + 1), size):
            for rest in _every_set(others, points):
                yield (*zip(first, chosen, strict=False), *rest)


def _some(groups: Sequence[Sequence[int]], points: int) -> Iterator[Answers]:
    everyone = [leaver for group in groups for leaver in group]
    for point in range(1, points + 1):
        for group in (everyone, *groups):
            for size in range(1, len(group) + 1):
                yield tuple((leaver, point) for leaver in group[:size])
        for other in range(1, point):
            half = len(everyone) // 2
            yield (
                *((leaver, point) for leaver in everyone[:half]),
                *((leaver, other) for leaver in everyone[half:]),
            )


def decide_by(protocol: Protocol, items: Sequence[ItemRatings], index: int, criterion: str) -> Decide:
    """The engine's verdict on `items[index]` as a function of its answers to `criterion`.

    The whole round is judged only where a rule compares with its average (APMO); else the item alone.
    """
    whole = any(c.threshold == "apmo" for rule in protocol.rules for c in rule.conditions)
    item = items[index]

    def decide(answers: Values) -> str:
        # Who answers now is no longer unable to.
        unable = {
            key: mask & np.isnan(answers) if key == criterion else mask for key, mask in item.unable.items()
        }
        changed = replace(item, values={**item.values, criterion: answers}, unable=unable)
        judged = [*items[:index], changed, *items[index + 1 :]] if whole else [changed]
        return judge(protocol, judged)[index if whole else 0].verdict.value

    return decide


def panels_of(item: ItemRatings) -> list[tuple[str, ...]]:
    """The panels of each rater, as `kinds` of `worst_case`."""
    raters = len(next(iter(item.values.values())))
    return [tuple(name for name, mask in item.panels.items() if mask[rater]) for rater in range(raters)]

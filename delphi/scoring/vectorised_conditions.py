"""One condition of a rule asked of many distributions at once, with the engine's own exact answers.

Whatever a statistic looks at is written as one whole number (its state). Each state that occurs is compared
once, in fractions, by the functions that `engine.judge` uses; the answers are then spread by look-up. So the
speed is that of arrays and the result is the definition's, never a rounded float's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.catalogue import P30, P70, STATISTICS
from delphi.scoring.content_validity import cvr, cvr_critical, icvi, modified_kappa
from delphi.scoring.cumulative_counts import Counts, CumulativeCounts, quantile_denominator
from delphi.scoring.engine import COMPARE
from delphi.scoring.exact import Exact, Undefined, percent
from delphi.scoring.rand_ucla import RAND_SCALE, ipras, rand_threshold
from delphi.scoring.rules import Condition, Criterion
from delphi.scoring.summaries import HALF, QUARTER

Codes = NDArray[np.int8]
States = NDArray[np.int64]

NO, UNKNOWN, YES = 0, 1, 2
QUANTILES: Final = {"median": (HALF,), "iqr": (QUARTER, 1 - QUARTER)}
NOBODY: Final = -1  # the state of a distribution without ratings, where the statistic is undefined

BAND_VALUES: Final[Mapping[str, Callable[[int, int], Exact]]] = {
    "percent_high": percent,
    "percent_middle": percent,
    "percent_low": percent,
    "cvr": cvr,
    "icvi": icvi,
    "modified_kappa": modified_kappa,
}


@dataclass(frozen=True)
class Average:
    """The two sums of APMO: opinions of majorities, and all opinions."""

    majority: NDArray[np.int64]
    opinions: NDArray[np.int64]


def by_bands(condition: Condition) -> bool:
    """Whether the condition looks at nothing but the numbers in the bands."""
    return condition.statistic in BAND_VALUES or condition.statistic == "rand_disagreement"


class VectorisedCondition:
    """A condition on `criterion`; call it with counts, and with the average where the threshold is APMO.

    Gives an array of NO, UNKNOWN (a value or threshold is undefined) and YES of the counts' shape. It remembers
    the states it has compared, so that one object serves all parts of a long computation; `largest` and
    `quartiles` must then be those of every counts it is called with.
    """

    def __init__(self, condition: Condition, criterion: Criterion, largest: int, quartiles: int = 7) -> None:
        self.condition, self.scale = condition, criterion.scale
        self.base, self.quartiles = largest + 1, quartiles
        self._code = cache(self._compare_state)

    def __call__(self, counts: CumulativeCounts, average: Average | None = None) -> Codes:
        if self.condition.threshold == "apmo":
            return self._against_average(counts, average)
        return _spread(self._states(counts), self._code)

    def _against_average(self, counts: CumulativeCounts, average: Average | None) -> Codes:
        if average is None:
            raise ValueError("a condition on APMO needs the average of the round")
        n, k = counts.n.astype(np.int64), _band_count(self.condition.statistic, counts).astype(np.int64)
        compare: Callable[[Any, Any], Any] = COMPARE[self.condition.comparison]
        # 100 k / n against 100 majority / opinions
        holds = compare(k * average.opinions, average.majority * n)
        return np.where(n == 0, UNKNOWN, np.where(holds, YES, NO)).astype(np.int8)

    def _states(self, counts: CumulativeCounts) -> States:
        name = self.condition.statistic
        if name in BAND_VALUES:
            return counts.n.astype(np.int64) * self.base + _band_count(name, counts)
        ways: dict[str, Callable[[CumulativeCounts], Any]] = {
            "median": self._median,
            "iqr": self._iqr,
            "ipras_disagreement": self._percentiles,
            "disagreement_index": self._percentiles,
            "rand_disagreement": _rand_disagreement,
            "rand_agreement": self._rand_agreement,
        }
        states: States = np.asarray(ways[name](counts), np.int64)
        return np.where(counts.n == 0, NOBODY, states)

    def _compare_state(self, state: int) -> int:
        if state == NOBODY:
            return UNKNOWN
        value, threshold = self._value(state), self.condition.threshold
        against = cvr_critical(state // self.base) if isinstance(threshold, str) else threshold
        if isinstance(value, Undefined) or isinstance(against, Undefined):
            return UNKNOWN
        return YES if COMPARE[self.condition.comparison](value, against) else NO

    def _value(self, state: int) -> Exact:
        name = self.condition.statistic
        if name in BAND_VALUES:
            n, k = divmod(state, self.base)
            return BAND_VALUES[name](k, n)
        if name in ("median", "iqr"):
            return Fraction(state, self._denominator(*QUANTILES[name]))
        if name in ("ipras_disagreement", "disagreement_index"):
            whole = self._denominator(P30, P70)
            p30, p70 = divmod(state, self._percentile_base())
            found = ipras(Fraction(p30, whole), Fraction(p70, whole))
            return found.index if name == "disagreement_index" else Fraction(found.disagreement)
        return Fraction(state)  # a flag

    def _denominator(self, *ps: Fraction) -> int:
        return quantile_denominator(self.quartiles, *ps)

    def _median(self, counts: CumulativeCounts) -> Counts:
        return counts.quantile(HALF, self._denominator(HALF))

    def _iqr(self, counts: CumulativeCounts) -> Counts:
        whole = self._denominator(QUARTER, 1 - QUARTER)
        return counts.quantile(1 - QUARTER, whole) - counts.quantile(QUARTER, whole)

    def _percentile_base(self) -> int:
        return self._denominator(P30, P70) * self.scale.points + 1

    def _percentiles(self, counts: CumulativeCounts) -> Counts:
        whole = self._denominator(P30, P70)
        return counts.quantile(P30, whole) * self._percentile_base() + counts.quantile(P70, whole)

    def _rand_agreement(self, counts: CumulativeCounts) -> NDArray[np.bool_]:
        """Few enough outside the region of the median, 3.5 and 6.5 going up (`rand_ucla.rand_agreement`)."""
        whole = self._denominator(HALF)
        median = -(-counts.quantile(HALF, whole) // whole)
        inside = np.zeros_like(counts.n)
        for band, (first, last) in RAND_SCALE.bands.named():
            here = (median >= first) & (median <= last)
            inside = np.where(here, counts.in_band(band), inside)
        return np.asarray(counts.n - inside <= _rand_thresholds(counts) - 1)


def _band_count(name: str, counts: CumulativeCounts) -> Counts:
    band = STATISTICS[name].band
    if band is None:
        raise ValueError(f"{name} counts no band")
    return counts.in_band(band)


def _rand_disagreement(counts: CumulativeCounts) -> NDArray[np.bool_]:
    needed = _rand_thresholds(counts)
    return np.asarray((counts.in_band("low") >= needed) & (counts.in_band("high") >= needed))


def _rand_thresholds(counts: CumulativeCounts) -> NDArray[np.int64]:
    by_n = np.array([rand_threshold(n) for n in range(counts.largest + 1)])
    return np.asarray(by_n[counts.n])


def _spread(states: States, code: Callable[[int], int]) -> Codes:
    """`code` of every state, each distinct one asked once."""
    if not states.size:
        return np.zeros(states.shape, np.int8)
    first = int(states.min())
    span = int(states.max()) - first + 1
    if span > max(50_000_000, states.size):  # states far apart: sorting is cheaper than a table
        distinct, places = np.unique(states, return_inverse=True)
        codes = np.array([code(state) for state in distinct.tolist()], np.int8)
        return np.asarray(codes[places].reshape(states.shape))
    offsets = states - first
    seen = np.zeros(span, np.bool_)
    seen[offsets] = True
    table = np.zeros(span, np.int8)
    found = np.flatnonzero(seen)
    table[found] = [code(first + offset) for offset in found.tolist()]
    return np.asarray(table[offsets])

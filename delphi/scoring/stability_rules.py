"""A protocol's rule for when an item has settled, applied to a whole study."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring import paired
from delphi.scoring.change import Change, change
from delphi.scoring.exact import REASONS, Exact, Number, Undefined
from delphi.scoring.rules import Comparison
from delphi.scoring.scales import Scale
from delphi.scoring.stability import chaffin_talley, dajani_stability, scheibe_of_pairs
from delphi.scoring.stability_criteria import CRITERIA, StabilityRule

__all__ = [
    "CRITERIA",
    "MEASURES",
    "STABILITY_REASONS",
    "ItemStability",
    "Stability",
    "StabilityRule",
    "settle",
    "settle_all",
]

Values = NDArray[np.float64]
Value = Fraction | float | Undefined

COMPARE: Final[Mapping[Comparison, Callable[[Fraction | float, Fraction], bool]]] = {
    "at_least": ge,
    "at_most": le,
    "above": gt,
    "below": lt,
}


@dataclass(frozen=True)
class Rounds:
    """Two rounds of one item, the raters who answered both alone, on the points of `scale`."""

    earlier: Values
    later: Values
    scale: Scale
    quartiles: int

    def table(self) -> NDArray[np.int64]:
        """points x points, earlier in rows."""
        return paired.transitions(self.earlier, self.later, self.scale.points)

    def change(self) -> Change:
        """How answers changed."""
        return change(self.earlier, self.later, quartiles=self.quartiles)

    def in_or_out(self) -> NDArray[np.int64]:
        """2 x 2, below the high band first."""
        first, _ = self.scale.bands.high
        return paired.transitions((self.earlier >= first) + 1, (self.later >= first) + 1, 2)


class _Test(Protocol):
    @property
    def p_value(self) -> Number: ...


def _p(test: _Test | Undefined) -> Number:
    return test if isinstance(test, Undefined) else test.p_value


def _exact_p(test: paired.McNemar | Undefined) -> Number:
    return test if isinstance(test, Undefined) else test.p_exact


def _rho(found: paired.Correlation | Undefined) -> Number:
    return found if isinstance(found, Undefined) else found.value


def _size(difference: Exact | Number) -> Value:
    if isinstance(difference, Undefined):
        return difference
    return max(difference, -difference)


def _chaffin_talley(rounds: Rounds) -> Number:
    found = chaffin_talley(rounds.earlier, rounds.later, rounds.scale.points)
    return found if isinstance(found, Undefined) else _p(found.test)


# What each of the `CRITERIA` measures.
MEASURES: Final[dict[str, Callable[[Rounds], Value]]] = {
    "percent_changed": lambda r: r.change().percent_changed,
    "scheibe": lambda r: scheibe_of_pairs(r.earlier, r.later, r.scale.points),
    "median_change": lambda r: _size(r.change().pairs.median),
    "iqr_change": lambda r: _size(r.change().pairs.iqr),
    "mean_change": lambda r: _size(r.change().pairs.mean),
    "cv_change": lambda r: _size(r.change().pairs.cv),
    "quadratic_kappa": lambda r: paired.quadratic_kappa(r.earlier, r.later),
    "spearman": lambda r: _rho(paired.spearman(r.earlier, r.later)),
    "kendall_tau_b": lambda r: _rho(paired.kendall_tau_b(r.earlier, r.later)),
    "wilcoxon": lambda r: _p(paired.wilcoxon(r.later, r.earlier)),
    "mcnemar": lambda r: _exact_p(paired.mcnemar(r.in_or_out())),
    "bowker": lambda r: _p(paired.bowker(r.table())),
    "stuart_maxwell": lambda r: _p(paired.stuart_maxwell(r.table())),
    "dajani": lambda r: _p(dajani_stability(r.earlier, r.later, r.scale.points)),
    "chaffin_talley": _chaffin_talley,
}


class Stability(StrEnum):
    """Whether an item has settled."""

    STABLE = "stable"
    NOT_STABLE = "not stable"
    CANNOT_TELL = "cannot tell"


STABILITY_REASONS: Final[dict[str, str]] = REASONS | {
    "nobody_changed": "nobody who answered both rounds changed their answer",
    "within": "the measure is on the stable side of the threshold",
    "beyond": "the measure is not on the stable side of the threshold",
    "too_few_pairs": "fewer raters answered both rounds than the rule asks for",
}


@dataclass(frozen=True)
class ItemStability:
    """The verdict on one item: n raters answered both rounds, `value` was compared with `threshold`.

    `reason` is a key of `STABILITY_REASONS`; `value` is None where nothing was measured.
    """

    item: str
    verdict: Stability
    reason: str
    n: int
    value: Value | None
    side: Comparison
    threshold: Fraction


def settle(
    rule: StabilityRule,
    item: str,
    earlier: ArrayLike,
    later: ArrayLike,
    scale: Scale,
    *,
    quartiles: int = 7,
) -> ItemStability:
    """Whether one item has settled between two rounds (1-D, the same raters, NaN = no answer).

    The measure of the rule's criterion, over the raters who answered both rounds, is compared with its
    threshold: percentages and changes of median, IQR and mean as exact fractions. quartiles: Hyndman-Fan
    definition 6, 7 or 8, for the IQR. "mcnemar" asks who is in the high band of `scale`, and who is not.
    Too few pairs: cannot tell. Nobody changed: stable by every criterion, also those that are undefined
    without variance. A measure that is undefined: cannot tell, and the reason is its; but where nobody
    crossed into or out of the high band, "mcnemar" is stable. ValueError for rounds of different length or
    a rating off the scale. Sources: those of the measures, in `change`, `paired` and `stability`.
    """
    first, second = paired.pairs(earlier, later)
    rounds = Rounds(first, second, scale, quartiles)
    table = rounds.table()

    def verdict(found: Stability, reason: str, value: Value | None = None) -> ItemStability:
        return ItemStability(item, found, reason, len(first), value, rule.side, rule.threshold)

    if len(first) < rule.minimum_pairs:
        return verdict(Stability.CANNOT_TELL, "too_few_pairs")
    if table.sum() == np.trace(table):
        return verdict(Stability.STABLE, "nobody_changed")
    value = MEASURES[rule.criterion](rounds)
    if isinstance(value, Undefined):
        # Nobody crossed the cut, though some moved on either side of it: nothing changed that the rule sees.
        unmoved = value.reason == "no_change"
        return verdict(Stability.STABLE if unmoved else Stability.CANNOT_TELL, value.reason, value)
    if COMPARE[rule.side](value, rule.threshold):
        return verdict(Stability.STABLE, "within", value)
    return verdict(Stability.NOT_STABLE, "beyond", value)


def settle_all(
    rule: StabilityRule,
    items: Sequence[str],
    earlier: ArrayLike,
    later: ArrayLike,
    scale: Scale,
    *,
    quartiles: int = 7,
) -> list[ItemStability]:
    """`settle` for a whole study, rounds as raters x items; ValueError when the shapes do not fit."""
    first, second = np.asarray(earlier, dtype=np.float64), np.asarray(later, dtype=np.float64)
    if first.ndim != 2 or first.shape != second.shape or first.shape[1] != len(items):
        raise ValueError("two rounds must be over the same raters and items")
    return [
        settle(rule, item, a, b, scale, quartiles=quartiles)
        for item, a, b in zip(items, first.T, second.T, strict=True)
    ]

"""A protocol's rule for when an item has settled, applied to a whole study."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring import paired
from delphi.scoring.change import Change, change
from delphi.scoring.exact import REASONS, Exact, Number, Undefined
from delphi.scoring.stability import chaffin_talley, dajani_stability, scheibe_of_pairs

Values = NDArray[np.float64]
Side = Literal["at_least", "at_most", "above", "below"]
Value = Fraction | float | Undefined

COMPARE: Final[Mapping[Side, Callable[[Fraction | float, Fraction], bool]]] = {
    "at_least": ge,
    "at_most": le,
    "above": gt,
    "below": lt,
}


@dataclass(frozen=True)
class Rounds:
    """Two rounds of one item, the raters who answered both alone, on points 1..`points`.

    `cut` is the first point that counts as "in" where a measure asks in or out.
    """

    earlier: Values
    later: Values
    points: int
    cut: int | None
    quartiles: int

    def table(self) -> NDArray[np.int64]:
        """points x points, earlier in rows."""
        return paired.transitions(self.earlier, self.later, self.points)

    def change(self) -> Change:
        """How answers changed."""
        return change(self.earlier, self.later, quartiles=self.quartiles)

    def in_or_out(self) -> NDArray[np.int64]:
        """2 x 2, out first."""
        if self.cut is None:
            raise ValueError("McNemar's test needs the first point that counts as in")
        return paired.transitions((self.earlier >= self.cut) + 1, (self.later >= self.cut) + 1, 2)


@dataclass(frozen=True)
class StabilityCriterion:
    """A measure a rule may name: an item is stable when it is `side` of the threshold (`usual` if not said)."""

    measure: Callable[[Rounds], Value]
    side: Side
    usual: Fraction
    meaning: str


class _Test(Protocol):
    @property
    def p_value(self) -> Number: ...


def _p(test: _Test | Undefined) -> Number:
    return test if isinstance(test, Undefined) else test.p_value


def _rho(found: paired.Correlation | Undefined) -> Number:
    return found if isinstance(found, Undefined) else found.value


def _size(difference: Exact | Number) -> Value:
    if isinstance(difference, Undefined):
        return difference
    return max(difference, -difference)


def _chaffin_talley(rounds: Rounds) -> Number:
    found = chaffin_talley(rounds.earlier, rounds.later, rounds.points)
    return found if isinstance(found, Undefined) else _p(found.test)


# A test whose null hypothesis is "no change" never proves stability: few pairs make it silent. Hence
# `minimum_pairs`, and measures of size before tests.
CRITERIA: Final[dict[str, StabilityCriterion]] = {
    "percent_changed": StabilityCriterion(
        lambda r: r.change().percent_changed, "below", Fraction(15), "raters who changed their answer"
    ),
    "scheibe": StabilityCriterion(
        lambda r: scheibe_of_pairs(r.earlier, r.later, r.points),
        "below",
        Fraction(15),
        "change of the histogram, percent (Scheibe)",
    ),
    "median_change": StabilityCriterion(
        lambda r: _size(r.change().pairs.median), "at_most", Fraction(0), "change of the median, either way"
    ),
    "iqr_change": StabilityCriterion(
        lambda r: _size(r.change().pairs.iqr), "at_most", Fraction(1), "change of the IQR, either way"
    ),
    "mean_change": StabilityCriterion(
        lambda r: _size(r.change().pairs.mean), "at_most", Fraction(1, 2), "change of the mean, either way"
    ),
    "cv_change": StabilityCriterion(
        lambda r: _size(r.change().pairs.cv), "at_most", Fraction(1, 5), "change of the CV, either way"
    ),
    "quadratic_kappa": StabilityCriterion(
        lambda r: paired.quadratic_kappa(r.earlier, r.later), "at_least", Fraction(3, 5), "weighted kappa"
    ),
    "spearman": StabilityCriterion(
        lambda r: _rho(paired.spearman(r.earlier, r.later)), "at_least", Fraction(3, 4), "Spearman's rho"
    ),
    "kendall_tau_b": StabilityCriterion(
        lambda r: _rho(paired.kendall_tau_b(r.earlier, r.later)), "at_least", Fraction(3, 4), "tau-b"
    ),
    "wilcoxon": StabilityCriterion(
        lambda r: _p(paired.wilcoxon(r.later, r.earlier)), "at_least", Fraction(1, 20), "p of no shift"
    ),
    "mcnemar": StabilityCriterion(
        lambda r: _exact_p(paired.mcnemar(r.in_or_out())),
        "at_least",
        Fraction(1, 20),
        "p of in and out alike",
    ),
    "bowker": StabilityCriterion(
        lambda r: _p(paired.bowker(r.table())), "at_least", Fraction(1, 20), "p of symmetry"
    ),
    "stuart_maxwell": StabilityCriterion(
        lambda r: _p(paired.stuart_maxwell(r.table())), "at_least", Fraction(1, 20), "p of equal margins"
    ),
    "dajani": StabilityCriterion(
        lambda r: _p(dajani_stability(r.earlier, r.later, r.points)),
        "at_least",
        Fraction(1, 20),
        "p of one distribution in both rounds (Dajani)",
    ),
    "chaffin_talley": StabilityCriterion(
        _chaffin_talley, "below", Fraction(1, 20), "p of independent rounds (Chaffin and Talley)"
    ),
}


def _exact_p(test: paired.McNemar | Undefined) -> Number:
    return test if isinstance(test, Undefined) else test.p_exact


@dataclass(frozen=True)
class StabilityRule:
    """What a protocol calls stable: one of `CRITERIA` and its threshold, over at least `minimum_pairs` raters.

    `threshold` None is the usual one of the criterion. `cut` is needed by "mcnemar" alone. ValueError for
    a criterion that is not known, fewer than one pair, or a missing or needless cut.
    """

    criterion: str
    threshold: Fraction | None = None
    minimum_pairs: int = 10
    cut: int | None = None
    quartiles: int = 7

    def __post_init__(self) -> None:
        if self.criterion not in CRITERIA:
            raise ValueError(f"{self.criterion} is not one of {tuple(CRITERIA)}")
        if self.minimum_pairs < 1:
            raise ValueError("a rule needs at least one pair of answers")
        if (self.criterion == "mcnemar") != (self.cut is not None):
            raise ValueError("a cut between out and in belongs to mcnemar, and mcnemar needs one")

    @property
    def limit(self) -> Fraction:
        """The threshold that counts."""
        return CRITERIA[self.criterion].usual if self.threshold is None else self.threshold


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
    side: Side
    threshold: Fraction


def settle(
    rule: StabilityRule, item: str, earlier: ArrayLike, later: ArrayLike, points: int
) -> ItemStability:
    """Whether one item has settled between two rounds (1-D, the same raters, NaN = no answer).

    Too few pairs: cannot tell. Nobody changed: stable by every criterion, also those that are undefined
    without variance. A measure that is undefined: cannot tell, and the reason is its. ValueError for a rating off
    1..points.
    """
    criterion, limit = CRITERIA[rule.criterion], rule.limit
    first, second = paired.pairs(earlier, later)
    rounds = Rounds(first, second, points, rule.cut, rule.quartiles)
    moved = rounds.table().sum() - np.trace(rounds.table())

    def verdict(found: Stability, reason: str, value: Value | None = None) -> ItemStability:
        return ItemStability(item, found, reason, len(first), value, criterion.side, limit)

    if len(first) < rule.minimum_pairs:
        return verdict(Stability.CANNOT_TELL, "too_few_pairs")
    if not moved:
        return verdict(Stability.STABLE, "nobody_changed")
    value = criterion.measure(rounds)
    if isinstance(value, Undefined):
        # Nobody crossed the cut, though some moved on either side of it: nothing changed that the rule sees.
        unmoved = value.reason == "no_change"
        return verdict(Stability.STABLE if unmoved else Stability.CANNOT_TELL, value.reason, value)
    if COMPARE[criterion.side](value, limit):
        return verdict(Stability.STABLE, "within", value)
    return verdict(Stability.NOT_STABLE, "beyond", value)


def settle_all(
    rule: StabilityRule, items: Sequence[str], earlier: ArrayLike, later: ArrayLike, points: int
) -> list[ItemStability]:
    """`settle` for a whole study, rounds as raters x items; ValueError when the shapes do not fit."""
    first, second = np.asarray(earlier, dtype=np.float64), np.asarray(later, dtype=np.float64)
    if first.ndim != 2 or first.shape != second.shape or first.shape[1] != len(items):
        raise ValueError("two rounds must be over the same raters and items")
    return [settle(rule, item, a, b, points) for item, a, b in zip(items, first.T, second.T, strict=True)]

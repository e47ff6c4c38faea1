"""How answers to one item changed from one round to the next.

Rounds are 1-D over the same raters in the same order (raters x items in `changes`), NaN = no answer. What
concerns single raters is counted over the pairs, the raters who answered both rounds; figures of a round are
given for the pairs and for everyone who answered, because those who come and go change them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import MEAN_NOT_POSITIVE, NO_RATINGS, ONE_RATING, Exact, Number, Undefined, percent
from delphi.scoring.quantiles import quantile

Values = NDArray[np.float64]

HALF: Final = Fraction(1, 2)
QUARTER: Final = Fraction(1, 4)


@dataclass(frozen=True)
class RoundFigures:
    """One item in one round: median, IQR and mean exact; cv = s / mean, s with n - 1, on points from 1 up."""

    n: int
    median: Exact
    iqr: Exact
    mean: Exact
    cv: Number


@dataclass(frozen=True)
class BeforeAfter:
    """Figures of both rounds and later minus earlier; a difference is undefined where either figure is."""

    before: RoundFigures
    after: RoundFigures
    median: Exact
    iqr: Exact
    mean: Exact
    cv: Number


@dataclass(frozen=True)
class Change:
    """n raters answered both rounds; counts and percentages are of them.

    `toward` ended nearer to `centre` than they began, `away` farther; `across` changed to the other side, as
    far as before. toward + away + across = changed. `pairs` and `everyone` hold the figures of the rounds.
    """

    n: int
    changed: int
    toward: int
    away: int
    across: int
    percent_changed: Exact
    percent_toward: Exact
    percent_away: Exact
    centre: Exact
    pairs: BeforeAfter
    everyone: BeforeAfter


def change(
    earlier: ArrayLike, later: ArrayLike, *, centre: Fraction | None = None, quartiles: int = 7
) -> Change:
    """The change of one item between two rounds; `earlier`, `later`: 1-D over the same raters, NaN = no answer.

    With n raters x before and y after: changed counts y != x, toward abs(y - centre) < abs(x - centre), away the
    reverse. `centre` is the value raters saw between the rounds; left out, the median of everyone who answered the
    earlier round. Figures are those of `figures`; quartiles: Hyndman-Fan definition 6, 7 or 8.
    Nobody answered both: percentages undefined ("no_ratings"). ValueError when the rounds are not 1-D over the same
    raters, or for another definition of quartiles.
    """
    first, second = np.asarray(earlier, dtype=np.float64), np.asarray(later, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError("two rounds must be over the same raters, one value each")
    both = ~(np.isnan(first) | np.isnan(second))
    before, after = first[both], second[both]
    everyone = _compare(first, second, quartiles)
    seen = everyone.before.median if centre is None else centre
    toward, away = (0, 0) if isinstance(seen, Undefined) else _moves(before, after, float(seen))
    n, changed = len(before), int((before != after).sum())
    return Change(
        n=n,
        changed=changed,
        toward=toward,
        away=away,
        across=changed - toward - away,
        percent_changed=percent(changed, n),
        percent_toward=percent(toward, n),
        percent_away=percent(away, n),
        centre=seen,
        pairs=_compare(before, after, quartiles),
        everyone=everyone,
    )


def changes(earlier: ArrayLike, later: ArrayLike, *, quartiles: int = 7) -> list[Change]:
    """`change` of every item, raters x items; ValueError unless both rounds have the same shape."""
    first, second = np.asarray(earlier, dtype=np.float64), np.asarray(later, dtype=np.float64)
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError("two rounds must be over the same raters and items")
    return [change(a, b, quartiles=quartiles) for a, b in zip(first.T, second.T, strict=True)]


def _moves(before: Values, after: Values, centre: float) -> tuple[int, int]:
    distance = np.abs(after - centre) - np.abs(before - centre)
    return int((distance < 0).sum()), int((distance > 0).sum())


def _compare(before: Values, after: Values, quartiles: int) -> BeforeAfter:
    one, other = figures(before, quartiles), figures(after, quartiles)
    cv = one.cv if isinstance(one.cv, Undefined) else other.cv
    if not isinstance(one.cv, Undefined) and not isinstance(other.cv, Undefined):
        cv = other.cv - one.cv
    return BeforeAfter(
        before=one,
        after=other,
        median=_minus(other.median, one.median),
        iqr=_minus(other.iqr, one.iqr),
        mean=_minus(other.mean, one.mean),
        cv=cv,
    )


def figures(values: Values, quartiles: int = 7) -> RoundFigures:
    """Median, IQR = Q3 - Q1, mean and CV = s / mean (s with n - 1) of one vector of ratings, NaN = no answer.

    Undefined without ratings, "no_ratings"; the CV also with one, "one_rating", and with a mean of 0 or less,
    "mean_not_positive". It supposes that 0 means nothing of the quality; moving the origin of the scale changes it.
    """
    given: list[int | Fraction] = [_exact(value) for value in values[~np.isnan(values)].tolist()]
    if not given:
        return RoundFigures(0, NO_RATINGS, NO_RATINGS, NO_RATINGS, NO_RATINGS)
    q1, median, q3 = (quantile(given, p, quartiles) for p in (QUARTER, HALF, 1 - QUARTER))
    mean = Fraction(sum(given)) / len(given)
    return RoundFigures(len(given), median, _minus(q3, q1), mean, _cv(given, mean))


def _cv(given: Sequence[int | Fraction], mean: Fraction) -> Number:
    if len(given) < 2:
        return ONE_RATING
    if mean <= 0:
        return MEAN_NOT_POSITIVE
    squares = sum(value * value for value in given) - len(given) * mean * mean
    return sqrt(squares / (len(given) - 1)) / float(mean)


def _exact(value: float) -> int | Fraction:
    return int(value) if value.is_integer() else Fraction(value)


def _minus(larger: Exact, smaller: Exact) -> Exact:
    if isinstance(larger, Undefined):
        return larger
    return smaller if isinstance(smaller, Undefined) else larger - smaller

"""Exact results: a fraction, or the stated reason why there is none."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Undefined:
    """A statistic that has no value here; `reason` is one of `REASONS`, never a NaN."""

    reason: str


REASONS = {
    "no_ratings": "nobody rated the item",
    "no_flip": "no change of answers gives another verdict",
    "no_flip_found": "no change of answers was found that gives another verdict",
    "no_rankings": "nobody ranked anything",
    "too_many_candidates": "the exact order is searched for 15 candidates at most",
    "too_few_raters": "the method gives no critical value for so few raters",
    "one_rating": "a spread about the mean needs at least two ratings",
    "too_few_ratings": "the statistic needs more ratings than there are",
    "too_few_points": "the statistic needs a scale with more points",
    "no_variance": "every rating is the same",
    "mean_not_positive": "a ratio to the mean needs a mean above zero",
    "not_both_rounds": "nobody answered both rounds",
    "no_change": "nobody who answered both rounds changed their answer",
    "one_group": "a comparison needs ratings in at least two groups",
    "no_pairs": "no item was rated by two raters or more",
    "one_item": "one item alone gives no measure over items",
    "one_rater": "one rater alone agrees with nobody",
    "incomplete": "an answer is missing, and the method needs every rater to rate every item",
    "no_complete_cases": "no rater or no item is left without a missing answer",
    "all_tied": "every rater rates all items the same, so nothing is ranked",
    "no_denominator": "the formula would divide by zero or by a negative variance",
    "no_error_variance": "there is no error variance to compare with",
    "no_bound": "the interval has no bound on this side",
    "unequal_raters": "items were not all rated by the same number of raters",
    "no_test": "the test could not be made",
    "raters_unknown": "counts do not tell who gave which rating",
    "too_few_resamples": "the coefficient exists in too few of the resamples",
}

NO_RATINGS = Undefined("no_ratings")
TOO_FEW_RATERS = Undefined("too_few_raters")
ONE_RATING = Undefined("one_rating")
TOO_FEW_RATINGS = Undefined("too_few_ratings")
TOO_FEW_POINTS = Undefined("too_few_points")
NO_VARIANCE = Undefined("no_variance")
MEAN_NOT_POSITIVE = Undefined("mean_not_positive")
NOT_BOTH_ROUNDS = Undefined("not_both_rounds")
NO_CHANGE = Undefined("no_change")
ONE_GROUP = Undefined("one_group")

Exact = Fraction | Undefined
Number = float | Undefined


def share(count: int, n: int) -> Exact:
    """count / n, undefined when n is 0."""
    return Fraction(count, n) if n else NO_RATINGS


def percent(count: int, n: int) -> Exact:
    """100 count / n, undefined when n is 0."""
    return Fraction(100 * count, n) if n else NO_RATINGS


def exact_to_dict(value: Exact) -> dict[str, str | float]:
    """`{"exact": "200/3", "value": 66.67}`, or `{"undefined": reason}`; the string loses nothing."""
    if isinstance(value, Undefined):
        return {"undefined": value.reason}
    return {"exact": str(value), "value": float(value)}

"""What holds of every statistic of a whole matrix, raters x items, whatever the ratings."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from delphi.scoring import (
    agreement,
    agreement_bootstrap,
    apmo,
    chance_corrected,
    icc,
    item_table,
    kendall,
    krippendorff,
    scale_validity,
    two_raters,
    within_group,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.scales import Scale
from tests.scoring.properties import NAN, check_leaves, leaves, same

Limits = tuple[float, float]
Of = Callable[[np.ndarray, int], object]

ANY, UNIT, UP_TO_ONE, POSITIVE = (-inf, inf), (0, 1), (-inf, 1), (0, inf)
FAMILY = (
    chance_corrected.percent_agreement,
    chance_corrected.fleiss_kappa,
    chance_corrected.gwet_ac,
    chance_corrected.brennan_prediger,
)
ICC_FORMS = ("icc1_1", "icc2_1", "icc3_1", "icc1_k", "icc2_k", "icc3_k")
unhurried = settings(deadline=None, max_examples=40)


@dataclass(frozen=True)
class Row:
    """A function, and how it is had of a matrix on 1 to `points`; results are told with their value first.

    limits: of that value. What is promised in general and is not of this one is listed in `but`; what is promised
    of this one alone in `also`. The words are the names of `CHANGES`.
    """

    function: Callable[..., object]
    of: Of
    limits: Limits = ANY
    but: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()


def row(function, of, limits=ANY, *, but="", also="") -> Row:
    return Row(function, of, limits, *(frozenset(filter(None, words.split(", "))) for words in (but, also)))


def direction(weighting: str) -> str:
    """Ratio weights look at the scale from its lower end."""
    return "reversed" if weighting == "ratio" else ""


def points_of(points: int) -> range:
    return range(1, points + 1)


def told(found: object, *names: str) -> object:
    return found if isinstance(found, Undefined) else tuple(getattr(found, name) for name in names)


def counted(function, weighting) -> Of:
    def of(ratings: np.ndarray, points: int) -> object:
        counts = agreement.counts_per_point(ratings, points_of(points))
        return told(function(counts, points_of(points), weighting), "value", "se", "low", "high", "items")

    return of


def conger(weighting) -> Of:
    def of(ratings: np.ndarray, points: int) -> object:
        found = chance_corrected.conger_kappa(ratings, points_of(points), weighting)
        return told(found, "value", "se", "low", "high", "items")

    return of


def whole_family(ratings: np.ndarray, points: int) -> object:
    return told(chance_corrected.chance_corrected(ratings, points_of(points), "linear"), *FAMILY_NAMES)


def whole_family_of_counts(ratings: np.ndarray, points: int) -> object:
    counts = agreement.counts_per_point(ratings, points_of(points))
    found = chance_corrected.chance_corrected_from_counts(counts, points_of(points), "ordinal")
    return told(found, *FAMILY_NAMES)


FAMILY_NAMES = ("percent_agreement", "fleiss", "conger", "gwet", "brennan_prediger", "krippendorff")


def fleiss_test(ratings: np.ndarray, points: int) -> object:
    counts = agreement.counts_per_point(ratings, points_of(points))
    return told(chance_corrected.fleiss_test(counts, points_of(points)), "kappa", "z", "p_value")


def alpha(measurement) -> Of:
    def of(ratings: np.ndarray, points: int) -> object:
        found = krippendorff.krippendorff_alpha(ratings, points_of(points), measurement)
        return told(found, "value", "se", "low", "high", "items")

    return of


def alpha_from_counts(ratings: np.ndarray, points: int) -> object:
    counts = agreement.counts_per_point(ratings, points_of(points))
    return told(krippendorff.alpha_from_counts(counts, points_of(points), "interval"), "value", "se")


def alpha_with_weights(ratings: np.ndarray, points: int) -> object:
    counts = agreement.counts_per_point(ratings, points_of(points))
    weights = agreement.agreement_weights("quadratic", points_of(points))
    return told(krippendorff.alpha_with_weights(counts, weights), "value", "se")


def alpha_of(ratings: np.ndarray, points: int) -> object:
    together = krippendorff.coincidences(agreement.counts_per_point(ratings, points_of(points)))
    found = float(krippendorff.alpha_of(together, points_of(points), "ordinal"))
    return Undefined("no_variance") if np.isnan(found) else found


def w(drop) -> Of:
    names = ("w", "w_uncorrected", "s", "ties", "chi2", "df", "p_value", "mean_spearman", "raters", "items")
    return lambda ratings, points: told(kendall.kendall_w(ratings, drop=drop), *names)


def form(name, drop) -> Of:
    def of(ratings: np.ndarray, points: int) -> object:
        found = icc.icc(ratings, drop=drop)
        # With next to no degrees of freedom a limit may be -10^13, of which rounding leaves only the size.
        numbers = () if isinstance(found, Undefined) else leaves(getattr(found, name))
        return tuple(max(one, -1e3) if isinstance(one, float) else one for one in numbers) or found

    return of


def rwg_j(ratings: np.ndarray, points: int) -> object:
    found = within_group.rwg_j(ratings, within_group.uniform_null_variance(points))
    # Of several items without enough ratings the first gives the reason.
    return Undefined("one_rating") if isinstance(found, Undefined) else found


def validity(*names) -> Of:
    return lambda ratings, points: told(scale_validity.scale_validity(ratings, (points - 1, points)), *names)


def average(ratings: np.ndarray, points: int) -> object:
    scale = Scale.default(points)
    table = item_table.item_table(ratings, scale)
    return apmo.apmo(
        apmo.Opinions(int(high), int(low), int(n))
        for high, low, n in zip(table.count_high, table.count_low, table.n, strict=True)
    )


def item_means(ratings: np.ndarray, points: int) -> object:
    table = item_table.item_table(ratings, Scale.default(points))
    return tuple(sorted(table.ad_median.compressed().tolist())), tuple(sorted(table.sd.compressed().tolist()))


def pair(function, weighting) -> Of:
    """Of the first two rows."""

    def of(ratings: np.ndarray, points: int) -> object:
        table = two_raters.table_of(ratings[0], ratings[1], points_of(points))
        return function(table, points_of(points), weighting)

    return of


def cohen(table, scale, weighting) -> object:
    return told(two_raters.cohen_kappa(table, scale, weighting), "value", "se", "low", "high", "items")


def all_of_two(table, scale, weighting) -> object:
    found = two_raters.two_raters(table, scale, weighting)
    return tuple(told(getattr(found, name), "value", "se") for name in TWO_NAMES)


TWO_NAMES = ("percent_agreement", "cohen", "scott", "gwet", "brennan_prediger", "krippendorff")
RESAMPLED = {"resamples": 20, "seed": 3}


def resampled_alpha(over) -> Of:
    return lambda ratings, points: told(
        agreement_bootstrap.bootstrap_alpha(ratings, points_of(points), "interval", over=over, **RESAMPLED),
        "value", "low", "high", "se",
    )  # fmt: skip


def resampled_family(expectation, over) -> Of:
    return lambda ratings, points: told(
        agreement_bootstrap.bootstrap_chance_corrected(
            ratings, points_of(points), expectation, over=over, **RESAMPLED
        ),
        "value", "low", "high", "se",
    )  # fmt: skip


def resampled_w(ratings: np.ndarray, points: int) -> object:
    def statistic(matrix: np.ndarray) -> object:
        found = kendall.kendall_w(matrix, drop="items")
        return found if isinstance(found, Undefined) else found.w

    return told(agreement_bootstrap.bootstrap(statistic, ratings, **RESAMPLED), "value", "low", "high", "se")


DRAWN = "raters, items, silent rater, silent item"  # another order is another draw

ROWS = (
    *(
        row(
            function,
            counted(function, weighting),
            UNIT if function is chance_corrected.percent_agreement else UP_TO_ONE,
            but=direction(weighting),
            also="items twice, " + ("names of points" if weighting == "unweighted" else ""),
        )
        for function in FAMILY
        for weighting in agreement.WEIGHTINGS
    ),
    *(
        row(
            chance_corrected.conger_kappa,
            conger(weighting),
            UP_TO_ONE,
            but=direction(weighting),
            also="items twice, unused point",
        )
        for weighting in agreement.WEIGHTINGS
    ),
    *(
        row(
            chance_corrected.fleiss_kappa,
            counted(chance_corrected.fleiss_kappa, weighting),
            but=direction(weighting),
            also="unused point",
        )
        for weighting in agreement.WEIGHTINGS
    ),
    row(chance_corrected.chance_corrected, whole_family),
    row(chance_corrected.chance_corrected_from_counts, whole_family_of_counts),
    row(
        chance_corrected.fleiss_test,
        fleiss_test,
        UP_TO_ONE,
        also="names of points, unused point, items twice",
    ),
    row(krippendorff.krippendorff_alpha, alpha("nominal"), UP_TO_ONE, also="unused point, names of points"),
    row(krippendorff.krippendorff_alpha, alpha("ordinal"), UP_TO_ONE, also="unused point, stretched"),
    row(krippendorff.krippendorff_alpha, alpha("interval"), UP_TO_ONE, also="unused point"),
    row(krippendorff.krippendorff_alpha, alpha("ratio"), UP_TO_ONE, but="reversed", also="unused point"),
    row(krippendorff.alpha_from_counts, alpha_from_counts, UP_TO_ONE, also="unused point"),
    row(krippendorff.alpha_with_weights, alpha_with_weights, UP_TO_ONE, also="unused point"),
    row(krippendorff.alpha_of, alpha_of, UP_TO_ONE, also="unused point, stretched"),
    row(kendall.kendall_w, w(None), UNIT, but="silent rater, silent item", also="unused point, stretched"),
    row(kendall.kendall_w, w("raters"), UNIT, also="unused point, stretched"),
    row(kendall.kendall_w, w("items"), UNIT, also="unused point, stretched"),
    *(
        row(icc.icc, form(name, drop), UP_TO_ONE, also="unused point")
        for name in ICC_FORMS
        for drop in ("raters", "items")
    ),
    row(within_group.rwg_j, rwg_j, UNIT, but="silent item"),
    row(scale_validity.scale_validity, validity("average", "average_by_raters"), UNIT, but="reversed"),
    row(scale_validity.scale_validity, validity("universal", "mean_kappa"), ANY, but="reversed"),
    row(apmo.apmo, average, (0, 100), also="raters twice, items twice"),
    row(item_table.item_table, item_means),
    *(
        row(two_raters.two_raters, pair(all_of_two, weighting), but="raters, " + direction(weighting))
        for weighting in agreement.WEIGHTINGS
    ),
    *(
        row(
            two_raters.cohen_kappa,
            pair(cohen, weighting),
            UP_TO_ONE,
            but="raters, " + direction(weighting),
            also="items twice, unused point",
        )
        for weighting in agreement.WEIGHTINGS
    ),
    row(agreement_bootstrap.bootstrap_alpha, resampled_alpha("items"), UP_TO_ONE, but=DRAWN),
    row(agreement_bootstrap.bootstrap_alpha, resampled_alpha("raters"), UP_TO_ONE, but=DRAWN),
    row(agreement_bootstrap.bootstrap_alpha, resampled_alpha("pairs"), UP_TO_ONE, but=DRAWN + ", reversed"),
    *(
        row(
            agreement_bootstrap.bootstrap_chance_corrected,
            resampled_family(expectation, over),
            UP_TO_ONE,
            but=DRAWN,
        )
        for expectation, over in zip(chance_corrected.EXPECTATIONS, ("items", "raters") * 2, strict=True)
    ),
    row(agreement_bootstrap.bootstrap, resampled_w, UNIT, but=DRAWN),
)


def added(ratings: np.ndarray, axis: int) -> np.ndarray:
    shape = (1, ratings.shape[1]) if axis == 0 else (ratings.shape[0], 1)
    return np.concatenate([ratings, np.full(shape, NAN)], axis=axis)


def renamed(ratings: np.ndarray, points: int, random) -> np.ndarray:
    names = random.permutation(points) + 1.0
    return np.where(np.isnan(ratings), NAN, names[np.nan_to_num(ratings, nan=1).astype(int) - 1])


# What may be done to a matrix: (ratings, points, random) to (ratings, points).
CHANGES = {
    "raters": lambda x, k, random: (random.permutation(x, axis=0), k),
    "items": lambda x, k, random: (random.permutation(x, axis=1), k),
    "reversed": lambda x, k, random: (k + 1 - x, k),
    "silent rater": lambda x, k, random: (added(x, 0), k),
    "silent item": lambda x, k, random: (added(x, 1), k),
    "unused point": lambda x, k, random: (x, k + 1),
    "names of points": lambda x, k, random: (renamed(x, k, random), k),
    "stretched": lambda x, k, random: (np.where(x > k / 2, x + 2, x), k + 2),
    "items twice": lambda x, k, random: (np.tile(x, (1, 2)), k),
    "raters twice": lambda x, k, random: (np.tile(x, (2, 1)), k),
}
# Promised of every row that does not say otherwise. What doubles the items keeps the value and not its error.
GENERAL = {"raters", "items", "reversed", "silent rater", "silent item"}
VALUE_ALONE = {"items twice", "raters twice"}


def value_of(found: object) -> object:
    return next(leaves(found), None)


@st.composite
def matrices(draw):
    points = draw(st.integers(2, 9))
    shape = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    cells = st.sampled_from([NAN, *map(float, points_of(points))])
    return draw(arrays(np.float64, shape, elements=cells)), points


@pytest.mark.parametrize("change", CHANGES)
@unhurried
@given(matrices(), st.integers(0, 2**32 - 1))
def test_what_changes_nothing(change, drawn, seed):
    ratings, points = drawn
    changed = CHANGES[change](ratings, points, np.random.default_rng(seed))
    for one in ROWS:
        if change in one.also | (GENERAL - one.but):
            before, after = one.of(ratings, points), one.of(*changed)
            if change in VALUE_ALONE:
                if isinstance(before, Undefined):
                    continue
                before, after = value_of(before), value_of(after)
            assert same(before, after), (one.function, before, after)


def check(one: Row, ratings: np.ndarray, points: int) -> None:
    found = one.of(ratings, points)
    check_leaves(one.function.__name__, found)
    check_leaves(one.function.__name__, value_of(found), *one.limits)


@unhurried
@given(matrices())
def test_values_keep_their_range_or_say_why_there_is_none(drawn):
    for one in ROWS:
        check(one, *drawn)


EDGES = {
    "all missing": np.full((3, 4), NAN),
    "one rater answered": np.vstack([[3.0, 1, 5, 5], np.full((2, 4), NAN)]),
    "one item answered": np.column_stack([[3.0, 1, 5], np.full((3, 2), NAN)]),
    "one item": np.array([[3.0], [1], [5]]),
    "no variance": np.full((3, 4), 2.0),
    "no variance but a gap": np.array([[2.0, 2, NAN], [2, 2, 2], [2, 2, 2]]),
    "items do not differ": np.tile([[1.0], [3], [5]], (1, 4)),
    "raters do not differ": np.tile([1.0, 3, 5, 2], (3, 1)),
    "raters opposed": np.array([[1.0, 2, 4, 5], [5, 4, 2, 1]]),
    "two points of many": np.array([[1.0, 5, 1, 5], [1, 5, 5, 1], [5, 1, 1, 5]]),
    "never two on one item": np.array([[1.0, NAN, NAN], [NAN, 3, NAN], [NAN, NAN, 5]]),
    "no raters but two rows": np.empty((2, 0)),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("points", [5, 9, 11])
def test_edges(edge, points):
    for one in ROWS:
        check(one, EDGES[edge], points)


def test_every_word_is_known():
    words = set().union(*(one.but | one.also for one in ROWS))
    assert words <= set(CHANGES)


@unhurried
@given(matrices())
def test_concordance_does_not_mind_everybody_twice(drawn):
    ratings, _ = drawn
    found = kendall.kendall_w(ratings, drop="items")
    if not isinstance(found, Undefined):
        twice = kendall.kendall_w(np.tile(ratings, (2, 1)), drop="items")
        assert (twice.w, twice.raters) == (pytest.approx(found.w), 2 * found.raters)

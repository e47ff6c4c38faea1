"""The statistics of a whole matrix, raters x items, and what is promised of each; one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

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
from tests.scoring.properties import leaves

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


@dataclass(frozen=True)
class Row:
    """A function, and how it is had of a matrix on 1 to `points`; results are told with their value first.

    limits: of that value. What is promised in general and is not of this one is listed in `but`; what is promised
    of this one alone in `also`. The words are the names of `test_properties_panel.CHANGES`.
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


def by_point(ratings: np.ndarray, points: int) -> object:
    """In no order, since points change places when the scale is turned."""
    counts = agreement.counts_per_point(ratings, points_of(points))
    found = chance_corrected.fleiss_by_point(counts, points_of(points))
    kappas = [round(one.kappa, 9) for one in found if not isinstance(one, Undefined)]
    reasons = sorted(one.reason for one in found if isinstance(one, Undefined))
    return *sorted(kappas), *map(Undefined, reasons)


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


def kappa_test(table, scale, weighting) -> object:
    return told(two_raters.cohen_test(table, scale, weighting), "kappa", "se", "z", "p_value", "n")


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
    row(chance_corrected.fleiss_by_point, by_point, UP_TO_ONE, also="names of points"),
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
    *(
        row(
            two_raters.cohen_test,
            pair(kappa_test, weighting),
            UP_TO_ONE,
            but="raters, " + direction(weighting),
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

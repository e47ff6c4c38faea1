"""What holds of every statistic of two rounds, and of two groups, whatever the ratings."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
import pytest
from hypothesis import given, strategies as st

from delphi.scoring import (
    attrition,
    change,
    groups,
    multiplicity,
    paired,
    polarisation,
    stability,
    stability_rules,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.independence import independence
from delphi.scoring.scales import Scale
from delphi.scoring.stability_criteria import CRITERIA, StabilityRule
from tests.scoring.properties import NAN, check_leaves, same, unhurried

Of = Callable[[np.ndarray, np.ndarray, int], object]

ANY, UNIT, SIGNED, PERCENT, POSITIVE = (-inf, inf), (0, 1), (-1, 1), (0, 100), (0, inf)


@dataclass(frozen=True)
class Row:
    """A function, and how it is had of two vectors of ratings on 1 to `points`.

    swapped: what it becomes when the two change places: the same (1), its negative (-1), or nothing is promised (0).
    reversed_: likewise when the scale is read from its other end. twice: everybody twice gives the same.
    """

    function: Callable[..., object]
    of: Of
    limits: tuple[float, float] = ANY
    swapped: int = 1
    reversed_: int = 1
    twice: bool = False


def had(function, *names, **options):
    return function, told(lambda x, y, points: function(x, y, **options), *names)


def of_table(function, *names):
    return function, told(lambda x, y, points: function(paired.transitions(x, y, points)), *names)


def on_points(function, *names):
    return function, told(lambda x, y, points: function(x, y, points), *names)


def of_counts(function, *names):
    def of(x: np.ndarray, y: np.ndarray, points: int) -> object:
        return function(histogram(x, points), histogram(y, points))

    return function, told(of, *names)


def histogram(x: np.ndarray, points: int) -> list[int]:
    return [int((x == point).sum()) for point in range(1, points + 1)]


def told(of: Of, *names: str) -> Of:
    def parts(x: np.ndarray, y: np.ndarray, points: int) -> object:
        found = of(x, y, points)
        if isinstance(found, Undefined) or not names:
            return found
        return tuple(getattr(found, name) for name in names)

    return parts


def crossed(x: np.ndarray, y: np.ndarray, points: int) -> object:
    """2 x 2: below and above the middle of the scale."""
    middle = (points + 1) / 2
    sides = (np.where(np.isnan(v), NAN, (v > middle) + 1.0) for v in (x, y))
    return paired.mcnemar(paired.transitions(*sides, 2))


def settled(criterion: str) -> Of:
    def of(x: np.ndarray, y: np.ndarray, points: int) -> object:
        rule = StabilityRule.usual(criterion, 3)
        return stability_rules.settle(rule, "A", x, y, Scale.default(points)).verdict

    return of


def opposed(x: np.ndarray, y: np.ndarray, points: int) -> object:
    return polarisation.opposition(histogram(x, points), histogram(y, points), Scale.default(points))


MOVES = ("changed", "toward", "away", "across", "n")
PERCENTS = ("percent_changed", "percent_toward", "percent_away")

ROUNDS = (
    *(
        Row(*had(paired.wilcoxon, "p_value", method=method, zeros=zeros), UNIT)
        for method in ("exact", "normal")
        for zeros in ("drop", "pratt")
    ),
    Row(*had(paired.wilcoxon, "rank_biserial"), SIGNED, -1, -1),
    Row(paired.mcnemar, told(crossed, "p_value", "p_corrected", "p_exact"), UNIT, reversed_=0),
    Row(*of_table(paired.bowker, "chi2", "df", "p_value"), POSITIVE),
    Row(*of_table(paired.stuart_maxwell, "chi2", "df", "p_value"), POSITIVE),
    Row(*had(paired.spearman, "value"), SIGNED, twice=True),
    Row(*had(paired.spearman, "p_value"), UNIT),
    Row(*had(paired.kendall_tau_b, "value"), SIGNED, twice=True),
    Row(*had(paired.kendall_tau_b, "p_value"), UNIT),
    Row(*had(paired.quadratic_kappa), SIGNED, twice=True),
    Row(*had(change.change, *PERCENTS), PERCENT, swapped=0, twice=True),
    Row(*had(change.change, *MOVES), POSITIVE, swapped=0),
    Row(*of_table(independence, "chi2", "p_chi_square"), POSITIVE),
    Row(*on_points(stability.chaffin_talley), ANY, swapped=0, reversed_=0),
    Row(*on_points(stability.dajani_stability, "chi2", "p_chi_square"), POSITIVE),
    Row(*on_points(stability.scheibe_of_pairs), PERCENT, twice=True),
    Row(*of_counts(stability.scheibe), PERCENT, twice=True),
    *(
        Row(
            stability_rules.settle,
            settled(criterion),
            swapped=0,
            reversed_=int(criterion not in ("mcnemar", "cv_change", "chaffin_talley")),
        )
        for criterion in CRITERIA
    ),
)

GROUPS = (
    *(Row(*had(groups.mann_whitney, "p_value", method=method), UNIT) for method in ("exact", "normal")),
    *(
        Row(*had(groups.mann_whitney, "p_value", alternative=side), UNIT, 0, 0)
        for side in ("greater", "less")
    ),
    Row(*had(groups.cliffs_delta, "delta"), SIGNED, -1, -1, twice=True),
    Row(*had(groups.cliffs_delta, "low", "high"), SIGNED, 0, 0),
    Row(
        groups.kruskal_wallis,
        told(lambda x, y, points: groups.kruskal_wallis([x, y]), "h", "p_value", "df"),
        POSITIVE,
    ),
    Row(*of_counts(polarisation.total_variation), UNIT, twice=True),
    Row(*of_counts(polarisation.ordinal_distance), UNIT, twice=True),
    Row(polarisation.opposition, told(opposed, "ordinal_distance", "opposite", "apart"), UNIT, twice=True),
    Row(
        attrition.standardised_difference,
        lambda x, y, points: attrition.standardised_difference(x[~np.isnan(x)], y[~np.isnan(y)]),
        ANY, -1, -1,
    ),
)  # fmt: skip

TABLES = {"rounds": ROUNDS, "groups": GROUPS}


def ratings(points: int, least: int = 0, most: int = 12):
    cells = st.sampled_from([NAN, *map(float, range(1, points + 1))])
    return st.lists(cells, min_size=least, max_size=most).map(lambda values: np.array(values, float))


@st.composite
def two_rounds(draw):
    points, n = draw(st.integers(2, 9)), draw(st.integers(0, 10))
    return draw(ratings(points, n, n)), draw(ratings(points, n, n)), points


@st.composite
def two_groups(draw):
    points = draw(st.integers(2, 9))
    return draw(ratings(points)), draw(ratings(points)), points


either = st.tuples(st.just("rounds"), two_rounds()) | st.tuples(st.just("groups"), two_groups())


def signed(found: object, sign: int) -> object:
    if isinstance(found, tuple):
        return tuple(signed(part, sign) for part in found)
    return found if isinstance(found, Undefined) or sign == 1 else -found


def check(row: Row, x: np.ndarray, y: np.ndarray, points: int) -> None:
    check_leaves(row.function.__name__, row.of(x, y, points), *row.limits)


@unhurried
@given(either)
def test_numbers_keep_their_range_or_say_why_there_is_none(drawn):
    kind, (x, y, points) = drawn
    for row in TABLES[kind]:
        check(row, x, y, points)


NOBODY, ONE = [NAN] * 4, [3.0, NAN, NAN, NAN]
EDGES = {
    "nobody": ([], []),
    "all missing": (NOBODY, NOBODY),
    "one side missing": (NOBODY, [1.0, 2, 3, 4]),
    "one rater": (ONE, [5.0, NAN, NAN, NAN]),
    "one rater unmoved": (ONE, ONE),
    "never the same rater": ([1.0, NAN, 2, NAN], [NAN, 3.0, NAN, 4]),
    "two raters": ([1.0, 5], [5.0, 1]),
    "nobody moved": ([1.0, 2, 3, 4], [1.0, 2, 3, 4]),
    "no variance": ([2.0] * 12, [2.0] * 12),
    "no variance in one": ([2.0] * 12, [1.0, 2, 3, 4] * 3),
    "all moved alike": ([1.0] * 12, [5.0] * 12),
    "changed sides": ([1.0, 5] * 6, [5.0, 1] * 6),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("points", [5, 9])
def test_edges(edge, points):
    x, y = (np.array(side, float) for side in EDGES[edge])
    for row in (*ROUNDS, *GROUPS):
        check(row, x, y, points)


@unhurried
@given(two_rounds(), st.randoms(use_true_random=False))
def test_the_order_of_raters_and_those_who_missed_a_round_do_not_matter_between_rounds(drawn, random):
    x, y, points = drawn
    order = random.sample(range(len(x)), len(x))
    for row in ROUNDS:
        found = row.of(x, y, points)
        assert same(row.of(x[order], y[order], points), found), row.function
        more = (np.append(side, NAN) for side in (x, y))
        assert same(row.of(*more, points), found), row.function


@unhurried
@given(two_groups(), st.randoms(use_true_random=False))
def test_the_order_of_raters_and_silence_do_not_matter_in_groups(drawn, random):
    x, y, points = drawn
    mixed = [np.array(random.sample([*side, NAN], len(side) + 1)) for side in (x, y)]
    for row in GROUPS:
        assert same(row.of(*mixed, points), row.of(x, y, points)), row.function


@unhurried
@given(either)
def test_changing_places_and_reading_the_scale_from_its_other_end(drawn):
    kind, (x, y, points) = drawn
    for row in TABLES[kind]:
        found = row.of(x, y, points)
        if row.swapped:
            assert same(row.of(y, x, points), signed(found, row.swapped)), row.function
        if row.reversed_:
            turned = row.of(points + 1 - x, points + 1 - y, points)
            assert same(turned, signed(found, row.reversed_)), row.function


@unhurried
@given(either)
def test_everybody_twice_has_the_same_shares(drawn):
    kind, (x, y, points) = drawn
    for row in TABLES[kind]:
        found = row.of(x, y, points)
        if row.twice and not isinstance(found, Undefined):
            assert same(row.of(np.tile(x, 2), np.tile(y, 2), points), found), row.function


BY_ORDER = (
    groups.mann_whitney,
    groups.cliffs_delta,
    groups.kruskal_wallis,
    paired.spearman,
    paired.kendall_tau_b,
)


@unhurried
@given(either)
def test_ranks_mind_the_order_of_points_alone(drawn):
    kind, (x, y, points) = drawn
    for row in TABLES[kind]:
        if row.function in BY_ORDER:
            assert same(row.of(x**3, y**3, points**3), row.of(x, y, points)), row.function


@unhurried
@given(st.lists(st.floats(0, 1) | st.just(Undefined("no_variance")), max_size=8), st.randoms())
def test_adjusting_minds_neither_order_nor_tests_that_could_not_be_made(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    for method in multiplicity.ADJUSTMENTS:
        found = multiplicity.adjust(p_values, method)
        check_leaves(method, found, 0, 1)
        assert same(multiplicity.adjust([p_values[i] for i in order], method), [found[i] for i in order])

"""What holds of every statistic of one item, whatever the ratings."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given, strategies as st

from delphi.scoring import (
    appropriateness as rand,
    bimodality,
    change,
    consensus_rules,
    content_validity,
    dispersion,
    fuzzy_delphi,
    intervals,
    polarisation,
    posterior,
    proportions,
    quantile_definitions,
    quantiles,
    rand_ucla,
    scale_validity,
    shape,
    stability,
    summaries,
    within_group,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.ratings import summarise
from delphi.scoring.scales import Scale
from tests.scoring.properties import Item, check_leaves, edges, items, leaves, same, unhurried

Limits = tuple[float, float] | Callable[[Scale], tuple[float, float]]
Of = Callable[[Item], object]
Mirror = Callable[[object, Item], object]

UNIT, SIGNED, PERCENT, POSITIVE, ANY = (0, 1), (-1, 1), (0, 100), (0, inf), (-inf, inf)
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
# Words that say less or more of the same.
ORDER = {"out": 0, "none": 1, "in": 2, "inappropriate": 0, "uncertain": 1, "appropriate": 2}
ORDER |= {"dissent": 0, "majority": 1, "consensus": 2, "strong consensus": 3}
OPPOSITE = {"in": "out", "out": "in", "appropriate": "inappropriate", "inappropriate": "appropriate"}


def on_scale(scale: Scale) -> tuple[float, float]:
    return 1, scale.points


def width(scale: Scale) -> tuple[float, float]:
    return 0, scale.points - 1


def unchanged(found: object, item: Item) -> object:
    return found


def turned(found: object, item: Item) -> object:
    return tuple(less(item.scale.points + 1, value) for value in reversed(list(leaves(found))))


def complement(found: object, item: Item) -> object:
    return tuple(less(1, value) for value in reversed(list(leaves(found))))


def less(end: int, value: object) -> object:
    return value if isinstance(value, Undefined) else end - value


def negative(found: object, item: Item) -> object:
    return -found


def opposite(found: object, item: Item) -> object:
    return OPPOSITE.get(found, found)


def becomes(of: Of) -> Mirror:
    return lambda found, item: of(item)


@dataclass(frozen=True)
class Row:
    """A function, and how it is had of an item.

    limits: of every number in it. mirror: what the reversed ratings give; None: nothing is promised. twice: a panel
    with everybody twice gives the same. rises: it never falls when a rater goes up.
    """

    function: Callable[..., object]
    of: Of
    limits: Limits = ANY
    mirror: Mirror | None = unchanged
    twice: bool = False
    rises: bool = False
    fits: Callable[[Scale], bool] = lambda scale: True


def values(function, **options):
    return function, lambda item: function(item.values, **options)


def ratings(function, *arguments):
    return function, lambda item: function(item.given, *arguments)


def counts(function, **options):
    return function, lambda item: function(item.counts, **options)


def size(function):
    return function, lambda item: function(item.n)


def on_scale_of(function, *arguments):
    """Of the ratings and the number of points."""
    return function, lambda item: function(item.values, item.scale.points, *arguments)


def part(had, *names):
    function, of = had

    def parts(item: Item) -> object:
        found = of(item)
        return found if isinstance(found, Undefined) else tuple(getattr(found, name) for name in names)

    return function, parts


def share(function, limits, *arguments, names=(), twice=False, rises=True) -> Row:
    """Of the raters in the high band; turned round, of those in the low one."""

    def of(band: str) -> Of:
        had = function, lambda item: function(item.votes(band), item.n, *arguments)
        return (part(had, *names) if names else had)[1]

    return Row(function, of("high"), limits, becomes(of("low")), twice, rises)


def nine(function, limits=ANY, mirror=unchanged, *, rises=False, **options) -> Row:
    """Of the RAND/UCLA method, on its own scale alone."""
    return Row(*counts(function, **options), limits, mirror, rises=rises, fits=rand_ucla.RAND_SCALE.__eq__)


def in_summary(*names, quartiles=7):
    def of(item: Item) -> object:
        return summaries.summarise_counts(item.counts, item.scale, quartiles=quartiles)

    return part((summaries.summarise_counts, of), *names)


def rwg(negative):
    def of(item: Item) -> object:
        null = within_group.uniform_null_variance(item.scale.points)
        return within_group.rwg(item.values, null, negative)

    return within_group.rwg, of


def ipras(item: Item) -> object:
    p30, p70 = (quantiles.quantile(item.given, Fraction(p, 10)) for p in (3, 7))
    return p30 if isinstance(p30, Undefined) else rand_ucla.ipras(p30, p70)


def comet(rule, mirror) -> Row:
    def of(item: Item) -> object:
        votes = consensus_rules.Votes(item.n, item.votes("high"), item.votes("low"))
        return consensus_rules.comet_consensus(votes, out_rule=rule)

    return Row(consensus_rules.comet_consensus, of, ANY, mirror, twice=True, rises=True)


def comet_of_two_groups(item: Item) -> object:
    votes = consensus_rules.Votes(item.n, item.votes("high"), item.votes("low"))
    return consensus_rules.comet_in_every_group([votes, votes])


def fuzzy(item: Item) -> object:
    return fuzzy_delphi.fuzzy_delphi(item.given, fuzzy_delphi.even_triangles(item.scale.points))


def camps(item: Item) -> object:
    return polarisation.camps(item.counts, item.scale)


def three_points(scale: Scale) -> bool:
    return scale.points > 2


aiken = (scale_validity.aiken_v, lambda item: scale_validity.aiken_v(item.values, 1, item.scale.points))
summarised = (summarise, lambda item: summarise(item.values, item.scale))

ROWS = (
    # Where the ratings lie, and how far apart
    Row(*values(dispersion.mean), on_scale, turned, twice=True, rises=True),
    Row(*values(dispersion.variance), POSITIVE),
    Row(*values(dispersion.standard_deviation), width),
    Row(*values(dispersion.coefficient_of_variation), POSITIVE, None),
    *(Row(*values(dispersion.quartile_deviation, definition=d), width) for d in (2, 5, 6, 7, 8, 9)),
    Row(*values(dispersion.median_absolute_deviation), width, twice=True),
    Row(*values(dispersion.mean_deviation_from_median), width, twice=True),
    Row(*values(dispersion.mean_deviation_from_mean), width, twice=True),
    *(Row(*ratings(quantiles.quantile, HALF, d), on_scale, turned, True, True) for d in (6, 7, 8)),
    *(
        Row(*ratings(quantile_definitions.quantile_of_type, HALF, d), on_scale, turned, True, True)
        for d in (2, 5, 6, 7, 8, 9)
    ),
    *(
        Row(*ratings(quantile_definitions.quantile_of_type, THIRD, d), on_scale, None, rises=True)
        for d in quantile_definitions.DEFINITIONS
    ),
    Row(*ratings(quantile_definitions.tukey_hinges), on_scale, turned, rises=True),
    Row(*part(values(change.figures, quartiles=6), "median", "mean"), on_scale, None, True, True),
    Row(*part(values(change.figures, quartiles=6), "iqr"), width),
    # What rules look at
    Row(*part(summarised, "counts", "n", "count_high"), POSITIVE, None),
    Row(*in_summary("percent_high"), PERCENT, becomes(in_summary("percent_low")[1]), True, True),
    Row(*in_summary("percent_low"), PERCENT, becomes(in_summary("percent_high")[1]), True),
    Row(*in_summary("percent_middle"), PERCENT, twice=True),
    Row(*in_summary("interval_high"), PERCENT, becomes(in_summary("interval_low")[1]), rises=True),
    Row(*in_summary("median"), on_scale, turned, twice=True, rises=True),
    *(Row(*in_summary("iqr", quartiles=d), width) for d in (6, 7, 8)),
    Row(*counts(summaries.modes), on_scale, turned, twice=True),
    # Shape
    Row(*counts(shape.van_der_eijk_agreement), SIGNED, twice=True, fits=three_points),
    Row(*counts(shape.polarization), UNIT, twice=True, fits=three_points),
    Row(*counts(shape.leik_d), UNIT, twice=True),
    Row(*counts(shape.tastle_wierman_consensus), UNIT, twice=True),
    Row(*counts(shape.d_squared), POSITIVE, twice=True),
    Row(*counts(shape.blair_lacy_l_squared), UNIT, twice=True),
    Row(*counts(shape.blair_lacy_l), UNIT, twice=True),
    Row(*counts(shape.kvalseth_cov), UNIT, twice=True),
    Row(*counts(shape.berry_mielke_iov), UNIT),  # its largest value depends on whether n is odd
    Row(*counts(shape.entropy), (0, np.log2(11)), twice=True),
    Row(*counts(shape.reardon), UNIT, twice=True),
    Row(*values(bimodality.bimodality_coefficient), POSITIVE),
    Row(*values(bimodality.skewness), ANY, negative),
    Row(*values(bimodality.excess_kurtosis)),
    Row(*part(values(bimodality.dip_test), "value", "p_value"), UNIT),
    Row(*counts(polarisation.polarity), UNIT, twice=True),
    Row(polarisation.camps, part((polarisation.camps, camps), "two_camps")[1], twice=True),
    Row(*counts(stability.dajani_hierarchy), twice=True),
    # Within the group
    Row(*rwg("keep"), (-inf, 1)),
    Row(*rwg("truncate"), UNIT),
    Row(*part(on_scale_of(within_group.average_deviation, "mean"), "value"), width, twice=True),
    Row(*part(on_scale_of(within_group.average_deviation, "median"), "value"), width, twice=True),
    # Content validity
    share(content_validity.cvr, SIGNED, twice=True),
    share(content_validity.icvi, UNIT, twice=True),
    share(content_validity.modified_kappa, SIGNED),
    share(content_validity.chance_of_votes, UNIT, rises=False),
    Row(*size(content_validity.cvr_critical), UNIT),
    Row(*size(scale_validity.cvr_critical_normal), POSITIVE),
    Row(*part(aiken, "value"), UNIT, complement, twice=True, rises=True),
    Row(*part(aiken, "low", "high"), UNIT, complement, rises=True),
    # Shares
    share(proportions.wilson_interval, UNIT),
    share(intervals.score_interval, UNIT),
    share(intervals.wilson_corrected, UNIT),
    share(intervals.clopper_pearson, UNIT),
    share(intervals.agresti_coull, ANY),
    share(intervals.jeffreys, UNIT),
    share(posterior.posterior_share, UNIT, 0.7, names=("probability", "mean", "low", "high")),
    Row(
        posterior.finite_panel_probability,
        lambda item: posterior.finite_panel_probability(item.votes("high"), item.n, 2 * item.n, 0.7),
        UNIT,
        None,
        rises=True,
    ),
    # Rules
    comet("symmetric", opposite),
    comet("at_most_half", None),
    Row(consensus_rules.comet_in_every_group, comet_of_two_groups, ANY, opposite, True, True),
    share(consensus_rules.awmf_strength, ANY, twice=True),
    Row(fuzzy_delphi.fuzzy_delphi, part((None, fuzzy), "score")[1], UNIT, complement, True, True),
    Row(fuzzy_delphi.fuzzy_delphi, part((None, fuzzy), "distance", "percent")[1], PERCENT, twice=True),
    # RAND/UCLA
    *(nine(rand_ucla.rand_agreement, variant=variant) for variant in ("classic", "third")),
    *(nine(rand.disagreement, method=method) for method in ("classic", "third", "ipras", "p_value")),
    nine(rand.p_value_agreement),
    nine(rand.p_value_disagreement),
    nine(rand.appropriateness, rises=True, mirror=None),
    nine(rand.appropriateness, half_points="strict", rises=True, mirror=None),
    Row(
        rand_ucla.rand_disagreement,
        lambda item: rand_ucla.rand_disagreement(item.n, item.votes("low"), item.votes("high")),
    ),
    Row(
        rand_ucla.ipras,
        part((None, ipras), "ipr", "asymmetry", "ipras", "index", "disagreement")[1],
        POSITIVE,
        fits=rand_ucla.RAND_SCALE.__eq__,
    ),
)


def fitting(item: Item) -> tuple[Row, ...]:
    return tuple(row for row in ROWS if row.fits(item.scale))


def check_range(row: Row, item: Item) -> None:
    limits = row.limits(item.scale) if callable(row.limits) else row.limits
    check_leaves(row.function.__name__, row.of(item), *limits)


@unhurried
@given(items())
def test_numbers_keep_their_range_or_say_why_there_is_none(item):
    for row in fitting(item):
        check_range(row, item)


@pytest.mark.parametrize("points", range(2, 12))
def test_edges(points):
    for item in edges(Scale.default(points)).values():
        for row in fitting(item):
            check_range(row, item)


@unhurried
@given(items(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_the_order_of_raters_nor_their_silence_matters(item, random, silent):
    mixed = [*item.values, *[float("nan")] * silent]
    random.shuffle(mixed)
    for row in fitting(item):
        assert same(row.of(item.with_values(np.array(mixed))), row.of(item)), row.function


@unhurried
@given(items())
def test_reversing_the_scale_mirrors(item):
    for row in fitting(item):
        found = row.of(item)
        if row.mirror and not isinstance(found, Undefined):
            assert same(row.of(item.reversed()), row.mirror(found, item)), row.function


@unhurried
@given(items(), st.integers(2, 4))
def test_a_panel_several_times_over_has_the_same_shares(item, times):
    several = item.with_values(np.tile(item.values, times))
    for row in fitting(item):
        found = row.of(item)
        if row.twice and not isinstance(found, Undefined):
            assert same(row.of(several), found), row.function
    assert summaries.summarise_counts(several.counts, item.scale).n == times * item.n


@st.composite
def going_up(draw):
    """An item, and the same with one rater higher."""
    item = draw(items().filter(lambda item: item.n))
    place = draw(st.sampled_from(np.flatnonzero(~np.isnan(item.values)).tolist()))
    higher = item.values.copy()
    higher[place] = draw(st.integers(int(higher[place]), item.scale.points))
    return item, item.with_values(higher)


@unhurried
@given(going_up())
def test_one_vote_higher_never_lowers(raised):
    item, higher = raised
    for row in fitting(item):
        if row.rises:
            before, after = (list(map(rank, leaves(row.of(one)))) for one in (item, higher))
            assert all(a >= b - 1e-9 for a, b in zip(after, before, strict=True)), (
                row.function,
                before,
                after,
            )


def rank(leaf: object) -> float:
    return ORDER[leaf] if isinstance(leaf, str) else 0 if isinstance(leaf, Undefined) else leaf

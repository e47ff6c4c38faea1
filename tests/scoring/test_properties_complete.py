"""Every statistic of the library stands in a table of properties, or says here where its properties are tested."""

from importlib import import_module
from inspect import getmembers, isfunction, unwrap

import pytest

from tests.scoring.panel_statistics import ROWS as PANEL
from tests.scoring.properties import name_of
from tests.scoring.test_properties_one_item import ROWS as ONE_ITEM
from tests.scoring.test_properties_rounds import GROUPS, ROUNDS

TABLED = {name_of(row.function) for row in (*ONE_ITEM, *PANEL, *ROUNDS, *GROUPS)}
MODULES = (
    "agreement_bootstrap", "apmo", "appropriateness", "bimodality", "chance_corrected", "change", "consensus_rules",
    "content_validity", "dispersion", "fuzzy_delphi", "groups", "icc", "independence", "intervals", "kendall",
    "krippendorff", "paired", "polarisation", "posterior", "proportions", "quantile_definitions", "quantiles",
    "rand_ucla", "scale_validity", "shape", "stability", "stability_rules", "summaries", "two_raters",
    "within_group",
)  # fmt: skip
STEPS = "a step of a statistic that is in a table"
CONSTANTS = "of the number of raters or points alone"
ELSEWHERE = {
    "appropriateness.lower_tail": STEPS,
    "appropriateness.panel_thresholds": CONSTANTS,
    "proportions.score_limits": STEPS,
    "rand_ucla.in_region_of_median": STEPS,
    "rand_ucla.rand_threshold": CONSTANTS,
    "scale_validity.cvr_table": CONSTANTS,
    "within_group.ad_cutoff": CONSTANTS,
    "within_group.null_variance": CONSTANTS,
    "within_group.uniform_null_variance": CONSTANTS,
    "bimodality.dip_statistic": STEPS,
    "bimodality.dip_p_value": STEPS,
    "chance_corrected.expected_agreement": STEPS,
    "change.changes": "change, item by item",
    "dispersion.answered": STEPS,
    "fuzzy_delphi.even_triangles": CONSTANTS,
    "fuzzy_delphi.squared_distance": STEPS,
    "groups.answered": STEPS,
    "groups.p_value": STEPS,
    "groups.pairwise": "mann_whitney and cliffs_delta, pair by pair",
    "groups.compare_panels": "the same, item by item",
    "groups.compare_groups": "the same, item by item",
    "icc.mean_squares": STEPS,
    "intervals.normal_quantile": CONSTANTS,
    "kendall.doubled_ranks": STEPS,
    "kendall.mean_spearman": STEPS,
    "krippendorff.coincidences": STEPS,
    "krippendorff.distances": STEPS,
    "paired.pairs": STEPS,
    "paired.square": STEPS,
    "paired.transitions": STEPS,
    "polarisation.find_divisions": "camps and opposition, item by item",
    "stability_rules.settle_all": "settle, item by item",
    "summaries.difference": STEPS,
    "summaries.ordered_points": STEPS,
    "two_raters.table_of": STEPS,
}


def public(module: str) -> set[str]:
    """`module.function` of what the module itself defines for others."""
    found = import_module(f"delphi.scoring.{module}")
    functions = (unwrap(value) for name, value in getmembers(found, callable) if not name.startswith("_"))
    return {name_of(one) for one in functions if isfunction(one) and one.__module__ == found.__name__}


@pytest.mark.parametrize("module", MODULES)
def test_every_statistic_has_its_properties_tested(module):
    assert sorted(public(module) - TABLED - set(ELSEWHERE)) == []


def test_what_is_told_elsewhere_exists_and_is_in_no_table():
    known = set().union(*map(public, MODULES))
    assert set(ELSEWHERE) <= known
    assert not set(ELSEWHERE) & TABLED

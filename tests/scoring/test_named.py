"""Statistics by their names: what they take, what they give, and what they say when something is wrong."""

from __future__ import annotations

import json
import warnings
from fractions import Fraction
from typing import Any

import pytest

from delphi import scoring
from delphi.scoring.answers import AnswerRow, rounds
from delphi.scoring.documents import to_document
from delphi.scoring.exact import Undefined
from delphi.scoring.named import find
from delphi.scoring.named.tables import compute_over

PANEL = [[7, 8, 9, 2], [7, 9, 8, 1], [8, None, 9, 3], [6, 8, 7, 2], [9, 8, 8, 1]]
RANKINGS = [[1, 2, 3], [2, 1, 3], [1, 3, 2]]
# What each statistic is given that ratings on nine points do not hold.
EXTRA: dict[str, dict[str, Any]] = {
    "quantile": {"p": 0.3},
    "prob_item_passes_threshold": {"threshold": 0.7},
    "finite_panel_probability": {"threshold": 0.7, "members": 12},
    "icc": {"drop": "raters"},
    "kendall_w": {"drop": "raters"},
    "bootstrap_alpha": {"resamples": 50},
    "bootstrap_chance_corrected": {"resamples": 50, "expectation": "gwet"},
}
NUMBERS: dict[str, dict[str, Any]] = {
    "cvr_critical": {"n": 9},
    "cvr_table": {"sizes": [5, 9]},
    "cvr_critical_normal": {"n": 9},
    "rand_thresholds": {"sizes": [9, 12]},
    "ipras_from_percentiles": {"p30": 6.5, "p70": 8},
    "null_variance": {"points": 9},
    "ad_cutoff": {"points": 9},
    "adjust": {"p_values": [0.01, 0.2]},
    "pass_probability": {"needed": 7, "n": 9, "share": 0.8},
    "scheibe_of_histograms": {"earlier": [1, 2, 3], "later": [2, 2, 2]},
    "total_variation": {"one": [1, 2, 3], "other": [3, 2, 1]},
    "ordinal_distance": {"one": [1, 2, 3], "other": [3, 2, 1]},
    "best_worst": {"best": [0, 1], "worst": [2, 2], "shown": [[1, 1, 1], [1, 1, 1]]},
    "near_duplicates": {"texts": ["Asks about safety", "Ask about safety", "Writes a report"]},
}
BY_OVER = {
    "item": {"ratings": [7, 8, None, 9, 2, 8], "points": 9},
    "panel": {"ratings": PANEL, "points": 9},
    "rounds": {"earlier": [7, 8, 2, 9, None, 5], "later": [8, 8, 3, 9, 1, 6], "points": 9},
    "groups": {"groups": [[7, 8, 9], [2, 3, None]]},
}
GIVEN: dict[str, dict[str, Any]] = {
    "scale_cvi": {"ratings": [[4, 3], [4, 2], [3, 4]]},
    "mcnemar": {"table": [[10, 2], [5, 20]]},
    "mann_whitney": {"x": [1, 2, 3], "y": [2, 4, 5]},
    "standardised_difference": {"x": [1, 2, 3], "y": [2, 4, 5]},
    "cliffs_delta": {"x": [1, 2, 3], "y": [2, 4, 5]},
    "fleiss_test": {"counts": [[3, 0, 2], [0, 5, 0], [1, 1, 3]]},
    "fleiss_by_point": {"counts": [[3, 0, 2], [0, 5, 0], [1, 1, 3]]},
    **{
        name: {"rankings": RANKINGS}
        for name in ("mean_ranks", "borda", "kemeny", "pairwise_wins", "condorcet_winner")
    },
}


def data_for(one: scoring.NamedStatistic) -> dict[str, Any]:
    if one.name in GIVEN:
        return GIVEN[one.name]
    return NUMBERS[one.name] if one.over == "numbers" else {**BY_OVER[one.over], **EXTRA.get(one.name, {})}


@pytest.mark.parametrize("one", scoring.named_statistics(), ids=lambda one: one.name)
def test_every_name_computes_and_its_result_is_a_clean_document(one):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = scoring.compute(one.name, **data_for(one))
    assert not isinstance(found, Undefined)
    assert json.loads(json.dumps(to_document(found), allow_nan=False)) is not None
    assert one.line
    assert "\n" not in one.line
    assert not one.line.endswith(".")


@pytest.mark.parametrize("one", scoring.named_statistics(), ids=lambda one: one.name)
def test_every_name_says_what_it_needs_and_refuses_what_it_does_not_know(one):
    if one.data():
        with pytest.raises(ValueError, match=rf"{one.name} also needs"):
            scoring.compute(one.name)
    with pytest.raises(ValueError, match=rf"{one.name} does not take: nonsense"):
        scoring.compute(one.name, **data_for(one), nonsense=1)


def test_names_are_unique_and_near_ones_are_suggested():
    names = [one.name for one in scoring.named_statistics()]
    assert len(set(names)) == len(names)
    with pytest.raises(ValueError, match="near it: kendall_w"):
        find("kendal_w")


def test_counts_and_ratings_say_the_same():
    of_counts = scoring.compute("van_der_eijk_agreement", counts=[0, 1, 2, 0, 3])
    assert of_counts == scoring.compute("van_der_eijk_agreement", ratings=[2, 3, 3, 5, 5, 5, None], points=5)
    assert isinstance(of_counts, Fraction)
    assert scoring.compute("mean", counts=[0, 1, 2, 0, 3]) == scoring.compute(
        "mean", ratings=[2, 3, 3, 5, 5, 5]
    )


def test_a_share_is_that_of_the_high_band():
    assert scoring.compute("proportion", ratings=[7, 8, 9, 6], points=9) == Fraction(3, 4)
    assert scoring.compute("wilson", ratings=[7, 8, 9, 6], points=9) == scoring.compute(
        "wilson", count=3, n=4
    )


def test_two_rounds_are_counted_on_the_scale_that_is_given():
    of_rounds = scoring.compute("cohen_kappa", earlier=[0, 2, None, 5], later=[0, 5, 2, 5], scale=[0, 2, 5])
    assert of_rounds == scoring.compute(
        "cohen_kappa", table=[[1, 0, 0], [0, 0, 1], [0, 0, 1]], scale=[0, 2, 5]
    )


def test_orientation_turns_the_matrix():
    turned = [list(row) for row in zip(*PANEL, strict=True)]
    one, other = (
        scoring.compute("krippendorff_alpha", ratings=PANEL, points=9),
        scoring.compute("krippendorff_alpha", ratings=turned, points=9, orientation="items x raters"),
    )
    assert one == other
    with pytest.raises(ValueError, match="orientation is"):
        scoring.compute("kendall_w", ratings=PANEL, orientation="sideways")


def test_decimals_of_options_are_what_was_written():
    assert scoring.compute("quantile", ratings=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], p=0.3) == 4


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("gwet_ac", {"ratings": PANEL, "points": 9, "weighting": "cubic"}, "weighting is one of unweighted"),
        ("mean", {"ratings": [1, "seven"]}, "a list of numbers"),
        ("kendall_w", {"ratings": [[1, 2], [1]]}, "rows of one length"),
        ("quantile", {"ratings": [1, 2], "p": "a third"}, "p is a number"),
        ("wilson", {"count": 3, "n": "four"}, "n is a number"),
    ],
)
def test_unfit_values_are_named(name, given, told):
    with pytest.raises(ValueError, match=told):
        scoring.compute(name, **given)


def answers(rows: list[tuple[str, str, int, str, str]]) -> list[Any]:
    return rounds(
        [
            AnswerRow(item, rater, "", point, False, (panel,), when)
            for item, rater, point, panel, when in rows
        ],
        [""],
    )


TWO_ROUNDS = [
    (item, f"{panel}{place}", 1 + (place + shift) % 9, panel, when)
    for when, shift in (("1", 0), ("2", 1))
    for item in ("A", "B")
    for panel in ("x", "y")
    for place in range(4)
]


def test_a_table_gives_each_item_each_round_and_the_change_between_them():
    given = answers(TWO_ROUNDS)
    assert [one.of for one in compute_over(find("mean"), given, {})] == [
        {"round": when, "item": item} for when in "12" for item in "AB"
    ]
    changed = compute_over(find("change"), given, {})
    assert [one.of for one in changed] == [{"round": "1 → 2", "item": item} for item in "AB"]
    assert {one.result.changed for one in changed} == {8}
    assert len(compute_over(find("kendall_w"), given, {})) == 2
    assert compute_over(find("mann_whitney"), given, {})[0].result.n_x == 4
    assert len(compute_over(find("pairwise"), given, {})[0].result) == 1


def test_raters_are_matched_by_name_between_rounds():
    rows = [("A", f"r{place}", place, "x", "1") for place in range(1, 6)]
    later = [("A", f"r{place}", place, "x", "2") for place in (4, 2, 1)]
    (found,) = compute_over(find("change"), answers(rows + later), {})
    assert (found.result.n, found.result.changed) == (3, 0)


def test_a_table_that_cannot_be_compared_says_so():
    one_round = answers([row for row in TWO_ROUNDS if row[4] == "1"])
    with pytest.raises(ValueError, match="needs a column with the round"):
        compute_over(find("wilcoxon"), one_round, {})
    with pytest.raises(ValueError, match="fewer than two"):
        compute_over(find("kruskal_wallis"), answers([row for row in TWO_ROUNDS if row[3] == "x"]), {})
    with pytest.raises(ValueError, match="as a JSON file"):
        compute_over(find("ad_cutoff"), one_round, {})


def test_the_package_lists_its_modules_and_loads_them_when_asked():
    assert {"compute", "kendall", "icc", "judge"} <= set(dir(scoring))
    assert scoring.icc.icc is not scoring.icc
    with pytest.raises(AttributeError, match="has no nonsense"):
        _ = scoring.nonsense

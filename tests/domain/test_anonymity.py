"""Groups that may be shown: never few raters, directly or by arithmetic."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.domain.anonymity import told_panels, visible_groups


def people(**patterns: int) -> list[frozenset[str]]:
    """`people(W=3, W_C=2, nobody=1)`: three in W, two in W and C, one in no panel."""
    return [
        frozenset() if pattern == "nobody" else frozenset(pattern.split("_"))
        for pattern, count in patterns.items()
        for _ in range(count)
    ]


def test_large_separate_panels_are_all_shown():
    assert visible_groups(people(W=31, C=16, M=25), 5) == {"pooled", "W", "C", "M"}


def test_nobody_answered_shows_nothing():
    assert visible_groups([], 5) == frozenset()
    assert visible_groups([], 0) == frozenset()


def test_too_few_answers_show_nothing():
    assert visible_groups(people(W=4), 5) == frozenset()


def test_exactly_the_minimum_is_enough():
    assert visible_groups(people(W=5, C=5), 5) == {"pooled", "W", "C"}


def test_a_small_panel_also_hides_the_one_that_would_give_it_by_subtraction():
    assert visible_groups(people(W=31, C=4), 5) == {"pooled"}


def test_with_three_panels_the_larger_of_the_others_stays():
    assert visible_groups(people(W=31, C=16, M=3), 5) == {"pooled", "W"}


def test_two_small_panels_hide_each_other_well_enough():
    assert visible_groups(people(W=31, C=3, M=3), 5) == {"pooled", "W"}


def test_few_raters_in_no_panel_are_not_left_over():
    assert visible_groups(people(W=20, C=10, nobody=2), 5) == {"pooled", "W"}


def test_a_small_overlap_does_not_come_out_as_the_sum_of_panels_less_everyone():
    assert visible_groups(people(W=20, C=10, W_C=2), 5) == {"pooled", "W"}


def test_a_large_overlap_is_harmless():
    assert visible_groups(people(W=20, C=10, W_C=5), 5) == {"pooled", "W", "C"}


def test_a_panel_of_everyone_is_shown():
    assert visible_groups(people(W=9), 5) == {"pooled", "W"}


def test_a_panel_inside_another_is_hidden_when_the_rest_is_small():
    assert visible_groups(people(W=3, W_C=12, nobody=9), 5) == {"pooled", "W"}


def test_overlaps_that_are_each_small_but_large_together_are_harmless():
    assert visible_groups(people(W=20, C=10, M=10, W_C=2, C_M=2, W_M=2), 5) == {"pooled", "W", "C", "M"}


def test_weighted_sums_on_few_raters_count_as_revealing():
    # W + C + M - pooled is W_C once and W_C_M twice: three raters, told apart by their weights.
    assert visible_groups(people(W=20, C=10, M=8, W_C=2, W_C_M=1), 5) == {"pooled", "W", "C"}


def test_nobody_is_left_with_a_small_panel_by_taking_their_own_answer_away():
    # Everyone less W would be the four of M and the one of C, who knows what to take away.
    assert visible_groups(people(W=20, C=1, M=4), 5) == {"pooled"}
    assert visible_groups(people(W=20, C=2, M=4), 5) == {"pooled", "W"}
    # W is the four of M and one more; so is everyone less C.
    assert visible_groups(people(C=20, W=1, W_M=4), 5) == {"pooled"}
    assert visible_groups(people(W=1, M=4), 5) == frozenset()
    assert visible_groups(people(W=2, M=3), 5) == {"pooled"}


def test_equal_panels_are_hidden_by_name():
    assert visible_groups(people(B=6, A=6, nobody=1), 5) == {"pooled", "A"}


def test_a_minimum_of_one_shows_every_group_with_a_rater():
    assert visible_groups(people(W=1, C=2, W_C=1), 1) == {"pooled", "W", "C"}


def test_the_name_pooled_is_taken():
    with pytest.raises(ValueError, match="pooled"):
        visible_groups(people(pooled=9), 5)


PANELS = ("A", "B", "C", "D")
memberships_of_some = st.lists(st.frozensets(st.sampled_from(PANELS)), max_size=14)
minimums = st.integers(min_value=1, max_value=5)


def histograms(groups, memberships):
    """Groups by raters: each rater as a histogram of their own, the finest anyone could hope for."""
    return np.array([[g == "pooled" or g in panels for panels in memberships] for g in groups], dtype=int)


@settings(max_examples=300, deadline=None)
@given(memberships_of_some, minimums)
def test_no_small_combination_of_shown_groups_rests_on_few_raters(memberships, minimum):
    shown = sorted(visible_groups(memberships, minimum))
    table = histograms(shown, memberships)
    for weights in product((-2, -1, 0, 1, 2), repeat=len(shown)):
        raters = np.count_nonzero(np.array(weights, dtype=int) @ table) if shown else 0
        assert raters == 0 or raters >= minimum, (shown, weights)


def reveals(groups, memberships, minimum):
    """Whether the groups' numbers, with any one rater's own answer or none, tell few raters or a small panel.

    By ranks, rater by rater: leaving out some raters lowers the rank when a combination rests on them alone.
    """
    table = histograms(groups, memberships)
    rank = np.linalg.matrix_rank(table)

    def tells_of(raters):
        rest = np.delete(table, sorted(raters), axis=1)
        return rest.shape[1] == 0 or np.linalg.matrix_rank(rest) < rank

    everyone = range(len(memberships))
    panels = [{one for one in everyone if name in memberships[one]} for name in set().union(*memberships)]
    # With one reader, panels smaller than that are among the few.
    small = [panel for panel in panels if panel and len(panel) == minimum - 1]
    together = Counter(tuple(column) for column in table.T)
    few = [
        [one for one in everyone if tuple(table.T[one]) in chosen]
        for size in range(1, minimum)
        for chosen in combinations(together, size)
        if sum(together[atom] for atom in chosen) < minimum
    ]
    left = [panel | {reader} for panel in small for reader in everyone]
    return any(tells_of(raters) for raters in [*few, *left])


@settings(max_examples=300, deadline=None)
@given(memberships_of_some, minimums)
def test_every_hidden_group_would_reveal_few_raters(memberships, minimum):
    shown = visible_groups(memberships, minimum)
    assert not shown or not reveals(sorted(shown), memberships, minimum)
    for panel in set().union(*memberships) - shown if shown else ():
        assert reveals([*sorted(shown), panel], memberships, minimum), panel


@given(memberships_of_some, minimums, st.randoms(use_true_random=False))
def test_the_order_of_raters_does_not_matter(memberships, minimum, random):
    shuffled = random.sample(memberships, len(memberships))
    assert visible_groups(shuffled, minimum) == visible_groups(memberships, minimum)


@given(memberships_of_some, st.integers(min_value=2, max_value=5))
def test_a_higher_minimum_never_shows_a_group_below_it(memberships, minimum):
    for group in visible_groups(memberships, minimum):
        assert sum(group == "pooled" or group in panels for panels in memberships) >= minimum


@given(
    st.dictionaries(st.frozensets(st.sampled_from("WCM")), st.integers(1, 9), min_size=1),
    st.integers(2, 5),
)
def test_panels_beside_an_answer_leave_nobody_among_few(
    raters: dict[frozenset[str], int], minimum: int
) -> None:
    memberships = [held for held, count in raters.items() for _ in range(count)]
    told = told_panels(raters, visible_groups(memberships, minimum), minimum)
    alike = Counter(held & told for held in memberships)
    assert not told or min(alike.values()) >= minimum
    assert told <= visible_groups(memberships, minimum)


def test_two_panels_that_share_one_member_are_not_both_told() -> None:
    raters = {frozenset("W"): 8, frozenset("C"): 6, frozenset("WC"): 1}
    assert told_panels(raters, {"pooled", "W", "C"}, 5) == {"W"}
    assert told_panels(raters, {"W", "C"}, 5) == frozenset()

"""Chi-square of sparse tables: exact over all tables with the same margins, or simulated without bias."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring import independence as module
from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE
from delphi.scoring.independence import independence

small = st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=3)


def by_hand(table: np.ndarray) -> Fraction:
    """Every table of these margins, in exact fractions."""
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()

    def statistic(cells):
        return sum(
            Fraction(cell * cell, r * c)
            for line, r in zip(cells, rows, strict=True)
            for cell, c in zip(line, columns, strict=True)
        )

    def deals(row, left):
        for dealt in product(*(range(min(row, c) + 1) for c in left)):
            if sum(dealt) == row:
                yield dealt

    def tables(rest, left):
        if not rest:
            yield [], 1
            return
        for dealt in deals(rest[0], left):
            ways = np.prod([comb(c, x) for c, x in zip(left, dealt, strict=True)], dtype=object)
            for others, more in tables(rest[1:], [c - x for c, x in zip(left, dealt, strict=True)]):
                yield [dealt, *others], ways * more

    found = [(statistic(cells), ways) for cells, ways in tables(rows, columns)]
    observed = statistic(table.tolist())
    large = sum(ways for value, ways in found if value >= observed)
    return Fraction(large, sum(ways for _, ways in found))


@given(small)
@settings(max_examples=25, deadline=None, database=None)
def test_exact_is_the_share_of_all_tables(table):
    found = independence(table)
    if found in (NO_RATINGS, NO_VARIANCE):
        return
    counts = np.array(table)
    used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    assert found.method == "exact"
    assert found.p_value == pytest.approx(float(by_hand(used)), rel=1e-12)
    assert independence(counts.T).p_value == pytest.approx(found.p_value, rel=1e-12)


def test_margins_whose_common_denominator_is_no_machine_number():
    """One rater alone in a column: chi-square decides by the size of its row, a tail of n_i. / n."""
    rows = [79, 83, 89, 97, 101, 103, 107, 109, 113, 127]
    table = [[size - (size == 103), int(size == 103)] for size in rows]
    found = independence(table)
    assert found.method == "exact"
    assert found.p_value == pytest.approx(sum(rows[:6]) / sum(rows), rel=1e-12)


def test_simulated_p_is_unbiased_and_as_precise_as_that_many_independent_tables(monkeypatch):
    table = [[3, 1, 0, 1], [1, 2, 1, 0], [0, 2, 4, 1], [1, 0, 1, 3]]
    monkeypatch.setattr(module, "EXACT_TABLES", 10**9)
    exact = independence(table)
    monkeypatch.setattr(module, "EXACT_TABLES", 0)
    simulated = np.array([independence(table, seed=seed).p_value for seed in range(200)])
    error = np.sqrt(exact.p_value * (1 - exact.p_value) / module.SIMULATED)
    assert exact.method == "exact"
    assert simulated.mean() == pytest.approx(exact.p_value, abs=4 * error / np.sqrt(200) + 1e-4)
    assert simulated.std() == pytest.approx(error, rel=0.2)


def test_the_observed_table_is_as_large_as_itself():
    """All on the diagonal: no other arrangement reaches it, and p is the least a simulation can give."""
    found = independence(np.eye(9) * 8)
    assert (found.method, found.p_value) == ("simulated", 1 / 10_000)


@pytest.mark.parametrize("table", [[[1, -1], [2, 3]], [[0.5, 1], [2, 3]], [[np.nan, 1], [2, 3]], [1, 2]])
def test_what_is_no_table_of_counts(table):
    with pytest.raises(ValueError, match="counts"):
        independence(table)

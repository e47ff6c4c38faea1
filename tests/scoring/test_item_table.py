"""The table of many items says what the summaries of each say."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring import dispersion
from delphi.scoring.exact import Undefined
from delphi.scoring.item_table import BLOCK, count_items, item_table
from delphi.scoring.ratings import summarise
from delphi.scoring.scales import Scale

FROM_SUMMARY = (
    "n", "count_low", "count_middle", "count_high", "percent_low", "percent_middle", "percent_high", "median",
    "q1", "q3", "iqr",
)  # fmt: skip
FROM_VALUES = {
    "mean": dispersion.mean,
    "sd": dispersion.standard_deviation,
    "cv": dispersion.coefficient_of_variation,
    "mad": dispersion.median_absolute_deviation,
    "ad_median": dispersion.mean_deviation_from_median,
}


def random_ratings(raters, items, points=9, missing=0.1, seed=0):
    random = np.random.default_rng(seed)
    matrix = random.integers(1, points + 1, (raters, items)).astype(float)
    matrix[random.random(matrix.shape) < missing] = np.nan
    return matrix


def same(found, known):
    if isinstance(known, Undefined):
        return found is np.ma.masked
    return float(found) == pytest.approx(float(known), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 12), st.integers(2, 11), st.floats(0, 1), st.sampled_from((6, 7, 8)), st.integers(0, 999)
)
def test_equals_the_summary_of_each_item(raters, points, missing, quartiles, seed):
    matrix, scale = random_ratings(raters, 6, points, missing, seed), Scale.default(points)
    table = item_table(matrix, scale, quartiles=quartiles)
    for place, column in enumerate(matrix.T):
        known = summarise(column, scale, quartiles=quartiles)
        assert tuple(table.counts[place]) == known.counts
        assert table.missing[place] == raters - known.n
        assert all(same(getattr(table, name)[place], getattr(known, name)) for name in FROM_SUMMARY)
        assert tuple(np.flatnonzero(table.modal[place]) + 1) == known.modes
        if isinstance(known.interval_high, Undefined):
            assert table.interval_high.mask[place].all()
        else:
            assert tuple(table.interval_high[place]) == pytest.approx(known.interval_high)
        for name, statistic in FROM_VALUES.items():
            assert same(getattr(table, name)[place], statistic(column)), name
        assert same(table.qd[place], dispersion.quartile_deviation(column, quartiles))


def test_many_blocks_are_one_table():
    matrix = random_ratings(3 * BLOCK // 50 + 7, 50)
    expected = np.stack([(matrix == point).sum(axis=0) for point in range(1, 10)], axis=1)
    assert (count_items(matrix, 9) == expected).all()
    wide = random_ratings(3, BLOCK + 5)
    assert (count_items(wide, 9).sum(axis=1) == (~np.isnan(wide)).sum(axis=0)).all()


def test_no_nan_stands_behind_a_mask():
    table = item_table(np.full((4, 3), np.nan), Scale.default(9))
    for values in vars(table).values():
        assert not np.isnan(np.ma.getdata(values)).any()
    assert table.median.mask.all()
    assert not table.modal.any()


@pytest.mark.parametrize("wrong", [0, -1, 10, 0.5, 4.5, -np.inf, np.inf])
def test_a_rating_off_the_scale_is_refused(wrong):
    matrix = random_ratings(5, 4)
    matrix[2, 3] = wrong
    with pytest.raises(ValueError, match="scale of 1 to 9"):
        item_table(matrix, Scale.default(9))


def test_what_is_no_matrix_or_no_definition_is_refused():
    with pytest.raises(ValueError, match="matrix"):
        item_table(np.array([1.0, 2.0]), Scale.default(9))
    with pytest.raises(ValueError, match="definition 5"):
        item_table(random_ratings(3, 3), Scale.default(9), quartiles=5)


def test_a_round_without_items_has_an_empty_table():
    assert item_table(np.empty((5, 0)), Scale.default(9)).n.shape == (0,)


def test_memory_is_far_below_four_times_the_matrix():
    matrix = random_ratings(2000, 500)
    tracemalloc.start()
    item_table(matrix, Scale.default(9))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < matrix.nbytes

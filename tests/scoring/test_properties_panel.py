"""What holds of every statistic of a whole matrix, raters x items, whatever the ratings."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from delphi.scoring import kendall
from delphi.scoring.exact import Undefined
from tests.scoring.panel_statistics import ROWS, Row, points_of
from tests.scoring.properties import NAN, check_leaves, leaves, same

unhurried = settings(deadline=None, max_examples=40)


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

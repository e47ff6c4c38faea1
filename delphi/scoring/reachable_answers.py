"""The distributions that a number of raters could bring about by changing their answers."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

# Patterns x cells: how many raters of one membership pattern are in one cell of the scale.
Distribution = NDArray[np.int32]
# Distributions x patterns x cells.
Distributions = NDArray[np.int32]


def after_changes(now: Distribution, changes: int) -> Distributions:
    """Every distribution that exactly `changes` raters can bring about and fewer cannot, each once.

    Raters move between cells and stay in their pattern, so the changes needed are half the sum of the absolute
    differences. Empty when there are not so many raters.
    """
    if len(now) == 1:
        return _of_one_pattern(tuple(now[0].tolist()), changes)[:, None, :]
    split = []
    for own in range(changes + 1):
        first = _of_one_pattern(tuple(now[0].tolist()), own)
        rest = after_changes(now[1:], changes - own)
        pairs = np.concatenate(
            [np.repeat(first, len(rest), axis=0)[:, None, :], np.tile(rest, (len(first), 1, 1))], axis=1
        )
        split.append(pairs)
    return np.concatenate(split)


@cache
def number_after_changes(patterns: int, cells: int, changes: int) -> int:
    """How many distributions `after_changes` gives when no cell runs empty: never fewer than there are."""
    if patterns == 1:
        return _number_of_one_pattern(cells, changes)
    return sum(
        _number_of_one_pattern(cells, own) * number_after_changes(patterns - 1, cells, changes - own)
        for own in range(changes + 1)
    )


def changes_between(now: Distribution, others: Distributions) -> NDArray[np.int64]:
    """How many raters must change to get from `now` to each of `others`."""
    return np.asarray(np.abs(others - now).sum(axis=(1, 2)) // 2, np.int64)


def unanimous_moves(now: Distribution) -> Distributions:
    """One, two, ... all raters moved to one cell, for every cell, in some orders: far from every way there is.

    The orders: from the lowest answers up, from the highest down, from the farthest cell and from the nearest;
    in all patterns together and in each alone.
    """
    patterns, cells = now.shape
    chosen = [np.ones(patterns, np.bool_)]
    if patterns > 1:
        chosen += list(np.eye(patterns, dtype=np.bool_))
    found = [
        _moved(now, target, order, mask)
        for mask in chosen
        for target in range(cells)
        for order in _orders(cells, target)
    ]
    return np.concatenate(found)


def _orders(cells: int, target: int) -> Iterator[list[int]]:
    others = [cell for cell in range(cells) if cell != target]
    near = sorted(others, key=lambda cell: abs(cell - target))
    yield from (others, others[::-1], near, near[::-1])


def _moved(now: Distribution, target: int, order: Sequence[int], mask: NDArray[np.bool_]) -> Distributions:
    in_order = np.where(mask[:, None], now, 0)[:, list(order)]
    available = in_order.T.ravel()  # all patterns of a cell, then the next
    before = np.cumsum(available) - available
    movers = np.arange(1, int(available.sum()) + 1)
    taken = np.clip(movers[:, None] - before, 0, available).reshape(len(movers), len(order), len(now))
    after = np.repeat(now[None], len(movers), axis=0)
    after[:, :, list(order)] -= taken.transpose(0, 2, 1).astype(np.int32)
    after[:, :, target] += taken.sum(axis=1).astype(np.int32)
    return after


def _of_one_pattern(now: tuple[int, ...], changes: int) -> NDArray[np.int32]:
    counts = np.array(now, np.int32)
    if not changes:
        return counts[None]
    cells = range(len(now))
    found = [np.empty((0, len(now)), np.int32)]
    for size in range(1, min(changes, len(now) - 1) + 1):
        for losing in combinations(cells, size):
            gaining = [cell for cell in cells if cell not in losing]
            lost = compositions(changes - size, size) + 1
            lost = lost[(lost <= counts[list(losing)]).all(axis=1)]
            gained = compositions(changes, len(gaining))
            after = np.repeat(counts[None], len(lost) * len(gained), axis=0)
            after[:, list(losing)] -= np.repeat(lost, len(gained), axis=0)
            after[:, gaining] += np.tile(gained, (len(lost), 1))
            found.append(after)
    return np.concatenate(found)


@cache
def _number_of_one_pattern(cells: int, changes: int) -> int:
    if not changes:
        return 1
    return sum(
        comb(cells, size) * comb(changes - 1, size - 1) * comb(changes + cells - size - 1, cells - size - 1)
        for size in range(1, min(changes, cells - 1) + 1)
    )


@cache
def compositions(total: int, parts: int) -> NDArray[np.int32]:
    """Every way to write `total` as a sum of `parts` numbers from 0, in order."""
    if parts == 1:
        return np.array([[total]], np.int32)
    bars = np.array(list(combinations(range(total + parts - 1), parts - 1)), np.int32)
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, total + parts - 1)))
    return np.asarray(np.diff(edges, axis=1) - 1, np.int32)

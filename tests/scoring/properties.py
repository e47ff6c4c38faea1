"""What the tables of properties share: the edges every statistic must survive, and how results are compared.

A table has a row for each statistic: the function, how it is had from the ratings, and what holds of it. The tests
run down the table, so a new statistic is one more row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from inspect import unwrap
from math import inf, isclose, isfinite
from numbers import Real

import numpy as np
from hypothesis import settings, strategies as st

from delphi.scoring.exact import REASONS, Undefined
from delphi.scoring.scales import Bands, Scale

NAN = float("nan")
# A first call imports scipy, and exact fractions take their time.
unhurried = settings(deadline=None, max_examples=60)


def leaves(result: object) -> Iterator[object]:
    """Every number, word and reason inside a result."""
    if is_dataclass(result) and not isinstance(result, Undefined):
        result = tuple(getattr(result, field.name) for field in fields(result))
    if isinstance(result, np.ndarray):
        result = result.tolist()
    if isinstance(result, tuple | list):
        for part in result:
            yield from leaves(part)
    else:
        yield result


def check_leaves(name: str, result: object, low: float = -inf, high: float = inf) -> None:
    """Finite numbers from `low` to `high`, words, or reasons that the library knows."""
    for leaf in leaves(result):
        if isinstance(leaf, Undefined):
            assert leaf.reason in REASONS, (name, leaf)
        elif isinstance(leaf, Real) and not isinstance(leaf, bool | np.bool_):
            assert isfinite(leaf), (name, result)
            assert low - 1e-9 <= leaf <= high + 1e-9, (name, result)
        else:
            assert leaf is None or isinstance(leaf, bool | np.bool_ | str | Enum), (name, leaf)


def same(one: object, other: object) -> bool:
    """Equal, but for rounding."""
    left, right = list(leaves(one)), list(leaves(other))
    return len(left) == len(right) and all(_same_leaf(a, b) for a, b in zip(left, right, strict=True))


def _same_leaf(one: object, other: object) -> bool:
    if isinstance(one, Fraction | int) and isinstance(other, Fraction | int):
        return one == other
    if isinstance(one, Real) and isinstance(other, Real):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-7)
    return one == other


def name_of(function: Callable[..., object]) -> str:
    """`module.function`, under decorators too."""
    plain = unwrap(function)
    return f"{plain.__module__.rpartition('.')[2]}.{plain.__name__}"


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Any scale with any bands, half of the time the usual one of 1 to 9."""
    points = draw(st.just(9) | st.integers(2, 11))
    first = draw(st.integers(1, points - 1))
    last = draw(st.integers(first + 1, points))
    own = Bands((1, first), (first + 1, last - 1) if last > first + 1 else None, (last, points))
    return Scale(points, draw(st.sampled_from([Scale.default(points).bands, own])))


def mirrored(scale: Scale) -> Scale:
    """The same scale from its other end."""

    def turned(span: tuple[int, int]) -> tuple[int, int]:
        return scale.points + 1 - span[1], scale.points + 1 - span[0]

    bands, middle = scale.bands, scale.bands.middle
    return Scale(scale.points, Bands(turned(bands.high), middle and turned(middle), turned(bands.low)))


@dataclass(frozen=True)
class Item:
    """One item: a vector of ratings, NaN = no answer, and its scale."""

    values: np.ndarray
    scale: Scale

    @property
    def given(self) -> list[int]:
        return [int(value) for value in self.values if not np.isnan(value)]

    @property
    def n(self) -> int:
        return len(self.given)

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(self.given.count(point) for point in range(1, self.scale.points + 1))

    def votes(self, band: str) -> int:
        return sum(self.scale.band_of(point) == band for point in self.given)

    def reversed(self) -> "Item":
        return Item(self.scale.points + 1 - self.values, mirrored(self.scale))

    def with_values(self, values: np.ndarray) -> "Item":
        return Item(values, self.scale)


@st.composite
def items(draw: st.DrawFn) -> Item:
    scale = draw(scales())
    ratings = st.lists(st.sampled_from([NAN, *map(float, range(1, scale.points + 1))]), max_size=14)
    return Item(np.array(draw(ratings), float), scale)


def edges(scale: Scale) -> dict[str, Item]:
    """Where statistics tend to break."""
    lowest, highest = 1.0, float(scale.points)
    vectors: dict[str, list[float]] = {
        "nobody": [],
        "all missing": [NAN] * 4,
        "one rater": [highest],
        "one rater and a silent one": [lowest, NAN],
        "two who agree": [highest] * 2,
        "two at the ends": [lowest, highest],
        "no variance": [lowest] * 12,
        "no variance at the top": [highest] * 12,
        "two camps": [lowest, highest] * 6,
        "one apart": [lowest] * 11 + [highest],
        "every point once": [float(point) for point in range(1, scale.points + 1)],
    }
    return {name: Item(np.array(values, float), scale) for name, values in vectors.items()}

"""A statistic that can be asked for by name, and how its arguments are read from plain data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import numpy as np

from delphi.scoring.agreement import counts_per_point
from delphi.scoring.ratings import count_points
from delphi.scoring.scales import Band, Scale
from delphi.scoring.two_raters import table_of

Over = Literal["item", "panel", "rounds", "groups", "numbers"]


@dataclass(frozen=True)
class NamedStatistic:
    """`line` says in one line what it is.

    `over` says what it is computed from: the ratings of one "item", raters x items of a "panel", one item in two
    "rounds", one item or all items by "groups" of raters, or other "numbers" that no list of ratings holds.
    """

    name: str
    line: str
    over: Over
    function: Callable[..., Any]

    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What the function takes, by name."""
        return inspect.signature(self.function).parameters

    def data(self) -> list[str]:
        """What has to be given, in words."""
        needed = [name for name, one in self.parameters().items() if one.default is one.empty]
        return list(dict.fromkeys(NEEDED.get(name, name) for name in needed))

    def options(self) -> dict[str, tuple[Any, tuple[str, ...]]]:
        """What may be given: its default, and the words it is one of, where there are such."""
        hints = get_type_hints(self.function)
        return {
            name: (one.default, _literals(hints.get(name)))
            for name, one in self.parameters().items()
            if one.default is not one.empty
        }

    def compute(self, given: Mapping[str, Any]) -> Any:
        """The result for what is `given` (see `derived`); ValueError says what is missing, unknown or unfit."""
        data = _oriented(given)
        hints = get_type_hints(self.function)
        arguments, missing = {}, []
        for name, parameter in self.parameters().items():
            if name in data:
                arguments[name] = _fit(name, data[name], hints.get(name))
            elif (found := _derived(name, data)) is not None:
                arguments[name] = found
            elif parameter.default is parameter.empty:
                missing.append(name)
        unknown = sorted(data.keys() - self.parameters().keys() - DATA)
        if missing:
            needed = ", ".join(dict.fromkeys(NEEDED.get(name, name) for name in missing))
            raise ValueError(f"{self.name} also needs: {needed}")
        if unknown:
            raise ValueError(f"{self.name} does not take: {', '.join(unknown)}")
        return self.function(**arguments)


# What may always be given, because one of the functions' own parameters can be made from it.
DATA: Final = frozenset(
    {"ratings", "counts", "points", "scale", "earlier", "later", "orientation", "null_weights"}
)
# What to give where a parameter is missing, when it is not called as it is.
NEEDED: Final = {
    "values": "ratings",
    "counts": "ratings and points, or counts",
    "scale": "points",
    "table": "earlier, later and points, or table",
    **dict.fromkeys(
        ("n", "count", "essential", "relevant", "agree", "high", "low"), "counts, or ratings and points"
    ),
}
LISTS: Final = frozenset(
    {"weights", "sizes", "one", "other"}
)  # kept as lists, of whole numbers where they are
TEXTS: Final = frozenset({"texts", "items", "panels"})
ITEMS_FIRST: Final = "items x raters"


def _oriented(given: Mapping[str, Any]) -> dict[str, Any]:
    """Ratings as raters x items; `orientation` says so when they come the other way round."""
    orientation = given.get("orientation", "raters x items")
    if orientation not in ("raters x items", ITEMS_FIRST):
        raise ValueError(f"orientation is “raters x items” or “{ITEMS_FIRST}”, not “{orientation}”")
    data = {name: value for name, value in given.items() if name != "orientation"}
    if orientation == ITEMS_FIRST and "ratings" in data:
        data["ratings"] = numbers(data["ratings"]).T
    return data


def _derived(name: str, data: Mapping[str, Any]) -> Any:
    """The parameter `name` made from other data, None where it cannot be.

    values      the ratings of one item: `ratings`, or `counts` written out
    counts      raters per point of the declared scale: from `ratings` and `points`
    points      the last point of the declared scale: the number of `counts`, or of `scale`
    scale       1 to `points`
    n           how many rated one item; count, essential, relevant, agree, high: how many in the high band
    low         how many in the low band
    table       points x points, from `earlier` and `later`
    x, y        one item in the `later` and in the `earlier` round
    """
    made = DERIVED.get(name)
    return None if made is None else made(data)


def _values(data: Mapping[str, Any]) -> Any:
    if "ratings" in data:
        return numbers(data["ratings"])
    if "counts" in data:
        counts = [int(count) for count in data["counts"]]
        return np.repeat(np.arange(1.0, len(counts) + 1), counts)
    return None


def _counts(data: Mapping[str, Any]) -> Any:
    points = _points(data)
    if "ratings" not in data or points is None:
        return None
    ratings = numbers(data["ratings"])
    if ratings.ndim == 1:
        return count_points(ratings, Scale.default(points))
    return counts_per_point(ratings, _scale(data))


def _points(data: Mapping[str, Any]) -> int | None:
    if "points" in data:
        return int(data["points"])
    if "scale" in data:
        return len(data["scale"])
    if "counts" in data:
        return np.shape(data["counts"])[-1]
    if "table" in data:
        return len(data["table"])
    return None


def _scale(data: Mapping[str, Any]) -> Any:
    if "scale" in data:
        return list(data["scale"])
    points = _points(data)
    return None if points is None else list(range(1, points + 1))


def _one_item(data: Mapping[str, Any]) -> Any:
    return data["counts"] if "counts" in data else _counts(data)


def _n(data: Mapping[str, Any]) -> int | None:
    counts = _one_item(data)
    return None if counts is None else int(sum(counts))


def _in_band(band: Band) -> Callable[[Mapping[str, Any]], int | None]:
    def count(data: Mapping[str, Any]) -> int | None:
        counts = _one_item(data)
        if counts is None:
            return None
        return int(sum(counts[point - 1] for point in Scale.default(len(counts)).range_of(band)))

    return count


def _table(data: Mapping[str, Any]) -> Any:
    scale = _scale(data)
    if scale is None or not {"earlier", "later"} <= data.keys():
        return None
    return table_of(numbers(data["earlier"]), numbers(data["later"]), scale)


def _numbers_of(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda data: numbers(data[name]) if name in data else None


DERIVED: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "values": _values,
    "counts": _counts,
    "points": _points,
    "scale": _scale,
    "n": _n,
    **dict.fromkeys(("count", "essential", "relevant", "agree", "high"), _in_band("high")),
    "low": _in_band("low"),
    "table": _table,
    "x": _numbers_of("later"),
    "y": _numbers_of("earlier"),
}


def numbers(value: Any) -> Any:
    """An array of floats, with None as no answer; ValueError when it is ragged or holds text."""
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            "a list of numbers, or a table of numbers with rows of one length, is needed"
        ) from None


def _fit(name: str, value: Any, hint: Any) -> Any:
    """`value` as the type that the parameter asks for; ValueError when it cannot be."""
    allowed = _literals(hint)
    if allowed and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(map(str, allowed))}, not {value}")
    if isinstance(value, Mapping):
        return {key: numbers(one) for key, one in value.items()}
    if allowed or name in TEXTS:
        return value
    try:
        if Fraction in (hint, *get_args(hint)) and not isinstance(value, list | tuple):
            return Fraction(str(value))
        if hint in (int, float) and not isinstance(value, bool):
            return hint(value)
    except ValueError:
        raise ValueError(f"{name} is a number, not {value}") from None
    if isinstance(value, list | tuple):
        return _listed(name, value)
    return value


def _listed(name: str, value: Any) -> Any:
    if name == "groups":
        return [numbers(group) for group in value]
    if (name == "counts" and np.ndim(value) == 1) or name in LISTS:
        return list(value)
    return numbers(value)


def _literals(hint: Any) -> tuple[Any, ...]:
    """The words a parameter may be, of a Literal or a union of them; none when it is anything else."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    parts = get_args(hint) if get_origin(hint) is not None else ()
    found = [_literals(part) for part in parts if part is not type(None)]
    return tuple(word for words in found for word in words) if found and all(found) else ()

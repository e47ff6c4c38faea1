"""Which cells of a table of people may be told, so that none of a few can be computed from the others.

A count from 1 to the minimum less 1 is hidden, and with it as many others as it takes: a reader who knows the total,
what is shown, and that parts that are hidden are not 0, must be left with more than one value for every hidden one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Bounds(NamedTuple):
    """The least and the most that a hidden count can be."""

    least: int
    most: int

    @property
    def pinned(self) -> bool:
        return self.least >= self.most


def told_parts(counts: Sequence[int], minimum: int) -> list[bool]:
    """For groups that share nobody and together are everyone, such as the answers to one question.

    What is hidden together is at least `minimum` people too, since its sum is the total less what is shown.
    """
    told = [not 0 < count < minimum for count in counts]
    if sum(counts) < minimum:
        return [False] * len(counts)
    while not all(told) and _parts_derived(counts, told, minimum):
        further = _smallest_told(counts, told)
        if further is None:
            return [False] * len(counts)
        told[further] = False
    return told


def parts_bounds(counts: Sequence[int], told: Sequence[bool]) -> list[Bounds]:
    """Of the hidden counts, in order, as a reader can work them out."""
    hidden = [count for count, shown in zip(counts, told, strict=True) if not shown]
    if not any(told):
        return [Bounds(0, sum(counts)) for _ in hidden]
    most = sum(hidden) - (len(hidden) - 1)
    return [Bounds(most if len(hidden) == 1 else 1, most) for _ in hidden]


def _parts_derived(counts: Sequence[int], told: Sequence[bool], minimum: int) -> bool:
    together = sum(count for count, shown in zip(counts, told, strict=True) if not shown)
    return together < minimum or any(one.pinned for one in parts_bounds(counts, told))


def told_choices(
    choices: Sequence[int], outside: Sequence[int], total: int, minimum: int
) -> tuple[list[bool], list[bool]]:
    """For choices of which everyone inside made one or more; who is in none is in one of the groups `outside`.

    Of each choice those who did not make it are a group as well, among all and among those inside. Returns what is
    told of choices and of `outside`.
    """
    inside = total - sum(outside)
    told = [
        not any(0 < group < minimum for group in (count, total - count, inside - count)) for count in choices
    ]
    beside = [not any(0 < group < minimum for group in (count, total - count)) for count in outside]
    if total < minimum:
        return [False] * len(choices), [False] * len(outside)
    while not (all(told) and all(beside)) and _choices_derived(choices, told, outside, beside, total):
        further = _smallest_told([*choices, *outside], [*told, *beside])
        if further is None:
            return [False] * len(choices), [False] * len(outside)
        if further < len(choices):
            told[further] = False
        else:
            beside[further - len(choices)] = False
    return told, beside


def choices_bounds(
    choices: Sequence[int], told: Sequence[bool], outside: Sequence[int], beside: Sequence[bool], total: int
) -> tuple[Bounds | None, Bounds | None]:
    """Of any hidden choice, and of any hidden group outside; None where none is hidden."""
    shown = [count for count, one in zip(choices, told, strict=True) if one]
    rest = total - sum(count for count, one in zip(outside, beside, strict=True) if one)
    hidden, without = len(choices) - len(shown), beside.count(False)
    fewest = max([0, *shown])  # inside
    choice = out = None
    if hidden:
        least_inside = fewest if without else rest
        choice = Bounds(0 if hidden > 1 else max(0, least_inside - sum(shown)), rest - without)
    if without:
        most = rest - fewest - (without - 1)
        alone = without == 1 and not hidden
        out = Bounds(max(1, rest - sum(shown)) if alone else 1, most)
    return choice, out


def _choices_derived(
    choices: Sequence[int], told: Sequence[bool], outside: Sequence[int], beside: Sequence[bool], total: int
) -> bool:
    return any(
        one is not None and one.pinned for one in choices_bounds(choices, told, outside, beside, total)
    )


def _smallest_told(counts: Sequence[int], told: Sequence[bool]) -> int | None:
    """The place of the smallest count that is told and not 0, which tells nothing when hidden."""
    places = [place for place, shown in enumerate(told) if shown and counts[place]]
    return min(places, key=lambda place: counts[place], default=None)

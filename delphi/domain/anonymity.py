"""Which groups' numbers may be shown, so that no few raters can be told apart from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import gcd

from delphi.scoring.rules import POOLED

Row = list[int]


def visible_groups(memberships: Sequence[frozenset[str]], minimum: int) -> frozenset[str]:
    """The groups, of "pooled" and the panels, whose numbers may be shown together for one item.

    `memberships` has the panels of each rater who answered the item. A group with fewer than `minimum` raters
    is not shown, nor is one which, added to or subtracted from other shown groups, would leave a combination
    that rests on 1 to `minimum` - 1 raters. "pooled" is kept first, then panels from the largest down (by
    name among equals); since showing less never reveals more, no further panel could be added to the answer.
    ValueError for a panel called "pooled".
    """
    sizes = Counter(panel for panels in memberships for panel in panels)
    if POOLED in sizes:
        raise ValueError("a panel cannot be called pooled")
    if len(memberships) < max(minimum, 1):
        return frozenset()
    shown = [POOLED]
    for panel in sorted(sizes, key=lambda panel: (-sizes[panel], panel)):
        if sizes[panel] >= minimum and not _reveals([*shown, panel], memberships, minimum):
            shown.append(panel)
    return frozenset(shown)


def _reveals(groups: Sequence[str], memberships: Sequence[frozenset[str]], minimum: int) -> bool:
    """Whether adding and subtracting the groups' numbers can leave only 1 to minimum - 1 raters.

    Raters in the same of these groups can never be told apart: they form an atom, a column here. What can be
    computed from the groups is the row space of the table of groups by atoms; it reveals few raters when it
    holds a non-zero row that is zero on all atoms but some with fewer than `minimum` raters together.
    """
    atoms = Counter(
        tuple(int(group == POOLED or group in panels) for group in groups) for panels in memberships
    )
    # Large atoms first: each can only be made to vanish, which leaves few rows for the rest of the search.
    columns = sorted(atoms, key=lambda atom: (-atoms[atom], atom))
    rows = [list(row) for row in zip(*columns, strict=True)]
    return _has_small_row(_independent(rows), [atoms[atom] for atom in columns], minimum - 1)


def _has_small_row(rows: list[Row], raters: list[int], budget: int) -> bool:
    """Whether the span of independent `rows` has a non-zero row resting on at most `budget` raters.

    One atom at a time: either the row is zero there, which leaves the span one dimension less, or the atom's
    raters are taken from the budget.
    """
    column = next((index for index in range(len(raters)) if any(row[index] for row in rows)), None)
    if column is None:
        return bool(rows)
    if raters[column] <= budget:
        without = [row[:column] + row[column + 1 :] for row in rows]
        if _has_small_row(without, raters[:column] + raters[column + 1 :], budget - raters[column]):
            return True
    return _has_small_row(_vanishing(rows, column), raters, budget)


def _independent(rows: list[Row]) -> list[Row]:
    """A basis of the span of `rows`."""
    basis = []
    while rows:
        row, *rows = rows
        column = next((index for index, entry in enumerate(row) if entry), None)
        if column is not None:
            basis.append(row)
            rows = list(_reduced(rows, row, column))
    return basis


def _vanishing(rows: list[Row], column: int) -> list[Row]:
    """A basis of the part of the span of independent `rows` that is zero in `column`."""
    pivot = next(index for index, row in enumerate(rows) if row[column])
    return list(_reduced(rows[:pivot] + rows[pivot + 1 :], rows[pivot], column))


def _reduced(rows: list[Row], pivot: Row, column: int) -> Iterator[Row]:
    """`rows` with multiples of `pivot` taken off until `column` is zero, in whole numbers."""
    for row in rows:
        mixed = [entry * pivot[column] - row[column] * other for entry, other in zip(row, pivot, strict=True)]
        divisor = gcd(*mixed) or 1
        yield [entry // divisor for entry in mixed]

"""Which groups' numbers may be shown, so that no few raters can be told apart from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import gcd

from delphi.scoring.rules import POOLED

Row = list[int]
Atom = tuple[int, ...]


def visible_groups(memberships: Sequence[frozenset[str]], minimum: int) -> frozenset[str]:
    """The groups, of "pooled" and the panels, whose numbers may be shown together for one item.

    `memberships` has the panels of each rater who answered the item. A group with fewer than `minimum` raters
    is not shown, nor is one which, added to or subtracted from other shown groups, would leave a combination
    that rests on 1 to `minimum` - 1 raters, nor one from which a rater who takes their own answer away is left
    with a whole panel below the minimum. "pooled" is kept first, then panels from the largest down (by name among
    equals); since showing less never reveals more, no further panel could be added to the answer. ValueError
    for a panel called "pooled".
    """
    sizes = Counter(panel for panels in memberships for panel in panels)
    if POOLED in sizes:
        raise ValueError("a panel cannot be called pooled")
    if len(memberships) < max(minimum, 1):
        return frozenset()
    shown = [POOLED]
    if _left_with_a_panel(shown, memberships, minimum):
        return frozenset()
    for panel in sorted(sizes, key=lambda panel: (-sizes[panel], panel)):
        if may_also_show(shown, panel, memberships, minimum):
            shown = [*shown, panel]
    return frozenset(shown)


def may_also_show(
    shown: Collection[str], group: str, memberships: Sequence[frozenset[str]], minimum: int
) -> bool:
    """Whether one more group can be shown beside `shown` without telling of few; as `visible_groups` decides."""
    more = [*shown, group]
    size = sum(1 for panels in memberships if group in panels)
    return (
        size >= minimum
        and not _reveals(more, memberships, minimum)
        and not _left_with_a_panel(more, memberships, minimum)
    )


def told_panels(raters: Mapping[frozenset[str], int], shown: Collection[str], minimum: int) -> frozenset[str]:
    """The panels that may stand beside single answers to an item, such as its comments.

    `raters`: how many hold which panels; `shown`: the groups whose numbers are shown. Panels beside an answer tell
    in which of them its author is and in which not, so everybody alike in that must be `minimum` people or more:
    two shown panels may share one member, whom both names together would give away. The largest comes first.
    """
    if POOLED not in shown:
        return frozenset()
    sizes = Counter[str]()
    for held, count in raters.items():
        sizes.update(dict.fromkeys(held, count))
    told: frozenset[str] = frozenset()
    for panel in sorted(set(shown) & set(sizes), key=lambda panel: (-sizes[panel], panel)):
        more = told | {panel}
        alike = Counter[frozenset[str]]()
        for held, count in raters.items():
            alike[held & more] += count
        if min(alike.values()) >= minimum:
            told = more
    return told


def _reveals(groups: Sequence[str], memberships: Sequence[frozenset[str]], minimum: int) -> bool:
    """Whether adding and subtracting the groups' numbers can leave only 1 to minimum - 1 raters.

    Raters in the same of these groups can never be told apart: they form an atom, a column here. What can be
    computed from the groups is the row space of the table of groups by atoms; it reveals few raters when it
    holds a non-zero row that is zero on all atoms but some with fewer than `minimum` raters together.
    """
    atoms = Counter(_atom(groups, panels) for panels in memberships)
    # Large atoms first: each can only be made to vanish, which leaves few rows for the rest of the search.
    columns = sorted(atoms, key=lambda atom: (-atoms[atom], atom))
    rows = [list(row) for row in zip(*columns, strict=True)]
    return _has_small_row(_independent(rows), [atoms[atom] for atom in columns], minimum - 1)


def _left_with_a_panel(groups: Sequence[str], memberships: Sequence[frozenset[str]], minimum: int) -> bool:
    """Whether a rater who knows one answer, their own, can compute those of a whole panel below the minimum.

    Anything else that rests on few others rests on at least `minimum` raters with the reader, who is one of
    them; only a panel of `minimum` - 1 could come out, from it and the reader together.
    """
    sizes = Counter(panel for panels in memberships for panel in panels)
    for small in (panel for panel, size in sizes.items() if size == minimum - 1):
        others = Counter(_atom(groups, panels) for panels in memberships if small not in panels)
        within = {_atom(groups, panels) for panels in memberships if small in panels}
        for reader in others:
            rest = [atom for atom, raters in others.items() if raters > int(atom == reader)]
            if _rests_elsewhere([*rest, *(within - set(rest)), reader], len(rest)):
                return True
    return False


def _rests_elsewhere(atoms: Sequence[Atom], count: int) -> bool:
    """Whether a combination of the groups is zero on the first `count` atoms but not on all."""
    rows = _independent([list(row) for row in zip(*atoms, strict=True)])
    for column in range(count):
        if any(row[column] for row in rows):
            rows = _vanishing(rows, column)
    return bool(rows)


def _atom(groups: Sequence[str], panels: frozenset[str]) -> Atom:
    """In which of the groups somebody of these panels is."""
    return tuple(int(group == POOLED or group in panels) for group in groups)


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

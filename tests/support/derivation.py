"""What can be worked out of shown counts: whether a panel's own counts follow from them, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

POOLED = "pooled"
Atom = frozenset[str]  # the panels that some raters are in
Table = Mapping[Atom, Sequence[int]]  # how many of them gave each point


def counts(table: Table, group: str) -> list[int]:
    """Of a panel, or of everyone."""
    rows = [row for atom, row in table.items() if group == POOLED or group in atom]
    return [int(number) for number in np.sum(rows, axis=0)]


def derived(
    table: Table, shown: Mapping[str, Sequence[int]], panel: str, own: tuple[Atom, int] | None
) -> bool:
    """Whether all tables that agree with what a reader knows give the panel the same counts.

    The reader knows more than any page tells: how many raters are in exactly which panels, what each shown group
    gave (`shown`), and their own answer (`own`: their panels and their point). `table` is used for its sizes alone.
    """
    atoms, points = list(table), len(next(iter(table.values())))
    rows, sums = [], []
    for place, atom in enumerate(atoms):
        rows.append(_cells(len(atoms), points, [place], range(points)))
        sums.append(sum(table[atom]))
    for group, given in shown.items():
        members = [place for place, atom in enumerate(atoms) if group == POOLED or group in atom]
        rows += [_cells(len(atoms), points, members, [point]) for point in range(points)]
        sums += given
    lowest = np.zeros(len(atoms) * points)
    if own is not None:
        lowest[atoms.index(own[0]) * points + own[1] - 1] = 1
    agrees = LinearConstraint(np.array(rows), np.array(sums), np.array(sums))
    inside = [place for place, atom in enumerate(atoms) if panel in atom]
    for point in range(points):
        cell = _cells(len(atoms), points, inside, [point])
        least, most = (_optimum(sign * cell, agrees, lowest) for sign in (1, -1))
        if round(least) != round(-most):
            return False
    return True


def _cells(atoms: int, points: int, chosen: Sequence[int], at: Sequence[int]) -> np.ndarray:
    """Ones where the table's cells of these atoms and points are."""
    cells = np.zeros((atoms, points))
    cells[np.ix_(list(chosen), list(at))] = 1
    return cells.ravel()


def _optimum(objective: np.ndarray, agrees: LinearConstraint, lowest: np.ndarray) -> float:
    found = milp(objective, constraints=agrees, integrality=np.ones(len(objective)), bounds=Bounds(lowest))
    if not found.success:
        raise AssertionError(f"the truth itself does not agree with what is shown: {found.message}")
    return float(found.fun)

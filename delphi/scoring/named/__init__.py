"""Every statistic that can be asked for by its name, from Python or from the command line."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from delphi.scoring.named.from_numbers import NUMBERS
from delphi.scoring.named.groups import GROUPS
from delphi.scoring.named.item import ITEM
from delphi.scoring.named.panel import PANEL
from delphi.scoring.named.rounds import ROUNDS
from delphi.scoring.named.statistic import NamedStatistic

__all__ = ["NamedStatistic", "compute", "find", "named_statistics"]

STATISTICS: Final = {one.name: one for one in (*ITEM, *PANEL, *ROUNDS, *GROUPS, *NUMBERS)}


def named_statistics() -> tuple[NamedStatistic, ...]:
    """All of them, grouped by what they are computed from."""
    return tuple(STATISTICS.values())


def find(name: str) -> NamedStatistic:
    """The statistic called `name`; ValueError with what it may have meant."""
    if name not in STATISTICS:
        near = get_close_matches(name, STATISTICS, 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise ValueError(f"there is no statistic “{name}”{hint}")
    return STATISTICS[name]


def compute(name: str, /, **given: Any) -> Any:
    """The statistic `name` of plain data: lists, numbers and words, None for no answer.

    Data are `ratings` (of one item, or raters x items; orientation="items x raters" the other way round), or
    `counts` per point; `earlier` and `later` ratings; `groups` of ratings; with `points` or `scale` where the
    declared scale counts. Everything else is an option of the function (`find(name).parameters()`). The result is
    what the function returns: see its docstring. ValueError says what is missing, unknown or unfit.
    """
    return find(name).compute(given)

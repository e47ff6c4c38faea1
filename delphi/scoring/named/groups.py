"""Named statistics that compare groups of raters, such as panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from numpy.typing import ArrayLike

from delphi.scoring import attrition, groups as tests
from delphi.scoring.exact import Number, Undefined
from delphi.scoring.multiplicity import Adjustment
from delphi.scoring.named.statistic import NamedStatistic

Groups = Mapping[str, ArrayLike] | Sequence[ArrayLike]


def kruskal_wallis(groups: Groups) -> tests.KruskalWallis | Undefined:
    """`groups.kruskal_wallis` of groups with or without names."""
    return tests.kruskal_wallis(list(groups.values()) if isinstance(groups, Mapping) else groups)


def pairwise(groups: Groups, adjustment: Adjustment = "bh") -> list[tests.PairOfGroups]:
    """`groups.pairwise`; groups without names are called 1, 2, 3."""
    named = (
        groups if isinstance(groups, Mapping) else {str(place): one for place, one in enumerate(groups, 1)}
    )
    return tests.pairwise(named, adjustment=adjustment)


def standardised_difference(x: ArrayLike, y: ArrayLike) -> Number:
    """`attrition.standardised_difference` of two groups; NaN = no answer."""
    return attrition.standardised_difference(tests.answered(x), tests.answered(y))


def _groups(name: str, line: str, function: Callable[..., Any]) -> NamedStatistic:
    return NamedStatistic(name, line, "groups", function)


GROUPS: Final = (
    _groups("mann_whitney", "Mann and Whitney's test of two groups", tests.mann_whitney),
    _groups("cliffs_delta", "Cliff's delta with interval", tests.cliffs_delta),
    _groups(
        "standardised_difference", "difference of two means in standard deviations", standardised_difference
    ),
    _groups("kruskal_wallis", "Kruskal and Wallis' test of two or more groups", kruskal_wallis),
    _groups("pairwise", "every two groups compared, p values adjusted", pairwise),
)

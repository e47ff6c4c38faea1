"""Consensus statistics and the rule engine: ratings in, verdicts out.

`compute("kendall_w", ratings=...)` gives any statistic of `named_statistics()` from plain lists; every module is an
attribute, so that `scoring.kendall.kendall_w` needs no further import. Rules start at `Protocol` and `judge`.
Nothing is imported before it is used, so that reading a protocol never waits for numpy.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from delphi.scoring.engine import judge
    from delphi.scoring.named import NamedStatistic, compute, named_statistics
    from delphi.scoring.protocol import Protocol
    from delphi.scoring.ratings import ItemRatings, summarise
    from delphi.scoring.round_ratings import RoundRatings
    from delphi.scoring.scales import Scale

# Names of this package that no module of it has, so that neither can hide the other.
HOMES: Final = {
    "ItemRatings": "ratings",
    "NamedStatistic": "named",
    "Protocol": "protocol",
    "RoundRatings": "round_ratings",
    "Scale": "scales",
    "compute": "named",
    "judge": "engine",
    "named_statistics": "named",
    "summarise": "ratings",
}
MODULES: Final = frozenset(module.name for module in iter_modules(__path__))

__all__ = [
    "ItemRatings",
    "NamedStatistic",
    "Protocol",
    "RoundRatings",
    "Scale",
    "compute",
    "judge",
    "named_statistics",
    "summarise",
]


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    if name in MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"{__name__} has no {name}")


def __dir__() -> list[str]:
    return sorted({*__all__, *MODULES})

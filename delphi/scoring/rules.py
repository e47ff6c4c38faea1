"""The parts of a protocol: criteria, rules and their conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Literal

from delphi.scoring.catalogue import ThresholdName
from delphi.scoring.scales import Scale

POOLED: Final = "pooled"
PANEL_WORDS: Final = ("every", "any", POOLED)
COMPARISONS: Final = ("at_least", "at_most", "above", "below")
TEXT_KEYS: Final = ("question", "labels", "band_labels")

Comparison = Literal["at_least", "at_most", "above", "below"]
Mode = Literal["all", "any"]

MODES: Final[tuple[Mode, ...]] = ("all", "any")


class Verdict(StrEnum):
    """What the rules say of an item."""

    PROMOTE = "promote"
    REVISE = "revise"
    DROP = "drop"
    RE_RATE = "re-rate"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True)
class Condition:
    """`statistic` compared with a number, or with a threshold that has a name."""

    statistic: str
    comparison: Comparison
    threshold: Fraction | ThresholdName

    def to_dict(self) -> dict[str, Any]:
        """As in TOML: `{"statistic": "percent_high", "at_least": 70}`."""
        return {"statistic": self.statistic, self.comparison: plain(self.threshold)}


@dataclass(frozen=True)
class Rule:
    """A verdict and when it holds: `all` or `any` (`mode`) of the conditions, in `panels`.

    `panels` is one of `PANEL_WORDS` or a tuple of panel names.
    """

    verdict: Verdict
    criterion: str
    panels: str | tuple[str, ...]
    conditions: tuple[Condition, ...]
    mode: Mode = "all"
    minimum_raters: int = 1
    name: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As in TOML."""
        named = {} if self.name is None else {"name": self.name}
        return named | {
            "verdict": self.verdict.value,
            "criterion": self.criterion,
            "panels": self.panels if isinstance(self.panels, str) else list(self.panels),
            "minimum_raters": self.minimum_raters,
            self.mode: [condition.to_dict() for condition in self.conditions],
        }


@dataclass(frozen=True)
class Criterion:
    """A question asked of every item; `texts` (question, labels, band_labels) is carried, never read here."""

    key: str
    scale: Scale
    texts: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As in TOML."""
        bands = {band: list(span) for band, span in self.scale.bands.named()}
        return {"scale": {"points": self.scale.points, "bands": bands}, **self.texts}


def plain(value: Fraction | str) -> int | float | str:
    """A threshold as in TOML: a whole number or a decimal where that is exact, else the fraction as text ("200/3")."""
    if isinstance(value, str):
        return value
    if value.denominator == 1:
        return value.numerator
    return float(value) if Fraction(Decimal(str(float(value)))) == value else str(value)

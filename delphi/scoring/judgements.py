"""What the rules said of an item and why, in a form that can be stored and checked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from delphi.scoring.exact import Exact, exact_to_dict
from delphi.scoring.rules import Comparison, Mode, Verdict
from delphi.scoring.summaries import Summary

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True)
class ConditionTrace:
    """One condition in one group: `value` against `threshold`; None where either is undefined.

    `count` is how many raters (of `n`) the value counts, for statistics that count raters in a band.
    `threshold_name` is "critical" or "apmo" when the protocol names the threshold instead of a number.
    """

    statistic: str
    comparison: Comparison
    value: Exact
    count: int | None
    n: int
    threshold: Exact
    threshold_name: str | None
    holds: bool | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "statistic": self.statistic,
            "comparison": self.comparison,
            "value": exact_to_dict(self.value),
            "count": self.count,
            "n": self.n,
            "threshold": exact_to_dict(self.threshold),
            "threshold_name": self.threshold_name,
            "holds": self.holds,
        }


@dataclass(frozen=True)
class GroupTrace:
    """One rule in one group; with fewer raters than the minimum, `holds` is None and nothing is compared."""

    n: int
    holds: bool | None
    conditions: tuple[ConditionTrace, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        conditions = [condition.to_dict() for condition in self.conditions]
        return {"n": self.n, "holds": self.holds, "conditions": conditions}


@dataclass(frozen=True)
class RuleTrace:
    """One rule (`rule` is its index) on one item; `holds` is None when it could not be evaluated."""

    rule: int
    verdict: Verdict
    panels: str | tuple[str, ...]
    mode: Mode
    minimum_raters: int
    holds: bool | None
    groups: Mapping[str, GroupTrace]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "panels": self.panels if isinstance(self.panels, str) else list(self.panels),
            "mode": self.mode,
            "minimum_raters": self.minimum_raters,
            "holds": self.holds,
            "groups": {name: group.to_dict() for name, group in self.groups.items()},
        }


@dataclass(frozen=True)
class Judgement:
    """The verdict on one item, the rule that gave it (None: no rule held), and every number behind it.

    `summaries[criterion][group]`, where group is "pooled" or a panel; `trace` has every rule, in order.
    """

    item: str
    verdict: Verdict
    rule: int | None
    summaries: Mapping[str, Mapping[str, Summary]]
    trace: tuple[RuleTrace, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, stable and lossless; `schema` changes when a reader would have to."""
        return {
            "schema": SCHEMA_VERSION,
            "item": self.item,
            "verdict": self.verdict.value,
            "rule": self.rule,
            "summaries": {
                criterion: {group: summary.to_dict() for group, summary in groups.items()}
                for criterion, groups in self.summaries.items()
            },
            "trace": [trace.to_dict() for trace in self.trace],
        }

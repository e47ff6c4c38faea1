"""A study's protocol: what the rules are, read from and written to a plain document.

Standard library only, so that any page can read a protocol at no cost.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from delphi.scoring.catalogue import STATISTICS, RuleStatistic
from delphi.scoring.problems import PROBLEMS, Problem, ProtocolError
from delphi.scoring.protocol_reader import DEFAULT_QUARTILES, Reader
from delphi.scoring.rules import COMPARISONS, PANEL_WORDS, POOLED, Condition, Criterion, Rule, Verdict
from delphi.scoring.stability_criteria import StabilityRule

__all__ = [
    "COMPARISONS",
    "PANEL_WORDS",
    "POOLED",
    "PROBLEMS",
    "STATISTICS",
    "Condition",
    "Criterion",
    "Problem",
    "Protocol",
    "ProtocolError",
    "Rule",
    "RuleStatistic",
    "StabilityRule",
    "Verdict",
    "parse_toml",
]


@dataclass(frozen=True)
class Protocol:
    """Criteria, and rules tried in order; `otherwise` is the verdict when none of them holds.

    `stability` says when an item has settled between two rounds; no verdict depends on it.
    """

    criteria: Mapping[str, Criterion]
    rules: tuple[Rule, ...]
    otherwise: Verdict
    quartiles: int = DEFAULT_QUARTILES
    stability: StabilityRule = field(default_factory=StabilityRule.usual)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Protocol":
        """The protocol in a document; top-level tables other than its own are left alone.

        Raises ProtocolError with everything that is wrong.
        """
        reader = Reader()
        reader.near_misses(document)
        criteria = reader.criteria(document.get("criteria", {}))
        rules = reader.rules(document.get("rules", []))
        otherwise = reader.otherwise(document)
        quartiles = reader.quartiles(document)
        stability = reader.stability(document)
        if reader.problems:
            raise ProtocolError(reader.problems)
        return cls(criteria, rules, otherwise, quartiles, stability)

    def to_dict(self) -> dict[str, Any]:
        """The document that `from_dict` reads back as this protocol, every default written out."""
        return {
            "quartiles": self.quartiles,
            "criteria": {key: criterion.to_dict() for key, criterion in self.criteria.items()},
            "rules": [rule.to_dict() for rule in self.rules],
            "otherwise": {"verdict": self.otherwise.value},
            "stability": self.stability.to_dict(),
        }

    def judged_criteria(self) -> tuple[str, ...]:
        """The criteria that rules look at, in the order of the protocol."""
        used = {rule.criterion for rule in self.rules}
        return tuple(key for key in self.criteria if key in used)

    def without_panels(self) -> "Protocol":
        """For raters who are in no panel: they are one panel, so rules for every panel or any look at everyone."""
        rules = (
            replace(rule, panels=POOLED) if isinstance(rule.panels, str) else rule for rule in self.rules
        )
        return replace(self, rules=tuple(rules))

    def panel_names(self) -> frozenset[str]:
        """Every panel that a rule calls by name, to be checked against the study's own."""
        lists = [rule.panels for rule in self.rules if not isinstance(rule.panels, str)]
        return frozenset(name for names in lists for name in names)


def parse_toml(text: str) -> dict[str, Any]:
    """The document written in `text`; raises ProtocolError saying the line when it is not TOML."""
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise ProtocolError([Problem("", "toml_invalid", {"detail": str(error)})]) from error

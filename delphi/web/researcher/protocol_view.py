"""A protocol as it is shown: its rules in sentences, the votes they ask for, what they make of examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from delphi.domain.protocols import StudyProtocol, texts_of
from delphi.models import Panel, Study
from delphi.scoring.rules import POOLED, Condition, Criterion, Rule
from delphi.services import panels as panel_service
from delphi.words import in_turn, label, lead_in, sentences, translated

if TYPE_CHECKING:
    from delphi.domain.previews import Example

ASSUMED = 15  # experts in a panel that has none yet


@dataclass(frozen=True)
class ShownCondition:
    text: str
    votes: str  # what it asks of each group, where it counts votes


@dataclass(frozen=True)
class ShownRule:
    number: int
    rule: Rule
    opening: str
    conditions: list[ShownCondition]
    raters: str


@dataclass(frozen=True)
class ShownExample:
    text: str
    low: int
    middle: int
    high: int
    verdict: str
    decided_by: str


@dataclass(frozen=True)
class Panels:
    """The panels of a study and how many votes each can give."""

    names: Mapping[str, str]
    sizes: Mapping[str, int]
    everybody: int
    assumed: bool  # the sizes are not the study's own

    @classmethod
    def of(cls, study: Study, chosen: Sequence[Panel]) -> Panels:
        found = panel_service.sizes(study)
        sizes = {panel.code: found.get(panel.id, 0) for panel in chosen}
        names = {panel.code: translated(panel.name) for panel in chosen}
        if sizes and all(sizes.values()):
            return cls(names, sizes, panel_service.everybody(study), assumed=False)
        assumed = {code: size or ASSUMED for code, size in sizes.items()} or {"A": ASSUMED}
        return cls(names, assumed, sum(assumed.values()), assumed=True)


@dataclass(frozen=True)
class ProtocolView:
    protocol: StudyProtocol
    panels: Panels

    @property
    def criteria(self) -> list[Criterion]:
        return list(self.protocol.rules.criteria.values())

    @cached_property
    def rules(self) -> list[ShownRule]:
        return [
            ShownRule(
                number,
                rule,
                sentences.opening(rule, self.panels.names),
                [self._condition(rule, condition) for condition in rule.conditions],
                sentences.raters(rule),
            )
            for number, rule in enumerate(self.protocol.rules.rules, 1)
        ]

    @property
    def stability(self) -> str:
        return sentences.stability(self.protocol.rules)

    @cached_property
    def examples(self) -> list[ShownExample]:
        """By the criterion of the first rule, the verdict of all of them."""
        from delphi.domain import previews  # numpy stays off the pages that show no example

        rules = self.protocol.rules
        criterion = rules.criteria[rules.rules[0].criterion]
        return [self._example(criterion, found) for found in previews.examples(rules, self.panels.sizes)]

    def points(self, criterion: Criterion, band: str) -> str:
        return sentences.points(criterion.scale, band)

    def texts(self, criterion: Criterion) -> object:
        return texts_of(criterion)

    def _condition(self, rule: Rule, condition: Condition) -> ShownCondition:
        from delphi.domain import previews

        criterion = self.protocol.rules.criteria[rule.criterion]
        asked = []
        for name, size in self._groups(rule).items():
            votes = previews.votes(condition, criterion.scale, size)
            if votes is not None:
                told = sentences.votes(votes)
                asked.append(told if name == POOLED else f"{lead_in(name)} {told}")
        return ShownCondition(sentences.condition(condition, criterion), in_turn(asked) if asked else "")

    def _groups(self, rule: Rule) -> Mapping[str, int]:
        if rule.panels == POOLED:
            return {POOLED: self.panels.everybody}
        if isinstance(rule.panels, str):
            return self.panels.sizes
        return {code: self.panels.sizes[code] for code in rule.panels if code in self.panels.sizes}

    def _example(self, criterion: Criterion, example: Example) -> ShownExample:
        summary = example.judgement.summaries[criterion.key][POOLED]
        counts = (summary.count_low, summary.count_middle, summary.count_high)
        verdict = example.judgement.verdict
        return ShownExample(label("example", example.code), *counts, verdict.value, self._decided_by(example))

    def _decided_by(self, example: Example) -> str:
        rule = example.judgement.rule
        if rule is not None:
            return _("Rule %(number)s", number=rule + 1)
        if any(trace.holds is None for trace in example.judgement.trace):
            return _("Too few raters for a rule")
        return _("No rule holds")

"""The protocol as a form: everything typed is kept as text, until the whole of it reads as a protocol.

Inputs are called after their place: `c0.points` is a part of the first criterion, `r1.k0.threshold` of the first
condition of the second rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from delphi.domain.protocols import FeedbackPolicy, StudyProtocol, texts_of
from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.rules import PANEL_WORDS, Condition, Criterion, Rule
from delphi.scoring.scales import BANDS, MAXIMUM_POINTS, MINIMUM_POINTS, Scale
from delphi.web.numbers import whole

Form = MultiDict[str, str]
Texts = dict[str, str]

NAMED = "named"
YES, NO = "yes", "no"
FLAGS = frozenset(name for name, statistic in STATISTICS.items() if statistic.kind == "flag")
POLICIES = tuple(entry.name for entry in fields(FeedbackPolicy))

# The inputs of one line that are there once.
_LINES = (
    "title",
    "source",
    "otherwise",
    "quartiles",
    "minimum_group_size",
    "maximum_rounds",
    "stability",
    "stability_threshold",
    "minimum_pairs",
)
_WHOLE = re.compile(r"-?\d{1,9}")
_DECIMAL = re.compile(r"-?\d{1,9}[.,]\d{1,9}")


@dataclass
class ConditionRow:
    """`comparison` is one of the four, or yes or no for a statistic that is so or not so."""

    statistic: str = "percent_high"
    comparison: str = "at_least"
    threshold: str = "70"

    @classmethod
    def of(cls, condition: Condition) -> ConditionRow:
        if condition.statistic in FLAGS:
            asks = condition.comparison in ("at_least", "above")
            return cls(condition.statistic, YES if asks else NO, "")
        (comparison, threshold), *_ = list(condition.to_dict().items())[1:]
        return cls(condition.statistic, comparison, str(threshold))

    @classmethod
    def read(cls, form: Form, place: str) -> ConditionRow:
        return cls(
            *(form.get(f"{place}.{name}", "").strip() for name in ("statistic", "comparison", "threshold"))
        )

    def to_dict(self) -> dict[str, Any]:
        if self.comparison == YES:
            return {"statistic": self.statistic, "at_least": 1}
        if self.comparison == NO:
            return {"statistic": self.statistic, "at_most": 0}
        return {"statistic": self.statistic, self.comparison: _number(self.threshold)}


@dataclass
class RuleRow:
    verdict: str = "promote"
    criterion: str = ""
    panels: str = "every"
    named: list[str] = field(default_factory=list)
    mode: str = "all"
    raters: str = "10"
    name: str = ""
    conditions: list[ConditionRow] = field(default_factory=lambda: [ConditionRow()])

    @classmethod
    def of(cls, rule: Rule) -> RuleRow:
        by_name = isinstance(rule.panels, tuple)
        return cls(
            verdict=rule.verdict.value,
            criterion=rule.criterion,
            panels=NAMED if by_name else str(rule.panels),
            named=list(rule.panels) if by_name else [],
            mode=rule.mode,
            raters=str(rule.minimum_raters),
            name=rule.name or "",
            conditions=[ConditionRow.of(condition) for condition in rule.conditions],
        )

    @classmethod
    def read(cls, form: Form, place: str) -> RuleRow:
        plain = {
            name: form.get(f"{place}.{name}", "").strip()
            for name in ("verdict", "criterion", "panels", "mode", "raters", "name")
        }
        rows = [ConditionRow.read(form, f"{place}.k{j}") for j in _counted(form, f"{place}.k", "statistic")]
        return cls(**plain, named=form.getlist(f"{place}.named"), conditions=rows)

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "verdict": self.verdict,
            "criterion": self.criterion,
            "panels": self.panels if self.panels in PANEL_WORDS else self.named,
            "minimum_raters": _number(self.raters),
            self.mode: [condition.to_dict() for condition in self.conditions],
        }
        return {"name": self.name, **document} if self.name else document


@dataclass
class CriterionRow:
    """`low_to` ends the low band and `high_from` begins the high one; what lies between is the middle."""

    key: str = "importance"
    was: str = ""  # the key its rules know it by
    points: str = "9"
    low_to: str = "3"
    high_from: str = "7"
    question: Texts = field(default_factory=dict)
    labels: dict[int, Texts] = field(default_factory=dict)
    band_labels: dict[str, Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, criterion: Criterion) -> CriterionRow:
        texts, bands = texts_of(criterion), criterion.scale.bands
        return cls(
            key=criterion.key,
            was=criterion.key,
            points=str(criterion.scale.points),
            low_to=str(bands.low[1]),
            high_from=str(bands.high[0]),
            question=dict(texts.question),
            labels={point: dict(label) for point, label in texts.labels.items()},
            band_labels={band: dict(label) for band, label in texts.band_labels.items()},
        )

    @classmethod
    def read(cls, form: Form, place: str, languages: Sequence[str]) -> CriterionRow:
        plain = {
            name: form.get(f"{place}.{name}", "").strip()
            for name in ("key", "was", "points", "low_to", "high_from")
        }

        def texts(name: str) -> Texts:
            typed = {language: form.get(f"{place}.{name}.{language}", "").strip() for language in languages}
            return {language: text for language, text in typed.items() if text}

        return cls(
            **plain,
            question=texts("question"),
            labels={
                point: found for point in range(1, MAXIMUM_POINTS + 1) if (found := texts(f"labels.{point}"))
            },
            band_labels={band: found for band in BANDS if (found := texts(f"bands.{band}"))},
        )

    @property
    def labelled(self) -> range:
        """The points to show an input for: those of the scale, and any that has a label still."""
        return range(1, max(self._sound_points() or 2, *self.labels, 2) + 1)

    def usual_bands(self) -> None:
        if points := self._sound_points():
            bands = Scale.default(points).bands
            self.low_to, self.high_from = str(bands.low[1]), str(bands.high[0])

    def _sound_points(self) -> int | None:
        points = _number(self.points)
        return points if isinstance(points, int) and MINIMUM_POINTS <= points <= MAXIMUM_POINTS else None

    def to_dict(self) -> dict[str, Any]:
        texts = {
            "question": self.question,
            "labels": {str(point): label for point, label in self.labels.items()},
            "band_labels": self.band_labels,
        }
        scale = {"points": _number(self.points), "bands": self._bands()}
        return {"scale": scale, **{name: value for name, value in texts.items() if value}}

    def _bands(self) -> dict[str, Any]:
        low, high = _number(self.low_to), _number(self.high_from)
        bands = {"low": [1, low], "high": [high, _number(self.points)]}
        if isinstance(low, int) and isinstance(high, int) and low + 1 < high:
            bands["middle"] = [low + 1, high - 1]
        return bands


@dataclass
class Sheet:
    """The whole form."""

    title: str = ""
    source: str = ""
    criteria: list[CriterionRow] = field(default_factory=lambda: [CriterionRow()])
    rules: list[RuleRow] = field(default_factory=lambda: [RuleRow(criterion="importance")])
    otherwise: str = "re-rate"
    quartiles: str = "7"
    minimum_group_size: str = "5"
    feedback: list[str] = field(default_factory=lambda: ["distribution", "median", "comments"])
    maximum_rounds: str = ""
    stability: str = "percent_changed"
    stability_threshold: str = "15"
    minimum_pairs: str = "5"

    @classmethod
    def of(cls, protocol: StudyProtocol) -> Sheet:
        return cls(
            title=protocol.title,
            source=protocol.source,
            criteria=[CriterionRow.of(criterion) for criterion in protocol.rules.criteria.values()],
            rules=[RuleRow.of(rule) for rule in protocol.rules.rules],
            otherwise=protocol.rules.otherwise.value,
            quartiles=str(protocol.rules.quartiles),
            minimum_group_size=str(protocol.minimum_group_size),
            feedback=[name for name in POLICIES if getattr(protocol.feedback, name)],
            maximum_rounds=str(protocol.stopping.maximum_rounds or ""),
            stability=protocol.rules.stability.criterion,
            stability_threshold=str(protocol.rules.stability.to_dict()["threshold"]),
            minimum_pairs=str(protocol.rules.stability.minimum_pairs),
        )

    @classmethod
    def read(cls, form: Form, languages: Sequence[str]) -> Sheet:
        sheet = cls(
            **{name: form.get(name, "").strip() for name in _LINES},
            criteria=[CriterionRow.read(form, f"c{i}", languages) for i in _counted(form, "c", "key")],
            rules=[RuleRow.read(form, f"r{i}") for i in _counted(form, "r", "verdict")],
            feedback=form.getlist("feedback"),
        )
        sheet._follow_renamed()
        return sheet

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "title": self.title,
            "source": self.source,
            "quartiles": _number(self.quartiles),
            "minimum_group_size": _number(self.minimum_group_size),
            "feedback": {name: name in self.feedback for name in POLICIES},
            "criteria": {criterion.key: criterion.to_dict() for criterion in self.criteria},
            "rules": [rule.to_dict() for rule in self.rules],
            "otherwise": {"verdict": self.otherwise},
            "stability": {
                "criterion": self.stability,
                "threshold": _number(self.stability_threshold),
                "minimum_pairs": _number(self.minimum_pairs),
            },
        }
        if self.maximum_rounds:
            document["stopping"] = {"maximum_rounds": _number(self.maximum_rounds)}
        return document

    def repeated_keys(self) -> list[int]:
        """The places of criteria whose key an earlier one has."""
        keys = [criterion.key for criterion in self.criteria]
        return [place for place, key in enumerate(keys) if key in keys[:place]]

    def act(self, action: str) -> None:
        """What a button beside a row asks for, such as `rule.up.2` or `condition.remove.1.0`."""
        name, _, places = action.partition(":")
        try:
            _ACTIONS[name](self, *(whole(place) for place in places.split(".") if place))
        except (KeyError, IndexError, TypeError, ValueError):
            return  # a button of a page older than its form: the form is simply shown again

    def _follow_renamed(self) -> None:
        """Rules keep to a criterion that is given another key."""
        renamed = {row.was: row.key for row in self.criteria if row.was and row.was != row.key}
        self.rules = [
            replace(rule, criterion=renamed.get(rule.criterion, rule.criterion)) for rule in self.rules
        ]
        for row in self.criteria:
            row.was = row.key

    def _add_criterion(self) -> None:
        taken = {row.key for row in self.criteria}
        key = next(key for number in range(1, 99) if (key := f"criterion_{number}") not in taken)
        self.criteria.append(CriterionRow(key, key))

    def _add_rule(self) -> None:
        self.rules.append(RuleRow(criterion=self.criteria[0].key if self.criteria else ""))

    def _add_condition(self, rule: int) -> None:
        self.rules[rule].conditions.append(ConditionRow("percent_low", "below", "15"))


_ACTIONS: dict[str, Callable[..., object]] = {
    "criterion.add": Sheet._add_criterion,
    "criterion.remove": lambda sheet, i: sheet.criteria.pop(i),
    "criterion.bands": lambda sheet, i: sheet.criteria[i].usual_bands(),
    "rule.add": Sheet._add_rule,
    "rule.remove": lambda sheet, i: sheet.rules.pop(i),
    "rule.up": lambda sheet, i: _swap(sheet.rules, i, i - 1),
    "rule.down": lambda sheet, i: _swap(sheet.rules, i, i + 1),
    "condition.add": Sheet._add_condition,
    "condition.remove": lambda sheet, i, j: sheet.rules[i].conditions.pop(j),
}


def _swap(rows: list[Any], one: int, other: int) -> None:
    if 0 <= other < len(rows):
        rows[one], rows[other] = rows[other], rows[one]


def _counted(form: Form, prefix: str, name: str) -> Iterator[int]:
    """0, 1, 2 ... as long as the form has the input `<prefix><number>.<name>`."""
    number = 0
    while f"{prefix}{number}.{name}" in form:
        yield number
        number += 1


def _number(text: str) -> int | float | str:
    """The number a person wrote, with a point or a comma; text that is none stays, to be told so."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else text

"""Reads the parts of a protocol document and collects everything wrong with it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from math import isfinite
from typing import Any, Final, TypeGuard, cast

from delphi.scoring.catalogue import STATISTICS, ThresholdName
from delphi.scoring.problems import Problem
from delphi.scoring.quantiles import QUARTILE_DEFINITIONS
from delphi.scoring.rules import (
    COMPARISONS,
    MODES,
    PANEL_WORDS,
    TEXT_KEYS,
    Comparison,
    Condition,
    Criterion,
    Mode,
    Rule,
    Verdict,
)
from delphi.scoring.scales import BANDS, MAXIMUM_POINTS, Bands, Scale, Span, scale_problems
from delphi.scoring.stability_criteria import CRITERIA, DEFAULT_PAIRS, StabilityRule

DEFAULT_POINTS: Final = 9
DEFAULT_QUARTILES: Final = 7

TOP_KEYS: Final = ("criteria", "rules", "otherwise", "quartiles", "stability")
RULE_KEYS: Final = ("name", "verdict", "criterion", "panels", "minimum_raters", *MODES)
CONDITION_KEYS: Final = ("statistic", *COMPARISONS)
STABILITY_KEYS: Final = ("criterion", "threshold", "minimum_pairs")
VERDICTS: Final = tuple(verdict.value for verdict in Verdict)

_FRACTION = re.compile(r"-?\d+/0*[1-9]\d*")


class Reader:
    """Each method reads one kind of thing and notes what is wrong with it under `where`.

    A thing that cannot be read is answered with a stand-in, which never leaves here: with any problem noted,
    the whole protocol is refused.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._scales: dict[str, Scale | None] = {}

    def near_misses(self, document: Mapping[str, Any]) -> None:
        """Other top-level tables are the platform's, but a slip in our own keys must not pass for one."""
        for key in document:
            if key not in TOP_KEYS and get_close_matches(key, TOP_KEYS, n=1, cutoff=0.8):
                self._problem(key, "key_unknown", value=key, allowed=_listed(TOP_KEYS))

    def criteria(self, value: object) -> dict[str, Criterion]:
        """The criteria by key; must be read before the rules, which refer to them."""
        table = self._table("criteria", value)
        if table is not None and not table:
            self._problem("criteria", "criteria_empty")
        return {key: self._criterion(f"criteria.{key}", key, entry) for key, entry in (table or {}).items()}

    def rules(self, value: object) -> tuple[Rule, ...]:
        """The rules in their order."""
        entries = self._tables("rules", value, RULE_KEYS, "rules_empty")
        return tuple(self._rule(where, table) for where, table in entries)

    def otherwise(self, document: Mapping[str, Any]) -> Verdict:
        """The verdict when no rule holds."""
        if "otherwise" not in document:
            self._problem("", "key_missing", value="otherwise")
            return Verdict.RE_RATE
        table = self._table("otherwise", document["otherwise"], ("verdict",))
        return Verdict.RE_RATE if table is None else self._verdict("otherwise", table)

    def quartiles(self, document: Mapping[str, Any]) -> int:
        """The quantile definition for quartiles and percentiles."""
        value = document.get("quartiles", DEFAULT_QUARTILES)
        if _is_whole(value) and value in QUARTILE_DEFINITIONS:
            return value
        allowed = _listed([str(definition) for definition in QUARTILE_DEFINITIONS])
        self._problem("quartiles", "quartiles_unknown", value=_shown(value), allowed=allowed)
        return DEFAULT_QUARTILES

    def stability(self, document: Mapping[str, Any]) -> StabilityRule:
        """When an item has settled; must be read after the criteria, whose scales limit its threshold."""
        if "stability" not in document:
            return StabilityRule.usual()
        table = self._table("stability", document["stability"], STABILITY_KEYS)
        if table is None:
            return StabilityRule.usual()
        criterion = self._word("stability", table, "criterion", tuple(CRITERIA), "stability_unknown")
        pairs = self._stable_pairs(table)
        if not criterion:
            return StabilityRule.usual(minimum_pairs=pairs)
        return StabilityRule(criterion, self._stable_threshold(table, criterion), pairs)

    def _stable_pairs(self, table: Mapping[str, Any]) -> int:
        pairs = table.get("minimum_pairs", DEFAULT_PAIRS)
        if _is_whole(pairs) and pairs >= 1:
            return pairs
        self._problem("stability.minimum_pairs", "pairs_invalid", value=_shown(pairs))
        return DEFAULT_PAIRS

    def _stable_threshold(self, table: Mapping[str, Any], criterion: str) -> Fraction:
        known, where = CRITERIA[criterion], "stability.threshold"
        if "threshold" not in table:
            return known.usual
        number = _exact_number(table["threshold"])
        if number is None:
            self._problem(where, "threshold_not_number", value=_shown(table["threshold"]))
            return known.usual
        scales = [scale.points if scale else MAXIMUM_POINTS for scale in self._scales.values()]
        limits = known.limits(max(scales, default=MAXIMUM_POINTS))
        self._check_limits(where, number, criterion, limits)
        return number

    def _criterion(self, where: str, key: str, value: object) -> Criterion:
        table = self._table(where, value, ("scale", *TEXT_KEYS)) or {}
        scale = self._scale(f"{where}.scale", table.get("scale", {}))
        self._scales[key] = scale
        texts = {text: table[text] for text in TEXT_KEYS if text in table}
        return Criterion(key, scale or Scale.default(DEFAULT_POINTS), texts)

    def _scale(self, where: str, value: object) -> Scale | None:
        """None when it is not sound, so that rules on it are not blamed for thresholds out of its range."""
        table = self._table(where, value, ("points", "bands"))
        if table is None:
            return None
        points = table.get("points", DEFAULT_POINTS)
        if not _is_whole(points):
            self._problem(f"{where}.points", "points_invalid", value=_shown(points))
            return None
        if problems := scale_problems(points):
            for found in problems:
                self._problem(f"{where}.points", found.code, **found.params)
            return None
        return (
            self._banded(f"{where}.bands", points, table["bands"])
            if "bands" in table
            else Scale.default(points)
        )

    def _banded(self, where: str, points: int, value: object) -> Scale | None:
        bands = self._bands(where, value)
        if bands is None:
            return None
        problems = scale_problems(points, bands)
        for found in problems:
            self._problem(f"{where}.{found.band}", found.code, **found.params)
        return None if problems else Scale(points, bands)

    def _bands(self, where: str, value: object) -> Bands | None:
        table = self._table(where, value, BANDS)
        if table is None:
            return None
        for key in ("low", "high"):
            if key not in table:
                self._problem(where, "key_missing", value=key)
        spans = {band: self._span(f"{where}.{band}", table[band]) for band in table}
        low, middle, high = (spans.get(band) for band in BANDS)
        sound = low is not None and high is not None and None not in spans.values()
        return Bands(low, middle, high) if low and high and sound else None

    def _span(self, where: str, value: object) -> Span | None:
        if isinstance(value, list | tuple) and len(value) == 2:
            first, last = value
            if _is_whole(first) and _is_whole(last):
                return first, last
        self._problem(where, "band_invalid", value=_shown(value))
        return None

    def _rule(self, where: str, table: Mapping[str, Any]) -> Rule:
        criterion = self._word(where, table, "criterion", tuple(self._scales), "criterion_unknown")
        mode, conditions = self._conditions(where, table, self._scales.get(criterion))
        return Rule(
            verdict=self._verdict(where, table),
            criterion=criterion,
            panels=self._panels(where, table),
            conditions=conditions,
            mode=mode,
            minimum_raters=self._raters(where, table),
            name=self._name(where, table),
        )

    def _verdict(self, where: str, table: Mapping[str, Any]) -> Verdict:
        word = self._word(where, table, "verdict", VERDICTS, "verdict_unknown")
        return Verdict(word) if word else Verdict.RE_RATE

    def _name(self, where: str, table: Mapping[str, Any]) -> str | None:
        name = table.get("name")
        if name is None or isinstance(name, str):
            return name
        self._problem(f"{where}.name", "not_text", value=_shown(name))
        return None

    def _raters(self, where: str, table: Mapping[str, Any]) -> int:
        raters = table.get("minimum_raters", 1)
        if _is_whole(raters) and raters >= 1:
            return raters
        self._problem(f"{where}.minimum_raters", "raters_invalid", value=_shown(raters))
        return 1

    def _panels(self, where: str, table: Mapping[str, Any]) -> str | tuple[str, ...]:
        if "panels" not in table:
            self._problem(where, "key_missing", value="panels")
            return "every"
        value, place = table["panels"], f"{where}.panels"
        if isinstance(value, str) and value in PANEL_WORDS:
            return value
        if not _is_names(value):
            self._problem(place, "panels_unknown", value=_shown(value))
            return "every"
        for word in sorted(set(value).intersection(PANEL_WORDS)):
            self._problem(place, "panels_reserved", value=word)
        if len(set(value)) < len(value):
            self._problem(place, "panels_repeated", value=_listed(value))
        return tuple(value)

    def _conditions(
        self, where: str, table: Mapping[str, Any], scale: Scale | None
    ) -> tuple[Mode, tuple[Condition, ...]]:
        modes = [mode for mode in MODES if mode in table]
        if len(modes) != 1:
            self._problem(where, "conditions_mode")
            return "all", ()
        mode = modes[0]
        entries = self._tables(f"{where}.{mode}", table[mode], CONDITION_KEYS, "conditions_empty")
        return mode, tuple(self._condition(place, entry, scale) for place, entry in entries)

    def _condition(self, where: str, table: Mapping[str, Any], scale: Scale | None) -> Condition:
        statistic = self._word(where, table, "statistic", tuple(STATISTICS), "statistic_unknown")
        if statistic and scale and not STATISTICS[statistic].fits(scale):
            self._problem(f"{where}.statistic", "statistic_scale", value=statistic)
        comparisons = [comparison for comparison in COMPARISONS if comparison in table]
        if len(comparisons) != 1:
            self._problem(where, "comparison_one", allowed=_listed(COMPARISONS))
            return Condition(statistic, "at_least", Fraction(0))
        comparison = cast(Comparison, comparisons[0])
        threshold = self._threshold(f"{where}.{comparison}", table[comparison], statistic, scale)
        return Condition(statistic, comparison, threshold)

    def _threshold(
        self, where: str, value: object, statistic: str, scale: Scale | None
    ) -> Fraction | ThresholdName:
        if value in ("critical", "apmo"):
            if statistic and value not in STATISTICS[statistic].threshold_names:
                self._problem(where, "threshold_name", value=value, statistic=statistic)
            return value
        number = _exact_number(value)
        if number is None:
            self._problem(where, "threshold_not_number", value=_shown(value))
            return Fraction(0)
        if statistic and scale:
            self._check_limits(where, number, statistic, STATISTICS[statistic].limits(scale))
        return number

    def _check_limits(self, where: str, number: Fraction, statistic: str, limits: tuple[int, int]) -> None:
        minimum, maximum = limits
        if not minimum <= number <= maximum:
            shown = {"value": str(number), "statistic": statistic}
            self._problem(where, "threshold_out_of_range", **shown, minimum=minimum, maximum=maximum)

    def _problem(self, where: str, code: str, **params: str | int) -> None:
        self.problems.append(Problem(where, code, params))

    def _table(
        self, where: str, value: object, allowed: Sequence[str] | None = None
    ) -> Mapping[str, Any] | None:
        if not isinstance(value, Mapping):
            self._problem(where, "not_a_table")
            return None
        for key in value:
            if allowed is not None and key not in allowed:
                self._problem(f"{where}.{key}", "key_unknown", value=str(key), allowed=_listed(allowed))
        return value

    def _tables(
        self, where: str, value: object, allowed: Sequence[str], empty: str
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """The tables of a list, each with its place."""
        if not isinstance(value, list | tuple):
            self._problem(where, "not_a_list")
            return []
        if not value:
            self._problem(where, empty)
        places = [f"{where}[{index}]" for index in range(len(value))]
        tables = [self._table(place, entry, allowed) for place, entry in zip(places, value, strict=True)]
        return [(place, table) for place, table in zip(places, tables, strict=True) if table is not None]

    def _word(
        self, where: str, table: Mapping[str, Any], key: str, allowed: Sequence[str], unknown: str
    ) -> str:
        """table[key] when it is one of `allowed`, else the empty string."""
        if key not in table:
            self._problem(where, "key_missing", value=key)
            return ""
        value = table[key]
        if isinstance(value, str) and value in allowed:
            return value
        self._problem(f"{where}.{key}", unknown, value=_shown(value), allowed=_listed(allowed))
        return ""


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_names(value: object) -> TypeGuard[Sequence[str]]:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(v, str) and v for v in value)


def _exact_number(value: object) -> Fraction | None:
    """Exactly the number as written: 0.1 is a tenth, and text like "200/3" is a fraction."""
    if _is_whole(value) or (isinstance(value, float) and isfinite(value)):
        return Fraction(Decimal(str(value)))
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return Fraction(value)
    return None


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)

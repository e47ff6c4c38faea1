"""Where on the form a problem of the document belongs, and what is said there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from delphi.scoring.problems import Problem
from delphi.web.researcher.protocol_form import Sheet
from delphi.words import message

_RULE = re.compile(r"rules\[(\d+)\](?:\.(.*))?")
_CONDITION = re.compile(r"(?:all|any)\[(\d+)\](?:\.(.*))?")
_PARTS = {"minimum_raters": "raters", "all": "conditions", "any": "conditions", "": "verdict", "name": "name"}
_PLACE = re.compile(r"([cr])(\d+)\.(?:k(\d+)\.)?.*")
_PLAIN = {
    "stopping.maximum_rounds": "maximum_rounds",
    "otherwise.verdict": "otherwise",
    "quartiles": "quartiles",
    "minimum_group_size": "minimum_group_size",
    "stability.criterion": "stability",
    "stability.threshold": "stability_threshold",
    "stability.minimum_pairs": "minimum_pairs",
}
_BANDS = {"low": "low_to", "middle": "low_to", "high": "high_from"}


@dataclass
class Errors:
    """What is wrong, by the name of the input; everything without a place of its own is under ""."""

    by_input: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        texts = self.by_input.setdefault(name, [])
        if text not in texts:
            texts.append(text)

    def of(self, name: str) -> list[str]:
        return self.by_input.get(name, [])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, text) for name, texts in self.by_input.items() for text in texts)

    def __bool__(self) -> bool:
        return bool(self.by_input)


def problem_in_words(problem: Problem) -> str:
    return message(f"protocol.problem.{problem.code}", problem.params)


def place_in_words(name: str) -> str:
    """Where on the form an input is, such as “Rule 2, condition 1”; empty for those there is one of."""
    found = _PLACE.fullmatch(name)
    if found is None:
        return ""
    kind, number, condition = found[1], int(found[2]) + 1, found[3]
    if kind == "c":
        return _("Criterion %(number)s", number=number)
    if condition is None:
        return _("Rule %(number)s", number=number)
    return _("Rule %(rule)s, condition %(number)s", rule=number, number=int(condition) + 1)


def placed(sheet: Sheet, problems: Sequence[Problem], language: str) -> Errors:
    """Each problem at the input it is about; one of a label, at its input in this language."""
    errors = Errors()
    for place in sheet.repeated_keys():
        name = sheet.criteria[place].key
        errors.add(f"c{place}.key", message("protocol.criterion_repeated", {"criterion": name}))
    for problem in problems:
        name = _input(sheet, problem.where, language)
        errors.add(name, problem_in_words(_as_typed(sheet, name, problem)))
    return errors


def _input(sheet: Sheet, where: str, language: str) -> str:
    if where.startswith("rules["):
        return _rule_input(where)
    if where.startswith("criteria."):
        return _criterion_input(sheet, where.removeprefix("criteria."), language)
    return _PLAIN.get(where, "")


def _rule_input(where: str) -> str:
    found = _RULE.fullmatch(where)
    if found is None:
        return ""
    rule, rest = found[1], found[2] or ""
    inner = _CONDITION.fullmatch(rest)
    if inner is None:
        return f"r{rule}.{_PARTS.get(rest, rest)}"
    part = inner[2] or "comparison"
    return f"r{rule}.k{inner[1]}.{part if part in ('statistic', 'comparison') else 'threshold'}"


def _criterion_input(sheet: Sheet, rest: str, language: str) -> str:
    for place, row in enumerate(sheet.criteria):
        if rest == row.key:
            return f"c{place}.key"
        if rest.startswith(f"{row.key}."):
            return f"c{place}.{_criterion_part(rest[len(row.key) + 1 :], language)}"
    return ""


def _criterion_part(part: str, language: str) -> str:
    if part.startswith("scale.bands"):
        return _BANDS.get(part.rpartition(".")[2], "low_to")
    if part.startswith("labels."):
        return f"{part}.{language}"
    return "points" if part.startswith("scale") else part


def _as_typed(sheet: Sheet, name: str, problem: Problem) -> Problem:
    """A band is one number on the form, where the document has two."""
    if problem.code != "band_invalid":
        return problem
    row = sheet.criteria[int(name[1 : name.index(".")])]
    return Problem(problem.where, problem.code, {"value": getattr(row, name.rpartition(".")[2])})

"""A study's protocol: the consensus rules, and how the study is run around them, in one TOML document.

Beside the tables of the rules (criteria, rules, otherwise, stability: docs/method.md, section 3) the document has:

    title = "COMET 70/15"           # what the protocol is called
    source = "Trials 2015;16:495"   # where its rules come from
    minimum_group_size = 5          # numbers for fewer people are never shown

    [feedback]                      # what experts see before they rate again
    distribution = true
    median = true
    by_panel = false
    comments = true

    [stopping]
    maximum_rounds = 3              # left out: no maximum

The texts of a criterion are tables of languages:

    [criteria.importance]
    question = { en = "How important is it?", fr = "..." }
    labels = { 1 = { en = "Not important" }, 9 = { en = "Essential" } }     # by point
    band_labels = { low = { en = "..." }, middle = { en = "..." }, high = { en = "..." } }
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from typing import Any, Final

from delphi.domain import toml
from delphi.scoring.problems import Problem, ProtocolError
from delphi.scoring.protocol import Protocol, parse_toml
from delphi.scoring.protocol_reader import DEFAULT_POINTS, TOP_KEYS
from delphi.scoring.rules import Criterion
from delphi.scoring.scales import BANDS, MAXIMUM_POINTS

Texts = Mapping[str, str]

SMALLEST_GROUP, LARGEST_GROUP = 2, 100
MOST_ROUNDS: Final = 20
DEFAULT_GROUP_SIZE: Final = 5
STUDY_KEYS: Final = (*TOP_KEYS, "title", "source", "minimum_group_size", "feedback", "stopping")

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

# What can be wrong beyond the rules themselves; %(name)s stands for a parameter of the problem.
STUDY_PROBLEMS: Final[dict[str, str]] = {
    "whole_number": "A whole number from %(minimum)s to %(maximum)s is needed here, not %(value)s.",
    "not_yes_or_no": "true or false is needed here, not %(value)s.",
    "criterion_key": "A criterion is named with small letters, digits and _, 40 at most, not %(value)s.",
    "point_unknown": "%(value)s is not a point of this scale, which goes from 1 to %(points)s.",
}


@dataclass(frozen=True)
class StudyProblem(Problem):
    """A problem of the study's own keys: a code of `STUDY_PROBLEMS`."""

    def __str__(self) -> str:
        return f"{self.where}: {STUDY_PROBLEMS[self.code] % self.params}"


@dataclass(frozen=True)
class FeedbackPolicy:
    """What an expert sees of the last round before rating again."""

    distribution: bool = True
    median: bool = True
    by_panel: bool = False
    comments: bool = True


@dataclass(frozen=True)
class StoppingRule:
    """When rounds end at the latest; None: no maximum."""

    maximum_rounds: int | None = None


@dataclass(frozen=True)
class CriterionTexts:
    """What experts read of a criterion, each in the study's languages."""

    question: Texts = field(default_factory=dict)
    labels: Mapping[int, Texts] = field(default_factory=dict)  # by point
    band_labels: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyProtocol:
    """The whole protocol; `rules` is what verdicts are computed from."""

    rules: Protocol
    minimum_group_size: int = DEFAULT_GROUP_SIZE
    feedback: FeedbackPolicy = FeedbackPolicy()
    stopping: StoppingRule = StoppingRule()
    title: str = ""
    source: str = ""

    def texts(self, criterion: str) -> CriterionTexts:
        return texts_of(self.rules.criteria[criterion])

    def to_dict(self) -> dict[str, Any]:
        """The document that `from_dict` reads back as this protocol."""
        limits = {key: value for key, value in asdict(self.stopping).items() if value is not None}
        named = {key: value for key, value in (("title", self.title), ("source", self.source)) if value}
        own = {"minimum_group_size": self.minimum_group_size, "feedback": asdict(self.feedback)}
        return named | own | ({"stopping": limits} if limits else {}) | self.rules.to_dict()

    def to_toml(self) -> str:
        return toml.dumps(self.to_dict())


def texts_of(criterion: Criterion) -> CriterionTexts:
    texts = criterion.texts
    labels = {int(point): label for point, label in texts.get("labels", {}).items()}
    return CriterionTexts(texts.get("question", {}), labels, texts.get("band_labels", {}))


def from_toml(text: str) -> StudyProtocol:
    """Raises ProtocolError with everything that is wrong, each with its place."""
    return from_dict(parse_toml(text))


def from_dict(document: Mapping[str, Any]) -> StudyProtocol:
    """Raises ProtocolError with everything that is wrong, each with its place."""
    reader = _Reader()
    reader.known("", document, STUDY_KEYS)
    size = reader.whole(document, "", "minimum_group_size", DEFAULT_GROUP_SIZE, SMALLEST_GROUP, LARGEST_GROUP)
    feedback, stopping = reader.feedback(document), reader.stopping(document)
    title, source = reader.text(document, "title"), reader.text(document, "source")
    rules = reader.rules(document)
    if reader.problems or rules is None:
        raise ProtocolError(reader.problems)
    return StudyProtocol(rules, size or DEFAULT_GROUP_SIZE, feedback, stopping, title, source)


def digest(text: str) -> str:
    """The SHA-256 of the document as it is stored, byte for byte."""
    return sha256(text.encode()).hexdigest()


class _Reader:
    """Reads the study's own keys and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def rules(self, document: Mapping[str, Any]) -> Protocol | None:
        rules = None
        try:
            rules = Protocol.from_dict({key: document[key] for key in TOP_KEYS if key in document})
        except ProtocolError as error:
            self.problems += error.problems
        criteria = document.get("criteria")
        for key, table in criteria.items() if isinstance(criteria, Mapping) else ():
            if isinstance(table, Mapping):
                self._criterion(key, table)
        return rules

    def known(self, where: str, table: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                params = {"value": str(key), "allowed": ", ".join(allowed)}
                self.problems.append(Problem(_place(where, str(key)), "key_unknown", params))

    def whole(
        self, table: Mapping[str, Any], where: str, key: str, default: int | None, minimum: int, maximum: int
    ) -> int | None:
        value = table.get(key, default)
        if value is None or (type(value) is int and minimum <= value <= maximum):
            return value
        params: dict[str, str | int] = {"minimum": minimum, "maximum": maximum, "value": _shown(value)}
        self.problems.append(StudyProblem(_place(where, key), "whole_number", params))
        return default

    def text(self, document: Mapping[str, Any], key: str) -> str:
        value = document.get(key, "")
        if isinstance(value, str):
            return value
        self.problems.append(Problem(key, "not_text", {"value": _shown(value)}))
        return ""

    def feedback(self, document: Mapping[str, Any]) -> FeedbackPolicy:
        names = tuple(entry.name for entry in fields(FeedbackPolicy))
        table = self.table("feedback", document.get("feedback", {}), names)
        for key, value in table.items():
            if key in names and not isinstance(value, bool):
                place = f"feedback.{key}"
                self.problems.append(StudyProblem(place, "not_yes_or_no", {"value": _shown(value)}))
        return FeedbackPolicy(**{key: value for key, value in table.items() if key in names})

    def stopping(self, document: Mapping[str, Any]) -> StoppingRule:
        table = self.table("stopping", document.get("stopping", {}), ("maximum_rounds",))
        return StoppingRule(self.whole(table, "stopping", "maximum_rounds", None, 1, MOST_ROUNDS))

    def table(self, where: str, value: object, allowed: tuple[str, ...] | None = None) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.problems.append(Problem(where, "not_a_table"))
            return {}
        if allowed is not None:
            self.known(where, value, allowed)
        return value

    def _criterion(self, key: str, table: Mapping[str, Any]) -> None:
        where = f"criteria.{key}"
        if not _KEY.fullmatch(key):
            self.problems.append(StudyProblem(where, "criterion_key", {"value": key}))
        self._texts(f"{where}.question", table.get("question", {}))
        points = _points(table)
        for point, label in self.table(f"{where}.labels", table.get("labels", {})).items():
            self._point(f"{where}.labels.{point}", point, points)
            self._texts(f"{where}.labels.{point}", label)
        for band, label in self.table(f"{where}.band_labels", table.get("band_labels", {}), BANDS).items():
            self._texts(f"{where}.band_labels.{band}", label)

    def _point(self, where: str, point: str, points: int) -> None:
        if point not in {str(number) for number in range(1, points + 1)}:
            self.problems.append(StudyProblem(where, "point_unknown", {"value": point, "points": points}))

    def _texts(self, where: str, value: object) -> None:
        for language, text in self.table(where, value).items():
            if not isinstance(text, str):
                self.problems.append(Problem(f"{where}.{language}", "not_text", {"value": _shown(text)}))


def _points(table: Mapping[str, Any]) -> int:
    """The points of a criterion's scale; the most there can be while that is not a number."""
    scale = table.get("scale", {})
    points = scale.get("points", DEFAULT_POINTS) if isinstance(scale, Mapping) else DEFAULT_POINTS
    return points if isinstance(points, int) else MAXIMUM_POINTS


def _place(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)

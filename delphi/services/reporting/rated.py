"""Every item as it was rated, round after round: the numbers that sections of reports share, as they are stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from delphi.domain.decisions import goes_against
from delphi.domain.protocols import StudyProtocol
from delphi.models import Decision, Item, Round, StoredVerdict
from delphi.reports.figures.figure import Numbers
from delphi.scoring.rules import POOLED
from delphi.services import board
from delphi.services.results import Passage, Result, Results
from delphi.words import translated


@dataclass(frozen=True)
class Line:
    """An item in a round that has verdicts."""

    result: Result
    round: Round
    stored: StoredVerdict
    decision: Decision | None
    protocol: StudyProtocol

    @property
    def item(self) -> Item:
        return self.result.item

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def title(self) -> str:
        return title_of(self.result)

    @property
    def criteria(self) -> list[str]:
        return list(self.protocol.rules.criteria)

    @property
    def outcome(self) -> str:
        """What was decided; empty while nothing is."""
        return self.decision.outcome if self.decision else ""

    @property
    def reason(self) -> str:
        return self.decision.reason if self.decision else ""

    @property
    def against(self) -> bool:
        """Whether it was decided otherwise than the rules say."""
        return self.decision is not None and goes_against(self.decision.verdict, self.decision.outcome)

    def summary(self, criterion: str, group: str = POOLED) -> dict[str, Any] | None:
        """None where the group is too small to show."""
        return board.shown_summary(self.stored, criterion, group)

    def numbers(self, criterion: str, group: str) -> Numbers | None:
        """For a figure; None where the group is not shown or nobody in it rated."""
        summary = self.summary(criterion, group)
        if not summary or not summary["n"]:
            return None
        return Numbers(
            item=self.code,
            title=self.title,
            round=self.round.number,
            group=group,
            verdict=self.stored.verdict,
            counts=summary["counts"],
            unable=summary["unable"],
            low=value(summary["low"]["percent"]),
            high=value(summary["high"]["percent"]),
            median=value(summary["median"]),
            q1=value(summary["q1"]),
            q3=value(summary["q3"]),
        )


class Rated:
    """`asked` has, by round and panel's code, the experts who were; `limited` the panels of items not for all."""

    def __init__(
        self,
        results: Results,
        protocols: Mapping[int, StudyProtocol],
        asked: Mapping[int, Mapping[str, set[int]]],
        limited: Mapping[int, Collection[str]],
    ) -> None:
        self._results, self._protocols, self._asked, self._limited = results, protocols, asked, limited

    @cached_property
    def lines(self) -> dict[int, list[Line]]:
        """Item id -> its rounds with verdicts, the latest last."""
        return {
            one.item.id: [
                self._line(one, passage, passage.stored) for passage in one.passages if passage.stored
            ]
            for _domain, listed in self._results.by_domain
            for one in listed
        }

    def _line(self, result: Result, passage: Passage, stored: StoredVerdict) -> Line:
        protocol = self._protocols[passage.round.id]
        return Line(result, passage.round, stored, passage.decision, protocol)

    @property
    def last(self) -> Iterator[Line]:
        """Each item as it was rated last, those that were; by domain, in the order of the bank."""
        return (lines[-1] for lines in self.lines.values() if lines)

    @property
    def every(self) -> Iterator[Line]:
        return (line for lines in self.lines.values() for line in lines)

    @property
    def overridden(self) -> list[Line]:
        """Where the decision in force goes against the rules."""
        return [line for line in self.every if line.against]

    def asked(self, line: Line, group: str = POOLED) -> int | None:
        """How many were asked; None where the group is not shown."""
        if group not in line.stored.shown_groups:
            return None
        members = self._asked[line.round.id]
        if group != POOLED:
            return len(members[group])
        limited = self._limited.get(line.item.id, members)
        return len(set[int]().union(*(members[code] for code in members if code in limited)))


def value(exact: Mapping[str, Any]) -> float | None:
    """A stored exact number as it stands in tables; None where it is undefined."""
    found: float | None = exact.get("value")
    return found


def title_of(result: Result) -> str:
    return translated({text.language: text.title for text in result.wording.texts})

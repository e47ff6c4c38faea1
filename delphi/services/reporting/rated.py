"""Every item as it was rated, round after round: the numbers that sections of reports share, as they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.decisions import outcome_when_followed
from delphi.domain.protocols import StudyProtocol
from delphi.models import (
    Decision,
    Item,
    ItemPanel,
    Panel,
    Participation,
    ParticipationPanel,
    Protocol,
    Rating,
    Round,
    StoredVerdict,
    Study,
)
from delphi.reports.figures.figure import Numbers
from delphi.scoring.rules import POOLED, Verdict
from delphi.services import board, keeping, protocols
from delphi.services.progress import Totals
from delphi.services.results import Passage, Result, Results
from delphi.words import gettext as _, translated


@dataclass(frozen=True)
class Line:
    """An item in a round that has verdicts."""

    result: Result
    round: Round
    wording_number: int
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
    def reason(self) -> str:
        return self.decision.reason if self.decision else ""

    @property
    def against(self) -> bool:
        """Whether it was decided otherwise than the rules say."""
        if self.decision is None:
            return False
        return Verdict(self.decision.outcome) is not outcome_when_followed(Verdict(self.decision.verdict))

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
    def __init__(
        self, study: Study, results: Results, sealed: Sequence[Protocol], panel_names: Mapping[str, str]
    ) -> None:
        self._study, self._results, self._sealed, self.panel_names = study, results, sealed, panel_names

    @cached_property
    def protocols(self) -> dict[int, StudyProtocol]:
        """By the protocol's id."""
        return {one.id: protocols.parsed(one) for one in self._sealed}

    @cached_property
    def names(self) -> dict[str, str]:
        """Everyone first, then each panel in the study's order."""
        return {POOLED: _("All experts"), **self.panel_names}

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
        sealed = self.protocols[stored.protocol_id]
        return Line(result, passage.round, passage.wording_number, stored, passage.decision, sealed)

    @property
    def last(self) -> Iterator[Line]:
        """Each item as it was rated last, those that were in the order of the bank."""
        return (lines[-1] for lines in self.lines.values() if lines)

    @property
    def every(self) -> Iterator[Line]:
        return (line for lines in self.lines.values() for line in lines)

    def asked(self, line: Line, group: str = POOLED) -> int | None:
        """How many were asked; None where the group is not shown."""
        if group not in line.stored.shown_groups:
            return None
        members = self._members[line.round.id]
        limited = self._limited.get(line.item.id)
        panels = [code for code in members if limited is None or code in limited]
        if group != POOLED:
            return len(members[group])
        return len(set[int]().union(*(members[code] for code in panels)))

    @cached_property
    def _members(self) -> Mapping[int, Mapping[str, set[int]]]:
        """Round id -> panel -> the experts who were asked in it."""
        query = (
            select(Participation.round_id, Panel.code, Participation.expert_id)
            .join(ParticipationPanel, ParticipationPanel.participation_id == Participation.id)
            .join(Panel, Panel.id == ParticipationPanel.panel_id)
            .where(Panel.study_id == self._study.id)
        )
        found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for round_id, code, expert_id in session.execute(query):
            found[round_id][code].add(expert_id)
        return found

    @cached_property
    def _limited(self) -> dict[int, set[str]]:
        """Items that only some panels are asked."""
        query = (
            select(ItemPanel.item_id, Panel.code)
            .join(Panel, Panel.id == ItemPanel.panel_id)
            .where(Panel.study_id == self._study.id)
        )
        found: dict[int, set[str]] = defaultdict(set)
        for item_id, code in session.execute(query):
            found[item_id].add(code)
        return found

    @cached_property
    def turnout(self) -> dict[int, Totals]:
        """Round id -> how many were asked, answered anything, and handed in."""
        started = (
            select(Rating.round_id, Rating.expert_id)
            .where(Rating.round_id.in_(self._opened()), keeping.given())
            .distinct()
            .subquery()
        )
        beside = (started.c.expert_id == Participation.expert_id) & (
            started.c.round_id == Participation.round_id
        )
        query = (
            select(
                Participation.round_id,
                func.count(Participation.id),
                func.count(started.c.expert_id),
                func.count(Participation.submitted_at),
            )
            .outerjoin(started, beside)
            .where(Participation.round_id.in_(self._opened()))
            .group_by(Participation.round_id)
        )
        return {round_id: Totals(*counts) for round_id, *counts in session.execute(query)}

    def _opened(self) -> Any:
        return select(Round.id).where(Round.study_id == self._study.id, Round.opened_at.is_not(None))


def value(exact: Mapping[str, Any]) -> float | None:
    """A stored exact number as it stands in tables; None where it is undefined."""
    found: float | None = exact.get("value")
    return found


def title_of(result: Result) -> str:
    return translated({text.language: text.title for text in result.wording.texts})

"""Figures of a report, drawn from what its record has read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from delphi.domain.analyses import Content
from delphi.domain.protocols import StudyProtocol
from delphi.models import Decision, Panel, Round, RoundItem, StoredVerdict
from delphi.reports.figures.figure import Figure
from delphi.services import figures
from delphi.services.expert_flow import RoundFlow
from delphi.services.reporting.rated import title_of
from delphi.services.reporting.record import Record


def figure(name: str, record: Record) -> Figure:
    return figures.make(name, _Source(record))


class _Source(figures.Source):
    """Asks the record for what a figure's page reads for itself."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.study, figures.Choice(), record.now)
        self._record = record

    @property
    def opened(self) -> Sequence[Round]:
        return self._record.rounds

    @property
    def rounds(self) -> Sequence[Round]:
        return self._record.scored

    @property
    def protocols(self) -> Mapping[int, StudyProtocol]:
        return self._record.protocols

    @property
    def panels(self) -> Sequence[Panel]:
        return self._record.panels

    @property
    def asked(self) -> Sequence[RoundItem]:
        return [row for one in self._record.rounds for row in one.items]

    @property
    def states(self) -> Mapping[int, str]:
        return {one.item.id: one.item.state for one in self._record.results.every}

    @cached_property
    def items(self) -> dict[int, tuple[str, str]]:
        scored = {row.item_id for one in self.rounds for row in one.items}
        return {
            one.item.id: (one.item.code, title_of(one))
            for one in self._record.results.every
            if one.item.id in scored
        }

    def stored(self, round_ids: Collection[int], item_id: int | None) -> Sequence[StoredVerdict]:
        return [
            line.stored
            for line in self._record.rated.every
            if line.round.id in round_ids and item_id in (None, line.item.id)
        ]

    def analyses(self, scored: Round) -> Mapping[int, Content]:
        return {
            item_id: one.content
            for (round_id, item_id), one in self._record.analyses.items()
            if round_id == scored.id
        }

    @property
    def decided(self) -> Mapping[tuple[int, int], Decision]:
        return {
            (passage.round.id, one.item.id): passage.decision
            for one in self._record.results.every
            for passage in one.passages
            if passage.decision
        }

    @property
    def expert_flows(self) -> Mapping[int, RoundFlow]:
        return self._record.expert_flows

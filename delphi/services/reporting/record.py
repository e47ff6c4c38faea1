"""The record of a study: what reports are written from, each part read once and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from delphi.db import session
from delphi.domain.analyses import Content
from delphi.domain.protocols import StudyProtocol
from delphi.models import Domain, Event, Panel, Protocol, Round, Study
from delphi.services import analyses, board, domains, panels, protocols, results
from delphi.services.results import Results


class Record:
    """`now` is when the report is made; every number in it is stored, none is computed anew."""

    def __init__(self, study: Study, now: datetime) -> None:
        self.study, self.now = study, now

    @cached_property
    def rounds(self) -> list[Round]:
        """Those that were opened."""
        query = select(Round).where(Round.study_id == self.study.id, Round.opened_at.is_not(None))
        return list(session.scalars(query.order_by(Round.number)))

    @cached_property
    def scored(self) -> list[Round]:
        """Those that have verdicts."""
        return board.scored_rounds(self.study)

    @cached_property
    def sealed(self) -> list[Protocol]:
        """The protocol as sealed, then each amendment."""
        return [one for one in protocols.versions(self.study) if one.sealed_at]

    @cached_property
    def protocol(self) -> StudyProtocol | None:
        """The one in force: the last sealed."""
        return protocols.parsed(self.sealed[-1]) if self.sealed else None

    @cached_property
    def results(self) -> Results:
        return results.of_study(self.study)

    @cached_property
    def analyses(self) -> Mapping[int, Mapping[int, Content]]:
        """Round id -> item id -> what stands beside its verdict; nothing of a round still being computed."""
        return {one.id: analyses.of_round(one) for one in self.scored}

    @cached_property
    def domains(self) -> dict[int, Domain]:
        return domains.by_id(self.study)

    @cached_property
    def panels(self) -> list[Panel]:
        return panels.list_of(self.study)

    @cached_property
    def events(self) -> list[Event]:
        """Everything the team and the clock did, in order."""
        query = select(Event).where(Event.study_id == self.study.id).order_by(Event.id)
        return list(session.scalars(query))

"""The record of a study: what reports are written from, each part read once and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.analyses import Content
from delphi.domain.protocols import DEFAULT_GROUP_SIZE, StudyProtocol
from delphi.models import Domain, Event, Panel, Presentation, Protocol, Round, Study
from delphi.services import (
    analyses,
    board,
    codings,
    comment_review,
    domains,
    expert_flow,
    figures,
    panels,
    presentations,
    protocols,
    results,
)
from delphi.services.comment_review import ReadComment
from delphi.services.expert_flow import RoundFlow
from delphi.services.reporting.rated import Rated
from delphi.services.results import Results
from delphi.words import translated


class Record:
    """`now` is when the report is made; every number in it is stored, none is computed anew."""

    def __init__(self, study: Study, now: datetime) -> None:
        self.study, self.now = study, now

    @cached_property
    def rounds(self) -> list[Round]:
        """Those that were opened."""
        query = select(Round).where(Round.study_id == self.study.id, Round.opened_at.is_not(None))
        with_all = query.options(selectinload(Round.items), selectinload(Round.panels))
        return list(session.scalars(with_all.order_by(Round.number)))

    @cached_property
    def scored(self) -> list[Round]:
        """Those that have verdicts."""
        return board.scored_rounds(self.study)

    @cached_property
    def sealed(self) -> list[Protocol]:
        """The protocol as sealed, then each amendment."""
        return protocols.sealed_versions(self.study)

    @cached_property
    def protocol(self) -> StudyProtocol | None:
        """The one in force: the last sealed."""
        return protocols.parsed(self.sealed[-1]) if self.sealed else None

    @property
    def minimum_group_size(self) -> int:
        """The largest that any version asks for."""
        return max((self.parsed(one).minimum_group_size for one in self.sealed), default=DEFAULT_GROUP_SIZE)

    def parsed(self, version: Protocol) -> StudyProtocol:
        return protocols.parsed(version)

    def protocol_of(self, opened: Round) -> StudyProtocol:
        """The one in force when the round opened."""
        return self.parsed(self.version_of(opened))

    def version_of(self, opened: Round) -> Protocol:
        return next(one for one in self.sealed if one.id == opened.protocol_id)

    @cached_property
    def panel_names(self) -> dict[str, str]:
        """By code."""
        return {one.code: translated(one.name, one.code) for one in self.panels}

    def panels_asked(self, opened: Round) -> dict[str, str]:
        """Code -> name of the panels that a round asked, in the study's order."""
        chosen = {row.panel_id for row in opened.panels}
        return {one.code: self.panel_names[one.code] for one in self.panels if one.id in chosen}

    @cached_property
    def expert_flows(self) -> Mapping[int, RoundFlow]:
        """By round id."""
        minimums = {one.id: self.protocol_of(one).minimum_group_size for one in self.rounds}
        return expert_flow.of_rounds(self.rounds, self.panels, minimums)

    @cached_property
    def figures(self) -> figures.Source:
        """What figures are drawn from."""
        return figures.Source(self.study, figures.Choice(), self.now)

    @cached_property
    def comments(self) -> list[ReadComment]:
        """Of closed rounds, by item and then by text: never in the order of writing."""
        return comment_review.of_rounds(self.scored)

    @cached_property
    def codebook(self) -> codings.Book:
        return codings.book(self.study)

    @cached_property
    def presentation(self) -> Presentation:
        """How experts see the study, as it stands now."""
        return presentations.of(self.study)

    @cached_property
    def results(self) -> Results:
        return results.of_study(self.study)

    @cached_property
    def analyses(self) -> Mapping[int, Mapping[int, Content]]:
        """Round id -> item id -> what stands beside its verdict; nothing of a round still being computed."""
        return analyses.of_rounds(self.scored)

    @cached_property
    def rated(self) -> Rated:
        """Every item as it was rated."""
        return Rated(self.study, self.results, self.sealed, self.panel_names)

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

    def happened(self, *kinds: str, number: int | None = None) -> list[Event]:
        """The events of these kinds; of one round where its number is given."""
        return [
            one
            for one in self.events
            if one.kind in kinds and (number is None or one.facts.get("number") == number)
        ]

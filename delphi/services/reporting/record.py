"""The record of a study: what reports are written from, each part read once and only when asked for.

Sections and figures share what was read: none asks the database for what another has asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.analyses import Content
from delphi.domain.protocols import DEFAULT_GROUP_SIZE, StudyProtocol
from delphi.domain.states import SCORED
from delphi.domain.withdrawals import Withdrawal
from delphi.models import Analysis, Event, Expert, ItemPanel, Panel, Presentation, Protocol, Round, Study
from delphi.scoring.rules import POOLED
from delphi.services import (
    analyses,
    codings,
    comment_review,
    descents,
    expert_flow,
    panels,
    presentations,
    progress,
    protocols,
    results,
)
from delphi.services.comment_review import ReadComment
from delphi.services.descents import Step
from delphi.services.expert_flow import RoundFlow
from delphi.services.progress import ExpertProgress, Totals
from delphi.services.reporting.rated import Line, Rated
from delphi.services.results import Results
from delphi.words import gettext as _, translated


class Record:
    """`now` is when the report is made; every number in it is stored, none is computed anew."""

    parsed = staticmethod(protocols.parsed)

    def __init__(self, study: Study, now: datetime) -> None:
        self.study, self.now = study, now

    @cached_property
    def rounds(self) -> list[Round]:
        """Those that were opened."""
        query = select(Round).where(Round.study_id == self.study.id, Round.opened_at.is_not(None))
        with_all = query.options(selectinload(Round.items), selectinload(Round.panels))
        return list(session.scalars(with_all.order_by(Round.number)))

    @property
    def scored(self) -> list[Round]:
        """Those that have verdicts."""
        return [one for one in self.rounds if one.state in SCORED]

    @cached_property
    def sealed(self) -> list[Protocol]:
        """The protocol as sealed, then each amendment."""
        return protocols.sealed_versions(self.study)

    @property
    def protocol(self) -> StudyProtocol | None:
        """The one in force: the last sealed."""
        return self.parsed(self.sealed[-1]) if self.sealed else None

    @property
    def minimum_group_size(self) -> int:
        """The largest that any version asks for."""
        return max((self.parsed(one).minimum_group_size for one in self.sealed), default=DEFAULT_GROUP_SIZE)

    def version_of(self, opened: Round) -> Protocol:
        """The one in force when the round opened."""
        return next(one for one in self.sealed if one.id == opened.protocol_id)

    @cached_property
    def protocols(self) -> dict[int, StudyProtocol]:
        """By round id, the one in force when it opened."""
        return {one.id: self.parsed(self.version_of(one)) for one in self.rounds}

    @cached_property
    def panels(self) -> list[Panel]:
        return panels.list_of(self.study)

    @cached_property
    def panel_names(self) -> dict[str, str]:
        """By code."""
        return {one.code: translated(one.name, one.code) for one in self.panels}

    @property
    def group_names(self) -> dict[str, str]:
        """Everyone first, then each panel in the study's order."""
        return {POOLED: _("All experts"), **self.panel_names}

    def panels_asked(self, opened: Round) -> dict[str, str]:
        """Code -> name of the panels that a round asked, in the study's order."""
        chosen = {row.panel_id for row in opened.panels}
        return {one.code: self.panel_names[one.code] for one in self.panels if one.id in chosen}

    @cached_property
    def experts(self) -> list[Expert]:
        """Everybody ever entered, with panels."""
        query = select(Expert).where(Expert.study_id == self.study.id, Expert.detached.is_(False))
        return list(session.scalars(query.options(selectinload(Expert.panels))))

    @cached_property
    def withdrawals(self) -> Mapping[Withdrawal, int]:
        """How many left with which choice."""
        return Counter(one.withdrawal for one in self.experts if one.withdrawal)

    @cached_property
    def progress(self) -> Mapping[int, Sequence[ExpertProgress]]:
        """Round id -> where everyone stands who was asked."""
        return progress.by_round(self.rounds, self.protocols)

    @cached_property
    def expert_flows(self) -> Mapping[int, RoundFlow]:
        """By round id."""
        return expert_flow.of_rounds(self.rounds, self.panels, self.protocols, self.progress)

    def turnout(self, opened: Round) -> Totals | None:
        """None where too few were asked for anything to be told."""
        if POOLED not in self.expert_flows[opened.id].steps:
            return None
        return Totals.of(self.progress[opened.id])

    @cached_property
    def results(self) -> Results:
        return results.of_study(self.study)

    @cached_property
    def rated(self) -> Rated:
        """Every item as it was rated."""
        return Rated(self.results, self.protocols, self._asked, self._limited)

    @property
    def _asked(self) -> Mapping[int, Mapping[str, set[int]]]:
        """Round id -> panel's code -> the experts who were asked in it."""
        return {
            round_id: {
                panel.code: {one.expert_id for one in everyone if panel.id in one.panels}
                for panel in self.panels
            }
            for round_id, everyone in self.progress.items()
        }

    @property
    def _limited(self) -> Mapping[int, set[str]]:
        """Item id -> the panels it is for, where it is not for all."""
        codes = {one.id: one.code for one in self.panels}
        query = select(ItemPanel.item_id, ItemPanel.panel_id).where(ItemPanel.panel_id.in_(codes))
        found: dict[int, set[str]] = defaultdict(set)
        for item_id, panel_id in session.execute(query):
            found[item_id].add(codes[panel_id])
        return found

    @cached_property
    def descents(self) -> Sequence[Step]:
        return descents.of_study(self.study)

    @cached_property
    def analyses(self) -> Mapping[tuple[int, int], Analysis]:
        """(round, item) -> what stands beside the verdict; nothing of a round still being computed."""
        return {(one.round_id, one.item_id): one for one in analyses.of_rounds(self.scored)}

    def analysis(self, line: Line) -> Content:
        """Empty while it is being computed."""
        found = self.analyses.get((line.round.id, line.item.id))
        return found.content if found else {}

    def analysed(self) -> Iterator[tuple[Line, str, Any]]:
        """Each item in its last round, by criterion, with what was found on it."""
        for line in self.rated.last:
            for key, own in self.analysis(line).get("criteria", {}).items():
                yield line, key, own

    @cached_property
    def comments(self) -> list[ReadComment]:
        """Of closed rounds, by item and then by text: never in the order of writing."""
        return comment_review.of_rounds(self.scored, self.protocols)

    @cached_property
    def codebook(self) -> codings.Book:
        return codings.book(self.study)

    @cached_property
    def presentation(self) -> Presentation:
        """How experts see the study, as it stands now."""
        return presentations.of(self.study)

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

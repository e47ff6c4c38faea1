"""The framework that a study leaves behind: the promoted items by part and domain, each with how it got there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.anonymity import visible_groups
from delphi.domain.mentions import Speaker, mentions
from delphi.domain.protocols import DEFAULT_GROUP_SIZE
from delphi.domain.states import SCORED, ItemState
from delphi.models import (
    Domain,
    GlossaryTerm,
    Item,
    Panel,
    Participation,
    ParticipationPanel,
    Protocol,
    Rating,
    Round,
    Study,
    Suggestion,
    Wording,
)
from delphi.models.domain import DomainLevel
from delphi.scoring.rules import POOLED
from delphi.services import board, descents, domains, glossary, keeping, panels, protocols, results
from delphi.services.descents import Step
from delphi.services.domains import Branch
from delphi.services.results import Passage, Result


class Final(NamedTuple):
    """What a shown group said last: None for percentage and median where nobody in it rated."""

    criterion: str
    group: str
    n: int
    high: int
    percent: float | None
    median: float | None


@dataclass(frozen=True)
class Entry:
    """A promoted item. `origins`: the items it was merged or split from; `suggestions`: how many led to it."""

    result: Result
    origins: Sequence[Step]
    suggestions: int
    mentions: list[Entry] = field(default_factory=list)
    mentioned_by: list[Entry] = field(default_factory=list)

    @property
    def item(self) -> Item:
        return self.result.item

    @property
    def reworded(self) -> Sequence[Wording]:
        """The wordings after the first, in order."""
        return self.result.wordings[1:]

    @property
    def scored(self) -> Passage | None:
        """Its last round with a verdict."""
        return next((one for one in reversed(self.result.passages) if one.stored), None)

    def texts(self, part: str) -> dict[str, str]:
        """Language -> title, description or examples."""
        return {text.language: getattr(text, part) for text in self.result.wording.texts}


class Shelf(NamedTuple):
    """The items of a sub-domain, or those that hang in the domain itself."""

    subdomain: Domain | None
    entries: list[Entry]


@dataclass(frozen=True)
class Area:
    """A petal: a domain with all below it, or items that hang in a part or nowhere. `number` is the drawing's."""

    number: int
    part: Domain | None
    domain: Domain | None
    shelves: Sequence[Shelf]

    @property
    def entries(self) -> list[Entry]:
        return [entry for shelf in self.shelves for entry in shelf.entries]

    @property
    def blank(self) -> bool:
        """Declared empty, and so it is."""
        return bool(self.domain and self.domain.left_empty and not self.entries)


class Stage(NamedTuple):
    """A round that was closed; `raters` is None where it may not be told how many answered."""

    round: Round
    items: int
    raters: int | None


@dataclass(frozen=True)
class People:
    """Who answered at least once: everybody and each panel, as far as that may be told."""

    total: int | None
    by_panel: Mapping[str, int]


class Framework:
    """Read once; what a reader is told of it is the same in the document, the site and the page."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.sealed: list[Protocol] = protocols.sealed_versions(study)
        self.panels: list[Panel] = panels.list_of(study)
        self.glossary: list[GlossaryTerm] = glossary.of(study)
        self._results = results.of_study(study).every
        self.entries: Mapping[int, Entry] = _entries(study, self._results)
        self.areas: list[Area] = list(_areas(domains.tree(study), self.entries.values()))

    @property
    def parts(self) -> list[Domain]:
        """In the order of their areas."""
        return list({area.part.id: area.part for area in self.areas if area.part}.values())

    @property
    def by_part(self) -> list[tuple[Domain | None, list[Area]]]:
        grouped: dict[int, tuple[Domain | None, list[Area]]] = {}
        for area in self.areas:
            key = area.part.id if area.part else -area.number  # what is in no part stands by itself
            grouped.setdefault(key, (area.part, []))[1].append(area)
        return list(grouped.values())

    def area_of(self, entry: Entry) -> Area:
        return next(area for area in self.areas if entry in area.entries)

    def finals(self, entry: Entry) -> list[Final]:
        """Everyone first, then the panels that may be shown; nothing of an item that was never rated."""
        passage = entry.scored
        if passage is None or passage.stored is None:
            return []
        groups = (POOLED, *(panel.code for panel in self.panels))
        return [
            _final(criterion, group, summary)
            for criterion in passage.stored.judgement["summaries"]
            for group in groups
            if (summary := board.shown_summary(passage.stored, criterion, group))
        ]

    @property
    def minimum(self) -> int:
        """The largest group size that any version of the protocol asks for."""
        sizes = [protocols.parsed(one).minimum_group_size for one in self.sealed]
        return max(sizes, default=DEFAULT_GROUP_SIZE)

    @cached_property
    def _took_part(self) -> dict[int, dict[int, set[str]]]:
        """Round id -> expert id -> panels, of those who answered in a round that was closed."""
        answered = (
            select(Rating.round_id, Rating.expert_id).where(keeping.given()).distinct().subquery("answered")
        )
        query = (
            select(Participation.round_id, Participation.expert_id, Panel.code)
            .join(Round, Round.id == Participation.round_id)
            .join(
                answered,
                (answered.c.round_id == Participation.round_id)
                & (answered.c.expert_id == Participation.expert_id),
            )
            .outerjoin(ParticipationPanel, ParticipationPanel.participation_id == Participation.id)
            .outerjoin(Panel, Panel.id == ParticipationPanel.panel_id)
            .where(Round.study_id == self.study.id, Round.state.in_(SCORED))
        )
        found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for round_id, expert_id, code in session.execute(query):
            found[round_id][expert_id] |= {code} - {None}
        return found

    @cached_property
    def people(self) -> People:
        held: dict[int, set[str]] = defaultdict(set)
        for experts in self._took_part.values():
            for expert_id, codes in experts.items():
                held[expert_id] |= codes
        memberships = [frozenset(codes) for codes in held.values()]
        shown = visible_groups(memberships, self.minimum)
        sizes = {
            panel.code: sum(panel.code in codes for codes in memberships)
            for panel in self.panels
            if panel.code in shown
        }
        return People(len(memberships) if POOLED in shown else None, sizes)

    @cached_property
    def stages(self) -> list[Stage]:
        passed = [one for result in self._results for one in result.passages]
        closed = {one.round.id: one.round for one in passed if one.round.state in SCORED}
        return [
            Stage(one, sum(passage.round is one for passage in passed), self._raters(one))
            for one in sorted(closed.values(), key=lambda one: one.number)
        ]

    def _raters(self, one: Round) -> int | None:
        count = len(self._took_part.get(one.id, ()))
        return count if count >= self.minimum else None


def _entries(study: Study, found: Sequence[Result]) -> dict[int, Entry]:
    """The promoted items in the order of the bank, with what each mentions."""
    promoted = [one for one in found if one.item.state is ItemState.PROMOTED]
    suggested = _suggestions(study)
    origins: dict[int, list[Step]] = defaultdict(list)
    for step in descents.of_study(study):
        origins[step.result.id].append(step)
    entries = {
        one.item.id: Entry(one, origins[one.item.id], suggested.get(one.item.id, 0)) for one in promoted
    }
    _link(entries)
    return entries


def _link(entries: Mapping[int, Entry]) -> None:
    said = {
        key: Speaker(
            entry.item.code,
            entry.texts("title").values(),
            [*entry.texts("description").values(), *entry.texts("examples").values()],
        )
        for key, entry in entries.items()
    }
    for key, others in mentions(said).items():
        for other in others:
            entries[key].mentions.append(entries[other])
            entries[other].mentioned_by.append(entries[key])


def _suggestions(study: Study) -> dict[int, int]:
    query = (
        select(Suggestion.became_id, func.count())
        .where(
            Suggestion.study_id == study.id, Suggestion.item_id.is_(None), Suggestion.became_id.is_not(None)
        )
        .group_by(Suggestion.became_id)
    )
    return {item_id: count for item_id, count in session.execute(query) if item_id}


def _areas(tree: Sequence[Branch], entries: Iterable[Entry]) -> Iterator[Area]:
    """Every domain, also without items; a part where items hang in it or it has nothing below."""
    hanging: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        hanging[entry.item.domain_id].append(entry)
    number = 0
    for branch in tree:
        own = branch.domain
        if own.level is DomainLevel.SUBDOMAIN:
            continue
        if own.level is DomainLevel.PART and branch.children and not hanging[own.id]:
            continue
        number += 1
        part = branch.path[0] if branch.path[0].level is DomainLevel.PART else None
        yield Area(number, part, own, _shelves(branch, tree, hanging))
    if hanging[None]:
        yield Area(number + 1, None, None, [Shelf(None, hanging[None])])


def _shelves(
    branch: Branch, tree: Sequence[Branch], hanging: Mapping[int | None, list[Entry]]
) -> list[Shelf]:
    below = [
        Shelf(one.domain, hanging[one.domain.id])
        for one in tree
        if one.domain.level is DomainLevel.SUBDOMAIN and one.domain.parent_id == branch.domain.id
    ]
    own = [Shelf(None, hanging[branch.domain.id])] if hanging[branch.domain.id] else []
    return own + [one for one in below if one.entries or (one.subdomain and _told(one.subdomain))]


def _told(domain: Domain) -> bool:
    return bool(domain.narrative or domain.left_empty)


def _final(criterion: str, group: str, summary: Mapping[str, Any]) -> Final:
    percent, median = summary["high"]["percent"].get("value"), summary["median"].get("value")
    return Final(criterion, group, summary["n"], summary["high"]["count"], percent, median)

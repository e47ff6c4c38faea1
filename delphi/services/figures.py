"""The numbers behind each figure: read from stored verdicts, those of small groups left out, never computed anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.analyses import Content
from delphi.domain.errors import NotFound
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import SCORED, ItemState, RoundState
from delphi.models import Decision, Item, Panel, Participation, Rating, Round, RoundItem, StoredVerdict, Study
from delphi.reports.figures import (
    agreement,
    convergence,
    distribution,
    experts,
    flow,
    panels as side_by_side,
    response,
)
from delphi.reports.figures.figure import Figure, Numbers
from delphi.scoring.rules import POOLED, Verdict
from delphi.services import (
    analyses,
    board,
    decisions,
    expert_flow,
    keeping,
    panels,
    progress,
    protocols,
    wordings,
)
from delphi.words import gettext as _, label, translated

OUTCOMES = {Verdict.PROMOTE: "promoted", Verdict.DROP: "dropped"}
GONE = {ItemState.MERGED: "merged", ItemState.SPLIT: "split"}


@dataclass(frozen=True)
class Choice:
    """What of a figure is looked at; what is not said, or does not exist, is chosen for the reader."""

    round: int | None = None
    criterion: str = ""
    group: str = POOLED
    item: int | None = None
    page: int = 1


class Source:
    """One study's rounds, read as far as a figure needs them."""

    def __init__(self, study: Study, choice: Choice, now: datetime) -> None:
        self.study, self.choice, self.now = study, choice, now

    @cached_property
    def opened(self) -> Sequence[Round]:
        query = select(Round).where(Round.study_id == self.study.id, Round.opened_at.is_not(None))
        return session.scalars(query.order_by(Round.number)).all()

    @property
    def rounds(self) -> Sequence[Round]:
        """Those that have verdicts."""
        return [one for one in self.opened if one.state in SCORED]

    @cached_property
    def round(self) -> Round | None:
        """The one asked for, else the latest."""
        wanted = [one for one in self.rounds if one.number == self.choice.round]
        return next(iter(wanted or self.rounds[-1:]), None)

    @cached_property
    def protocols(self) -> Mapping[int, StudyProtocol]:
        """By round id."""
        return protocols.of_rounds(self.opened)

    @property
    def criteria(self) -> list[str]:
        return list(self.protocols[self.round.id].rules.criteria) if self.round else []

    @property
    def criterion(self) -> str:
        return (
            self.choice.criterion if self.choice.criterion in self.criteria else next(iter(self.criteria), "")
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """All experts together first, then each panel in the study's order."""
        return {POOLED: _("All experts")} | {one.code: translated(one.name, one.code) for one in self.panels}

    @cached_property
    def panels(self) -> Sequence[Panel]:
        return panels.list_of(self.study)

    @property
    def group(self) -> str:
        return self.choice.group if self.choice.group in self.names else POOLED

    @cached_property
    def items(self) -> dict[int, tuple[str, str]]:
        """Items of scored rounds in the order of the bank: code and present title."""
        ids = select(RoundItem.item_id).where(RoundItem.round_id.in_([one.id for one in self.rounds]))
        query = select(Item.id, Item.code).where(Item.id.in_(ids)).order_by(Item.position, Item.id)
        found = dict(session.execute(query).all())
        texts = wordings.current(found)
        return {
            item_id: (code, translated({text.language: text.title for text in texts[item_id].texts}))
            for item_id, code in found.items()
        }

    @property
    def item(self) -> int | None:
        """The one asked for, else the first."""
        return self.choice.item if self.choice.item in self.items else next(iter(self.items), None)

    def numbers(
        self, groups: Collection[str], rounds: Sequence[Round], item_id: int | None = None
    ) -> list[Numbers]:
        """Of these groups in these rounds, as far as they may be shown; of one item, or of all."""
        previous = {(row.round_id, row.item_id): row.previous_round_id for row in self.asked}
        shown = {one.id for one in rounds}
        needed = shown | {
            before for (round_id, _), before in previous.items() if round_id in shown and before
        }
        stored = {(one.round_id, one.item_id): one for one in self.stored(needed, item_id)}
        return [
            self._numbers(one.number, found, stored.get((previous.get((one.id, own)) or 0, own)), group)
            for own in (self.items if item_id is None else [item_id])
            for one in rounds
            if (found := stored.get((one.id, own)))
            for group in groups
            if board.shown_summary(found, self.criterion, group) is not None
        ]

    def stored(self, round_ids: Collection[int], item_id: int | None) -> Sequence[StoredVerdict]:
        """The verdicts of these rounds, on one item or on all."""
        query = select(StoredVerdict).where(StoredVerdict.round_id.in_(round_ids))
        if item_id is not None:
            query = query.where(StoredVerdict.item_id == item_id)
        return session.scalars(query).all()

    def analyses(self, scored: Round) -> Mapping[int, Content]:
        """By item id."""
        return analyses.of_round(scored)

    @cached_property
    def asked(self) -> Sequence[RoundItem]:
        """Every item as it was asked, round after round."""
        query = (
            select(RoundItem)
            .join(Round, Round.id == RoundItem.round_id)
            .where(Round.study_id == self.study.id, Round.opened_at.is_not(None))
            .order_by(Round.number)
        )
        return session.scalars(query).all()

    @cached_property
    def states(self) -> Mapping[int, str]:
        """What has become of every item, by its id."""
        return dict(session.execute(select(Item.id, Item.state).where(Item.study_id == self.study.id)).all())

    @property
    def decided(self) -> Mapping[tuple[int, int], Decision]:
        """(round, item) -> the decision in force."""
        return decisions.in_force([one.id for one in self.opened])

    @property
    def expert_flows(self) -> Mapping[int, expert_flow.RoundFlow]:
        """By round id."""
        stands = progress.by_round(self.opened, self.protocols)
        return expert_flow.of_rounds(self.opened, self.panels, self.protocols, stands)

    def _numbers(
        self, number: int, stored: StoredVerdict, before: StoredVerdict | None, group: str
    ) -> Numbers:
        summary = board.shown_summary(stored, self.criterion, group) or {}
        earlier = board.shown_summary(before, self.criterion, group) if before else None
        code, title = self.items[stored.item_id]
        high = summary["high"]["percent"].get("value")
        was = earlier["high"]["percent"].get("value") if earlier else None
        return Numbers(
            item=code,
            title=title,
            round=number,
            group=group,
            verdict=stored.verdict,
            counts=summary["counts"],
            unable=summary["unable"],
            low=summary["low"]["percent"].get("value"),
            high=high,
            median=summary["median"].get("value"),
            q1=summary["q1"].get("value"),
            q3=summary["q3"].get("value"),
            change=high - was if high is not None and was is not None else None,
        )


def _distribution(source: Source) -> Figure:
    item_id = source.item
    found = source.numbers(list(source.names), source.rounds, item_id) if item_id else []
    bands = {
        one.number: _bands(source.protocols[one.id], source.criterion)
        for one in source.rounds
        if source.criterion in source.protocols[one.id].rules.criteria
    }
    code, _title = source.items.get(item_id or 0, ("", ""))
    return distribution.figure(code, found, source.names, bands)


def _bands(protocol: StudyProtocol, criterion: str) -> distribution.Bands:
    return {str(name): span for name, span in protocol.rules.criteria[criterion].scale.bands.named()}


def _convergence(source: Source) -> Figure:
    found = source.numbers([source.group], source.rounds)
    return convergence.figure(found, source.names[source.group], _verdict_words())


def _agreement(source: Source) -> Figure:
    if source.round is None:
        return agreement.figure([], 0, _verdict_words())
    found = source.numbers([POOLED], [source.round])
    changed = _changed(source, source.round)
    told = [replace(one, changed=changed.get(one.item)) for one in found]
    return agreement.figure(told, source.round.number, _verdict_words())


def _changed(source: Source, scored: Round) -> dict[str, float]:
    """Item's code -> per cent of those who rated twice who changed their answer, from the stored analysis."""
    found = {}
    for item_id, content in source.analyses(scored).items():
        movement = content["criteria"].get(source.criterion, {}).get("movement")
        if movement and item_id in source.items:
            found[source.items[item_id][0]] = 100 * (movement["n"] - movement["stayed"]) / movement["n"]
    return found


def _panels(source: Source) -> Figure:
    found = _of_panels(source)
    number = source.round.number if source.round else 0
    return side_by_side.figure(found, source.names, number, source.choice.page)


def _of_panels(source: Source) -> list[Numbers]:
    groups = [name for name in source.names if name != POOLED]
    return source.numbers(groups, [source.round] if source.round else [])


def _response(source: Source) -> Figure:
    asked = dict(
        session.execute(
            select(Participation.round_id, func.count())
            .where(Participation.round_id.in_([one.id for one in source.opened]))
            .group_by(Participation.round_id)
        ).all()
    )
    first = _first_answers(source.opened)
    told = [
        _response_of(one, asked.get(one.id, 0), first[one.id], source.now)
        for one in source.opened
        if asked.get(one.id, 0) >= source.protocols[one.id].minimum_group_size
    ]
    return response.figure(told)


def _first_answers(rounds: Sequence[Round]) -> Mapping[int, list[datetime]]:
    """By round, when the first answer that still stands was given, one time an expert."""
    query = (
        select(Rating.round_id, func.min(Rating.updated_at))
        .where(Rating.round_id.in_([one.id for one in rounds]), keeping.given())
        .group_by(Rating.round_id, Rating.expert_id)
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for round_id, moment in session.execute(query):
        found[round_id].append(moment)
    return found


def _response_of(one: Round, asked: int, moments: Sequence[datetime], now: datetime) -> response.Response:
    start = one.opened_at or now
    days = max(0, ((one.closed_at or now) - start).days)
    given = Counter(min(days, max(0, (moment - start).days)) for moment in moments)
    total, answered = 0, []
    for day in range(days + 1):
        total += given[day]
        answered.append(total)
    return response.Response(one.number, asked, answered)


def _flow(source: Source) -> Figure:
    states, decided = source.states, source.decided
    wording: dict[int, int | None] = {}
    came: dict[int, Counter[str]] = defaultdict(Counter)
    went: dict[int, Counter[str]] = defaultdict(Counter)
    last = {row.item_id: row.round_id for row in source.asked}
    open_ones = {one.id for one in source.opened if one.state is RoundState.OPEN}
    for row in source.asked:
        before = wording.get(row.item_id)
        came[row.round_id][
            "new" if before is None else "again" if before == row.wording_id else "reworded"
        ] += 1
        wording[row.item_id] = row.wording_id
        decision = decided.get((row.round_id, row.item_id))
        outcome = OUTCOMES.get(Verdict(decision.outcome), "again_next") if decision else "waiting"
        if (
            outcome not in OUTCOMES.values()
            and last[row.item_id] == row.round_id
            and row.round_id not in open_ones
        ):
            outcome = GONE.get(ItemState(states[row.item_id]), outcome)
        went[row.round_id][outcome] += 1
    return flow.figure([flow.Flow(one.number, came[one.id], went[one.id]) for one in source.opened])


def _experts(source: Source) -> Figure:
    flows = source.expert_flows
    told = [
        experts.Flow(one.number, {group: steps._asdict() for group, steps in flows[one.id].steps.items()})
        for one in source.opened
        if POOLED in flows[one.id].steps
    ]
    return experts.figure(told, source.names)


def _verdict_words() -> dict[str, str]:
    return {one.value: label("verdict", one.value) for one in Verdict}


# In the order of the gallery.
FIGURES: dict[str, Callable[[Source], Figure]] = {
    "convergence": _convergence,
    "agreement": _agreement,
    "panels": _panels,
    "distribution": _distribution,
    "response": _response,
    "experts": _experts,
    "flow": _flow,
}


def make(name: str, source: Source) -> Figure:
    if name not in FIGURES:
        raise NotFound("figure.not_found")
    return FIGURES[name](source)


def pages(source: Source) -> int:
    """Of the panels side by side."""
    return side_by_side.pages(_of_panels(source))

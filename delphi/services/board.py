"""Reading a scored round: the consensus board, and one item with all that happened to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased, selectinload

from delphi.db import session
from delphi.domain.board import VERDICTS, View
from delphi.domain.decisions import goes_against
from delphi.domain.errors import NotFound
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import SCORED, RoundState
from delphi.models import (
    Account,
    Analysis,
    Comment,
    Decision,
    Domain,
    Item,
    Panel,
    Protocol,
    Round,
    RoundItem,
    StoredVerdict,
    Study,
    Wording,
)
from delphi.scoring.rules import POOLED
from delphi.services import decisions, domains, panels, progress, protocols, wordings

SIDES = {"promote": "high", "drop": "low"}


@dataclass(frozen=True)
class Row:
    """One item of a scored round; `analysis` is empty while it is being computed."""

    item: Item
    wording: Wording
    latest_wording: int
    stored: StoredVerdict
    first: bool  # it was not rated before
    decision: Decision | None
    comments: int
    analysis: Mapping[str, Any]

    @property
    def judgement(self) -> dict[str, Any]:
        return self.stored.judgement

    @property
    def key(self) -> int:
        return self.item.id

    @property
    def verdict(self) -> str:
        return self.stored.verdict

    @property
    def flags(self) -> Collection[str]:
        raised: Collection[str] = self.analysis.get("flags", ())
        return raised

    @property
    def waiting(self) -> bool:
        return self.decision is None

    @property
    def overridden(self) -> bool:
        return self.decision is not None and goes_against(self.decision.verdict, self.decision.outcome)

    @property
    def domain_id(self) -> int | None:
        return self.item.domain_id

    @property
    def words(self) -> str:
        return " ".join([self.item.code, *(text.title for text in self.wording.texts)]).casefold()

    @property
    def flips_with(self) -> int | None:
        found = self.analysis.get("fragility")
        return found["raters"] if found else None

    def summary(self, criterion: str, group: str = POOLED) -> dict[str, Any] | None:
        return shown_summary(self.stored, criterion, group)

    def found(self, criterion: str) -> Mapping[str, Any]:
        """What was computed on this criterion."""
        own: Mapping[str, Any] = self.analysis.get("criteria", {}).get(criterion, {})
        return own

    def side(self, panel: str) -> str:
        """Where a rule that looks at panels holds in this one: "high" to promote, "low" to drop."""
        for rule in self.judgement["trace"] if panel in self.stored.shown_groups else ():
            if rule["verdict"] in SIDES and rule["groups"].get(panel, {}).get("holds"):
                return SIDES[rule["verdict"]]
        return ""

    def measure(self, sort: str, criterion: str) -> Any:
        """What the board is sorted by; None comes last."""
        own: dict[str, Callable[[], Any]] = {
            "item": lambda: self.item.code,
            "since": lambda: self.found(criterion).get("high_change"),
            "fragility": lambda: self.flips_with,
            "holds": lambda: self.analysis.get("holds"),
            "comments": lambda: self.comments,
            "verdict": lambda: VERDICTS.index(self.verdict),
            "decision": lambda: self.decision and self.decision.outcome,
        }
        return own[sort]() if sort in own else self._statistic(sort, criterion)

    def _statistic(self, name: str, criterion: str) -> float | None:
        summary = self.summary(criterion)
        if not summary or not summary["n"]:
            return None
        exact = summary["high"]["percent"] if name == "high" else summary[name]
        value: float | None = exact.get("value")
        return value


@dataclass(frozen=True)
class Board:
    round: Round
    rounds: list[Round]
    protocol: StudyProtocol
    panels: list[Panel]
    rows: list[Row]
    domains: Mapping[int, Domain]
    totals: progress.Totals

    @property
    def deciding(self) -> bool:
        return self.round.state is RoundState.CLOSED

    @property
    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.waiting]

    @property
    def decisions(self) -> list[Decision]:
        """Those in force."""
        return [row.decision for row in self.rows if row.decision]

    @property
    def computing(self) -> bool:
        """Whether the worker has yet to say how much the verdicts rest on."""
        return not any(row.analysis for row in self.rows)

    @property
    def judged(self) -> datetime:
        """When the latest of its verdicts was given."""
        return max(row.stored.computed_at for row in self.rows)

    def count(self, name: str) -> int:
        """How many items a filter shows."""
        view = View(show=(name,))
        return sum(1 for row in self.rows if view.fits(row))


def shown_summary(stored: StoredVerdict, criterion: str, group: str) -> dict[str, Any] | None:
    """A group's numbers, or None where the group is too small to show."""
    if group not in stored.shown_groups:
        return None
    found: dict[str, Any] | None = stored.judgement["summaries"].get(criterion, {}).get(group)
    return found


def scored_rounds(study: Study) -> list[Round]:
    query = select(Round).where(Round.study_id == study.id, Round.state.in_(SCORED)).order_by(Round.number)
    return list(session.scalars(query))


def of_round(study: Study, number: int | None = None) -> Board | None:
    """The board of one scored round, the latest by default; None before any round was scored."""
    scored = scored_rounds(study)
    chosen = (
        next((one for one in scored if one.number == number), None)
        if number
        else (scored[-1] if scored else None)
    )
    if chosen is None:
        if number:
            raise NotFound("round.not_found")
        return None
    totals = progress.totals(chosen)
    return Board(
        round=chosen,
        rounds=scored,
        protocol=protocols.of_round(chosen),
        panels=panels.list_of(study),
        rows=rows(chosen),
        domains=domains.by_id(study),
        totals=totals,
    )


def rows(chosen: Round) -> list[Row]:
    """Every item of the round, in its order."""
    other = aliased(Wording)
    latest = select(func.max(other.number)).where(other.item_id == Item.id).scalar_subquery()
    query = (
        select(Item, Wording, latest, StoredVerdict, RoundItem.previous_round_id, Analysis.content)
        .select_from(RoundItem)
        .join(Item, Item.id == RoundItem.item_id)
        .join(Wording, Wording.id == RoundItem.wording_id)
        .join(StoredVerdict, _beside(StoredVerdict))
        .outerjoin(Analysis, _beside(Analysis))
        .where(RoundItem.round_id == chosen.id)
        .order_by(RoundItem.position)
        .options(selectinload(Wording.texts))
    )
    decided, comments = decisions.in_force([chosen.id]), _comment_counts(chosen)
    return [
        Row(
            item=item,
            wording=wording,
            latest_wording=number,
            stored=stored,
            first=before is None,
            decision=decided.get((chosen.id, item.id)),
            comments=comments.get(item.id, 0),
            analysis=content or {},
        )
        for item, wording, number, stored, before, content in session.execute(query)
    ]


def _beside(kept: type[StoredVerdict] | type[Analysis]) -> ColumnElement[bool]:
    """SQL for: of the same item in the same round."""
    return and_(kept.round_id == RoundItem.round_id, kept.item_id == RoundItem.item_id)


def _comment_counts(chosen: Round) -> dict[int, int]:
    query = (
        select(Comment.item_id, func.count())
        .where(Comment.round_id == chosen.id, Comment.text != "")
        .group_by(Comment.item_id)
    )
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class Step:
    """What happened to an item in one round."""

    round: Round
    wording: Wording
    stored: StoredVerdict | None
    analysis: Mapping[str, Any]
    decisions: list[tuple[Decision, str]]

    @property
    def in_force(self) -> Decision | None:
        latest = self.decisions[-1][0] if self.decisions else None
        return None if latest is None or latest.undone else latest

    def tells(self, rule: Mapping[str, Any]) -> bool:
        """Whether it may be said that a rule holds or not: not where only a hidden group would tell.

        Up to the rule that decided, the verdict itself says it.
        """
        if self.stored is None:
            return False
        deciding = self.stored.judgement["rule"]
        return (
            deciding is None
            or rule["rule"] <= deciding
            or set(rule["groups"]) <= set(self.stored.shown_groups)
        )


def item_history(study: Study, item_id: int) -> tuple[Item, list[Step]]:
    """The item and every opened round it was in, with all decisions and who made them."""
    item = session.scalar(select(Item).where(Item.id == item_id, Item.study_id == study.id))
    if item is None:
        raise NotFound("item.not_found")
    query = (
        select(RoundItem, Round, StoredVerdict, Analysis.content)
        .join(Round, Round.id == RoundItem.round_id)
        .outerjoin(StoredVerdict, _beside(StoredVerdict))
        .outerjoin(Analysis, _beside(Analysis))
        .where(RoundItem.item_id == item.id, RoundItem.wording_id.is_not(None))
        .order_by(Round.number)
    )
    found = session.execute(query).all()
    texts = wordings.of([row.wording_id for row, _, _, _ in found])
    made = _decisions_of(item)
    return item, [
        Step(one, texts[row.wording_id], stored, content or {}, made.get(one.id, []))
        for row, one, stored, content in found
    ]


def _decisions_of(item: Item) -> dict[int, list[tuple[Decision, str]]]:
    query = (
        select(Decision, Account.name)
        .join(Account, Account.id == Decision.decided_by_id)
        .where(Decision.item_id == item.id)
        .order_by(Decision.id)
    )
    made: dict[int, list[tuple[Decision, str]]] = {}
    for decision, name in session.execute(query):
        made.setdefault(decision.round_id, []).append((decision, name))
    return made


def protocols_of(steps: Iterable[Step]) -> dict[int, StudyProtocol]:
    """The protocol behind each verdict, by its id."""
    ids = {step.stored.protocol_id for step in steps if step.stored}
    found = session.scalars(select(Protocol).where(Protocol.id.in_(ids)))
    return {protocol.id: protocols.parsed(protocol) for protocol in found}


def averages_told(steps: Iterable[Step]) -> dict[int, set[str]]:
    """By round, the groups shown on all of its items that they rated.

    An average over the round (APMO) of any other group would, less what is shown, leave the items that few rated.
    """
    rounds = {step.round.id for step in steps if step.stored and _averages(step.stored)}
    rated: dict[int, set[str]] = {round_id: set() for round_id in rounds}
    hidden: dict[int, set[str]] = {round_id: set() for round_id in rounds}
    query = select(StoredVerdict).where(StoredVerdict.round_id.in_(rounds))
    for stored in session.scalars(query) if rounds else ():
        for groups in stored.judgement["summaries"].values():
            names = {name for name, summary in groups.items() if summary["n"]}
            rated[stored.round_id] |= names
            hidden[stored.round_id] |= names - set(stored.shown_groups)
    return {round_id: rated[round_id] - hidden[round_id] for round_id in rounds}


def _averages(stored: StoredVerdict) -> bool:
    """Whether a rule compared with an average over the round."""
    return any(
        condition["threshold_name"] == "apmo"
        for rule in stored.judgement["trace"]
        for group in rule["groups"].values()
        for condition in group["conditions"]
    )


def round_texts(asked: Round) -> dict[int, tuple[Item, Wording]]:
    """Each item of an opened round with the wording it showed."""
    query = (
        select(Item, RoundItem.wording_id)
        .join(RoundItem, RoundItem.item_id == Item.id)
        .where(RoundItem.round_id == asked.id, RoundItem.wording_id.is_not(None))
    )
    found = session.execute(query).all()
    texts = wordings.of([wording_id for _, wording_id in found])
    return {item.id: (item, texts[wording_id]) for item, wording_id in found}

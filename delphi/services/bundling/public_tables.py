"""The public bundle: which answers may be in it, without whom, and the report of what was left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import select

from delphi.db import session
from delphi.domain import public_data
from delphi.exporters.datapackage import Field, Sheet
from delphi.exporters.tables import Cell
from delphi.models import Round, StoredVerdict
from delphi.scoring.rules import POOLED
from delphi.services import protocols, verdicts
from delphi.services.bundling import columns
from delphi.services.bundling.answer_tables import MISSING_RATING, RATING_REFERENCES, answer, rating_fields
from delphi.services.bundling.groups import Groups, Place
from delphi.services.bundling.scope import Asked, Scope
from delphi.services.bundling.stored import AT_ONCE
from delphi.words import translated

REPORT = "anonymisation-report.md"
REPORT_DATA = "anonymisation-report.json"


@dataclass
class RoundReport:
    """Of one round: items, those without answers here, on how many items a panel is not told, and verdicts."""

    round: int
    items: int = 0
    items_without_answers: list[str] = field(default_factory=list)
    answers: int = 0
    panels_not_told: Counter[str] = field(default_factory=Counter)
    verdicts_not_recomputed: list[str] = field(default_factory=list)


@dataclass
class Anonymised:
    k: int
    title: str
    panels: dict[str, str]
    rounds: list[RoundReport] = field(default_factory=list)
    not_recomputed: set[Place] = field(default_factory=set)

    def report_data(self) -> str:
        document = {
            "k": self.k,
            "left_out": [
                *(
                    "pseudonyms",
                    "names_and_addresses",
                    "attributes",
                    "languages_of_experts",
                    "comments",
                    "themes",
                ),
                *("silence", "times_of_decisions", "decisions_not_in_force", "reasons_of_wordings"),
                "fields_of_the_team",
            ],
            "rounds": [one.__dict__ | {"panels_not_told": dict(one.panels_not_told)} for one in self.rounds],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def report(self) -> str:
        lines = [
            f"# {_('What was left out so that nobody can be found')}",
            "",
            self.title,
            "",
            *self._method(),
        ]
        for one in self.rounds:
            lines += ["", f"## {_('Round %(number)s', number=one.round)}", "", *self._of_round(one)]
        lines += ["", f"## {_('What remains')}", "", *_remains()]
        return "\n".join(lines) + "\n"

    def _method(self) -> Iterator[str]:
        yield _(
            "Everybody alike in what is told of an answer (round, item, criterion, panels) is at least %(k)s experts: "
            "k is the minimum group size of the protocol, and never less than 5.",
            k=self.k,
        )
        yield ""
        yield "- " + _(
            "Pseudonyms: left out. An answer to one item cannot be joined to an answer to another."
        )
        yield "- " + _(
            "Panels: told beside an answer only where everybody alike in the panels told is at least k, and where "
            "nobody who knows their own answer could work out those of a whole small panel. The largest panels "
            "come first."
        )
        yield "- " + _("Answers to an item that fewer than k experts rated: left out whole.")
        yield "- " + _("Who was asked and did not answer: left out.")
        yield "- " + _("Attributes and languages of experts: left out.")
        yield "- " + _(
            "Comments, themes and their codes: left out. Words may tell who wrote them, which no rule can rule out, "
            "and they were written for this study."
        )
        yield "- " + _(
            "Fields that the team added to items, reasons of wordings, decisions that are not in force, times of "
            "decisions: left out."
        )

    def _of_round(self, one: RoundReport) -> Iterator[str]:
        yield "- " + _("Items: %(count)s. Answers told: %(answers)s.", count=one.items, answers=one.answers)
        if one.items_without_answers:
            listed = ", ".join(one.items_without_answers)
            yield "- " + _("Items without answers here: %(items)s.", items=listed)
        for panel, count in sorted(one.panels_not_told.items()):
            yield "- " + _(
                "Panel %(panel)s is not told beside answers to %(count)s of %(items)s items.",
                panel=f"{self.panels.get(panel, panel)} ({panel})",
                count=count,
                items=one.items,
            )
        if not one.verdicts_not_recomputed:
            yield "- " + _("Every verdict can be recomputed from the answers told.")
            return
        yield "- " + _(
            "Verdicts that cannot be recomputed here, because their rules look at answers or panels that are not told: "
            "%(count)s of %(items)s (%(listed)s). They stand in verdicts.csv with recomputable = false.",
            count=len(one.verdicts_not_recomputed),
            items=one.items,
            listed=", ".join(one.verdicts_not_recomputed),
        )


def _remains() -> Iterator[str]:
    yield "- " + _("Where everybody in a group answered the same, the answer of each of them is known.")
    yield "- " + _(
        "Each item in each round is looked at by itself: who knows who changed an answer may learn more."
    )
    yield "- " + _("A verdict that needs every panel says something about a panel that is not told.")
    yield "- " + _("Reasons of decisions are the team’s own words: read them before publishing.")


def anonymise(scope: Scope) -> Anonymised:
    """Looks through every answer once, and sets what the bundle may tell."""
    k = max(public_data.public_minimum(protocols.parsed(one).minimum_group_size) for one in scope.sealed)
    panels = {one.code: translated(one.name, one.code) for one in scope.panels}
    made = Anonymised(k, translated(scope.study.title), panels)
    kept: dict[Place, frozenset[str]] = {}
    for closed in scope.rounds:
        report = RoundReport(closed.number)
        missing: dict[str, frozenset[str]] = {}
        asked_panels: dict[int, frozenset[str]] = {}
        for asked in scope.asked_in(closed):
            told = public_data.publishable(_answered(asked), k)
            kept[closed.id, asked.item_id] = told
            asked_panels[asked.item_id] = frozenset().union(*asked.held.values())
            missing[asked.item] = asked_panels[asked.item_id] - told | ({POOLED} - told)
            _count(report, asked, told, missing[asked.item])
        _judge(scope, closed, kept, asked_panels, missing, report, made)
        made.rounds.append(report)
    scope.groups = Groups(kept)
    return made


def _answered(asked: Asked) -> list[list[frozenset[str]]]:
    """The panels of those who rated, and of these with those unable to rate, on each criterion."""
    return [_memberships(asked, key, unable_too) for key in asked.criteria for unable_too in (False, True)]


def _memberships(asked: Asked, criterion: str, unable_too: bool) -> list[frozenset[str]]:
    given = asked.answers.get(criterion, {})
    return [
        asked.held[one]
        for one, (point, unable) in given.items()
        if one in asked.held and (point is not None or (unable and unable_too))
    ]


def _count(report: RoundReport, asked: Asked, told: frozenset[str], missing: frozenset[str]) -> None:
    report.items += 1
    if POOLED in told:
        report.answers += sum(len(_answers(asked, criterion)) for criterion in asked.criteria)
    else:
        report.items_without_answers.append(asked.item)
    report.panels_not_told.update(missing - {POOLED})


def _judge(
    scope: Scope,
    closed: Round,
    kept: dict[Place, frozenset[str]],
    asked_panels: dict[int, frozenset[str]],
    missing: dict[str, frozenset[str]],
    report: RoundReport,
    made: Anonymised,
) -> None:
    rules = scope.rules_of(closed).rules.rules
    codes = {one.item_id: one.code for one in verdicts.asked_in(closed)}
    for item_id, deciding in _deciding_rules(closed):
        told, asked = kept.get((closed.id, item_id), frozenset()), asked_panels.get(item_id, frozenset())
        if not public_data.recomputable(rules, deciding, asked, told, missing):
            made.not_recomputed.add((closed.id, item_id))
            report.verdicts_not_recomputed.append(codes[item_id])


def _deciding_rules(closed: Round) -> Iterator[tuple[int, int | None]]:
    """The place of the rule that gave each verdict, from 0, by item."""
    query = select(StoredVerdict.item_id, StoredVerdict.judgement).where(StoredVerdict.round_id == closed.id)
    for item_id, judgement in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield item_id, judgement["rule"]


def rating_sheet(scope: Scope) -> Sheet:
    """A row for each answer, in an order that tells nothing; nobody who was silent."""
    who = Field(
        "answer",
        _("Number of the answer to this item and criterion. It stands for nobody and joins nothing."),
        "integer",
        columns.ONE_OR_MORE,
    )
    return Sheet(
        "ratings",
        _("Each answer of each closed round, cut from its expert, with the panels that may be told."),
        rating_fields(who),
        ("round", "item", "criterion", "answer"),
        lambda: _rating_rows(scope),
        RATING_REFERENCES,
        MISSING_RATING,
    )


def _rating_rows(scope: Scope) -> Iterator[list[Cell]]:
    for asked in scope.asked():
        place = asked.round.id, asked.item_id
        for criterion in asked.criteria if scope.groups.has_answers(place) else ():
            told = [
                (";".join(scope.groups.of_answer(place, asked.held[one])), answer(asked, criterion, one))
                for one in _answers(asked, criterion)
            ]
            for number, (panels, rating) in enumerate(sorted(told, key=str), 1):
                start: list[Cell] = [asked.round.number, asked.item, asked.wording, criterion]
                yield [*start, number, panels, rating]


def _answers(asked: Asked, criterion: str) -> list[int]:
    """Who gave a point, or was unable to."""
    given = asked.answers.get(criterion, {})
    return [
        one for one, (point, unable) in given.items() if one in asked.held and (point is not None or unable)
    ]

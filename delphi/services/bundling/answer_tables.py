"""What was answered and what came of it: ratings, verdicts, the numbers behind them, decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from delphi.db import session
from delphi.exporters.datapackage import Field, Sheet
from delphi.exporters.tables import Cell
from delphi.models import Decision, Item, Round
from delphi.scoring.rules import Verdict
from delphi.scoring.scales import BANDS, MAXIMUM_POINTS
from delphi.services import decisions
from delphi.services.bundling import columns, stored
from delphi.services.bundling.groups import Place
from delphi.services.bundling.scope import Asked, Scope

UNABLE = "unable"  # as `delphi score` reads it
NONE: frozenset[Place] = frozenset()
AT_ONCE = 500  # rows of the database in memory


def rating_fields(who: Field) -> tuple[Field, ...]:
    return (
        columns.round_number(),
        columns.item(),
        columns.wording(),
        columns.criterion(),
        who,
        Field(
            "panels",
            _("The panels for which the expert was asked, with “;” between them, as held in the round."),
        ),
        Field(
            "rating",
            _("The point chosen. Missing: empty for no answer, unable for “unable to rate”."),
            "integer",
            {"minimum": 1, "maximum": MAXIMUM_POINTS},
        ),
    )


RATING_REFERENCES = (columns.TO_ROUND, columns.TO_ITEM, columns.TO_WORDING, columns.TO_VERDICT)
MISSING_RATING = ("", UNABLE)


def rating_sheet(scope: Scope) -> Sheet:
    """A row for each expert asked, item and criterion of a closed round, by pseudonym, without times."""
    who = Field(
        "expert", _("Pseudonym of the expert, the same throughout the study."), "string", columns.REQUIRED
    )
    return Sheet(
        "ratings",
        _("Each answer of each closed round: a row for everyone asked, answered or not."),
        rating_fields(who),
        ("round", "item", "criterion", "expert"),
        lambda: _rating_rows(scope),
        RATING_REFERENCES,
        MISSING_RATING,
    )


def _rating_rows(scope: Scope) -> Iterator[list[Cell]]:
    for asked in scope.asked():
        experts = sorted(asked.experts, key=scope.codes.__getitem__)
        held = {expert_id: ";".join(sorted(asked.held[expert_id])) for expert_id in experts}
        for criterion in asked.criteria:
            start: list[Cell] = [asked.round.number, asked.item, asked.wording, criterion]
            for expert_id in experts:
                yield [*start, scope.codes[expert_id], held[expert_id], answer(asked, criterion, expert_id)]


def answer(asked: Asked, criterion: str, expert_id: int) -> Cell:
    point, unable = asked.answers.get(criterion, {}).get(expert_id, (None, False))
    return UNABLE if unable else point


def verdict_sheet(scope: Scope, not_recomputed: Collection[Place] = NONE) -> Sheet:
    """`not_recomputed`: verdicts that the ratings in this bundle are not enough for."""
    fields = (
        columns.round_number(),
        columns.item(),
        columns.wording(),
        columns.protocol(),
        columns.verdict(
            _("What the rules say of the item. insufficient: a rule lacked raters, and none held.")
        ),
        Field(
            "deciding_rule",
            _("Place of the rule that gave the verdict; empty when none held."),
            "integer",
            {"minimum": 1},
        ),
        Field(
            "recomputable",
            _("Whether the ratings in this bundle are enough to recompute the verdict."),
            "boolean",
            columns.REQUIRED,
        ),
    )
    references = (columns.TO_ROUND, columns.TO_ITEM, columns.TO_WORDING, columns.TO_PROTOCOL)
    return Sheet(
        "verdicts",
        _("What the sealed rules said of each item when its round closed."),
        fields,
        ("round", "item"),
        lambda: (
            [
                one.round,
                one.item,
                one.wording,
                one.protocol,
                one.verdict,
                one.rule,
                one.place not in not_recomputed,
            ]
            for one in stored.of_study(scope)
        ),
        references,
    )


def summary_sheet(scope: Scope) -> Sheet:
    shares = [
        Field(
            f"percent_{band}",
            _("Percent of raters in the %(band)s band, of n.", band=band),
            "number",
            columns.PERCENT,
        )
        for band in BANDS
    ]
    points = [
        Field(name, about, "number")
        for name, about in (
            ("median", _("Median of the ratings, in points of the scale.")),
            ("q1", _("First quartile, in points of the scale.")),
            ("q3", _("Third quartile, in points of the scale.")),
            ("iqr", _("Interquartile range, in points of the scale.")),
        )
    ]
    fields = (
        columns.round_number(),
        columns.item(),
        columns.criterion(),
        Field("group", _("pooled: everyone asked; else the code of a panel."), "string", columns.REQUIRED),
        Field(
            "n",
            _("Raters who chose a point: the denominator of every percentage."),
            "integer",
            columns.NOT_NEGATIVE,
        ),
        Field(
            "unable", _("Experts who said that they were unable to rate."), "integer", columns.NOT_NEGATIVE
        ),
        Field("counts", _("Raters on each point, point 1 first, with “;” between them.")),
        *(
            Field(band, _("Raters in the %(band)s band.", band=band), "integer", columns.NOT_NEGATIVE)
            for band in BANDS
        ),
        *shares,
        *points,
    )
    return Sheet(
        "summaries",
        _(
            "The numbers of each item in each group that is large enough to be shown, as stored with the verdict."
        ),
        fields,
        ("round", "item", "criterion", "group"),
        lambda: _summary_rows(scope),
        (columns.TO_VERDICT,),
    )


def _summary_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one in stored.of_study(scope):
        groups = scope.groups.of_numbers(one.place, one.shown_groups)
        for criterion, summaries in one.judgement["summaries"].items():
            for group in groups:
                yield [one.round, one.item, criterion, group, *_numbers(summaries[group])]


def _numbers(summary: Mapping[str, Any]) -> list[Cell]:
    exact = [
        *(summary[band]["percent"] for band in BANDS),
        *(summary[name] for name in ("median", "q1", "q3", "iqr")),
    ]
    return [
        summary["n"],
        summary["unable"],
        ";".join(map(str, summary["counts"])),
        *(summary[band]["count"] for band in BANDS),
        *(value.get("value") for value in exact),
    ]


def decision_sheet(scope: Scope, *, whole: bool = True) -> Sheet:
    """`whole`: every decision ever made, with times; else those in force."""
    fields = (
        Field(
            "decision",
            _("Number of the decision, in the order in which they were made."),
            "integer",
            columns.ONE_OR_MORE,
        ),
        columns.round_number(),
        columns.item(),
        columns.verdict(_("What the rules said.")),
        Field(
            "outcome",
            _("What was decided."),
            "string",
            columns.REQUIRED | {"enum": [one.value for one in Verdict]},
        ),
        Field("reason", _("Why, above all where the decision is not what the rules say.")),
        *(
            [
                Field(
                    "undone",
                    _("Whether this takes the decision before it back."),
                    "boolean",
                    columns.REQUIRED,
                ),
                Field("decided_at", _("When."), "datetime", columns.REQUIRED),
            ]
            if whole
            else []
        ),
    )
    about = (
        _("Every decision ever made; the latest of a round and item is in force unless it is undone.")
        if whole
        else _("The decisions in force.")
    )
    return Sheet(
        "decisions", about, fields, ("decision",), lambda: _decision_rows(scope, whole), (columns.TO_VERDICT,)
    )


def _decision_rows(scope: Scope, whole: bool) -> Iterator[list[Cell]]:
    in_force = {one.id for one in decisions.in_force({one.id for one in scope.rounds}).values()}
    query = (
        select(Decision, Round.number, Item.code)
        .join(Round, Round.id == Decision.round_id)
        .join(Item, Item.id == Decision.item_id)
        .where(Round.study_id == scope.study.id, Round.closed_at.is_not(None))
        .order_by(Decision.id)
        .execution_options(yield_per=AT_ONCE)
    )
    kept = (row for row in session.execute(query) if whole or row[0].id in in_force)
    for number, (made, round_number, code) in enumerate(kept, 1):
        more: list[Cell] = [made.undone, made.decided_at] if whole else []
        yield [number, round_number, code, made.verdict, made.outcome, made.reason, *more]

"""The sealed rules as flat tables, so that they can be applied without reading TOML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from flask_babel import gettext as _

from delphi.domain.protocols import StudyProtocol
from delphi.exporters.datapackage import Field, Reference, Sheet
from delphi.exporters.tables import Cell
from delphi.models import Protocol
from delphi.scoring.catalogue import STATISTICS, ThresholdName
from delphi.scoring.quantiles import QUARTILE_DEFINITIONS
from delphi.scoring.rules import COMPARISONS, MODES, PANEL_WORDS, Condition, Verdict
from delphi.scoring.scales import BANDS
from delphi.services import protocols
from delphi.services.bundling import columns
from delphi.services.bundling.scope import Scope

LISTED = "listed"  # the panels of a rule that names them
NOT_NEGATIVE, ONE_OR_MORE, REQUIRED = columns.NOT_NEGATIVE, columns.ONE_OR_MORE, columns.REQUIRED
BY_CRITERION = Reference(("protocol", "criterion"), "criteria", ("protocol", "criterion"))
BY_RULE = Reference(("protocol", "rule"), "rules", ("protocol", "rule"))


def file_of(protocol: Protocol) -> str:
    return f"protocol-{protocol.number}.toml"


def protocol_sheet(scope: Scope) -> Sheet:
    fields = (
        columns.protocol(),
        Field("file", _("The document itself, as it was sealed, in this bundle."), "string", REQUIRED),
        Field("sha256", _("SHA-256 of the document."), "string", REQUIRED | {"pattern": "[0-9a-f]{64}"}),
        Field("sealed_at", _("When it was sealed."), "datetime", REQUIRED),
        Field("after_data", _("Whether answers could be known when it was written."), "boolean", REQUIRED),
        Field("reason", _("Why it was amended.")),
        Field("title", _("What the rules are called.")),
        Field("source", _("Where the rules come from.")),
        Field(
            "quartiles",
            _("The definition of quartiles and medians, by its number in Hyndman and Fan (1996)."),
            "integer",
            REQUIRED | {"enum": list(QUARTILE_DEFINITIONS)},
        ),
        Field(
            "minimum_group_size",
            _("Numbers of groups with fewer experts are not shown."),
            "integer",
            ONE_OR_MORE,
        ),
        Field(
            "otherwise",
            _("The verdict when no rule holds."),
            "string",
            REQUIRED | {"enum": [one.value for one in Verdict]},
        ),
    )
    about = _("The protocol as sealed, and each amendment.")
    return Sheet("protocols", about, fields, ("protocol",), lambda: _protocol_rows(scope))


def _read(scope: Scope) -> Iterator[tuple[Protocol, StudyProtocol]]:
    return ((one, protocols.parsed(one)) for one in scope.sealed)


def _protocol_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one, read in _read(scope):
        rules = read.rules
        sealed: list[Cell] = [one.number, file_of(one), one.digest, one.sealed_at, one.after_data, one.reason]
        own: list[Cell] = [read.title, read.source, rules.quartiles, read.minimum_group_size]
        yield [*sealed, *own, rules.otherwise.value]


def criterion_sheet(scope: Scope) -> Sheet:
    bounds = [
        Field(f"{band}_{end}", about, "integer", ONE_OR_MORE if band != "middle" else {"minimum": 1})
        for band in BANDS
        for end, about in (
            ("from", _("First point of the %(band)s band.", band=band)),
            ("to", _("Last point of the %(band)s band.", band=band)),
        )
    ]
    fields = (
        columns.protocol(),
        columns.criterion(),
        Field(
            "points", _("The scale goes from 1 to this point."), "integer", {"required": True, "minimum": 2}
        ),
        *bounds,
        *columns.in_languages("question", _("The question as experts read it"), scope.study.languages),
    )
    about = _("Each criterion with its scale and the bands of the scale; a scale may have no middle band.")
    key = ("protocol", "criterion")
    return Sheet("criteria", about, fields, key, lambda: _criterion_rows(scope), (columns.TO_PROTOCOL,))


def _criterion_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one, read in _read(scope):
        for key, criterion in read.rules.criteria.items():
            spans = dict(criterion.scale.bands.named())
            bounds = [end for band in BANDS for end in spans.get(band, (None, None))]
            question = read.texts(key).question
            asked = [question.get(language) for language in scope.study.languages]
            yield [one.number, key, criterion.scale.points, *bounds, *asked]


def point_sheet(scope: Scope) -> Sheet:
    languages = scope.study.languages
    fields = (
        columns.protocol(),
        columns.criterion(),
        Field("point", _("The point of the scale."), "integer", ONE_OR_MORE),
        Field("band", _("The band that holds the point."), "string", REQUIRED | {"enum": list(BANDS)}),
        *columns.in_languages("label", _("The label of the point, if it has one"), languages),
        *columns.in_languages("band_label", _("The label of its band, if it has one"), languages),
    )
    about = _("Every point of every scale, with its band and labels.")
    key = ("protocol", "criterion", "point")
    return Sheet("scale_points", about, fields, key, lambda: _point_rows(scope), (BY_CRITERION,))


def _point_rows(scope: Scope) -> Iterator[list[Cell]]:
    languages = scope.study.languages
    for one, read in _read(scope):
        for key, criterion in read.rules.criteria.items():
            texts = read.texts(key)
            for point in range(1, criterion.scale.points + 1):
                band = criterion.scale.band_of(point)
                label, of_band = texts.labels.get(point, {}), texts.band_labels.get(band, {})
                words = [*map(label.get, languages), *map(of_band.get, languages)]
                yield [one.number, key, point, band, *words]


def rule_sheet(scope: Scope) -> Sheet:
    fields = (
        columns.protocol(),
        Field(
            "rule",
            _("Place of the rule: the first that holds, in this order, gives the verdict."),
            "integer",
            ONE_OR_MORE,
        ),
        Field("name", _("What the team calls the rule.")),
        columns.verdict(_("The verdict that the rule gives.")),
        columns.criterion(),
        Field(
            "panels",
            _(
                "Where the rule must hold: in every panel, in any panel, pooled (among all experts together), or in "
                "each of the listed panels."
            ),
            "string",
            REQUIRED | {"enum": [*PANEL_WORDS, LISTED]},
        ),
        Field("listed", _("The listed panels, with “;” between them.")),
        Field(
            "mode",
            _("Whether all of its conditions must hold, or any."),
            "string",
            REQUIRED | {"enum": list(MODES)},
        ),
        Field(
            "minimum_raters",
            _("With fewer raters in a group the rule cannot be evaluated there."),
            "integer",
            ONE_OR_MORE,
        ),
    )
    about = _("The consensus rules, in the order in which they are tried.")
    references = (columns.TO_PROTOCOL, BY_CRITERION)
    return Sheet("rules", about, fields, ("protocol", "rule"), lambda: _rule_rows(scope), references)


def _rule_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one, read in _read(scope):
        for place, rule in enumerate(read.rules.rules, 1):
            listed = not isinstance(rule.panels, str)
            panels, named = (LISTED, ";".join(rule.panels)) if listed else (str(rule.panels), None)
            where: list[Cell] = [rule.criterion, panels, named, rule.mode, rule.minimum_raters]
            yield [one.number, place, rule.name, rule.verdict.value, *where]


def condition_sheet(scope: Scope) -> Sheet:
    fields = (
        columns.protocol(),
        Field("rule", _("Place of the rule."), "integer", ONE_OR_MORE),
        Field("condition", _("Place of the condition in the rule."), "integer", ONE_OR_MORE),
        Field(
            "statistic",
            _("The statistic that is compared."),
            "string",
            REQUIRED | {"enum": list(STATISTICS)},
        ),
        Field(
            "comparison",
            _("How: at_least ≥, at_most ≤, above >, below <."),
            "string",
            REQUIRED | {"enum": list(COMPARISONS)},
        ),
        Field(
            "named",
            _(
                "A threshold that has a name. critical: the exact critical value of the content validity ratio for the "
                "number of raters; apmo: the average percent of majority opinions in the round."
            ),
            "string",
            {"enum": list(get_args(ThresholdName))},
        ),
        Field("numerator", _("Else the threshold is exactly this number ..."), "integer"),
        Field("denominator", _("... divided by this one."), "integer", {"minimum": 1}),
    )
    about = _("The conditions of each rule.")
    key = ("protocol", "rule", "condition")
    return Sheet("conditions", about, fields, key, lambda: _condition_rows(scope), (BY_RULE,))


def _condition_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one, read in _read(scope):
        for rule_place, rule in enumerate(read.rules.rules, 1):
            for place, asked in enumerate(rule.conditions, 1):
                yield [one.number, rule_place, place, asked.statistic, asked.comparison, *_threshold(asked)]


def _threshold(asked: Condition) -> list[Cell]:
    """As whole numbers: text that begins with a minus would be disarmed as a formula."""
    if isinstance(asked.threshold, str):
        return [asked.threshold, None, None]
    return [None, asked.threshold.numerator, asked.threshold.denominator]

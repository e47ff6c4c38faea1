"""What was asked: panels, rounds, items, their wordings, and how items came from one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.states import SCORED, Descent, ItemState
from delphi.exporters.datapackage import Field, Reference, Sheet
from delphi.exporters.tables import Cell
from delphi.models import Domain, Item, Panel, Wording
from delphi.services import descents, domains, item_fields
from delphi.services.bundling import columns
from delphi.services.bundling.scope import Scope

LEVELS = ("part", "domain", "subdomain")
ALL = "all"  # in place of panels: the item is for each of them


def panel_sheet(scope: Scope) -> Sheet:
    languages = scope.study.languages
    fields = (
        Field("panel", _("Code of the panel."), "string", columns.REQUIRED),
        *columns.in_languages("name", _("Its name"), languages),
    )
    about = _("The panels: groups of experts whose agreement is looked at on its own.")
    return Sheet(
        "panels",
        about,
        fields,
        ("panel",),
        lambda: ([one.code, *map(one.name.get, languages)] for one in scope.panels),
    )


def round_sheet(scope: Scope) -> Sheet:
    states = [one.value for one in SCORED]
    fields = (
        columns.round_number(),
        Field(
            "state",
            _("closed: answers are in. decided: every item has a decision."),
            "string",
            columns.REQUIRED | {"enum": states},
        ),
        columns.protocol(),
        Field("opened_at", _("When it opened."), "datetime"),
        Field("closed_at", _("When it closed."), "datetime", columns.REQUIRED),
        Field("decided_at", _("When its decisions were final."), "datetime"),
    )
    about = _(
        "The rounds that are closed, each with the version of the protocol that was in force when it opened."
    )
    return Sheet("rounds", about, fields, ("round",), lambda: _round_rows(scope), (columns.TO_PROTOCOL,))


def _round_rows(scope: Scope) -> Iterator[list[Cell]]:
    for one in scope.rounds:
        number = scope.protocol_numbers[one.protocol_id or 0]
        yield [one.number, one.state.value, number, one.opened_at, one.closed_at, one.decided_at]


def item_sheet(scope: Scope, *, own_fields: bool = True) -> Sheet:
    """`own_fields`: with the fields that the team added for itself."""
    added = item_fields.of(scope.study) if own_fields else []
    main = scope.study.languages[0]
    states = [one.value for one in ItemState]
    fields = (
        columns.item(),
        Field("state", _("What became of the item so far."), "string", columns.REQUIRED | {"enum": states}),
        Field("part", _("Part of the framework, in the study’s main language.")),
        Field("domain", _("Domain, in the study’s main language.")),
        Field("subdomain", _("Sub-domain, in the study’s main language.")),
        Field(
            "panels",
            _("The panels that rate the item, with “;” between them, or all."),
            "string",
            columns.REQUIRED,
        ),
        *(
            Field(f"field:{one.key}", one.name.get(main) or _("A field that the team added."))
            for one in added
        ),
    )
    keys = [one.key for one in added]
    return Sheet(
        "items",
        _("Every item, in the order of the study."),
        fields,
        ("item",),
        lambda: _item_rows(scope, keys),
    )


def _item_rows(scope: Scope, keys: list[str]) -> Iterator[list[Cell]]:
    codes = dict(session.execute(select(Panel.id, Panel.code).where(Panel.study_id == scope.study.id)).all())
    tree = domains.by_id(scope.study)
    query = select(Item).where(Item.study_id == scope.study.id).order_by(Item.position, Item.id)
    for one in session.scalars(query.options(selectinload(Item.panels))):
        limited = ";".join(sorted(codes[row.panel_id] for row in one.panels)) or ALL
        place = _place(one, tree, scope.study.languages[0])
        yield [one.code, one.state.value, *place, limited, *map(one.fields.get, keys)]


def _place(item: Item, tree: Mapping[int, Domain], language: str) -> list[Cell]:
    names: dict[str, str] = {}
    domain = tree.get(item.domain_id or 0)
    while domain is not None:
        names[domain.level.value] = domain.name.get(language) or next(iter(domain.name.values()), "")
        domain = tree.get(domain.parent_id or 0)
    return [names.get(level) for level in LEVELS]


def wording_sheet(scope: Scope, *, reasons: bool = True) -> Sheet:
    """`reasons`: with what the team wrote of why an item was reworded."""
    languages = scope.study.languages
    fields = (
        columns.item(),
        Field(
            "wording",
            _("Number of the wording; a change of an item that was shown is a new one."),
            "integer",
            columns.ONE_OR_MORE,
        ),
        *([Field("reason", _("Why the item was reworded."))] if reasons else []),
        *columns.in_languages("title", _("The statement that experts rate"), languages),
        *columns.in_languages("description", _("What is written below it"), languages),
        *columns.in_languages("examples", _("Examples, one a line"), languages),
    )
    about = _("Every wording of every item, the languages side by side.")
    return Sheet(
        "wordings",
        about,
        fields,
        ("item", "wording"),
        lambda: _wording_rows(scope, reasons),
        (columns.TO_ITEM,),
    )


def _wording_rows(scope: Scope, reasons: bool) -> Iterator[list[Cell]]:
    query = (
        select(Item.code, Wording)
        .join(Item, Item.id == Wording.item_id)
        .where(Item.study_id == scope.study.id)
        .order_by(Item.position, Item.id, Wording.number)
        .options(selectinload(Wording.texts))
    )
    for code, wording in session.execute(query):
        texts = {text.language: text for text in wording.texts}
        own = [texts.get(language) for language in scope.study.languages]
        cells = [
            getattr(text, name) if text else None
            for name in ("title", "description", "examples")
            for text in own
        ]
        yield [code, wording.number, *([wording.reason] if reasons else []), *cells]


def descent_sheet(scope: Scope, *, times: bool = True) -> Sheet:
    kinds = {"enum": [one.value for one in Descent]}
    fields = (
        Field("from", _("Code of the item that was merged or split."), "string", columns.REQUIRED),
        Field("into", _("Code of the item it went into."), "string", columns.REQUIRED),
        Field(
            "kind",
            _("Whether items were merged into one, or one was split."),
            "string",
            columns.REQUIRED | kinds,
        ),
        Field("reason", _("Why.")),
        *([Field("made_at", _("When."), "datetime")] if times else []),
    )
    about = _("How items came from one another.")
    both = tuple(Reference((name,), "items", ("item",)) for name in ("from", "into"))
    return Sheet("descent", about, fields, ("from", "into"), lambda: _descent_rows(scope, times), both)


def _descent_rows(scope: Scope, times: bool) -> Iterator[list[Cell]]:
    for step in descents.of_study(scope.study):
        own = step.descent
        made: list[Cell] = [own.made_at] if times else []
        yield [step.source.code, step.result.code, own.kind.value, own.reason, *made]

"""Comments without their authors, as they may leave the team, with their themes."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from delphi.domain.comments import CommentKind
from delphi.exporters.datapackage import Field, Reference, Sheet
from delphi.exporters.tables import Cell
from delphi.services import comment_exports
from delphi.services.bundling import columns
from delphi.services.bundling.scope import Scope

BY_COMMENT = Reference(("round", "item", "comment"), "comments", ("round", "item", "comment"))


def _place() -> tuple[Field, ...]:
    number = _(
        "Number of the comment among those of the item in the round, by its text: it tells nothing of its author."
    )
    return columns.round_number(), columns.item(), Field("comment", number, "integer", columns.ONE_OR_MORE)


def comment_sheet(scope: Scope) -> Sheet:
    fields = (
        *_place(),
        Field("language", _("Language of the text.")),
        Field("text", _("The comment; with words taken out, the text that stands instead.")),
        Field(
            "kind", _("What its author says it is."), "string", {"enum": [one.value for one in CommentKind]}
        ),
        Field("chosen", _("Whether it was chosen for the feedback to experts."), "boolean", columns.REQUIRED),
        Field("hidden", _("Whether it was hidden from experts."), "boolean", columns.REQUIRED),
        Field("redacted", _("Whether words were taken out."), "boolean", columns.REQUIRED),
        *columns.in_languages("answer", _("What the team answered"), scope.study.languages),
        Field("answer_wording", _("Number of the wording that came of it."), "integer", {"minimum": 1}),
    )
    return Sheet(
        "comments",
        _("The comments on items in closed rounds, without their authors."),
        fields,
        ("round", "item", "comment"),
        lambda: comment_exports.comment_rows(scope.study, scope.comments),
        (columns.TO_ROUND, columns.TO_ITEM),
    )


def theme_sheet(scope: Scope) -> Sheet:
    fields = (
        Field("theme", _("Name of the theme."), "string", columns.REQUIRED),
        Field("meaning", _("What it means.")),
        Field("retired", _("Whether it is used no more."), "boolean", columns.REQUIRED),
    )
    about = _("The themes by which the team codes comments.")
    return Sheet("themes", about, fields, ("theme",), lambda: comment_exports.theme_rows(scope.study))


def coding_sheet(scope: Scope) -> Sheet:
    fields = (
        Field("coding", _("Number of the row."), "integer", columns.ONE_OR_MORE),
        *_place(),
        Field(
            "coder",
            _("Who coded, by number; agreed: what coders settled on together."),
            "string",
            columns.REQUIRED,
        ),
        Field("theme", _("The theme seen in the comment; empty: none of them applies.")),
    )
    references = (BY_COMMENT, Reference(("theme",), "themes", ("theme",)))
    about = _("Who saw which theme in which comment.")
    return Sheet("codings", about, fields, ("coding",), lambda: _coding_rows(scope), references)


def _coding_rows(scope: Scope) -> Iterator[list[Cell]]:
    rows = comment_exports.coding_rows(scope.study, scope.comments)
    for number, row in enumerate(rows, 1):
        yield [number, *row]

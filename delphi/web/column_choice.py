"""What the columns of an imported table are used as: the choices of a form, and what was chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from delphi.importers.mapping import Columns
from delphi.importers.tables import Table
from delphi.words import label

SAMPLES = 3


@dataclass(frozen=True)
class ColumnChoice:
    """A column as the form shows it: its header, its first cells, and the target it fills now ("" for none)."""

    name: str
    header: str
    samples: Sequence[str]
    target: str


def choices(targets: Sequence[str]) -> list[tuple[str, str]]:
    """Values and words for a select; a target such as "title.en" is named with its language."""
    return [("", _("Not imported")), *((target, _words(target)) for target in targets)]


def _words(target: str) -> str:
    field, _dot, language = target.partition(".")
    if not language:
        return label("target", field)
    return _(
        "%(field)s in %(language)s", field=label("target", field), language=label("language-name", language)
    )


def columns(table: Table, chosen: Columns) -> list[ColumnChoice]:
    return [
        ColumnChoice(f"c{index}", header, _samples(table, index), chosen.get(index, ""))
        for index, header in enumerate(table.headers)
    ]


def _samples(table: Table, index: int) -> list[str]:
    """The first different cells that are not empty."""
    filled = dict.fromkeys(row.cells[index] for row in table.rows if row.cells[index])
    return list(filled)[:SAMPLES]


def chosen(sent: Mapping[str, str], targets: Collection[str]) -> Columns | None:
    """What the form says; None before anything was chosen, so that headers are guessed from."""
    if "mapped" not in sent:
        return None
    return {
        int(name[1:]): target
        for name, target in sent.items()
        if name[:1] == "c" and name[1:].isdecimal() and len(name) < 5 and target in targets
    }


def as_fields(chosen_columns: Columns) -> dict[str, str]:
    """The same choice as form fields, to be sent again."""
    return {"mapped": "1", **{f"c{index}": target for index, target in chosen_columns.items()}}

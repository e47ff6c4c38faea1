"""Numbers of tables and figures, counted through a document, so that a text can say "Table 3" in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from delphi.reports.document import Document, Drawing, Picture, Table


@dataclass(frozen=True)
class Numbering:
    """By key, from 1."""

    tables: Mapping[str, int]
    figures: Mapping[str, int]

    def of(self, block: Table | Drawing | Picture) -> int:
        return self.tables[block.key] if isinstance(block, Table) else self.figures[block.key]

    def name(self, block: Table | Drawing | Picture) -> str:
        """Such as "Table 3"."""
        word = table_word() if isinstance(block, Table) else figure_word()
        return f"{word}\u00a0{self.of(block)}"


def table_word() -> str:
    return _("Table")


def figure_word() -> str:
    return _("Figure")


def tables(document: Document) -> Iterator[Table]:
    return (one for section in document.sections for one in section.blocks if isinstance(one, Table))


def drawings(document: Document) -> Iterator[Drawing | Picture]:
    return (
        one for section in document.sections for one in section.blocks if isinstance(one, Drawing | Picture)
    )


def numbered(document: Document) -> Numbering:
    return Numbering(
        {one.key: number for number, one in enumerate(tables(document), 1)},
        {one.key: number for number, one in enumerate(drawings(document), 1)},
    )

"""A report before it has a format: sections of blocks, which pages, PDF, Word and workbooks are made from.

Numbers stay numbers in tables: how many digits are shown is the column's affair, so that a workbook holds them whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from delphi.reports.figures.figure import Figure

Cell = str | int | float | date | None


class Reference(str):
    """A text that leads to a section of a document: a link in a page, plain words elsewhere."""

    document: str
    section: str

    @classmethod
    def to(cls, document: str, section: str, words: str) -> Reference:
        made = cls(words)
        made.document, made.section = document, section
        return made


@dataclass(frozen=True)
class Heading:
    """Below the section's own title: level 1 under it, level 2 under that. `anchor` is unique in the document."""

    text: str
    level: int = 1
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Points:
    """A bulleted list."""

    items: Sequence[str]


@dataclass(frozen=True)
class Quote:
    """Somebody's words, never with who said them; `note` says about what."""

    text: str
    note: str = ""


class Shape(StrEnum):
    """How a column's cells are aligned and written."""

    TEXT = "text"
    CODE = "code"  # never broken
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"  # the number is 0 to 100
    DAY = "day"


@dataclass(frozen=True)
class Column:
    title: str
    shape: Shape = Shape.TEXT
    digits: int = 0  # shown of a number or percentage
    width: int = 1  # beside the other columns


@dataclass(frozen=True)
class Table:
    """`key` names the sheet of a workbook and is unique in the document; `note` explains signs and denominators.

    An empty cell is None and shown as a dash; a number that may not be shown is a text that says so.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Drawing:
    """A figure with its number, caption and, for those who do not see it, its words."""

    key: str
    figure: Figure
    alternative: str = ""

    def words(self) -> str:
        return self.alternative or f"{self.figure.title}. {self.figure.caption}"


@dataclass(frozen=True)
class Picture:
    """A drawing of our own, no chart: SVG without style sheet or script, the same in every format."""

    key: str
    svg: str
    title: str
    caption: str
    alternative: str

    def words(self) -> str:
        return self.alternative


Block = Heading | Paragraph | Points | Quote | Table | Drawing | Picture


@dataclass(frozen=True)
class Section:
    """`own` is the team's text, with its language where that is not the document's; `key` is the anchor."""

    key: str
    title: str
    own: str
    blocks: Sequence[Block]
    own_language: str = ""


@dataclass(frozen=True)
class Document:
    """`facts` stand under the title, such as the protocol's SHA-256; `mark` is the short one on every page.

    `left_out` has the keys of sections that the team keeps out of it.
    """

    key: str
    title: str
    subtitle: str
    language: str
    made_at: datetime
    facts: Sequence[tuple[str, str]] = ()
    mark: str = ""
    sections: Sequence[Section] = field(default_factory=tuple)
    left_out: Collection[str] = ()

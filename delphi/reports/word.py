"""A report as a Word document that can be edited: real styles, captions that count themselves, a table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from delphi.domain.paragraphs import blocks
from delphi.reports import word_styles, word_xml as xml
from delphi.reports.cells import AT_THE_RIGHT, shown
from delphi.reports.document import (
    Block,
    Document,
    Drawing,
    Heading,
    Paragraph,
    Picture,
    Points,
    Quote,
    Section,
    Table,
)
from delphi.reports.figures.figure import Spec
from delphi.reports.figures.rendering import png_of_svg
from delphi.reports.numbering import figure_word, numbered, table_word
from delphi.reports.widths import is_sideways, shares
from delphi.words import lead_in

# A specification as a picture of a kind, such as "png".
Draw = Callable[[Spec, str], bytes]

PAGE_CM = (21.0, 29.7)
MARGIN_CM = 2.0
TWIPS = 567  # in a centimetre
SHARP = 2 * 96  # dots to the inch of a picture in its natural size
TALLEST_CM = 21.0
NO_BREAK = "\u00a0"


def write(document: Document, target: Path, draw: Draw) -> None:
    _Writer(document, draw).written().save(str(target))


class _Writer:
    """One document on its way into Word."""

    def __init__(self, document: Document, draw: Draw) -> None:
        import docx

        self.told, self.draw, self.numbers = document, draw, numbered(document)
        self.made: Any = docx.Document()
        self.bookmarks = count(1)
        self.sideways = False

    def written(self) -> Any:
        word_styles.apply(self.made, self.told.language)
        self._describe()
        self._page(self.made.sections[0])
        self._running()
        self._front()
        for section in self.told.sections:
            self._section(section)
        return self.made

    def _describe(self) -> None:
        about = self.made.core_properties
        about.title, about.subject = self.told.title, self.told.subtitle
        about.author, about.comments = "Delphi", self.told.mark
        about.created = about.modified = self.told.made_at.replace(tzinfo=None)

    def _front(self) -> None:
        self._text(self.told.title, "Title")
        self._text(self.told.subtitle, "Subtitle")
        for name, value in self.told.facts:
            paragraph = self.made.add_paragraph(style="Report fact")
            paragraph.add_run(lead_in(name) + " ").bold = True
            paragraph.add_run(value)
        self._text(_("Contents"), "TOC Heading")
        headings = enumerate(_headings(self.told), 1)
        entries = [(level, _name(number), text) for number, (level, text) in headings if level < 3]
        xml.contents(self.made, "1-2", entries)

    def _running(self) -> None:
        """The title above every page; below, what it rests on and which page it is."""
        first = self.made.sections[0]
        first.header.paragraphs[0].add_run(self.told.title)
        foot = first.footer.paragraphs[0]
        foot.alignment = 1
        page = f"{xml.field('PAGE', '1')}{xml.run(' / ')}{xml.field('NUMPAGES', '1')}"
        xml.add(foot._p, f"{xml.run(self.told.mark + '  ·  ') if self.told.mark else ''}{page}")

    def _section(self, section: Section) -> None:
        self._turn(is_sideways(section))
        self._heading(section.title, 1)
        for own in blocks(section.own):
            if own.is_list:
                self._points(own.lines)
            else:
                self._text("\n".join(own.lines))
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block.text, block.level + 1)
            case Paragraph():
                self._text(block.text)
            case Points():
                self._points(block.items)
            case Quote():
                self._text(block.text, "Quote")
                if block.note:
                    self._text(block.note, "Report note")
            case Table():
                self._table(block)
            case Drawing():
                self._drawing(block)
            case Picture():
                self._picture(png_of_svg(block.svg), block.words())
                self._caption(figure_word(), "Figure", self.numbers.of(block), block.title, with_next=False)
                self._text(block.caption, "Report note")

    def _text(self, text: str, style: str = "Normal") -> Any:
        paragraph = self.made.add_paragraph(style=style)
        xml.add(paragraph._p, xml.run(text))
        return paragraph

    def _points(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._text(line, "List Bullet")

    def _heading(self, text: str, level: int) -> None:
        paragraph = self.made.add_paragraph(style=f"Heading {level}")
        number = next(self.bookmarks)
        xml.add(paragraph._p, xml.marked(number, _name(number), xml.run(text)))

    def _table(self, table: Table) -> None:
        self._caption(table_word(), "Table", self.numbers.of(table), table.caption)
        room = self._width() * TWIPS
        rows = (
            [shown(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        )
        xml.table(
            self.made,
            table.caption,
            [round(room * share) for share in shares(table)],
            [column.title for column in table.columns],
            rows,
            [column.shape in AT_THE_RIGHT for column in table.columns],
        )
        self._text(table.note, "Report note")  # empty, it keeps two tables apart

    def _drawing(self, drawing: Drawing) -> None:
        figure = drawing.figure
        if figure.spec is None:
            self._text(_("Nothing to draw yet"), "Report note")
        else:
            self._picture(self.draw(figure.spec, "png"), drawing.words())
        self._caption(figure_word(), "Figure", self.numbers.of(drawing), figure.title, with_next=False)
        self._text(figure.caption, "Report note")

    def _picture(self, png: bytes, words: str) -> None:
        from docx.shared import Cm, Inches

        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(BytesIO(png))
        [image] = picture._inline.xpath(".//pic:blipFill/a:blip/@r:embed")
        part = self.made.part.related_parts[image].image
        wide, tall = Inches(part.px_width / SHARP), Inches(part.px_height / SHARP)
        shrink = min(1, Cm(self._width()) / wide, Cm(TALLEST_CM) / tall)
        picture.width, picture.height = round(wide * shrink), round(tall * shrink)
        picture._inline.docPr.set("descr", words)

    def _caption(self, word: str, sequence: str, number: int, text: str, with_next: bool = True) -> None:
        """The number is a field: it counts anew when something is put before it."""
        paragraph = self.made.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = with_next
        counted = xml.field(f"SEQ {sequence} \\* ARABIC", str(number))
        xml.add(paragraph._p, f"{xml.run(word + NO_BREAK)}{counted}{xml.run('. ' + text)}")

    def _turn(self, sideways: bool) -> None:
        """On to sheets that lie or stand, if the last did otherwise."""
        if sideways != self.sideways:
            self.sideways = sideways
            self._page(self.made.add_section())

    def _page(self, section: Any) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm

        width, height = reversed(PAGE_CM) if self.sideways else PAGE_CM
        section.orientation = WD_ORIENT.LANDSCAPE if self.sideways else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(width), Cm(height)
        for side in ("left", "right", "top", "bottom"):
            setattr(section, f"{side}_margin", Cm(MARGIN_CM))

    def _width(self) -> float:
        """Of the text, in centimetres."""
        return PAGE_CM[self.sideways] - 2 * MARGIN_CM


def _headings(document: Document) -> Iterator[tuple[int, str]]:
    """In the order in which they are written, which is the order of their bookmarks."""
    for section in document.sections:
        yield 1, section.title
        for block in section.blocks:
            if isinstance(block, Heading):
                yield block.level + 1, block.text


def _name(number: int) -> str:
    return f"_Toc{number:08}"

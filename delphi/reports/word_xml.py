"""What python-docx leaves to hand: fields, bookmarks, links within the document, tables row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# What XML cannot hold.
CONTROL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELL_STYLE, TABLE_STYLE = "Reportcell", "ReportTable"


def elements(written: str) -> list[Any]:
    from docx.oxml import parse_xml

    return list(parse_xml(f'<w:p xmlns:w="{SPACE}">{written}</w:p>'))


def add(parent: Any, written: str) -> None:
    parent.extend(elements(written))


def run(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in CONTROL.sub("", text).split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def field(instruction: str, shown: str) -> str:
    """A field and what it showed last, such as the number of a caption."""
    return f"{_begin(instruction)}{run(shown)}{END}"


def _begin(instruction: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def marked(number: int, name: str, inner: str) -> str:
    """A bookmark around something, for links to it."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'


def contents(document: Any, levels: str, entries: Sequence[tuple[int, str, str]]) -> None:
    """A table of contents that shows these (level, bookmark, text) already, before it is updated."""
    last = len(entries) - 1
    for at, (level, name, text) in enumerate(entries):
        link = f'<w:hyperlink w:anchor="{name}" w:history="1">{run(text)}</w:hyperlink>'
        begin = _begin(f'TOC \\o "{levels}" \\h \\z \\u') if at == 0 else ""
        paragraph = document.add_paragraph(style=f"toc {level}")
        add(paragraph._p, f"{begin}{link}{END if at == last else ''}")


def table(
    document: Any,
    name: str,
    widths: Sequence[int],
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    at_the_right: Sequence[bool],
) -> None:
    """The head is repeated on every page, and no row is cut; widths are in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    [made] = elements(
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{TABLE_STYLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/><w:tblCaption w:val={quoteattr(name)}/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid></w:tbl>"
    )
    add(made, _row(head, widths, at_the_right, "<w:tblHeader/>"))
    for row in rows:
        add(made, _row(row, widths, at_the_right))
    document.element.body._insert_tbl(made)


def _row(cells: Sequence[str], widths: Sequence[int], at_the_right: Sequence[bool], sign: str = "") -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{sign}</w:trPr>{''.join(map(_cell, cells, widths, at_the_right))}</w:tr>"


def _cell(text: str, width: int, at_the_right: bool) -> str:
    side = '<w:jc w:val="right"/>' if at_the_right else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{CELL_STYLE}"/>{side}</w:pPr>{run(text)}</w:p></w:tc>'
    )

"""How a Word document looks: its own styles, which whoever edits it can change in one place."""

from __future__ import annotations

from typing import Any

from delphi.reports import word_xml as xml

INK, MUTED, ACCENT, LINE, SOFT = "1B2330", "566073", "074F49", "D8DDE6", "F5F6F8"
BODY, HEADS = "Georgia", "Calibri"
# Style: font, size in points, colour, bold, space before and after in points.
STYLES = {
    "Normal": (BODY, 10.5, INK, False, 0, 6),
    "Title": (HEADS, 24, INK, True, 0, 4),
    "Subtitle": (HEADS, 13, MUTED, False, 0, 14),
    "Heading 1": (HEADS, 17, INK, True, 22, 6),
    "Heading 2": (HEADS, 13, ACCENT, True, 14, 4),
    "Heading 3": (HEADS, 11, INK, True, 10, 3),
    "TOC Heading": (HEADS, 13, INK, True, 14, 4),
    "Caption": (HEADS, 9.5, INK, True, 10, 4),
    "List Bullet": (BODY, 10.5, INK, False, 0, 3),
    "Quote": (BODY, 10.5, INK, False, 6, 2),
    "toc 1": (BODY, 10.5, INK, False, 2, 0),
    "toc 2": (BODY, 9.5, MUTED, False, 0, 0),
    "Report cell": (HEADS, 8.5, INK, False, 1.5, 1.5),
    "Report note": (HEADS, 8.5, MUTED, False, 3, 12),
    "Report fact": (HEADS, 9.5, INK, False, 0, 1),
    "Header": (HEADS, 8.5, MUTED, False, 0, 0),
    "Footer": (HEADS, 8.5, MUTED, False, 0, 0),
}
WITH_NEXT = ("Caption", "Heading 1", "Heading 2", "Heading 3", "TOC Heading")

_TABLE = f"""<w:style w:type="table" w:customStyle="1" w:styleId="{xml.TABLE_STYLE}">
<w:name w:val="Report table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="{INK}"/>
<w:bottom w:val="single" w:sz="8" w:color="{INK}"/>
<w:insideH w:val="single" w:sz="4" w:color="{LINE}"/></w:tblBorders>
<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>
<w:tcBorders><w:bottom w:val="single" w:sz="6" w:color="{INK}"/></w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{SOFT}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>"""


def apply(document: Any, language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    known = {style.name for style in document.styles}
    for name, (font, size, colour, bold, before, after) in STYLES.items():
        style = (
            document.styles[name]
            if name in known
            else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        _letters(style, font)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold or None, name == "Quote" or None
        style.font.color.rgb = RGBColor.from_string(colour)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = name in WITH_NEXT
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    document.styles["toc 2"].paragraph_format.left_indent = Cm(0.6)
    _plain_title(document.styles["Title"])
    xml.add(document.styles.element, _TABLE)
    _speak(document, language)


def _letters(style: Any, font: str) -> None:
    """In place of the theme's, which would win over a name."""
    from docx.oxml.ns import qn

    style.font.name = font
    fonts = style.element.rPr.rFonts
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    for kind in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(kind), font)


def _plain_title(style: Any) -> None:
    """Without the line that the template draws below it."""
    from docx.oxml.ns import qn

    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _speak(document: Any, language: str) -> None:
    """The language that spelling is checked in and that is read aloud."""
    from docx.oxml.ns import qn

    full = {"en": "en-CA", "fr": "fr-CA"}.get(language, language)
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), full)
    document.core_properties.language = full

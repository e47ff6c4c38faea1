"""A Word document is one that can be edited: styles, fields, repeated heads, words for pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask_babel import force_locale

from delphi.reports import word
from delphi.services import pictures
from tests.support import documents


@pytest.fixture
def made(app: Flask, tmp_path: Path) -> Any:
    with force_locale("fr"):
        word.write(documents.every_block("fr"), tmp_path / "report.docx", pictures.of)
    return docx.Document(str(tmp_path / "report.docx"))


def texts(made: Any, style: str) -> list[str]:
    return [one.text for one in made.paragraphs if one.style.name == style]


def test_headings_are_headings(made: Any) -> None:
    assert texts(made, "Title") == ["What specialists need to know & do <em>"]
    assert texts(made, "Heading 1") == ["Background", "Results by item", "Flow of items"]
    assert texts(made, "Heading 2") == ["Law", "In the first round"]
    assert texts(made, "Heading 3") == ["Deeper"]


def test_what_the_team_wrote_has_paragraphs_and_points_and_nothing_else(made: Any) -> None:
    assert "=1+1 <b>" in texts(made, "Normal")
    assert texts(made, "List Bullet")[:2] == ["one thing", "another"]


def test_captions_count_themselves(made: Any) -> None:
    shown = [text.partition("\u00a0")[2] for text in texts(made, "Caption")]
    assert shown[0::3] == ["1. Every item", "3. Nothing so far"]
    assert shown[1] == "2. Every panel"
    assert shown[2].startswith("1. ")
    codes = [one.text.strip() for one in made.element.iter(qn("w:instrText"))]
    assert [one for one in codes if one.startswith("SEQ")] == [
        r"SEQ Table \* ARABIC",
        r"SEQ Table \* ARABIC",
        r"SEQ Figure \* ARABIC",
        r"SEQ Table \* ARABIC",
    ]


def test_contents_lead_to_the_headings(made: Any) -> None:
    links = [one.get(qn("w:anchor")) for one in made.element.iter(qn("w:hyperlink"))]
    marks = {one.get(qn("w:name")) for one in made.element.iter(qn("w:bookmarkStart"))}
    assert len(links) == 5
    assert set(links) <= marks
    assert any(one.text.strip().startswith("TOC") for one in made.element.iter(qn("w:instrText")))


def test_tables_have_a_head_that_is_repeated_and_rows_that_are_not_cut(made: Any) -> None:
    first = made.tables[0]
    assert first.style.name == "Report table"
    assert [cell.text for cell in first.rows[1].cells][2:5] == ["29", "25,9\u00a0%", "7,5"]
    heads = [row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for row in first.rows]
    assert heads == [True] + [False] * 201
    assert all(row._tr.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in first.rows)


def test_a_wide_table_lies_on_its_side(made: Any) -> None:
    assert [one.page_width > one.page_height for one in made.sections] == [False, True, False]
    widths = [
        sum(int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.iter(qn("w:gridCol")))
        for table in made.tables
    ]
    assert max(widths) * 635 <= made.sections[1].page_width


def test_a_picture_has_its_words_and_fits(made: Any) -> None:
    [picture] = made.inline_shapes
    assert picture._inline.docPr.get("descr") == "Twelve items came in."
    assert picture.width <= made.sections[0].page_width


def test_it_says_what_it_is_and_in_which_language(made: Any) -> None:
    about = made.core_properties
    assert (about.title, about.language) == ("What specialists need to know & do <em>", "fr-CA")
    assert {one.get(qn("w:val")) for one in made.styles.element.iter(qn("w:lang"))} == {"fr-CA"}
    foot = made.sections[0].footer.paragraphs[0]
    assert foot.text.startswith("Protocol 3f2a9c1b")
    assert {"PAGE", "NUMPAGES"} <= {one.text.strip() for one in foot._p.iter(qn("w:instrText"))}

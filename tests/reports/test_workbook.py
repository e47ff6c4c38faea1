"""A workbook: a sheet a table, exact numbers, nothing that a spreadsheet would run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from delphi.reports import workbook
from delphi.reports.document import Column, Document, Section, Table
from tests.support import documents


@pytest.fixture
def book(app: Flask, tmp_path: Path) -> Any:
    workbook.write(documents.every_block(), tmp_path / "report.xlsx")
    return load_workbook(tmp_path / "report.xlsx")


def test_a_sheet_for_each_table_after_their_list(book: Any) -> None:
    assert book.sheetnames == ["Contents", "results-items", "results-panels", "nothing"]
    contents = list(book["Contents"].iter_rows(values_only=True))
    assert (1, "results-items", "Every item", 201, "n counts those who rated.") in contents
    links = [cell.hyperlink.target for row in book["Contents"] for cell in row if cell.hyperlink]
    assert links == ["#'results-items'!A1", "#'results-panels'!A1", "#'nothing'!A1"]


def test_numbers_are_whole_and_only_shown_short(book: Any) -> None:
    sheet = book["results-items"]
    assert sheet["D2"].value == documents.EXACT
    assert sheet["D2"].number_format == '0.0"%"'
    assert sheet["F2"].value.date() == documents.DECIDED
    assert [sheet["D202"].value, sheet["E202"].value] == ["fewer than 5", None]


def test_the_head_stays_in_sight(book: Any) -> None:
    assert book["results-items"].freeze_panes == "A2"
    assert book["results-items"]["A1"].font.bold


def test_no_cell_is_a_formula(book: Any) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds
    assert book["results-items"]["B202"].value == "=HYPERLINK(1)"
    assert book["results-items"]["B202"].quotePrefix


def test_names_of_sheets_are_short_and_differ(app: Flask, tmp_path: Path) -> None:
    column = (Column("Item"),)
    keys = [
        "results-of-a-very-long-domain-of-items-1",
        "results-of-a-very-long-domain-of-items-2",
        "Contents",
    ]
    section = Section("results", "Results", "", [Table(key, key, column, ()) for key in keys])
    told = Document("report", "T", "S", "en", documents.MADE, sections=[section])
    workbook.write(told, tmp_path / "report.xlsx")
    names = load_workbook(tmp_path / "report.xlsx").sheetnames
    assert len({name.casefold() for name in names}) == 4
    assert max(map(len, names)) <= 31

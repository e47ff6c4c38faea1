"""Files as people bring them: each is read as meant, or refused with its reason and place."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from delphi.importers.limits import MAX_CELL, UPLOAD
from delphi.importers.problems import column_letters
from delphi.importers.tables import Table, TableError, read_table


def csv(text: str, name: str = "items.csv", encoding: str = "utf-8") -> Table:
    return read_table(text.encode(encoding), name)


def workbook(*rows: list[object], title: str = "Items", before: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name in before:
        book.create_sheet(name)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def refusal(data: bytes, name: str = "items.csv") -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data, name)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_accepted_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    table = csv("code,titre\r\nA1,Éthique\r\n".replace(",", separator), "a.csv", encoding)
    assert table.headers == ("code", "titre")
    assert cells(table) == [("A1", "Éthique")]


def test_a_comma_inside_a_cell_does_not_decide_the_separator() -> None:
    table = csv('code;"title, in English";panels\nA1;"one, two, three, four";all\n')
    assert table.headers == ("code", "title, in English", "panels")
    assert cells(table) == [("A1", "one, two, three, four", "all")]


def test_quoted_line_breaks_stay_in_the_cell_and_rows_keep_their_numbers() -> None:
    table = csv('code,title\nA1,"first\r\nsecond"\n\nA2,third\n')
    assert [row.number for row in table.rows] == [2, 4]
    assert cells(table) == [("A1", "first\nsecond"), ("A2", "third")]


def test_text_is_cleaned_of_control_characters_and_outer_space() -> None:
    table = csv("code,title\nA1,  cafe\u0301 \x07 \n")
    assert cells(table) == [("A1", "café")]


def test_latin_1_is_refused_with_the_first_bad_row_and_byte() -> None:
    error = refusal("code,title\nA1,plain\nA2,caf\xe9 noir\n".encode("latin-1"))
    assert error.code == "file.wrong_encoding"
    assert error.params == {"row": 3, "byte": "0xE9", "position": 7, "near": "A2,caf"}


def test_the_place_of_a_bad_byte_is_right_after_a_byte_order_mark() -> None:
    error = refusal(b"\xef\xbb\xbfcode\nA\xe9\n")
    assert (error.params["row"], error.params["byte"], error.params["position"]) == (2, "0xE9", 2)


def test_broken_utf_16_is_refused() -> None:
    assert refusal(b"\xff\xfeA\x00\x00\xd8B\x00").code == "file.broken_utf16"


@pytest.mark.parametrize("data", [b"", b"  \n ", b"\xef\xbb\xbf", b",,\n,,\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data).code == "file.empty"


def test_a_file_with_only_a_header_is_refused() -> None:
    assert refusal(b"code,title\n").code == "file.only_header"
    assert refusal(workbook(["code", "title"]), "a.xlsx").code == "file.only_header"


def test_the_same_header_twice_is_refused() -> None:
    error = refusal(b"code,Title,title\nA,b,c\n")
    assert (error.code, error.params) == ("file.header_twice", {"header": "title"})


@pytest.mark.parametrize("text", ['code,title\nA1,"never closed\nA2,b\n', 'code,title\nA1,"a"b\n'])
def test_broken_quotes_are_refused_with_their_row(text: str) -> None:
    error = refusal(text.encode())
    assert (error.code, error.params["row"]) == ("file.broken_quotes", 2)


def test_ragged_rows_are_all_reported() -> None:
    table = csv("code,title\nA1\nA2,b\nA3,b,c\nA4,b,,\n")
    assert [(problem.code, problem.row, problem.cell) for problem in table.problems] == [
        ("row.too_few_cells", 2, ""),
        ("row.too_many_cells", 4, "C4"),
    ]


def test_formulas_in_csv_are_reported_and_plain_text_with_signs_is_not() -> None:
    table = csv('code,title\nA1,=1+1\nA2,- a dash\n"=HYPERLINK(""x"")",@home\nA4,+1 more\n')
    assert [(problem.code, problem.cell, problem.header) for problem in table.problems] == [
        ("cell.formula", "B2", "title"),
        ("cell.formula", "A4", "code"),
    ]
    assert cells(table)[1] == ("A2", "- a dash")


def test_formulas_in_a_workbook_are_reported_by_cell_and_never_evaluated() -> None:
    table = read_table(workbook(["code", "title"], ["A1", "=1+1"], ["A2", "fine"]), "items.xlsx")
    assert [(problem.code, problem.cell) for problem in table.problems] == [("cell.formula", "B2")]


def test_a_workbook_gives_clean_text_for_every_type() -> None:
    row = ["A1", 3.0, 0.1, 12, True, dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 14, 30), None]  # noqa: DTZ001 (a workbook knows no zones)
    table = read_table(workbook(list("abcdefgh"), row), "items.xlsx")
    assert cells(table) == [("A1", "3", "0.1", "12", "TRUE", "2024-03-01", "2024-03-01 14:30:00", "")]


def test_error_values_of_a_spreadsheet_are_reported() -> None:
    for table in (
        read_table(workbook(["code", "title"], ["A1", "#REF!"]), "items.xlsx"),
        csv("code,title\nA1,#REF!\n"),
    ):
        assert [(problem.code, problem.cell) for problem in table.problems] == [("cell.error_value", "B2")]


def test_the_first_sheet_that_is_not_empty_is_read_or_the_one_named() -> None:
    data = workbook(["code"], ["A1"], before=("Notes", "More"))
    table = read_table(data, "items.xlsx")
    assert (table.sheet, table.sheets, cells(table)) == ("Items", ("Notes", "More", "Items"), [("A1",)])
    assert read_table(data, "items.xlsx", sheet="Items") == table
    with pytest.raises(TableError) as caught:
        read_table(data, "items.xlsx", sheet="Other")
    assert caught.value.code == "file.no_such_sheet"


def test_blank_rows_of_a_workbook_are_passed_over_and_rows_keep_their_numbers() -> None:
    table = read_table(workbook([], ["code", "title"], [], ["A1", "one"], ["", " "]), "items.xlsx")
    assert [(row.number, row.cells) for row in table.rows] == [(4, ("A1", "one"))]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (workbook(["code"], ["A1"]), "items.csv", "file.really_workbook"),
        (b"code,title\nA1,one\n", "items.xlsx", "file.really_text"),
        (b"<html><table><tr><td>code</td></tr></table>", "items.xlsx", "file.really_page"),
        (b"\n<!DOCTYPE html><html></html>", "items.csv", "file.really_page"),
        (b"%PDF-1.7 ...", "items.csv", "file.really_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "items.xls", "file.really_old_workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "items.xlsx",
            "file.really_protected",
        ),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "items.csv", "file.really_binary"),
        (b"PK\x03\x04 and nothing more", "items.xlsx", "file.really_archive"),
        (b"code,title\nA1,one\n", "items.ods", "file.unknown_ending"),
        (b"code,title\nA1,one\n", "items", "file.unknown_ending"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name).code == code


def test_a_damaged_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not-a-workbook/>")
    assert refusal(buffer.getvalue(), "items.xlsx").code == "file.broken_workbook"


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    data = _with_member(workbook(["code"], ["A1"]), "xl/workbook.xml", bomb)
    assert refusal(data, "items.xlsx").code == "file.broken_workbook"


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    data = _with_member(workbook(["code"], ["A1"]), "xl/worksheets/sheet1.xml", "0" * 80_000_000)
    assert len(data) < 200_000
    assert refusal(data, "items.xlsx").code == "file.unpacks_too_large"


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    data = workbook(["code", "title"], ["A1", "one"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    lying = sheet.replace('<dimension ref="A1:B2"', '<dimension ref="A1:A1"')
    assert lying != sheet
    table = read_table(_with_member(data, "xl/worksheets/sheet1.xml", lying), "items.xlsx")
    assert cells(table) == [("A1", "one")]


def test_a_row_numbered_beyond_any_spreadsheet_is_refused() -> None:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = '<row r="999999999"><c r="A999999999" t="str"><v>x</v></c></row>'
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{row}</sheetData></worksheet>'
    data = _with_member(workbook(["code"], ["A1"]), "xl/worksheets/sheet1.xml", sheet)
    assert refusal(data, "items.xlsx").code == "file.too_many_rows"


def test_too_many_rows_are_refused() -> None:
    rows = "".join(f"A{number},title\n" for number in range(6_000))
    error = refusal(("code,title\n" + rows).encode())
    assert (error.code, error.params) == ("file.too_many_rows", {"limit": UPLOAD.rows})
    assert len(csv("code,title\n" + "A,b\n" * UPLOAD.rows).rows) == UPLOAD.rows


def test_too_many_columns_are_refused() -> None:
    wide = [f"c{number}" for number in range(UPLOAD.columns + 1)]
    assert refusal((",".join(wide) + "\n" + ",".join(wide) + "\n").encode()).code == "file.too_many_columns"
    assert refusal(workbook(wide, wide), "a.xlsx").code == "file.too_many_columns"


def test_a_very_long_cell_is_reported() -> None:
    table = csv("code,title\nA1," + "x" * (MAX_CELL + 1) + "\n")
    assert [(problem.code, problem.cell) for problem in table.problems] == [("cell.too_long", "B2")]
    assert refusal(b"code,title\nA1," + b"x" * 200_000 + b"\n").code == "file.cell_too_long"


def test_a_file_over_the_limit_is_refused() -> None:
    assert refusal(b"x" * (10 * 1024 * 1024 + 1)).code == "file.too_large"


def test_column_letters() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def _with_member(data: bytes, name: str, content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return buffer.getvalue()

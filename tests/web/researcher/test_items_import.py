"""Importing a table of items through the browser: upload, look, confirm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import StudyState
from delphi.models import Account, Domain, Item, Study
from delphi.services import items
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rows import count
from tests.support.studies import add_item, add_panel, join, make_study

SignIn = Callable[[Browser, Account], Browser]
Counter = Callable[[], AbstractContextManager[list[str]]]

FRAMEWORK = Path(__file__).parents[3].parent / "shared" / "data" / "ipv_framework_items.csv"
GOOD = b"code,domain,title,panels\nLAW1,Law,Knows the law,women\nLAW2,Law,Goes to court,all\n"


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    for code, name in (("W", "women"), ("C", "children"), ("M", "men")):
        add_panel(study, alice, clock(), code, name)
    session.commit()
    return study


@pytest.fixture
def alices(client: Browser, alice: Account, sign_in: SignIn) -> Browser:
    return sign_in(client, alice)


def place(study: Study) -> str:
    return f"/studies/{study.id}/items/import"


def upload(browser: Browser, study: Study, data: bytes, name: str = "items.csv") -> Any:
    return browser.post(place(study), data={"file": (io.BytesIO(data), name)})


def preview(browser: Browser, study: Study, data: bytes, name: str = "items.csv") -> Any:
    """The address of the preview, and the page."""
    response = upload(browser, study, data, name)
    assert response.status_code == 303, response.text
    return response.location, browser.get(response.location)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 80_000_000)
    return buffer.getvalue()


# It works.


def test_upload_look_confirm(alices: Browser, study: Study) -> None:
    assert alices.get(place(study)).status_code == 200
    where, page = preview(alices, study, GOOD)
    for text in ("items.csv", "Knows the law", "Import 2 items", "(1 new)"):
        assert text in page.text
    assert count(Item) == 0
    done = alices.post(
        where, data={"mapped": "1", "c0": "code", "c1": "domain.en", "c2": "title.en", "c3": "panels"}
    )
    assert done.status_code == 303
    assert "2 items are imported" in alices.get(done.location).text
    assert items.codes(study) == {"LAW1", "LAW2"}


def test_looking_writes_nothing(alices: Browser, study: Study, app: Flask, instance: Path) -> None:
    where, _page = preview(alices, study, GOOD)
    before = {path: path.stat().st_mtime_ns for path in (instance / "uploads").iterdir()}
    alices.get(where)
    alices.get(f"{where}?mapped=1&c2=title.fr")
    assert {path: path.stat().st_mtime_ns for path in (instance / "uploads").iterdir()} == before
    assert count(Item) == session.scalar(select(func.count(Domain.id))) == 0


def test_confirming_twice_imports_once_and_names_the_codes(alices: Browser, study: Study) -> None:
    where, _page = preview(alices, study, GOOD)
    assert alices.post(where).status_code == 303
    again = alices.post(where)
    assert again.status_code == 409
    assert "already has an item with the code LAW1" in again.text
    assert "already has an item with the code LAW2" in again.text
    assert count(Item) == 2


def test_the_mapping_can_be_changed(alices: Browser, study: Study) -> None:
    where, page = preview(alices, study, b"a,b\nLAW1,Knows the law\n")
    assert "No column is used as the title" in page.text
    page = alices.get(f"{where}?mapped=1&c0=code&c1=title.fr")
    assert "Import 1 item<" in page.text
    assert 'name="c1" value="title.fr"' in page.text
    assert alices.post(where, data={"mapped": "1", "c0": "code", "c1": "title.fr"}).status_code == 303
    assert session.scalars(select(Item)).one().wordings[0].texts[0].language == "fr"


def test_nonsense_in_the_mapping_is_left_out(alices: Browser, study: Study) -> None:
    where, _page = preview(alices, study, GOOD)
    page = alices.get(f"{where}?mapped=1&c0=nonsense&c99=title.en&cx=title.en&c-1=code")
    assert page.status_code == 200
    assert "No column is used as the title" in page.text


def test_a_sheet_of_a_workbook_is_chosen(alices: Browser, study: Study) -> None:
    book = Workbook()
    book.active.append(["title"])
    book.active.append(["From the first sheet"])
    other = book.create_sheet("Other")
    other.append(["title"])
    other.append(["From the other sheet"])
    buffer = io.BytesIO()
    book.save(buffer)
    where, page = preview(alices, study, buffer.getvalue(), "items.xlsx")
    assert "From the first sheet" in page.text
    assert "From the other sheet" in alices.get(f"{where}?sheet=Other").text
    assert alices.get(f"{where}?sheet=None").status_code == 400


def test_the_template_is_offered(alices: Browser, study: Study) -> None:
    response = alices.get(f"/studies/{study.id}/items/template.csv")
    assert response.mimetype == "text/csv"
    assert response.data.startswith("\ufeffcode,part_en,part_fr".encode())


@pytest.mark.skipif(not FRAMEWORK.is_file(), reason="the framework's items are not beside this checkout")
def test_the_framework_is_imported_unedited_and_its_pages_take_few_statements(
    alices: Browser, study: Study, statements: Counter
) -> None:
    where, page = preview(alices, study, FRAMEWORK.read_bytes(), FRAMEWORK.name)
    assert "Import 155 items" in page.text
    with statements() as seen:
        alices.get(where)
    assert len(seen) <= 12
    assert alices.post(where).status_code == 303
    assert count(Item) == 155
    item = session.scalars(select(Item)).first()
    assert item is not None
    for path in ("items", f"items/{item.id}", "domains"):
        with statements() as seen:
            response = alices.get(f"/studies/{study.id}/{path}")
        assert response.status_code == 200
        assert len(seen) <= 16


# Bad input, each told and nothing written.


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (b"", "items.csv", "This file is empty"),
        (b"code,title\n", "items.csv", "row of headers and nothing below"),
        ("code,title\nA1,caf\xe9\n".encode("latin-1"), "items.csv", "not in UTF-8"),
        (workbook(["code"], ["A1"]), "items.csv", "is not what its name says"),
        (GOOD, "items.xlsx", "is not what its name says"),
        (b"title\n" + b"One\n" * 6_000, "items.csv", "too many rows"),
        (bomb(), "items.xlsx", "unpacks to more than"),
        (b"PK\x03\x04", "items.xlsx", "damaged workbook"),
        (b"%PDF-1.7", "items.pdf", "is a PDF document"),
        (GOOD, "items.doc", "does not end in .csv"),
        (b'code,title\nA1,"open\n', "items.csv", "quotation marks"),
        (b"code,code\nA1,A2\n", "items.csv", "both called"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    alices: Browser, study: Study, instance: Path, data: bytes, name: str, text: str
) -> None:
    response = upload(alices, study, data, name)
    assert response.status_code == 400
    assert text in response.text
    assert list((instance / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "cell", "text"),
    [
        (b"code,title\nA1,One\nA1,Two\n", "A3", "already used in row 2"),
        (b"code,title\nA1,\n", "B2", "The title is empty"),
        (b"code,title,panels\nA1,One,elders\n", "C2", "has no panel “elders”. It has: W (women)"),
        (b"code,title\nA1,=1+1\n", "B2", "This cell is a formula"),
        (b"code,title\nA1," + b"x" * 501 + b"\n", "B2", "too long: 501"),
        (b"code,title\nA 1,One\n", "A2", "cannot be a code"),
        (b"title,title_es\nOne,Uno\n", "B1", "that the study does not have"),
    ],
)
def test_problems_are_told_by_row_and_column(
    alices: Browser, study: Study, data: bytes, cell: str, text: str
) -> None:
    where, page = preview(alices, study, data)
    assert f">{cell}<" in page.text
    assert text in page.text
    assert "Import 1 item" not in page.text
    assert alices.post(where).status_code == 409
    assert count(Item) == 0


def test_formulas_in_a_workbook_are_told_by_cell(alices: Browser, study: Study) -> None:
    where, page = preview(alices, study, workbook(["code", "title"], ["A1", "=1+1"]), "items.xlsx")
    assert ">B2<" in page.text
    assert alices.post(where).status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        '\ufeffcode;title\r\nA1;"Two\r\nlines"\r\n'.encode(),
        "code\ttitle\nA1\tOne\n".encode("utf-16"),
    ],
)
def test_other_ways_to_write_csv_are_read(alices: Browser, study: Study, data: bytes) -> None:
    where, page = preview(alices, study, data)
    assert "Import 1 item<" in page.text
    assert alices.post(where).status_code == 303


def test_no_file_at_all(alices: Browser, study: Study) -> None:
    response = alices.post(place(study), data={})
    assert response.status_code == 400
    assert "Choose a file first" in response.text


def test_a_file_larger_than_the_server_takes(alices: Browser, app: Flask, study: Study) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    response = upload(alices, study, b"x" * 2_000)
    assert response.status_code == 413
    assert "too large to import" in response.text


def test_names_that_try_to_leave_the_folder_are_only_names(
    alices: Browser, study: Study, instance: Path
) -> None:
    _where, page = preview(alices, study, GOOD, "../../etc/<b>items.csv")
    assert "&lt;b&gt;items.csv" in page.text
    assert "etc/" not in page.text
    (path,) = (instance / "uploads").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


# Uploads belong to one person and one study, for a while.


def test_an_upload_is_thrown_away_after_two_hours(
    alices: Browser, study: Study, clock: Clock, instance: Path
) -> None:
    where, _page = preview(alices, study, GOOD)
    old = next((instance / "uploads").iterdir())
    clock.advance(hours=2, minutes=1)
    for response in (alices.get(where), alices.post(where)):
        assert response.status_code == 404
        assert "Upload it again" in response.text
    preview(alices, study, GOOD)
    assert not old.exists()
    assert count(Item) == 0


def test_an_upload_is_nobody_elses(
    client: Browser, app: Flask, study: Study, alice: Account, fay: Account, clock: Clock, sign_in: SignIn
) -> None:
    join(study, fay, Role.FACILITATOR, clock())
    other = make_study(alice, clock())
    alices, fays = sign_in(client, alice), sign_in(app.test_client(), fay)  # type: ignore[arg-type]
    where, _page = preview(alices, study, GOOD)
    assert fays.get(where).status_code == 404
    assert fays.post(where).status_code == 404
    elsewhere = where.replace(f"/studies/{study.id}/", f"/studies/{other.id}/")
    assert alices.get(elsewhere).status_code == 404
    assert alices.get(f"{place(study)}/..%2Fdelphi.sqlite3").status_code == 404
    assert count(Item) == 0


# Wrong role, wrong study, wrong state.


@pytest.mark.parametrize("role", [Role.OBSERVER, None])
def test_only_those_who_edit_items_import(
    client: Browser, study: Study, charlie: Account, clock: Clock, sign_in: SignIn, role: Role | None
) -> None:
    if role:
        join(study, charlie, role, clock())
    browser, expected = sign_in(client, charlie), 403 if role else 404
    assert browser.get(place(study)).status_code == expected
    assert upload(browser, study, GOOD).status_code == expected
    assert browser.post(f"{place(study)}/{'a' * 32}").status_code == expected


def test_nothing_is_imported_into_a_concluded_study(alices: Browser, study: Study) -> None:
    where, _page = preview(alices, study, GOOD)
    study.state = StudyState.CONCLUDED
    assert alices.post(where).status_code == 409
    assert upload(alices, study, GOOD).status_code == 409
    assert count(Item) == 0


def test_a_code_taken_since_the_preview_is_told(alices: Browser, study: Study, clock: Clock) -> None:
    where, page = preview(alices, study, GOOD)
    assert "Import 2 items" in page.text
    add_item(study, clock(), "law2")
    response = alices.post(where)
    assert response.status_code == 409
    assert "already has an item with the code LAW2" in response.text
    assert count(Item) == 1

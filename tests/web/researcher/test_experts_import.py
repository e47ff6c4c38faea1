"""Importing experts in the browser: upload, look, confirm; every kind of bad file is told and loses nothing."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Contact, Expert, Message, Panel, Round, Study
from delphi.tasks.notices import give_notice
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rows import count
from tests.support.studies import add_panel, make_study

GOOD = """\
Nom,Courriel,Langue,Panel,Role
Ben Roy,ben@example.org,en,W,nurse;teacher
Chloé Tremblay,chloe@example.org,fr,W;C,
"""


@pytest.fixture(autouse=True)
def panels(study: Study, alice: Account, clock: Clock) -> list[Panel]:
    return [add_panel(study, alice, clock(), code, f"Panel {code}") for code in "WC"]


def address(study: Study, *parts: object) -> str:
    return "/".join(map(str, (f"/studies/{study.id}/experts/import", *parts)))


def send(browser: Browser, study: Study, data: bytes | str, name: str = "experts.csv"):  # type: ignore[no-untyped-def]
    raw = data.encode() if isinstance(data, str) else data
    return browser.post(address(study), data={"file": (io.BytesIO(raw), name)})


def uploaded(browser: Browser, study: Study, data: bytes | str, name: str = "experts.csv") -> str:
    answer = send(browser, study, data, name)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def hidden(page: str) -> dict[str, str]:
    """What the confirmation sends along."""
    form = page.partition('class="card row between"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def workbook(**sheets: str) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, text in sheets.items():
        sheet = book.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(buffer)
    return buffer.getvalue()


def test_a_table_is_uploaded_looked_at_and_imported(as_alice: Browser, study: Study, instance: Path) -> None:
    assert "What the columns may hold" in as_alice.get(address(study)).text
    where = uploaded(as_alice, study, GOOD)
    page = as_alice.get(where).text
    for text in ("2 experts are ready to be imported.", "Ben Roy", "chloe@example.org", "nurse, teacher"):
        assert text in page
    assert count(Expert) == 0
    answer = as_alice.post(where, data=hidden(page))
    assert answer.location == f"/studies/{study.id}/experts"
    assert "2 experts were imported." in as_alice.get(answer.location).text
    assert (count(Expert), count(Contact), count(Message)) == (2, 2, 0)
    assert list((instance / "uploads").iterdir()) == []


def test_a_table_that_nobody_confirms_is_thrown_away_by_the_worker(
    as_alice: Browser, study: Study, instance: Path, clock: Clock
) -> None:
    where = uploaded(as_alice, study, GOOD)
    clock.advance(hours=1, minutes=59)
    give_notice()
    assert as_alice.get(where).status_code == 200
    clock.advance(minutes=2)
    give_notice()
    assert list((instance / "uploads").iterdir()) == []


def test_a_workbook_is_imported_from_the_sheet_that_was_chosen(as_alice: Browser, study: Study) -> None:
    data = workbook(Notes="Remember\nto ask everyone", People=GOOD)
    where = uploaded(as_alice, study, data, "experts.xlsx")
    page = as_alice.get(where).text
    assert "Say which column holds the e-mail addresses." in page
    page = as_alice.get(f"{where}?sheet=People").text
    as_alice.post(where, data=hidden(page))
    assert count(Expert) == 2


def test_columns_can_be_chosen_by_hand(as_alice: Browser, study: Study) -> None:
    where = uploaded(as_alice, study, "who,where,which,what\nBen Roy,ben@example.org,W,nurse\n")
    assert "Say which column holds the panels." in as_alice.get(where).text
    page = as_alice.get(
        f"{where}?mapped=1&c0=name&c1=email&c2=panels&c3=&c77=attribute&cx=name&c4=nonsense"
    ).text
    assert "1 expert is ready" in page
    as_alice.post(where, data=hidden(page))
    expert = session.scalars(select(Expert)).one()
    assert expert.attributes == {}
    assert session.get_one(Contact, expert.id).name == "Ben Roy"


def test_every_problem_is_told_by_row_and_column_and_nothing_is_imported(
    as_alice: Browser, study: Study
) -> None:
    bad = "name,email,language,panels\nBen,ben@example.org,de,W\nBen,ben@example.org,en,X\n,,en,\n"
    where = uploaded(as_alice, study, bad)
    page = as_alice.get(where).text
    assert "5 problems." in page
    cells = re.findall(r">\s*([A-Z]\d)\s*<", page)
    assert cells == ["C2", "B3", "D3", "B4", "D4"]
    answer = as_alice.post(where, data={"mapped": "1", "c0": "name", "c1": "email", "c3": "panels"})
    assert answer.status_code == 409
    assert "problems." in answer.text
    assert count(Expert) == 0


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (b"", "experts.csv", "This file is empty"),
        (b"name,email,panels\n", "experts.csv", "nothing below it"),
        ("email,panels,rôle\nben@example.org,W,x\n".encode("latin-1"), "experts.csv", "UTF-8"),
        (GOOD.encode(), "experts.xlsx", "experts.xlsx"),
        (b"%PDF-1.7", "experts.csv", "experts.csv"),
        (GOOD.encode(), "experts.docx", "experts.docx"),
        (b"email,Email\na@example.org,b@example.org\n", "experts.csv", "both called"),
    ],
)
def test_a_file_that_is_no_table_is_told_at_once(
    as_alice: Browser, study: Study, instance: Path, data: bytes, name: str, text: str
) -> None:
    answer = send(as_alice, study, data, name)
    assert answer.status_code == 400
    assert text in answer.text
    assert list((instance / "uploads").iterdir()) == []


def test_a_file_must_be_chosen(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(address(study), data={})
    assert answer.status_code == 400
    assert "Choose a file first." in answer.text


def test_a_formula_is_refused_with_its_cell(as_alice: Browser, study: Study) -> None:
    where = uploaded(as_alice, study, "name,email,panels\n=cmd|1,ben@example.org,W\n")
    page = as_alice.get(where).text
    assert "1 problem." in page
    assert "A2" in page


def test_a_double_click_imports_once(as_alice: Browser, study: Study) -> None:
    where = uploaded(as_alice, study, GOOD)
    sent = hidden(as_alice.get(where).text)
    answers = [as_alice.post(where, data=sent) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    page = as_alice.get(answers[1].location).text
    assert "Nothing was imported twice." in page
    assert count(Expert) == 2


def test_the_same_list_in_two_tabs_is_imported_once(as_alice: Browser, study: Study) -> None:
    tabs = [uploaded(as_alice, study, GOOD) for _tab in range(2)]
    sent = [hidden(as_alice.get(where).text) for where in tabs]
    as_alice.post(tabs[0], data=sent[0])
    answer = as_alice.post(tabs[1], data=sent[1])
    assert answer.status_code == 409
    assert "An expert with the address ben@example.org is already in this study." in answer.text
    assert count(Expert) == 2


def test_a_file_can_be_thrown_away(as_alice: Browser, study: Study, instance: Path) -> None:
    where = uploaded(as_alice, study, GOOD)
    for _click in range(2):
        page = as_alice.post(f"{where}/forget", follow_redirects=True).text
        assert "The file is thrown away." in page
    assert list((instance / "uploads").iterdir()) == []
    assert as_alice.get(where).status_code == 404


def test_an_upload_waits_two_hours_for_its_own_person_and_study_only(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    where = uploaded(as_alice, study, GOOD)
    other = make_study(alice, clock())
    assert as_alice.get(where.replace(f"/{study.id}/", f"/{other.id}/", 1)).status_code == 404
    assert as_alice.get(where).status_code == 200
    clock.advance(hours=3)
    assert as_alice.get(where).status_code == 404
    assert as_alice.post(where).status_code == 303
    assert count(Expert) == 0


def test_a_study_without_panels_is_told_to_make_them(as_alice: Browser, alice: Account, clock: Clock) -> None:
    page = as_alice.get(address(make_study(alice, clock()))).text
    assert "Go to the panels" in page
    assert 'type="file"' not in page


def test_nobody_enters_a_concluded_study(as_alice: Browser, study: Study) -> None:
    where = uploaded(as_alice, study, GOOD)
    study.state = StudyState.CONCLUDED
    assert as_alice.post(where).status_code == 409
    assert send(as_alice, study, GOOD).status_code == 409
    assert count(Expert) == 0


def test_an_open_round_is_mentioned(as_alice: Browser, study: Study, clock: Clock) -> None:
    session.add(Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock()))
    page = as_alice.get(uploaded(as_alice, study, GOOD)).text
    assert "Round 1 is open: they are asked from the next one on" in page


def test_the_empty_table_can_be_filled_in(as_alice: Browser, study: Study) -> None:
    answer = as_alice.get(address(study, "template"))
    assert answer.mimetype == "text/csv"
    where = uploaded(as_alice, study, answer.text + "Ben Roy,ben@example.org,555-0142,en,W\n")
    assert "1 expert is ready to be imported." in as_alice.get(where).text

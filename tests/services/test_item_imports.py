"""A table of items is taken whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import StudyState
from delphi.domain.wordings import ItemText
from delphi.importers.problems import ImportRefused, TableError
from delphi.importers.tables import read_table
from delphi.models import Account, Domain, Event, Item, Study
from delphi.services import bank, domains, item_imports, items
from delphi.services.bank import Filter
from tests.support.clock import Clock
from tests.support.studies import add_panel, make_study

FRAMEWORK = Path(__file__).parents[2].parent / "shared" / "data" / "ipv_framework_items.csv"

Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    for code, name in (("W", "Women"), ("C", "Children"), ("M", "Men")):
        add_panel(study, alice, clock(), code, name)
    return study


def load(study: Study, text: str, alice: Account, clock: Clock) -> list[Item]:
    return item_imports.import_table(study, read_table(text.encode(), "items.csv"), alice, clock())


def refused(study: Study, text: str, alice: Account, clock: Clock) -> list[tuple[str, str]]:
    with pytest.raises(ImportRefused) as caught:
        load(study, text, alice, clock)
    assert session.scalar(select(func.count(Item.id))) == 0
    assert session.scalar(select(func.count(Domain.id))) == 0
    return [(problem.code, problem.cell) for problem in caught.value.problems]


def test_items_domains_and_panels_are_created_in_the_order_of_the_file(
    study: Study, alice: Account, clock: Clock
) -> None:
    load(
        study,
        "code,part,domain,subdomain,title_en,title_fr,panels\n"
        "A1,core,Law,,Knows the law,Connaît la loi,women;men\n"
        "A2,core,Law,Courts,Goes to court,,all\n"
        "A3,,,,Stands alone,,\n",
        alice,
        clock,
    )
    read = bank.read(study, Filter())
    assert [[domain.name["en"] for domain in group.path] for group in read.groups] == [
        ["core", "Law"],
        ["core", "Law", "Courts"],
        [],
    ]
    first = read.groups[0].entries[0]
    assert [panel.code for panel in first.panels] == ["W", "M"]
    assert items.texts_of(first.wording) == {
        "en": ItemText("Knows the law"),
        "fr": ItemText("Connaît la loi"),
    }
    assert [group.entries[0].item.position for group in read.groups] == [0, 1, 2]


def test_any_problem_refuses_the_whole_file(study: Study, alice: Account, clock: Clock) -> None:
    text = "code,domain,title,panels\nA1,Law,Good,all\nA1,Law,,elders\nA3,Law,=1,all\n"
    assert refused(study, text, alice, clock) == [
        ("item.code_twice", "A3"),
        ("item.empty_title", "C3"),
        ("item.unknown_panel", "D3"),
        ("cell.formula", "C4"),
    ]


def test_a_file_that_is_no_table_is_refused(study: Study, alice: Account, clock: Clock) -> None:
    with pytest.raises(TableError) as caught:
        load(study, "code,title\n", alice, clock)
    assert caught.value.code == "file.only_header"


def test_the_same_file_again_says_which_codes_the_study_has(
    study: Study, alice: Account, clock: Clock
) -> None:
    text = "code,title\nA1,One\nA2,Two\n"
    load(study, text, alice, clock)
    with pytest.raises(ImportRefused) as caught:
        load(study, text.replace("A2", "A3"), alice, clock)
    assert [(problem.code, problem.cell) for problem in caught.value.problems] == [("item.code_taken", "A2")]
    assert items.codes(study) == {"A1", "A2"}


def test_a_second_file_grows_the_tree_there_is(study: Study, alice: Account, clock: Clock) -> None:
    load(study, "code,domain_en,title\nA1,Law,One\n", alice, clock)
    load(study, "code,domain_en,domain_fr,title\nA2,law,Droit,Two\nA3,Risk,Risque,Three\n", alice, clock)
    assert [branch.domain.name for branch in domains.tree(study)] == [
        {"en": "Law", "fr": "Droit"},
        {"en": "Risk", "fr": "Risque"},
    ]
    order = select(Item.code).order_by(Item.position)
    assert list(session.scalars(order)) == ["A1", "A2", "A3"]


def test_a_chosen_mapping_is_used_instead_of_the_guess(study: Study, alice: Account, clock: Clock) -> None:
    data = b"what,title,note\nReal title,Ignored,x\n"
    created = item_imports.import_table(
        study, read_table(data, "a.csv"), alice, clock(), columns={0: "title.fr"}
    )
    assert items.texts_of(created[0].wordings[0]) == {"fr": ItemText("Real title")}
    assert created[0].code == "I001"


def test_a_column_in_a_foreign_language_blocks_until_it_is_dealt_with(
    study: Study, alice: Account, clock: Clock
) -> None:
    data = b"title,title_es\nOne,Uno\n"
    looked = item_imports.preview(study, read_table(data, "a.csv"))
    assert [problem.code for problem in looked.problems] == ["mapping.unknown_language"]
    assert not item_imports.preview(study, read_table(data, "a.csv"), looked.columns).problems


def test_a_preview_writes_nothing(study: Study, clock: Clock, alice: Account) -> None:
    looked = item_imports.preview(study, read_table(b"code,domain,title\nA1,Law,One\n", "a.csv"))
    session.flush()
    assert (len(looked.items.items), [place.names for place in looked.places("domain")]) == (
        1,
        [{"en": "Law"}],
    )
    assert session.scalar(select(func.count(Item.id))) == session.scalar(select(func.count(Domain.id))) == 0


def test_nothing_is_imported_into_a_concluded_study(study: Study, alice: Account, clock: Clock) -> None:
    study.state = StudyState.CONCLUDED
    session.flush()
    with pytest.raises(DomainError) as caught:
        load(study, "title\nOne\n", alice, clock)
    assert caught.value.code == "study.wrong_state"


def test_the_import_is_on_record(study: Study, alice: Account, clock: Clock) -> None:
    load(study, "title\nOne\nTwo\n", alice, clock)
    event = session.scalars(select(Event).where(Event.kind == "items.imported")).one()
    assert (event.account_id, event.facts) == (alice.id, {"count": 2})


@pytest.mark.parametrize("languages", [("en",), ("fr",), ("en", "fr"), ("fr", "en")])
def test_the_template_imports_once_it_is_filled_in(
    alice: Account, clock: Clock, languages: tuple[str, ...]
) -> None:
    study = make_study(alice, clock(), languages)
    template = item_imports.template(study).decode("utf-8-sig")
    row = ",".join(
        "" if header != "code" and "title" not in header else "A1" for header in template.strip().split(",")
    )
    created = load(study, template + row + "\n", alice, clock)
    assert set(items.texts_of(created[0].wordings[0])) == set(languages)


def as_workbook(data: bytes) -> bytes:
    import csv

    book = Workbook()
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.skipif(not FRAMEWORK.is_file(), reason="the framework's items are not beside this checkout")
@pytest.mark.parametrize("name", ["framework.csv", "framework.xlsx"])
def test_the_framework_is_imported_unedited_and_read_in_few_statements(
    study: Study, alice: Account, clock: Clock, statements: Counter, name: str
) -> None:
    data = FRAMEWORK.read_bytes()
    data = data if name.endswith("csv") else as_workbook(data)
    assert len(item_imports.import_table(study, read_table(data, name), alice, clock())) == 155
    session.expire_all()
    with statements() as seen:
        read = bank.read(study, Filter())
        assert len([entry.titles for group in read.groups for entry in group.entries]) == 155
    assert len(seen) <= 9
    assert [sum(branch.depth == depth for branch in read.branches) for depth in range(3)] == [5, 10, 26]
    women = bank.read(study, Filter(panel_id=next(panel.id for panel in read.panels if panel.code == "W")))
    assert women.found == 74 + 22 + 1

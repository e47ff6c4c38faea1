"""Importing experts: all of a file or nothing, quickly, under pseudonyms that tell no order."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from random import Random

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import StudyState
from delphi.importers.problems import ImportRefused
from delphi.importers.tables import read_table
from delphi.models import Account, Contact, Event, Expert, ExpertPanel, Panel, Study
from delphi.services import expert_imports, experts
from tests.support.clock import Clock
from tests.support.rows import count
from tests.support.studies import add_panel, make_study

HEADER = ("Name", "E-mail", "Phone", "Language", "Panels", "Setting")


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    made = make_study(alice, clock())
    for code in "WCM":
        add_panel(made, alice, clock(), code)
    return made


def people(count: int) -> list[tuple[str, ...]]:
    """Sorted by name, as contact lists are."""
    panels = ("W", "C;M", "M")
    return [
        (
            f"Person {n:03}",
            f"p{n:03}@example.org",
            "",
            "fr" if n % 3 else "en",
            panels[n % 3],
            "clinic;school",
        )
        for n in range(count)
    ]


def csv(rows: list[tuple[str, ...]]) -> bytes:
    return "\n".join(",".join(row) for row in (HEADER, *rows)).encode()


def xlsx(rows: list[tuple[str, ...]]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "write"), [("experts.csv", csv), ("experts.xlsx", xlsx)])
def test_a_file_of_300_becomes_300_experts(
    study: Study, alice: Account, clock: Clock, name: str, write: Callable[..., bytes]
) -> None:
    codes = expert_imports.import_table(study, read_table(write(people(300)), name), alice, clock())
    assert len(set(codes)) == 300
    assert (count(Expert), count(Contact), count(ExpertPanel)) == (300, 300, 400)
    found = session.execute(
        select(Contact.name, Expert.language, Expert.code, Expert.attributes)
        .join(Expert, Expert.id == Contact.expert_id)
        .where(Contact.email == "p001@example.org")
    ).one()
    assert (found.name, found.language, found.code[:2]) == ("Person 001", "fr", "C-")
    assert found.attributes == {"Setting": ["clinic", "school"]}
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.kind, event.facts) == ("experts.imported", {"count": 300})


def test_a_bigger_file_needs_no_more_statements(
    study: Study, alice: Account, clock: Clock, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with statements() as few:
        expert_imports.import_table(study, read_table(csv(people(3)), "a.csv"), alice, clock())
    with statements() as many:
        expert_imports.import_table(study, read_table(csv(people(303)[3:]), "b.csv"), alice, clock())
    assert len(many) == len(few) < 15
    assert count(Expert) == 303


def test_ids_and_pseudonyms_do_not_follow_the_file(study: Study, alice: Account, clock: Clock) -> None:
    expert_imports.import_table(study, read_table(csv(people(300)), "experts.csv"), alice, clock())
    query = select(Contact.name, Expert.code).join(Expert, Expert.id == Contact.expert_id)
    by_id = session.execute(query.order_by(Expert.id)).all()
    by_name = session.execute(query.order_by(Contact.name)).all()
    for order in ([row.name for row in by_id], [row.code[2:] for row in by_name]):
        rises = sum(first < second for first, second in pairwise(order))
        assert 110 < rises < 190


def test_one_bad_row_keeps_everything_out(study: Study, alice: Account, clock: Clock) -> None:
    rows = [*people(299), ("Ben", "p000@example.org", "", "de", "X", "")]
    with pytest.raises(ImportRefused) as caught:
        expert_imports.import_table(study, read_table(csv(rows), "experts.csv"), alice, clock())
    assert [(problem.row, problem.header, problem.code) for problem in caught.value.problems] == [
        (301, "E-mail", "expert.email_twice"),
        (301, "Language", "expert.language_unknown"),
        (301, "Panels", "expert.panel_unknown"),
    ]
    assert (count(Expert), count(Contact)) == (0, 0)


def test_whoever_is_in_the_study_already_is_told(study: Study, alice: Account, clock: Clock) -> None:
    expert_imports.import_table(study, read_table(csv(people(3)), "experts.csv"), alice, clock())
    with pytest.raises(ImportRefused) as caught:
        expert_imports.import_table(study, read_table(csv(people(4)), "experts.csv"), alice, clock())
    assert [problem.code for problem in caught.value.problems] == ["expert.email_taken"] * 3
    assert count(Expert) == 3


def test_new_pseudonyms_differ_from_those_there_are(
    study: Study, alice: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experts, "lot", Random(1))
    (first,) = expert_imports.import_table(study, read_table(csv(people(1)), "experts.csv"), alice, clock())
    monkeypatch.setattr(experts, "lot", Random(1))
    rows = [("Ben", "ben@example.org", "", "en", "W", "")]
    (second,) = expert_imports.import_table(study, read_table(csv(rows), "experts.csv"), alice, clock())
    assert first != second


def test_a_chosen_mapping_is_followed(study: Study, alice: Account, clock: Clock) -> None:
    table = read_table(b"who,where,which,what\nBen,ben@example.org,M,nurse\n", "experts.csv")
    columns = {0: "name", 1: "email", 2: "panels"}
    expert_imports.import_table(study, table, alice, clock(), columns=columns)
    expert = session.scalars(select(Expert)).one()
    assert (experts.contact_of(expert).name, expert.attributes) == ("Ben", {})
    panel = session.get_one(Panel, expert.panels[0].panel_id)
    assert panel.code == "M"


def test_the_preview_writes_nothing(study: Study, alice: Account, clock: Clock) -> None:
    looked = expert_imports.preview(study, read_table(csv(people(2)), "experts.csv"))
    assert [row.email for row in looked.experts] == ["p000@example.org", "p001@example.org"]
    assert looked.problems == ()
    assert count(Expert) == 0


def test_the_template_can_be_filled_in_and_imported(study: Study, alice: Account, clock: Clock) -> None:
    data = expert_imports.template() + b"Ben Roy,ben@example.org,555-0142,en,W\n"
    looked = expert_imports.preview(study, read_table(data, "experts.csv"))
    assert (looked.problems, looked.experts[0].phone) == ((), "555-0142")


def test_nobody_enters_a_concluded_study(study: Study, alice: Account, clock: Clock) -> None:
    study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError) as caught:
        expert_imports.import_table(study, read_table(csv(people(1)), "experts.csv"), alice, clock())
    assert caught.value.code == "study.wrong_state"

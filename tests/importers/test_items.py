"""What the rows of a table of items mean, and everything that can be wrong with them."""

from __future__ import annotations

import csv as csv_files
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from delphi.domain.wordings import ItemText
from delphi.importers.items import ItemTable, Known, guess, read_items
from delphi.importers.places import LEVELS, Place, lineage
from delphi.importers.tables import read_table

FRAMEWORK = Path(__file__).parents[2].parent / "shared" / "data" / "ipv_framework_items.csv"
PANELS = {"W": ("Women", "Femmes"), "children": ("Children",), "M": ("men", "hommes")}


def read(
    text: str,
    *,
    languages: Sequence[str] = ("en", "fr"),
    panels: dict[str, tuple[str, ...]] | None = None,
    codes: Sequence[str] = (),
    places: Sequence[Place] = (),
) -> ItemTable:
    table = read_table(text.encode(), "items.csv")
    known = Known(languages, PANELS if panels is None else panels, codes, places)
    return read_items(table, guess(table.headers, languages), known)


def told(table: ItemTable) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in table.problems]


def facts(table: ItemTable) -> dict[str, Any]:
    (problem,) = table.problems
    return dict(problem.params)


def path(place: Place | None) -> list[dict[str, str]]:
    return [one.names for one in lineage(place)]


def test_a_row_in_two_languages() -> None:
    table = read(
        "code;domain_en;domain_fr;title_en;title_fr;description_en;examples_fr;panels\n"
        "LAW1.03;Law;Droit;Decides;Décide;On reporting;un | deux;women\n"
    )
    (item,) = table.items
    assert (item.row, item.code, item.panels) == (2, "LAW1.03", ("W",))
    assert item.texts == {
        "en": ItemText("Decides", "On reporting"),
        "fr": ItemText("Décide", examples="un\ndeux"),
    }
    assert path(item.place) == [{"en": "Law", "fr": "Droit"}]


@pytest.mark.parametrize(
    ("cell", "panels"),
    [
        ("all", ()),
        ("", ()),
        ("Tous", ()),
        ("women;children", ("W", "children")),
        ("Children, MEN", ("children", "M")),
        ("femmes | w", ("W",)),
    ],
)
def test_panels_by_code_or_by_name_in_any_language(cell: str, panels: tuple[str, ...]) -> None:
    table = read(f'title,panels\nDecides,"{cell}"\n')
    assert (table.items[0].panels, table.problems) == (panels, ())


def test_a_panel_whose_name_has_a_comma_is_found_whole() -> None:
    table = read('title,panels\nDecides,"Youth, and children"\n', panels={"Y": ("Youth, and children",)})
    assert table.items[0].panels == ("Y",)


def test_an_unknown_panel_is_told_with_those_there_are() -> None:
    table = read("code,title,panels\nA1,One,women;elders\n")
    assert told(table) == [("item.unknown_panel", "C2")]
    assert facts(table) == {"panel": "elders", "known": "W (Women), children (Children), M (men)"}


def test_a_study_without_panels_says_so() -> None:
    assert told(read("title,panels\nOne,women\n", panels={})) == [("item.no_panels", "B2")]
    assert told(read("title,panels\nOne,all\n", panels={})) == []


def test_codes_that_stand_twice_or_are_taken_are_told_whatever_their_case() -> None:
    table = read("code,title\nA1,One\nB1,Two\na1,Three\nB2,Four\n", codes=["b2"])
    assert told(table) == [("item.code_twice", "A4"), ("item.code_taken", "A5")]
    assert table.problems[0].params == {"item": "a1", "first": 2}


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "item.code_empty"),
        ("A 1", "item.code_odd"),
        ("A/1", "item.code_odd"),
        (".A1", "item.code_odd"),
        ("A" * 41, "item.code_too_long"),
    ],
)
def test_codes_that_cannot_be_used(code: str, problem: str) -> None:
    assert told(read(f"code,title\n{code},One\n")) == [(problem, "A2")]


def test_without_a_column_for_codes_items_are_numbered() -> None:
    table = read("title\nOne\nTwo\nThree\n", codes=["i002"])
    assert [item.code for item in table.items] == ["I001", "I003", "I004"]


def test_empty_titles_are_told() -> None:
    table = read("code,title_en,title_fr,description_fr\nA1,,,\nA2,One,,Une description\n")
    assert told(table) == [("item.empty_title", "B2"), ("item.empty_title", "C3")]


def test_over_long_texts_are_told_with_their_lengths() -> None:
    table = read(f"code,title,description,examples\nA1,{'t' * 501},{'d' * 10_001},{'e' * 10_001}\n")
    assert told(table) == [
        ("item.title_too_long", "B2"),
        ("item.description_too_long", "C2"),
        ("item.examples_too_long", "D2"),
    ]
    assert table.problems[0].params == {"found": 501, "limit": 500}


def test_without_a_title_column_that_is_the_only_problem() -> None:
    table = read("code,description\nA1,Text\n")
    assert (table.items, [problem.code for problem in table.problems]) == ((), ["mapping.no_title"])


def test_a_formula_is_told_once_and_not_for_what_it_looks_like() -> None:
    table = read('code,title\n"=1+1",One\nA2,=A1\n')
    assert told(table) == [("cell.formula", "A2"), ("cell.formula", "B3")]


def test_the_tree_is_built_from_the_rows_however_names_are_written() -> None:
    table = read(
        "part,domain,subdomain,title\n"
        "core,Law,,One\nCore,law,Courts,Two\nleaf,Law,Courts,Three\nleaf,,,Four\n,,,Five\n"
    )
    assert not table.problems
    assert [len(table.places(level)) for level in LEVELS] == [2, 2, 2]
    assert table.items[0].place is lineage(table.items[1].place)[1]
    assert [place.names["en"] for place in lineage(table.items[2].place)] == ["leaf", "Law", "Courts"]
    assert table.items[4].place is None


def test_places_the_study_has_are_found_by_any_of_their_names() -> None:
    law = Place("domain", {"en": "Law", "fr": "Droit"}, id=7)
    table = read("domain,title\nLAW,One\nLaw,Two\n", places=[law])
    assert {item.place for item in table.items} == {law}


def test_a_name_in_a_further_language_is_noted_for_a_place_the_study_has() -> None:
    law = Place("domain", {"en": "Law"}, id=7)
    read("domain_en,domain_fr,title\nLaw,Droit,One\n", places=[law])
    assert law.missing == {"fr": "Droit"}


def test_two_names_for_one_domain_are_told() -> None:
    table = read("domain_en,domain_fr,title\nLaw,Droit,One\nLaw,Loi,Two\n")
    assert told(table) == [("item.domain_two_names", "B3")]
    assert facts(table) == {"name": "Loi", "other": "Droit"}


def test_a_sub_domain_without_its_domain_is_told() -> None:
    table = read("part,domain,subdomain,title\ncore,,Courts,One\n,,Courts,Two\n")
    assert told(table) == [("item.subdomain_alone", "C2"), ("item.subdomain_alone", "C3")]


def test_a_domain_with_its_part_in_one_row_and_without_in_another_is_told() -> None:
    table = read("part,domain,title\ncore,Law,One\n,law,Two\n")
    assert told(table) == [("item.domain_two_homes", "A3")]
    assert facts(table) == {"name": "law", "part": "core"}


def test_a_name_that_is_too_long_is_told() -> None:
    assert told(read(f"domain,title\n{'x' * 301},One\n")) == [("item.domain_too_long", "A2")]


def test_all_problems_come_at_once_and_in_order() -> None:
    table = read("code,title,panels\nA1,,elders\nA1,Two,all\nA 3,=1,all\n")
    assert told(table) == [
        ("item.empty_title", "B2"),
        ("item.unknown_panel", "C2"),
        ("item.code_twice", "A3"),
        ("item.code_odd", "A4"),
        ("cell.formula", "B4"),
    ]


@pytest.mark.skipif(not FRAMEWORK.is_file(), reason="the framework's items are not beside this checkout")
@pytest.mark.parametrize("name", ["items.csv", "items.xlsx"])
def test_the_framework_is_read_unedited(name: str) -> None:
    data = FRAMEWORK.read_bytes() if name.endswith("csv") else as_workbook(FRAMEWORK)
    table = read_table(data, name)
    panels = {"W": ("women",), "C": ("children",), "M": ("men",)}
    items = read_items(table, guess(table.headers, ["en", "fr"]), Known(["en", "fr"], panels, (), ()))
    assert (len(items.items), items.problems) == (155, ())
    assert [len(items.places(level)) for level in LEVELS] == [5, 10, 26]
    assert sum(item.panels == () for item in items.items) == 74
    assert sum(item.panels == ("W", "C") for item in items.items) == 1
    assert max(item.texts["en"].examples.count("\n") for item in items.items) > 3


def as_workbook(path: Path) -> bytes:
    book = Workbook()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv_files.reader(file):
            book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()

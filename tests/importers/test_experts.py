"""Tables of experts: columns found by name, rows read, every problem with its row and column."""

from __future__ import annotations

import pytest

from delphi.importers.experts import ExpertTable, Known, KnownPanel, guess, read_experts
from delphi.importers.tables import Table, read_table

PANELS = [
    KnownPanel(1, "W", ("Women’s services", "Services aux femmes")),
    KnownPanel(2, "C", ("Children’s services", "Services à l’enfance")),
]
KNOWN = Known(PANELS, ("en", "fr"), frozenset({"known@example.org"}))
HEADER = "name,email,phone,language,panels,role,setting\n"


def table(text: str) -> Table:
    return read_table(text.encode(), "experts.csv")


def read(text: str, known: Known = KNOWN) -> ExpertTable:
    found = table(text)
    return read_experts(found, guess(found.headers, known.languages), known)


def problems(text: str, known: Known = KNOWN) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in read(HEADER + text, known).problems]


def test_a_row_becomes_an_expert() -> None:
    found = read(HEADER + "Ben Roy, Ben.Roy@Example.org ,555-0142,fr,C;W,nurse,clinic; school ;clinic\n")
    assert found.problems == ()
    (expert,) = found.experts
    assert (expert.row, expert.name, expert.email, expert.phone) == (
        2,
        "Ben Roy",
        "ben.roy@example.org",
        "555-0142",
    )
    assert (expert.language, expert.panel_ids) == ("fr", (2, 1))
    assert expert.attributes == {"role": ["nurse"], "setting": ["clinic", "school"]}


@pytest.mark.parametrize(
    "header",
    [
        "Name,E-mail,Language,Panel",
        "Full name,E-mail address,Preferred language,Group",
        "Nom,Courriel,Langue,Groupe",
        "NOM COMPLET,Adresse courriel,Langue préférée,Panels",
    ],
)
def test_columns_are_found_by_their_english_and_french_names(header: str) -> None:
    assert guess(header.split(","), ("en", "fr")) == {0: "name", 1: "email", 2: "language", 3: "panels"}


def test_a_first_name_stands_before_the_name() -> None:
    (expert,) = read("Nom,Prénom,Courriel,Panel\nTremblay,Chloé,chloe@example.org,C\n").experts
    assert expert.name == "Chloé Tremblay"


def test_columns_that_could_hold_a_second_name_or_a_number_are_not_taken_for_attributes() -> None:
    assert guess(["id", "name", "Nom", "email", "panels", "", "role"], ("en",)) == {
        1: "name",
        3: "email",
        4: "panels",
        6: "attribute",
    }


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("", "en"),
        ("FR", "fr"),
        ("Français", "fr"),
        ("anglais", "en"),
        ("fr-CA", "fr"),
        ("English (UK)", "en"),
    ],
)
def test_languages_are_known_by_code_and_by_name(cell: str, language: str) -> None:
    (expert,) = read(HEADER + f"Ben,ben@example.org,,{cell},W,,\n").experts
    assert expert.language == language


@pytest.mark.parametrize("cell", ["w", "Women’s services", "services aux FEMMES", " W ; w "])
def test_panels_are_known_by_code_and_by_name(cell: str) -> None:
    (expert,) = read(HEADER + f"Ben,ben@example.org,,en,{cell},,\n").experts
    assert expert.panel_ids == (1,)


def test_a_panel_whose_name_is_the_code_of_another_loses_to_it() -> None:
    known = Known([KnownPanel(1, "A", ("B",)), KnownPanel(2, "B", ("Bees",))], ("en",), frozenset())
    (expert,) = read("email,panels\nben@example.org,B\n", known).experts
    assert expert.panel_ids == (2,)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Ben,,,en,W,,", ("B2", "expert.email_missing")),
        ("Ben,ben at example,,en,W,,", ("B2", "expert.email_invalid")),
        ("Ben,Known@example.org,,en,W,,", ("B2", "expert.email_taken")),
        ("Ben,ben@example.org,call me,en,W,,", ("C2", "expert.phone_invalid")),
        ("Ben,ben@example.org,,de,W,,", ("D2", "expert.language_unknown")),
        ("Ben,ben@example.org,,en,,,", ("E2", "expert.panel_missing")),
        ("Ben,ben@example.org,,en,;,,", ("E2", "expert.panel_missing")),
        ("Ben,ben@example.org,,en,W;X,,", ("E2", "expert.panel_unknown")),
        (f"{'x' * 201},ben@example.org,,en,W,,", ("A2", "expert.name_too_long")),
        (f"Ben,ben@example.org,,en,W,{'x' * 201},", ("F2", "expert.value_too_long")),
        ("Ben,ben@example.org,,en,W,nurse,ask ben@work.example.org", ("G2", "expert.attribute_address")),
        ("=1+1,ben@example.org,,en,W,,", ("A2", "cell.formula")),
        ("Ben,=HYPERLINK(1),,en,W,,", ("B2", "cell.formula")),
        ("Ben,ben@example.org,,en,W,", ("", "row.too_few_cells")),
    ],
)
def test_every_problem_is_told_with_its_place(row: str, problem: tuple[str, str]) -> None:
    assert problems(row + "\n") == [problem]


def test_an_address_twice_in_the_file_names_the_first_row() -> None:
    found = read(HEADER + "Ben,ben@example.org,,en,W,,\nChloé,BEN@example.org,,fr,C,,\n").problems
    assert [(one.cell, one.code, one.params["first"]) for one in found] == [("B3", "expert.email_twice", 2)]


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    assert problems("Ben,ben,,de,,,\nChloé,,,fr,Z,,\n") == [
        ("B2", "expert.email_invalid"),
        ("D2", "expert.language_unknown"),
        ("E2", "expert.panel_missing"),
        ("B3", "expert.email_missing"),
        ("E3", "expert.panel_unknown"),
    ]


def test_a_study_without_panels_says_so() -> None:
    known = Known([], ("en",), frozenset())
    assert problems("Ben,ben@example.org,,en,W,,\n", known) == [("E2", "expert.no_panels_yet")]


@pytest.mark.parametrize(
    ("header", "code"), [("name,panels", "mapping.no_email"), ("name,email", "mapping.no_panels")]
)
def test_addresses_and_panels_need_a_column(header: str, code: str) -> None:
    found = read(f"{header}\nBen,W\n")
    assert [problem.code for problem in found.problems] == [code]
    assert found.experts == ()


def test_two_columns_cannot_be_the_same_thing_but_several_can_be_attributes() -> None:
    found = table("a,b,c,d,e\nben@example.org,ben@example.org,W,x,y\n")
    columns = {0: "email", 1: "email", 2: "panels", 3: "attribute", 4: "attribute"}
    assert [problem.code for problem in read_experts(found, columns, KNOWN).problems] == ["mapping.twice"]
    columns = {0: "email", 2: "panels", 3: "attribute", 4: "attribute"}
    (expert,) = read_experts(found, columns, KNOWN).experts
    assert expert.attributes == {"d": ["x"], "e": ["y"]}


@pytest.mark.parametrize("header", ["", "x" * 81])
def test_an_attribute_needs_a_name_of_a_certain_length(header: str) -> None:
    found = table(f"email,panels,{header},role\nben@example.org,W,x,y\n")
    columns = {0: "email", 1: "panels", 2: "attribute"}
    assert [problem.code for problem in read_experts(found, columns, KNOWN).problems] == [
        "expert.attribute_name"
    ]

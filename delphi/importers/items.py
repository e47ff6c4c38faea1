"""A table of items: what each row says, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from delphi.domain.texts import one_line, same
from delphi.domain.wordings import ItemText, text_problems, written
from delphi.importers import mapping
from delphi.importers.mapping import Columns, Field
from delphi.importers.places import LEVELS, Place, Places, lineage, other_names
from delphi.importers.problems import Problem
from delphi.importers.tables import Row, Table

FIELDS = (
    Field("code", {"en": ("code", "item code", "id", "number"), "fr": ("code", "numero", "identifiant")}),
    Field("part", {"en": ("part", "section"), "fr": ("partie", "volet", "section")}, translated=True),
    Field("domain", {"en": ("domain", "theme", "category"), "fr": ("domaine", "theme", "categorie")}, True),
    Field(
        "subdomain",
        {
            "en": ("subdomain", "sub domain", "subcategory"),
            "fr": ("sousdomaine", "sous domaine", "sous categorie"),
        },
        translated=True,
    ),
    Field("title", {"en": ("title", "statement", "item"), "fr": ("titre", "enonce")}, translated=True),
    Field(
        "description",
        {"en": ("description", "definition", "details"), "fr": ("description", "definition", "precisions")},
        translated=True,
    ),
    Field(
        "examples",
        {"en": ("examples", "example", "bullets"), "fr": ("exemples", "exemple", "puces")},
        translated=True,
    ),
    Field("panels", {"en": ("panels", "panel"), "fr": ("panels", "panel")}),
)
EVERY_PANEL = {"", "all", "every", "tous", "toutes"}
LONGEST_CODE = 40
LONGEST_NAME = 300
LONGEST_VALUE = 1_000  # of a field that the study added

_CODE = re.compile(r"[^\W_][\w.\-]*")
_BETWEEN_EXAMPLES = re.compile(r"\s+\|\s+|\n")
_BETWEEN_PANELS = re.compile(r"[;|\n]")


@dataclass(frozen=True)
class Known:
    """What the study has already; `panels` gives each panel's code its names."""

    languages: Sequence[str]
    panels: Mapping[str, Collection[str]]
    codes: Collection[str]
    places: Sequence[Place]
    fields: Sequence[Field] = ()  # those the study added


@dataclass(frozen=True)
class ItemRow:
    """An item to be; no panels means every panel."""

    row: int
    code: str
    place: Place | None
    texts: Mapping[str, ItemText]
    panels: tuple[str, ...]
    fields: Mapping[str, str]  # those the study added, by their key


@dataclass(frozen=True)
class ItemTable:
    items: tuple[ItemRow, ...]
    problems: tuple[Problem, ...]

    def places(self, level: str) -> list[Place]:
        """The places of this level that the items are in or under, in the order of the file."""
        found = {place: None for item in self.items for place in lineage(item.place) if place.level == level}
        return list(found)


def guess(headers: Sequence[str], languages: Sequence[str], added: Sequence[Field] = ()) -> Columns:
    return mapping.guess_mapping(headers, (*FIELDS, *added), languages)


def code_problem(code: str) -> str | None:
    """What is wrong with an item's code by itself."""
    if not code:
        return "item.code_empty"
    if len(code) > LONGEST_CODE:
        return "item.code_too_long"
    return None if _CODE.fullmatch(code) else "item.code_odd"


def read_items(table: Table, columns: Columns, known: Known) -> ItemTable:
    """Every item and every problem; without a column for titles the rows are not looked at."""
    problems = [*table.problems, *mapping.used_twice(columns, table.headers)]
    if not any(target.startswith("title.") for target in columns.values()):
        return ItemTable((), (*problems, Problem("mapping.no_title", params={"row": 1})))
    return _Reader(table, columns, known).read(problems)


class _Reader:
    """One reading of one table: cells by the name of their target, problems with their place."""

    def __init__(self, table: Table, columns: Columns, known: Known) -> None:
        self.table, self.known = table, known
        self.columns = {target: column for column, target in sorted(columns.items(), reverse=True)}
        self.places = Places(known.places)
        self.panels = {same(name): code for code, names in known.panels.items() for name in (code, *names)}
        self.problems: list[Problem] = []

    def read(self, problems: Sequence[Problem]) -> ItemTable:
        codes = self._codes()
        items = [self._item(row, code) for row, code in zip(self.table.rows, codes, strict=True)]
        self._two_homes(items)
        return ItemTable(tuple(items), tuple(_all_problems(problems, self.problems)))

    def _cell(self, row: Row, target: str) -> str:
        column = self.columns.get(target)
        return "" if column is None else row.cells[column]

    def _problem(self, code: str, row: Row | int, target: str, **params: Any) -> None:
        number = row if isinstance(row, int) else row.number
        column = self.columns.get(target)
        header = "" if column is None else self.table.headers[column]
        place = None if column is None else column + 1
        self.problems.append(Problem(code, number, place, header, params))

    def _item(self, row: Row, code: str) -> ItemRow:
        texts = {language: self._text(row, language) for language in self.known.languages}
        for wrong in text_problems(texts):
            target = f"{wrong.field}.{wrong.language}"
            if target not in self.columns:
                target = next(one for one in self.columns if one.startswith("title."))
            self._problem(f"item.{wrong.code}", row, target, found=wrong.found, limit=wrong.limit)
        said = {language: text for language, text in texts.items() if text}
        return ItemRow(row.number, code, self._place(row), said, self._panels(row), self._fields(row))

    def _fields(self, row: Row) -> dict[str, str]:
        values = {field.name: one_line(self._cell(row, field.name)) for field in self.known.fields}
        for name, value in values.items():
            if len(value) > LONGEST_VALUE:
                self._problem("item_field.value_too_long", row, name, found=len(value), limit=LONGEST_VALUE)
        return {name.partition(":")[2]: value for name, value in values.items() if value}

    def _text(self, row: Row, language: str) -> ItemText:
        examples = _BETWEEN_EXAMPLES.split(self._cell(row, f"examples.{language}"))
        title, description = (self._cell(row, f"{field}.{language}") for field in ("title", "description"))
        return written(title, description, "\n".join(examples))

    def _codes(self) -> list[str]:
        """As written, or numbered from I001 on where the table has no column for codes."""
        taken = {code.casefold() for code in self.known.codes}
        if "code" not in self.columns:
            return list(_numbered(len(self.table.rows), taken))
        first: dict[str, int] = {}
        for row in self.table.rows:
            code = self._cell(row, "code")
            problem, key = code_problem(code), code.casefold()
            if problem:
                self._problem(problem, row, "code", item=code[:LONGEST_CODE], limit=LONGEST_CODE)
            elif key in first:
                self._problem("item.code_twice", row, "code", item=code, first=first[key])
            elif key in taken:
                self._problem("item.code_taken", row, "code", item=code)
            first.setdefault(key, row.number)
        return [self._cell(row, "code") for row in self.table.rows]

    def _place(self, row: Row) -> Place | None:
        place: Place | None = None
        for level in LEVELS:
            names = self._names(row, level)
            if not names:
                continue
            if level == "subdomain" and (place is None or place.level != "domain"):
                self._problem("item.subdomain_alone", row, self._any_target(level))
                continue
            place = self.places.find(place, level, names, row.number)
            for other in other_names(place, names):
                facts = {"name": other.name, "other": place.names[other.language]}
                self._problem("item.domain_two_names", row, f"{level}.{other.language}", **facts)
        return place

    def _names(self, row: Row, level: str) -> dict[str, str]:
        names: dict[str, str] = {}
        for language in self.known.languages:
            name = one_line(self._cell(row, f"{level}.{language}"))
            if len(name) > LONGEST_NAME:
                target = f"{level}.{language}"
                self._problem("item.domain_too_long", row, target, found=len(name), limit=LONGEST_NAME)
            elif name:
                names[language] = name
        return names

    def _any_target(self, level: str) -> str:
        return next(target for target in self.columns if target.startswith(f"{level}."))

    def _two_homes(self, items: Sequence[ItemRow]) -> None:
        """A domain that is in a part in one row and in none in another: one of the rows has a gap."""
        places = {place: None for item in items for place in lineage(item.place) if place.level == "domain"}
        housed = {same(name): place for place in places if place.parent for name in place.names.values()}
        for item in items:
            line = lineage(item.place)
            if line and line[0].level == "domain":
                names = line[0].names.values()
                other = next((housed[same(name)] for name in names if same(name) in housed), None)
                if other is not None and other.parent is not None:
                    facts = {"name": next(iter(names)), "part": next(iter(other.parent.names.values()))}
                    target = self._any_target("part") if self._has("part") else self._any_target("domain")
                    self._problem("item.domain_two_homes", item.row, target, **facts)

    def _has(self, level: str) -> bool:
        return any(target.startswith(f"{level}.") for target in self.columns)

    def _panels(self, row: Row) -> tuple[str, ...]:
        cell = self._cell(row, "panels")
        names = [name.strip() for part in _BETWEEN_PANELS.split(cell) for name in self._split(part)]
        if any(same(name) in EVERY_PANEL for name in names if name) or not cell:
            return ()
        found: dict[str, None] = {}
        for name in filter(None, names):
            if same(name) in self.panels:
                found[self.panels[same(name)]] = None
            elif self.known.panels:
                self._problem("item.unknown_panel", row, "panels", panel=name, known=self._panels_in_words())
            else:
                self._problem("item.no_panels", row, "panels", panel=name)
        return tuple(found)

    def _split(self, part: str) -> list[str]:
        """By commas, unless the whole is the name of a panel."""
        return [part] if same(part) in self.panels else part.split(",")

    def _panels_in_words(self) -> str:
        names = ((code, next(iter(names), "")) for code, names in self.known.panels.items())
        return ", ".join(f"{code} ({name})" if name and name != code else code for code, name in names)


def _numbered(count: int, taken: Collection[str]) -> Iterator[str]:
    number = 0
    while count:
        number += 1
        code = f"I{number:03}"
        if code.casefold() not in taken:
            count -= 1
            yield code


def _all_problems(of_table: Sequence[Problem], of_rows: Iterable[Problem]) -> list[Problem]:
    """By place; a cell that is a formula is not also told off for what the formula looks like."""
    unreadable = {problem.cell for problem in of_table if problem.cell}
    problems = [*of_table, *(problem for problem in of_rows if problem.cell not in unreadable)]
    return sorted(problems, key=lambda problem: (problem.row or 0, problem.column or 0))

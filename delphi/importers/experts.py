"""A table of experts: what each row says, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from delphi.domain.attributes import check_name, check_values, several
from delphi.domain.contacts import checked_email, checked_name, checked_phone
from delphi.domain.errors import DomainError
from delphi.importers import mapping
from delphi.importers.mapping import LANGUAGE_WORDS, Columns, Field, fold
from delphi.importers.problems import Problem
from delphi.importers.tables import Row, Table

FIELDS = (
    Field(
        "name",
        {
            "en": ("name", "full name", "last name", "surname", "family name"),
            "fr": ("nom", "nom complet", "nom de famille", "nom et prenom", "prenom et nom"),
        },
    ),
    Field("first_name", {"en": ("first name", "given name"), "fr": ("prenom",)}),
    Field(
        "email",
        {
            "en": ("email", "e mail", "mail", "email address", "e mail address", "address"),
            "fr": (
                "courriel",
                "adresse courriel",
                "adresse electronique",
                "adresse e mail",
                "adresse mail",
                "adresse",
            ),
        },
    ),
    Field(
        "phone",
        {
            "en": ("phone", "telephone", "phone number", "telephone number", "mobile", "cell", "cell phone"),
            "fr": ("tel", "numero de telephone", "telephone", "portable", "cellulaire"),
        },
    ),
    Field(
        "language",
        {"en": ("language", "preferred language"), "fr": ("langue", "langue preferee", "langue parlee")},
    ),
    Field(
        "panels",
        {"en": ("panels", "panel", "group", "groups"), "fr": ("panels", "panel", "groupe", "groupes")},
    ),
)
ATTRIBUTE = "attribute"  # any number of columns may be one
NEEDED = ("email", "panels")
LEFT_OUT = {"code", "id", "no", "number", "numero", "pseudonym", "pseudonyme"}
SHOWN = 60  # signs of a wrong cell that its problem repeats


@dataclass(frozen=True)
class KnownPanel:
    id: int
    code: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What the study has: `emails` of its experts, `languages` beginning with its main one."""

    panels: Sequence[KnownPanel]
    languages: Sequence[str]
    emails: frozenset[str]


@dataclass(frozen=True)
class ExpertRow:
    """An expert to be; the first of the panels gives the pseudonym."""

    row: int
    name: str
    email: str
    phone: str
    language: str
    panel_ids: tuple[int, ...]
    attributes: dict[str, list[str]]


@dataclass(frozen=True)
class ExpertTable:
    experts: tuple[ExpertRow, ...]
    problems: tuple[Problem, ...]


def guess(headers: Sequence[str], languages: Sequence[str]) -> Columns:
    """A first proposal: a column that is nothing else is an attribute, unless it looks like a second name or a code."""
    found = mapping.guess_mapping(headers, FIELDS, languages)
    known = LEFT_OUT.union(*(words for field in FIELDS for words in field.headers.values()))
    further = {
        column: ATTRIBUTE
        for column, header in enumerate(headers)
        if column not in found and header and fold(header) not in known
    }
    return dict(sorted((found | further).items()))


def targets() -> list[str]:
    """Everything a column can be used as."""
    return [*(field.name for field in FIELDS), ATTRIBUTE]


def read_experts(table: Table, columns: Columns, known: Known) -> ExpertTable:
    """Every expert and every problem; without a column for addresses or panels the rows are not looked at."""
    problems = [*table.problems, *_column_problems(table.headers, columns)]
    missing = [name for name in NEEDED if name not in columns.values()]
    if missing:
        problems += [Problem(f"mapping.no_{name}") for name in missing]
        return ExpertTable((), tuple(problems))
    reader = _Reader(table, columns, known)
    experts = tuple(reader.expert(row) for row in table.rows)
    return ExpertTable(experts, tuple(_by_place([*problems, *reader.problems], table.problems)))


def _column_problems(headers: Sequence[str], columns: Columns) -> Iterator[Problem]:
    once = {column: target for column, target in columns.items() if target != ATTRIBUTE}
    yield from mapping.used_twice(once, headers)
    for column, target in columns.items():
        try:
            if target == ATTRIBUTE:
                check_name(headers[column])
        except DomainError as error:
            yield Problem(error.code, 1, column + 1, headers[column][:SHOWN], error.params)


def _by_place(problems: Sequence[Problem], unreadable: Sequence[Problem]) -> list[Problem]:
    """In the order of the file; a cell that is a formula is not also told off for what the formula looks like."""
    cells = {problem.cell for problem in unreadable if problem.cell}
    kept = [problem for problem in problems if problem in unreadable or problem.cell not in cells]
    return sorted(kept, key=lambda problem: (problem.row or 0, problem.column or 0))


class _Reader:
    """One reading of one table: cells by the name of their target, problems with their place."""

    def __init__(self, table: Table, columns: Columns, known: Known) -> None:
        self.table, self.known = table, known
        self.columns = {target: column for column, target in sorted(columns.items(), reverse=True)}
        self.attributes = [column for column, target in sorted(columns.items()) if target == ATTRIBUTE]
        self.panels = _panel_names(known.panels)
        self.languages = {word: code for code in known.languages for word in LANGUAGE_WORDS[code]}
        self.seen: dict[str, int] = {}  # address, and the row it stood in first
        self.problems: list[Problem] = []

    def expert(self, row: Row) -> ExpertRow:
        name = f"{self._cell(row, 'first_name')} {self._cell(row, 'name')}"
        return ExpertRow(
            row=row.number,
            name=self._checked(row, "name" if "name" in self.columns else "first_name", checked_name, name),
            email=self._email(row),
            phone=self._checked(row, "phone", checked_phone, self._cell(row, "phone")),
            language=self._language(row),
            panel_ids=self._panels(row),
            attributes=self._attributes(row),
        )

    def _cell(self, row: Row, target: str) -> str:
        column = self.columns.get(target)
        return "" if column is None else row.cells[column]

    def _problem(self, code: str, row: Row, column: int, **params: object) -> None:
        self.problems.append(Problem(code, row.number, column + 1, self.table.headers[column], params))

    def _checked(self, row: Row, target: str, check: Callable[[str], str], text: str) -> str:
        try:
            return check(text)
        except DomainError as error:
            self._problem(error.code, row, self.columns[target], **error.params)
            return ""

    def _email(self, row: Row) -> str:
        email = self._checked(row, "email", checked_email, self._cell(row, "email"))
        column = self.columns["email"]
        if email in self.seen:
            self._problem("expert.email_twice", row, column, email=email, first=self.seen[email])
        elif email in self.known.emails:
            self._problem("expert.email_taken", row, column, email=email)
        if email:
            self.seen.setdefault(email, row.number)
        return email

    def _language(self, row: Row) -> str:
        """An empty cell, or no such column, is the study's main language; a country after it does not matter."""
        text = self._cell(row, "language")
        words = fold(text)
        found = self.languages.get(words) or self.languages.get(words.partition(" ")[0])
        if text and not found:
            facts = {"value": text[:SHOWN], "known": ", ".join(self.known.languages)}
            self._problem("expert.language_unknown", row, self.columns["language"], **facts)
        return found or self.known.languages[0]

    def _panels(self, row: Row) -> tuple[int, ...]:
        column = self.columns["panels"]
        names = several(self._cell(row, "panels"))
        if not names:
            self._problem("expert.panel_missing", row, column)
        known = ", ".join(panel.code for panel in self.known.panels)
        for name in names:
            if fold(name) not in self.panels:
                code = "expert.panel_unknown" if known else "expert.no_panels_yet"
                self._problem(code, row, column, value=name[:SHOWN], known=known)
        return tuple(dict.fromkeys(self.panels[fold(name)] for name in names if fold(name) in self.panels))

    def _attributes(self, row: Row) -> dict[str, list[str]]:
        found = {column: several(row.cells[column]) for column in self.attributes}
        for column, values in found.items():
            try:
                check_values(values)
            except DomainError as error:
                self._problem(error.code, row, column, **error.params)
        return {self.table.headers[column]: values for column, values in found.items() if values}


def _panel_names(panels: Sequence[KnownPanel]) -> Mapping[str, int]:
    """Panels by every name they go by; a code says more than a name."""
    names = {fold(name): panel.id for panel in panels for name in panel.names if fold(name)}
    return names | {fold(panel.code): panel.id for panel in panels}

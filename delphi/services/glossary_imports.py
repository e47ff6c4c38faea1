"""A glossary from a table: taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.importers.mapping import Columns, Field, guess_mapping, unknown_languages
from delphi.importers.problems import ImportRefused, Problem
from delphi.importers.tables import Row, Table
from delphi.models import Account, GlossaryTerm, Study
from delphi.services import glossary, history, studies

FIELDS = (
    Field("term", {"en": ("term", "word"), "fr": ("terme", "mot")}, translated=True),
    Field(
        "meaning",
        {"en": ("meaning", "definition", "explanation"), "fr": ("sens", "definition", "explication")},
        translated=True,
    ),
)


def import_table(study: Study, table: Table, by: Account, now: datetime) -> int:
    """A term a row; returns how many. Raises ImportRefused with every problem there is."""
    studies.lock_for_change(study)
    columns = guess_mapping(table.headers, FIELDS, study.languages)
    if not {"term", "meaning"} <= {target.partition(".")[0] for target in columns.values()}:
        raise DomainError("glossary.no_columns")
    problems = [*unknown_languages(table.headers, FIELDS, study.languages), *table.problems]
    known, added = glossary.of(study), list[GlossaryTerm]()
    for row in table.rows:
        try:
            term, meaning = glossary.checked(study, *_texts(row, columns), [*known, *added])
        except DomainError as error:
            problems.append(_problem(error, row, columns, table))
        else:
            added.append(GlossaryTerm(study_id=study.id, term=term, meaning=meaning))
    if problems:
        raise ImportRefused(problems)
    if len(known) + len(added) > glossary.MOST:
        raise DomainError("glossary.too_many", most=glossary.MOST)
    session.add_all(added)
    history.record(study.id, "glossary.imported", by, now=now, count=len(added))
    return len(added)


def _texts(row: Row, columns: Columns) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Term and meaning, each by language."""
    found: dict[str, dict[str, str]] = {"term": {}, "meaning": {}}
    for column, target in columns.items():
        name, _, language = target.partition(".")
        found[name][language] = row.cells[column]
    return found["term"], found["meaning"]


def _problem(error: DomainError, row: Row, columns: Columns, table: Table) -> Problem:
    """In the cell that it is about, where the table has such a column."""
    target = f"{error.params.get('field')}.{error.params.get('language')}"
    column = next((column for column, found in columns.items() if found == target), None)
    if column is None:
        return Problem(error.code, row.number, params=error.params)
    return Problem(error.code, row.number, column + 1, table.headers[column], error.params)

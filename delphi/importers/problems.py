"""What is wrong with a file or with a cell of it: values that doors turn into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from delphi.domain.errors import DomainError


class TableError(DomainError):
    """The file as a whole cannot be read as a table."""


@dataclass(frozen=True)
class Problem:
    """`row` and `column` count from 1, as the file shows them; None where the problem is not in one place."""

    code: str
    row: int | None = None
    column: int | None = None
    header: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cell(self) -> str:
        """The name a spreadsheet gives the cell, such as B7."""
        return f"{column_letters(self.column)}{self.row}" if self.row and self.column else ""


class ImportRefused(DomainError):
    """Nothing was imported: `problems` says all that is wrong, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("file.refused", count=len(problems))
        self.problems = tuple(problems)


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

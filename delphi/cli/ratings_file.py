"""What the commands that read a file of ratings share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delphi.importers.ratings import Answer, Columns

if TYPE_CHECKING:
    from delphi.scoring.answers import AnsweredRound

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = ("item", "rater", "rating", "panel", "round", "criterion")


def column_options(command: Any) -> Any:
    """One option a column: what the file calls it."""
    for name in reversed(COLUMNS):
        told = f"Header of the column with the {name}, where it is not “{name}”."
        command = click.option(f"--{name}", metavar="HEADER", help=told)(command)
    return command


def columns_of(headers: Mapping[str, str | None], unable: str, compare_by: str | None = None) -> Columns:
    named = {name: header for name, header in headers.items() if header}
    return Columns(named, compare_by=compare_by or "", unable=unable)


def rounds_of(answers: Sequence[Answer], criteria: Sequence[str] | None = None) -> list[AnsweredRound]:
    """The answers as rounds, with the criteria of the protocol or else those of the file."""
    from delphi.scoring.answers import AnswerRow, rounds

    rows = [
        AnswerRow(
            one.item, one.rater, one.criterion, one.point, one.unable, one.panels, one.round, one.compared
        )
        for one in answers
    ]
    return rounds(
        rows, list(dict.fromkeys(one.criterion for one in answers)) if criteria is None else criteria
    )

"""Ratings from a file of any survey tool: one row an answer ("long"), or one row a rater ("wide")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from delphi.importers.problems import ImportRefused, Problem
from delphi.importers.tables import Row, Table

FIELDS = ("item", "rater", "rating", "panel", "round", "criterion")
NEEDED_LONG = ("item", "rater", "rating")
DEFAULT_UNABLE = "unable"


@dataclass(frozen=True)
class Answer:
    """`point` None without `unable`: no answer. `panels` may be none; `round` and `criterion` may be ""."""

    row: int
    item: str
    rater: str
    point: int | None
    unable: bool = False
    panels: tuple[str, ...] = ()
    round: str = ""
    criterion: str = ""
    compared: str = ""  # what the column to compare by says, where one was asked for


@dataclass(frozen=True)
class Columns:
    """What the file calls things: header of each field where it is not the field's own name."""

    names: Mapping[str, str] = field(default_factory=dict)
    compare_by: str = ""
    unable: str = DEFAULT_UNABLE

    def header(self, name: str) -> str:
        return self.names.get(name, name)


def read_answers(table: Table, columns: Columns, points: Mapping[str, int] | int) -> list[Answer]:
    """Every cell of ratings in the table, in order.

    `points` is the largest point of each criterion's scale, or of every criterion whatever it is called.

    A table with an item and a rating column is long. Otherwise each row is a rater and every column that is no
    field is an item. Raises ImportRefused with every bad cell.
    """
    reader = _Reader(table, columns, points)
    answers = list(reader.long() if {"item", "rating"} <= set(reader.places) else reader.wide())
    problems = [*table.problems, *reader.problems, *_twice(answers)]
    if problems:
        raise ImportRefused(problems)
    return answers


class _Reader:
    """One table being read; what is wrong gathers in `problems`."""

    def __init__(self, table: Table, columns: Columns, points: Mapping[str, int] | int) -> None:
        self.table = table
        self.columns = columns
        self.points = points
        self.known = () if isinstance(points, int) else tuple(points)
        self.problems: list[Problem] = []
        self.places = _places(table, columns)

    def long(self) -> Iterator[Answer]:
        missing = [self.columns.header(name) for name in NEEDED_LONG if name not in self.places]
        self.problems += [Problem("ratings.column_missing", params={"header": header}) for header in missing]
        for row in [] if missing else self.table.rows:
            cells = self._cells(row)
            self.problems += [
                self._problem("ratings.empty", row, self.places[name])
                for name in ("item", "rater")
                if not cells[name]
            ]
            yield self._answer(row, self.places["rating"], cells["item"], cells)

    def wide(self) -> Iterator[Answer]:
        items = [place for place in range(len(self.table.headers)) if place not in self.places.values()]
        if not items:
            self.problems.append(Problem("ratings.no_items"))
        for row in self.table.rows:
            cells = self._cells(row)
            cells["rater"] = cells.get("rater") or f"row {row.number}"
            for place in items:
                yield self._answer(row, place, self.table.headers[place], cells)

    def _cells(self, row: Row) -> dict[str, str]:
        return {name: row.cells[place].strip() for name, place in self.places.items()}

    def _problem(self, code: str, row: Row, place: int, **facts: object) -> Problem:
        return Problem(code, row.number, place + 1, self.table.headers[place], facts)

    def _answer(self, row: Row, place: int, item: str, cells: Mapping[str, str]) -> Answer:
        criterion = cells.get("criterion") or next(iter(self.known), "")
        text = row.cells[place].strip()
        unable = text.casefold() == self.columns.unable.casefold()
        return Answer(
            row=row.number,
            item=item,
            rater=cells["rater"],
            point=None if unable or not text else self._point(row, place, criterion, text),
            unable=unable,
            panels=tuple(name.strip() for name in cells.get("panel", "").split(";") if name.strip()),
            round=cells.get("round", ""),
            criterion=criterion,
            compared=cells.get("compared", ""),
        )

    def _point(self, row: Row, place: int, criterion: str, text: str) -> int | None:
        points = self.points if isinstance(self.points, int) else self.points.get(criterion)
        if points is None:
            known = ", ".join(self.known)
            self.problems.append(
                self._problem(
                    "ratings.unknown_criterion", row, self.places["criterion"], value=criterion, known=known
                )
            )
            return None
        point = _whole(text)
        if point is None or not 1 <= point <= points:
            facts = {"value": text[:40], "points": points, "unable": self.columns.unable}
            self.problems.append(self._problem("ratings.not_a_point", row, place, **facts))
        return point


def _places(table: Table, columns: Columns) -> dict[str, int]:
    """Field -> its column; a header that was asked for by name must be there."""
    known = {header.strip().casefold(): place for place, header in enumerate(table.headers)}
    wanted = {name: columns.header(name).strip() for name in FIELDS}
    if columns.compare_by:
        wanted["compared"] = columns.compare_by.strip()
    missing = [
        Problem("ratings.no_such_column", params={"header": header, "headers": ", ".join(table.headers)})
        for name, header in wanted.items()
        if header.casefold() not in known and (name in columns.names or name == "compared")
    ]
    if missing:
        raise ImportRefused(missing)
    return {name: known[header.casefold()] for name, header in wanted.items() if header.casefold() in known}


def _whole(text: str) -> int | None:
    """7, 7.0 and 7,0 are 7; anything that is no whole number is None."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _twice(answers: Sequence[Answer]) -> list[Problem]:
    """A rater answers an item once in a round; in different panels the same name may be two people."""
    places = [(one.round, one.criterion, one.item, one.panels, one.rater) for one in answers]
    counts = Counter(places)
    return [
        Problem("ratings.twice", one.row, params={"rater": one.rater, "item": one.item})
        for one, place in zip(answers, places, strict=True)
        if counts[place] > 1
    ]

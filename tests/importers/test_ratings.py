"""Ratings from survey tools: long and wide, and every bad cell by its place."""

from __future__ import annotations

import pytest

from delphi.importers.limits import RATINGS
from delphi.importers.problems import ImportRefused
from delphi.importers.ratings import Answer, Columns, read_answers
from delphi.importers.tables import read_table

POINTS = {"importance": 9, "clarity": 5}


def answers(text: str, columns: Columns | None = None) -> list[Answer]:
    table = read_table(text.encode(), "ratings.csv", limits=RATINGS)
    return read_answers(table, columns or Columns(), POINTS)


def refused(text: str, columns: Columns | None = None) -> list[tuple[str, int | None, int | None]]:
    with pytest.raises(ImportRefused) as error:
        answers(text, columns)
    return [(one.code, one.row, one.column) for one in error.value.problems]


def test_a_row_an_answer() -> None:
    found = answers("item,rater,rating,panel,round\nA,r1,7,W;C,1\nA,r2,,W,1\nA,r3,Unable,C,1\n")
    assert [(one.point, one.unable, one.panels) for one in found] == [
        (7, False, ("W", "C")),
        (None, False, ("W",)),
        (None, True, ("C",)),
    ]
    assert {(one.round, one.criterion) for one in found} == {("1", "importance")}


def test_a_row_a_rater() -> None:
    found = answers("rater,panel,A,B\nr1,W,7,\nr2,C,3,9\n")
    assert [(one.rater, one.item, one.point) for one in found] == [
        ("r1", "A", 7),
        ("r1", "B", None),
        ("r2", "A", 3),
        ("r2", "B", 9),
    ]


def test_raters_without_a_name_are_told_apart_by_their_row() -> None:
    assert {one.rater for one in answers("A,B\n7,8\n6,5\n")} == {"row 2", "row 3"}


def test_columns_may_have_other_names() -> None:
    columns = Columns({"item": "code", "rater": "seat", "rating": "score"}, compare_by="group", unable="n/a")
    found = answers("code,seat,score,group\nA,1,7.0,WHO\nA,2,N/A,New\n", columns)
    assert [(one.point, one.unable, one.compared) for one in found] == [
        (7, False, "WHO"),
        (None, True, "New"),
    ]


@pytest.mark.parametrize("cell", ["10", "0", "-1", "7.5", "seven", "1e400", "nan"])
def test_what_is_no_point_is_told_with_its_place(cell: str) -> None:
    assert refused(f"item,rater,rating\nA,r1,7\nA,r2,{cell}\n") == [("ratings.not_a_point", 3, 3)]


def test_every_bad_cell_is_told_at_once() -> None:
    text = "item,rater,rating,criterion\n,r1,7,importance\nA,,6,clarity\nA,r3,5,cost\n"
    assert refused(text) == [
        ("ratings.empty", 2, 1),
        ("ratings.empty", 3, 2),
        ("ratings.not_a_point", 3, 3),
        ("ratings.unknown_criterion", 4, 4),
    ]


def test_a_column_asked_for_must_be_there() -> None:
    assert refused("item,rater,rating\nA,r1,7\n", Columns({"panel": "site"})) == [
        ("ratings.no_such_column", None, None)
    ]
    assert refused("item,rating\nA,7\n") == [("ratings.column_missing", None, None)]
    assert refused("rater,panel\nr1,W\n") == [("ratings.no_items", None, None)]


def test_the_same_answer_twice_is_refused_and_the_same_seat_in_two_panels_is_not() -> None:
    assert refused("item,rater,rating\nA,r1,7\nA,r1,8\n") == [
        ("ratings.twice", 2, None),
        ("ratings.twice", 3, None),
    ]
    assert len(answers("item,rater,rating,panel\nA,1,7,W\nA,1,8,C\n")) == 2


def test_many_rows_are_read() -> None:
    rows = "".join(f"I{number % 100},r{number // 100},7\n" for number in range(10_000))
    assert len(answers("item,rater,rating\n" + rows)) == 10_000

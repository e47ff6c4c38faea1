from __future__ import annotations

import numpy as np

from delphi.scoring.answers import AnswerRow, rounds

ROWS = [
    AnswerRow("A", "r1", "importance", 7, panels=("W",), round="1"),
    AnswerRow("A", "r2", "importance", None, unable=True, panels=("W",), round="1"),
    AnswerRow("B", "r1", "importance", 3, panels=("C",), round="1"),
    AnswerRow("A", "r1", "importance", 9, panels=("W",), round="2"),
]


def test_rounds_items_and_raters_keep_their_first_order() -> None:
    first, second = rounds(ROWS, ["importance"])
    assert (first.name, second.name) == ("1", "2")
    assert first.ratings.items == ("A", "B")
    assert [name for name, _ in first.raters] == ["r1", "r2", "r1"]


def test_the_same_name_in_another_panel_is_another_person() -> None:
    first, _ = rounds(ROWS, ["importance"])
    assert np.array_equal(
        first.ratings.values["importance"], [[7, np.nan], [np.nan, np.nan], [np.nan, 3]], equal_nan=True
    )


def test_an_item_was_put_to_the_panels_that_have_rows_for_it() -> None:
    first, _ = rounds(ROWS, ["importance"])
    assert first.ratings.asked is not None
    assert first.ratings.asked.tolist() == [[True, False], [True, False], [False, True]]


def test_items_hold_everyone_asked_and_who_was_unable() -> None:
    first, _ = rounds(ROWS, ["importance"])
    item = first.item_ratings()[0]
    assert item.unable["importance"].tolist() == [False, True]
    assert item.panels_present() == ("W",)

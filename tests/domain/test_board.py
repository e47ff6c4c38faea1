"""The board's view: addresses that make no sense, filters, order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, strategies as st

from delphi.domain.board import COLUMNS, FILTERS, SORTS, View, neighbours, view_of


@dataclass
class Line:
    key: int = 1
    flags: tuple[str, ...] = ()
    verdict: str = "promote"
    waiting: bool = True
    overridden: bool = False
    domain_id: int | None = None
    words: str = "law1.03 make decisions"
    measures: dict[str, Any] = field(default_factory=dict)

    def measure(self, sort: str, criterion: str) -> Any:
        return self.measures.get(sort)


def test_filters_must_all_hold_and_of_verdicts_one() -> None:
    lines = [Line(1, ("fragile",)), Line(2, ("fragile", "unstable"), "drop"), Line(3, (), "drop", False)]

    def shown(*show: str) -> list[int]:
        return [line.key for line in View(show=show).of(lines)]

    assert shown("fragile") == [1, 2]
    assert shown("fragile", "unstable") == [2]
    assert shown("promote", "drop") == [1, 2, 3]
    assert shown("drop", "waiting") == [2]
    assert [line.key for line in View(show=("unstable",)).of(lines, also=3)] == [2, 3]


def test_words_are_looked_for_one_by_one_in_any_case() -> None:
    assert View(text="DECISIONS law1").fits(Line())
    assert not View(text="law2").fits(Line())


def test_what_has_no_value_comes_last_either_way() -> None:
    lines = [Line(1, measures={"high": 70.0}), Line(2), Line(3, measures={"high": 90.0})]
    assert [line.key for line in View(sort="high").of(lines)] == [1, 3, 2]
    assert [line.key for line in View(sort="high", down=True).of(lines)] == [3, 1, 2]


views = st.builds(
    view_of,
    round=st.none() | st.integers(1, 9),
    criterion=st.sampled_from(["", "importance"]),
    show=st.lists(st.sampled_from([*FILTERS, "", "nonsense"])),
    domain=st.none() | st.integers(1, 9),
    text=st.text(max_size=20),
    sort=st.sampled_from([*SORTS, "", "nonsense"]),
    down=st.booleans(),
    columns=st.lists(st.sampled_from([*COLUMNS, "nonsense"])),
)


@given(views)
def test_an_address_leads_back_to_its_view(view: View) -> None:
    address = view.address()
    again = view_of(
        round=address.get("round"),
        criterion=address.get("criterion", ""),
        show=address.get("show", []),
        domain=address.get("domain"),
        text=address.get("text", ""),
        sort=address.get("sort", ""),
        down=address.get("down") == 1,
        columns=address.get("column", []),
    )
    assert again == view


def test_neighbours() -> None:
    assert neighbours([4, 5, 6], 5) == (4, 6)
    assert neighbours([4, 5, 6], 6) == (5, None)
    assert neighbours([4, 5, 6], 9) == (None, 4)
    assert neighbours([], 9) == (None, None)

from __future__ import annotations

import pytest

from delphi.domain.ordering import shifted


@pytest.mark.parametrize(
    ("one", "step", "after"),
    [("b", -1, "bac"), ("b", 1, "acb"), ("a", 1, "bac"), ("a", -1, "abc"), ("c", 1, "abc")],
)
def test_a_place_up_or_down_and_no_further_than_the_ends(one: str, step: int, after: str) -> None:
    assert shifted("abc", one, step) == list(after)

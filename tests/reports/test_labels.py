"""Codes beside marks: none covers another code or a mark, and one without room is left out."""

from __future__ import annotations

from hypothesis import given, strategies as st

from delphi.reports.figures import labels

PLACE = st.tuples(st.integers(0, 300), st.integers(0, 200))


def test_a_mark_by_itself_has_its_code_on_the_right() -> None:
    assert labels.sides([(100, 100)], ["A1"]) == ["right"]


def test_neighbours_make_way_and_a_heap_keeps_only_the_codes_with_room() -> None:
    assert labels.sides([(100, 100), (120, 100)], ["A1", "B2"]) == ["left", "right"]
    heap = labels.sides([(100, 100)] * 9, ["LONG.01"] * 9)
    assert sorted(heap) == ["", "", "", "", "", *sorted(labels.SIDES)]


@given(st.lists(PLACE, max_size=30))
def test_no_code_covers_another_or_a_mark(points: list[tuple[int, int]]) -> None:
    sides = labels.sides(points, ["CODE.1"] * len(points))
    boxes = [labels._box(point, "CODE.1", side) for point, side in zip(points, sides, strict=True) if side]
    marks = [(x - labels.MARK, y - labels.MARK, x + labels.MARK, y + labels.MARK) for x, y in points]
    for index, box in enumerate(boxes):
        assert not labels._covers(box, boxes[:index])
    for box, point in zip(boxes, [p for p, side in zip(points, sides, strict=True) if side], strict=True):
        own = points.index(point)
        assert not labels._covers(box, marks[:own] + marks[own + 1 :])

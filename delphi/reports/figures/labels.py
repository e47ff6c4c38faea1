"""Where the label of each mark stands, so that it covers neither another label nor a mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

SIZE = 10  # of the letters, in pixels
LETTER = 0.68 * SIZE  # a wide letter's width
MARK = 6  # from the middle of a mark to its edge
AWAY = 9  # from the middle of a mark to its label
SIDES = ("right", "left", "above", "below")


def sides(points: Sequence[Point], texts: Sequence[str]) -> list[str]:
    """For each point, in pixels from the upper left, the side on which its text fits; "" where none is free."""
    marks = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in points]
    taken: list[Box] = []
    found = []
    for index, (point, text) in enumerate(zip(points, texts, strict=True)):
        others = [*taken, *marks[:index], *marks[index + 1 :]]
        boxes = {side: _box(point, text, side) for side in SIDES}
        side = next((side for side in SIDES if not _covers(boxes[side], others)), "")
        if side:
            taken.append(boxes[side])
        found.append(side)
    return found


def texts(base: alt.Chart, encoding: dict[str, Any], color: str) -> list[alt.Chart]:
    """A layer of texts for each side, taken from the field `side`."""
    ways: dict[str, dict[str, Any]] = {
        "right": {"align": "left", "dx": AWAY},
        "left": {"align": "right", "dx": -AWAY},
        "above": {"align": "center", "dy": -AWAY - SIZE / 2},
        "below": {"align": "center", "dy": AWAY + SIZE / 2},
    }
    return [
        base.transform_filter(f"datum.side == '{side}'")
        .mark_text(fontSize=SIZE, color=color, **ways[side])
        .encode(**encoding)
        for side in SIDES
    ]


def _box(point: Point, text: str, side: str) -> Box:
    x, y = point
    width, half = LETTER * len(text), SIZE / 2
    if side in ("right", "left"):
        left = x + AWAY if side == "right" else x - AWAY - width
        return left, y - half, left + width, y + half
    middle = y + (AWAY + half) * (1 if side == "below" else -1)
    return x - width / 2, middle - half, x + width / 2, middle + half


def _covers(box: Box, others: Iterable[Box]) -> bool:
    left, top, right, bottom = box
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in others
    )

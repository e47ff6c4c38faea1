"""The overview of a framework as a flower: a petal for each area, a dot for each item, blank petals dashed.

Plain numbers and words in, SVG out: the same drawing in pages, the static site, PDF and, as PNG, in Word. It has no
style sheet and no script, and nothing in it is told by colour alone: petals are numbered and named, parts have letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin, tan
from textwrap import shorten, wrap

from delphi.reports.figures.theme import ACCENT, EDGE, FONT, INK, LINE, MUTED, PAPER, SERIES

CENTRE, RING, BASE, WIDEST, TIP = 50, 62, 76, 158, 200  # radii: disc, ring of parts, and along a petal
COLUMN, GAP, MARGIN = 212, 28, 8  # of the labels at both sides
LINE_HEIGHT, LETTERS, MOST_LINES = 16, 30, 4
SMALLEST, LARGEST = 3.0, 14.0  # between dots


@dataclass(frozen=True)
class Petal:
    """`part` is the place of its part among the parts; `note` stands under its name."""

    name: str
    note: str
    items: int
    part: int | None = None
    blank: bool = False
    address: str = ""


@dataclass(frozen=True)
class Flower:
    """`centre` is a number and its word; `key` begins the identifiers, so that two drawings fit in one page."""

    key: str
    title: str
    description: str
    centre: tuple[str, str]
    parts: Sequence[str]
    petals: Sequence[Petal]


def letter(part: int) -> str:
    """How the drawing calls a part: A, B, ..., Z, then by number."""
    return chr(ord("A") + part) if part < 26 else str(part + 1)


def svg(flower: Flower, *, labels: bool = True) -> str:
    """Without labels it is the flower alone with its numbers, for a narrow page that lists the names below."""
    placed = _placed(flower.petals) if labels else []
    legend = list(_legend(flower.parts)) if labels else []
    columns = [sum(height for *_, height in side) for side in _sides(placed)]
    tall = max([2 * (TIP + MARGIN), *(column + MARGIN for column in columns)])
    width = 2 * (TIP + MARGIN + (GAP + COLUMN if labels else 0))
    height = tall + (12 + 22 * len(legend) if legend else 0)
    key, role = escape(flower.key), "group" if any(petal.address for petal in flower.petals) else "img"
    return "".join(
        [
            _opening(
                width, height, f'role="{role}" aria-labelledby="{key}-title" aria-describedby="{key}-words"'
            ),
            f'<title id="{key}-title">{escape(flower.title)}</title>',
            f'<desc id="{key}-words">{escape(flower.description)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            f'<g transform="translate({width / 2} {tall / 2})">',
            *_petals(flower, placed, tall - MARGIN),
            *_ring(flower),
            *_centre(flower.centre),
            "</g>",
            *(_at(line, MARGIN, tall + 8 + 22 * place) for place, line in enumerate(legend)),
            "</svg>",
        ]
    )


def _opening(width: float, height: float, told: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' {told} font-family="{FONT}" font-size="13" fill="{INK}">'
    )


Placed = tuple[int, list[str], float]  # which petal, its lines, how tall


def _placed(petals: Sequence[Petal]) -> list[Placed]:
    return [
        (index, lines := _lines(f"{index + 1}  {petal.name}"), LINE_HEIGHT * (len(lines) + 1) + 10)
        for index, petal in enumerate(petals)
    ]


def _sides(placed: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    """Right from the top down, left from the top down."""
    half = (len(placed) + 1) // 2
    return list(placed[:half]), list(reversed(placed[half:]))


def _lines(text: str) -> list[str]:
    lines = wrap(text, LETTERS, drop_whitespace=True)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][: LETTERS - 1]}…"]
    return lines


def _angle(index: float, count: int) -> float:
    """Clockwise from the top, where a gap is and no petal."""
    return 2 * pi * (index + 0.5) / count


def _petals(flower: Flower, placed: Sequence[Placed], tall: float) -> Iterator[str]:
    shape = _Shape(len(flower.petals), max([petal.items for petal in flower.petals], default=0))
    names = dict(_labels(flower.petals, placed, tall))
    for index, petal in enumerate(flower.petals):
        drawn = _petal(petal, index, shape) + names.get(index, "")
        told = escape(f"{index + 1}. {petal.name}: {petal.note}")
        if petal.address:
            yield f'<a href="{escape(petal.address)}" aria-label="{told}"><title>{told}</title>{drawn}</a>'
        else:
            yield f"<g><title>{told}</title>{drawn}</g>"


def _petal(petal: Petal, index: int, shape: _Shape) -> str:
    angle, colour = _angle(index, shape.count), _colour(petal.part)
    filled = f'fill="{colour}" fill-opacity="0.1" stroke="{colour}"'
    inside = f'fill="{PAPER}" stroke="{EDGE}" stroke-dasharray="6 4"' if petal.blank else filled
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{shape.radius:.1f}" fill="{colour}"/>'
        for x, y in ([] if petal.blank else shape.dots(petal.items))
    )
    turned = f'<g transform="rotate({angle * 180 / pi - 90:.2f})">'
    x, y = _point(angle, TIP - 18)
    number = f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-weight="600">{index + 1}</text>'
    return f'{turned}<path d="{shape.path}" stroke-width="1.5" {inside}/>{dots}</g>{number}'


class _Shape:
    """One petal lying along x, from its base to its tip, and where dots go in it."""

    def __init__(self, count: int, most: int) -> None:
        self.count = count
        wedge = tan(pi / count) if count > 2 else 2.0
        self.wide = min(50.0, 0.9 * WIDEST * wedge)
        self.narrow = min(0.9 * BASE * wedge, self.wide / 4)
        self.apart = LARGEST
        while self.apart > SMALLEST and len(self._places()) < most:
            self.apart -= 0.5
        self.radius = min(4.5, 0.36 * self.apart)
        self.places = self._places()

    @property
    def path(self) -> str:
        wide, narrow, length = round(self.wide, 1), round(self.narrow, 1), WIDEST - BASE
        near, far = round(BASE + length / 3), round(WIDEST - length * 0.45)
        swell = round(narrow + (wide - narrow) * 0.3, 1)
        return (
            f"M{BASE} {-narrow}C{near} {-swell} {far} {-wide} {WIDEST} {-wide}"
            f"A{TIP - WIDEST} {wide} 0 0 1 {WIDEST} {wide}"
            f"C{far} {wide} {near} {swell} {BASE} {narrow}Z"
        )

    def dots(self, count: int) -> list[tuple[float, float]]:
        return self.places[:count]

    def _places(self) -> list[tuple[float, float]]:
        """Rows set off against each other like seeds, the nearest to the middle of the petal first."""
        step, middle = self.apart * 0.87, WIDEST - 20
        found = [
            (x, y)
            for row, x in enumerate(_steps(BASE + self.apart * 0.8, TIP - 34 - self.apart / 2, step))
            for y in _steps(-self.wide, self.wide, self.apart, self.apart / 2 * (row % 2))
            if abs(y) + self.apart * 0.6 <= self._half(x)
        ]
        return sorted(found, key=lambda at: ((at[0] - middle) / 1.6) ** 2 + at[1] ** 2)

    def _half(self, x: float) -> float:
        """Half the petal's width there."""
        if x > WIDEST:
            return float(self.wide * (1 - ((x - WIDEST) / (TIP - WIDEST)) ** 2) ** 0.5)
        return self.narrow + (self.wide - self.narrow) * (x - BASE) / (WIDEST - BASE)


def _steps(start: float, end: float, step: float, off: float = 0) -> Iterator[float]:
    """From `start` to `end`; where the two are each other's opposite, symmetric around nought."""
    at = start + off if start != -end else off - step * int((end + off) / step)
    while at <= end:
        yield at
        at += step


def _labels(petals: Sequence[Petal], placed: Sequence[Placed], tall: float) -> Iterator[tuple[int, str]]:
    """Names beside the flower, as near to the tips as their number allows, each with a line to its petal."""
    for side, listed in zip((1, -1), _sides(placed), strict=True):
        top, left = -tall / 2, sum(height for *_, height in listed)
        edge = side * (TIP + GAP)
        for index, lines, height in listed:
            angle = _angle(index, len(petals))
            wished = -(TIP + 14) * cos(angle) - height / 2
            top = max(top, min(wished, tall / 2 - left))
            yield index, _leader(angle, edge, top + 8, side) + _label(petals[index], lines, edge, top, side)
            top, left = top + height, left - height


def _leader(angle: float, edge: float, y: float, side: int) -> str:
    x0, y0 = _point(angle, TIP + 3)
    way = f"M{x0:.1f} {y0:.1f}L{edge - side * 14} {y:.1f}L{edge - side * 4} {y:.1f}"
    return f'<path d="{way}" fill="none" stroke="{EDGE}"/>'


def _label(petal: Petal, lines: Sequence[str], edge: float, top: float, side: int) -> str:
    anchor = "start" if side > 0 else "end"
    slant = ' font-style="italic"' if petal.blank else ' font-weight="600"'
    name = "".join(
        f'<text x="{edge}" y="{top + 12 + LINE_HEIGHT * place:.1f}" text-anchor="{anchor}"{slant}>{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    below = top + 12 + LINE_HEIGHT * len(lines)
    return (
        f'{name}<text x="{edge}" y="{below:.1f}" text-anchor="{anchor}" font-size="12" fill="{MUTED}">'
        f"{escape(petal.note)}</text>"
    )


def _ring(flower: Flower) -> Iterator[str]:
    """An arc for each part behind its petals, with its letter; one plain ring where there are no parts."""
    count = len(flower.petals)
    yield f'<circle r="{RING}" fill="none" stroke="{LINE}" stroke-width="16"/>'
    for part in sorted({petal.part for petal in flower.petals if petal.part is not None}):
        mine = [index for index, petal in enumerate(flower.petals) if petal.part == part]
        start, end = _angle(mine[0] - 0.5, count) + 0.03, _angle(mine[-1] + 0.5, count) - 0.03
        (x0, y0), (x1, y1) = _point(start, RING), _point(end, RING)
        yield (
            f'<path d="M{x0:.2f} {y0:.2f}A{RING} {RING} 0 {int(end - start > pi)} 1 {x1:.2f} {y1:.2f}"'
            f' fill="none" stroke="{_colour(part)}" stroke-width="16"/>'
        )
        x, y = _point((start + end) / 2, RING)
        yield (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="12" font-weight="600"'
            f' fill="{PAPER}">{letter(part)}</text>'
        )


def _centre(centre: tuple[str, str]) -> Iterator[str]:
    number, word = centre
    yield f'<circle r="{CENTRE}" fill="{PAPER}"/>'
    yield f'<text y="4" text-anchor="middle" font-size="28" font-weight="600">{escape(number)}</text>'
    yield f'<text y="22" text-anchor="middle" font-size="12" fill="{MUTED}">{escape(word)}</text>'


def _legend(parts: Sequence[str]) -> Iterator[str]:
    """Which letter is which part."""
    for part, name in enumerate(parts):
        yield (
            f'<rect width="16" height="16" rx="3" fill="{_colour(part)}"/><text x="8" y="12.5" text-anchor="middle"'
            f' font-size="12" font-weight="600" fill="{PAPER}">{letter(part)}</text>'
            f'<text x="24" y="12.5">{escape(shorten(name, 110, placeholder="…"))}</text>'
        )


def _at(drawn: str, x: float, y: float) -> str:
    return f'<g transform="translate({x} {y})">{drawn}</g>'


def _point(angle: float, radius: float) -> tuple[float, float]:
    return radius * sin(angle), -radius * cos(angle)


def _colour(part: int | None) -> str:
    return ACCENT if part is None else SERIES[part % len(SERIES)]

"""How every figure looks: the colours and letters of the pages, as one Vega-Lite configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale

from delphi.reports.figures.figure import Cell, Spec

if TYPE_CHECKING:
    import altair as alt

INK, MUTED, LINE, EDGE, PAPER = "#1b2330", "#566073", "#d8dde6", "#7f899b", "#ffffff"
ACCENT = "#0a6a62"
BANDS = {"low": "#c1561b", "middle": "#b7bdc9", "high": "#0a6a62"}
FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif"
DATA = "figure"

# Series differ in shape or dash as well as in colour.
SERIES = ("#0a6a62", "#c1561b", "#3d4657", "#8a5a00", "#5a4a9c", "#a23b72")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 1], [1, 3])

CONFIG: Spec = {
    "aria": False,  # the page says what the figure shows, and its table every number
    "background": PAPER,
    "font": FONT,
    "padding": 8,
    "view": {"stroke": None},
    "title": {
        "anchor": "start", "color": INK, "fontSize": 16, "fontWeight": 600, "offset": 14,
        "subtitleColor": MUTED, "subtitleFontSize": 12, "subtitlePadding": 6, "subtitleLineHeight": 16,
    },
    "axis": {
        "labelColor": INK, "labelFontSize": 12, "titleColor": MUTED, "titleFontSize": 12, "titleFontWeight": "normal",
        "titlePadding": 8, "gridColor": LINE, "domainColor": EDGE, "tickColor": EDGE, "labelLimit": 320,
    },
    "header": {
        "labelColor": INK, "labelFontSize": 13, "labelFontWeight": 600, "titleColor": MUTED, "titleFontSize": 12,
        "labelLimit": 320,
    },
    "legend": {
        "orient": "top", "labelColor": INK, "labelFontSize": 12, "titleColor": MUTED, "titleFontSize": 12,
        "titleFontWeight": "normal", "symbolSize": 90, "labelLimit": 320, "columnPadding": 18,
    },
    "text": {"color": INK, "fontSize": 11},
    "point": {"filled": True, "size": 60},
    "line": {"strokeWidth": 2},
    "concat": {"spacing": 36},
    "facet": {"spacing": 18},
}  # fmt: skip


_PLAIN: Spec = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]}
NUMBERS: dict[str, Spec] = {
    "en": _PLAIN,
    "fr": {**_PLAIN, "decimal": ",", "thousands": "\u202f", "currency": ["", "\u00a0$"]},
}


def drawn(chart: alt.TopLevelMixin, rows: Iterable[Mapping[str, Cell]]) -> Spec:
    """The specification of a chart over the data named `DATA`; tests check each against Vega-Lite's schema."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec["config"] = {**CONFIG, "locale": {"number": NUMBERS[str(get_locale())[:2]]}}
    spec["datasets"] = {DATA: [dict(row) for row in rows]}
    return spec


def told_apart(field: str, names: Sequence[str], title: str) -> dict[str, Any]:
    """The encodings that give each name a colour and a shape of its own."""
    import altair as alt

    return {
        channel: encoding(
            field,
            legend=alt.Legend(title=title),
            scale=alt.Scale(domain=list(names), range=series(names, choices)),
        )
        for channel, encoding, choices in (("color", alt.Color, SERIES), ("shape", alt.Shape, SHAPES))
    }


def tooltip(*fields: tuple[str, str]) -> list[alt.Tooltip]:
    """What the pointer tells of a mark: each field, such as "n:Q", and its title."""
    import altair as alt

    return [alt.Tooltip(field, title=title) for field, title in fields]


def series(keys: Iterable[str], choices: tuple[Any, ...]) -> list[Any]:
    """One of the choices for each key, in order."""
    return [choices[index % len(choices)] for index, _ in enumerate(keys)]

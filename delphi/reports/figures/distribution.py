"""How the answers to one item spread over the scale, for each round and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded
from delphi.words.decisions import plain_number

if TYPE_CHECKING:
    import altair as alt

WIDEST = 26  # letters in a line of a group's heading

Bands = Mapping[str, tuple[int, int]]


def figure(
    item: str, numbers: Sequence[Numbers], names: Mapping[str, str], bands: Mapping[int, Bands]
) -> Figure:
    """`numbers` are all of one item; `bands` has those of each round's scale."""
    answered = [one for one in numbers if one.n]
    columns = (
        _("Round"), _("Group"), _("Point"), _("Answers"), _("Answers, %"), "n", _("Unable"), _("Median"), _("Band"),
    )  # fmt: skip
    records = [record for one in answered for record in _records(one, names, bands[one.round])]
    keys = ("round", "group", "point", "count", "share", "n", "unable", "median", "band")
    rows: list[list[Cell]] = [[record[key] for key in keys] for record in records]
    return Figure(
        title=_("Distribution of the answers to %(item)s", item=item),
        caption=_(
            "Percent of the answers at each point of the scale, by round and group; n is the number of experts who "
            "gave a rating, those unable to rate left out. Groups too small to be shown are missing."
        ),
        columns=columns,
        rows=rows,
        spec=_spec(records) if records else None,
    )


def _records(one: Numbers, names: Mapping[str, str], bands: Bands) -> list[dict[str, Cell]]:
    return [
        {
            "round": one.round,
            "group": names.get(one.group, one.group),
            "head": fill(names.get(one.group, one.group), WIDEST),
            "point": point,
            "count": count,
            "share": round(100 * count / one.n, 1),
            "n": one.n,
            "unable": one.unable,
            "median": rounded(one.median),
            "band": _band_words(point, bands),
            "note": _("n = %(n)s, median %(median)s", n=one.n, median=plain_number(one.median or 0)),
        }
        for point, count in enumerate(one.counts, 1)
    ]


def _band_words(point: int, bands: Bands) -> str:
    for name, (first, last) in bands.items():
        if first <= point <= last:
            return _band(name, first, last)
    return ""


def _band(name: str, first: int, last: int) -> str:
    words = {"low": _("low"), "middle": _("middle"), "high": _("high")}
    return f"{words[name]} ({first}–{last})" if first != last else f"{words[name]} ({first})"


def _spec(records: Sequence[Mapping[str, Cell]]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    base = alt.Chart(alt.NamedData(name=theme.DATA))
    x = alt.X("point:O", title=_("Point of the scale"), axis=alt.Axis(labelAngle=0))
    tooltip = [
        alt.Tooltip("group:N", title=_("Group")),
        alt.Tooltip("point:O", title=_("Point")),
        alt.Tooltip("count:Q", title=_("Answers")),
        alt.Tooltip("share:Q", title=_("Answers, %")),
    ]
    bars = base.mark_bar(width=alt.RelativeBandSize(0.8)).encode(
        x=x,
        y=alt.Y("share:Q", title=_("Answers, %"), axis=alt.Axis(tickCount=4)),
        color=alt.Color("band:N", title=_("Band"), sort=None, scale=_colours(records)),
        tooltip=tooltip,
    )
    counts = (
        base.mark_text(dy=-6).encode(x=x, y="share:Q", text="count:Q").transform_filter("datum.count > 0")
    )
    note = (
        base.mark_text(align="left", baseline="top", color=theme.MUTED)
        .encode(x=alt.value(2), y=alt.value(-15), text="note:N")
        .transform_filter("datum.point == 1")
    )
    heads = list(dict.fromkeys(str(record["head"]) for record in records))
    chart = (
        alt.layer(bars, counts, note)
        .properties(width=215, height=120)
        .facet(
            column=alt.Column(
                "head:N",
                title=None,
                sort=heads,
                header=alt.Header(labelPadding=22, labelExpr="split(datum.label, '\\n')"),
            ),
            row=alt.Row("round:O", title=_("Round"), header=alt.Header(labelAngle=0)),
            spacing=30,
        )
    )
    return theme.drawn(chart, records)


def _colours(records: Sequence[Mapping[str, Cell]]) -> alt.Scale:
    import altair as alt

    from delphi.reports.figures import theme

    found = sorted({(int(record["point"] or 0), str(record["band"])) for record in records})
    names = list(dict.fromkeys(name for _point, name in found))
    inks = (
        list(theme.BANDS.values())
        if len(names) == len(theme.BANDS)
        else [theme.BANDS["low"], theme.BANDS["high"]]
    )
    return alt.Scale(domain=names, range=inks[: len(names)])

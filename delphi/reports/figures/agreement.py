"""A map of the items: how much agreement there is, against how much answers still move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded

LABELLED = 60  # with more items their codes would cover one another


def figure(numbers: Sequence[Numbers], group: str, number: int, verdicts: Mapping[str, str]) -> Figure:
    """`numbers` are those of one group in round `number`; `verdicts` has what each verdict is called."""
    answered = [one for one in numbers if one.n]
    moved = [one for one in answered if one.change is not None]
    first = len(answered) - len(moved)
    columns = (_("Item"), _("Statement"), "n", _("High, %"), _("Change, points"), _("IQR"), _("Verdict"))
    rows: list[list[Cell]] = [
        [one.item, one.title, one.n, rounded(one.high), rounded(one.change), rounded(one.iqr),
         verdicts.get(one.verdict, one.verdict)]
        for one in answered
    ]  # fmt: skip
    told = [
        _("%(group)s, round %(round)s.", group=group, round=number),
        ngettext("%(num)s item was rated before.", "%(num)s items were rated before.", len(moved)),
    ]
    if first:
        told.append(
            ngettext(
                "%(num)s item is left out of the drawing: it was rated for the first time.",
                "%(num)s items are left out of the drawing: they were rated for the first time.",
                first,
            )
        )
    told.append(_("Left: the answers hardly moved since. Above: much agreement that the item is high."))
    return Figure(
        title=_("Agreement against stability"),
        caption=" ".join(told),
        columns=columns,
        rows=rows,
        spec=_spec(moved, verdicts) if moved else None,
    )


def _spec(numbers: Sequence[Numbers], verdicts: Mapping[str, str]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    records: list[dict[str, Cell]] = [
        {"item": one.item, "title": one.title, "n": one.n, "high": rounded(one.high),
         "change": rounded(one.change), "moved": rounded(abs(one.change or 0.0)),
         "verdict": verdicts.get(one.verdict, one.verdict)}
        for one in numbers
    ]  # fmt: skip
    present = {one.verdict for one in numbers}
    names = [name for key, name in verdicts.items() if key in present]
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    x = alt.X(
        "moved:Q",
        title=_("Moved since last rated, points of the percentage high"),
        scale=alt.Scale(zero=True),
        axis=alt.Axis(tickCount=8),
    )
    y = alt.Y("high:Q", title=_("Rated in the high band, %"), scale=alt.Scale(domain=[0, 100]))
    legend = alt.Legend(title=_("Rules say"))
    dots = base.mark_point(size=80, opacity=0.85).encode(
        x=x,
        y=y,
        color=alt.Color(
            "verdict:N", scale=alt.Scale(domain=names, range=theme.series(names, theme.SERIES)), legend=legend
        ),
        shape=alt.Shape(
            "verdict:N", scale=alt.Scale(domain=names, range=theme.series(names, theme.SHAPES)), legend=legend
        ),
        tooltip=[
            alt.Tooltip("item:N", title=_("Item")),
            alt.Tooltip("title:N", title=_("Statement")),
            alt.Tooltip("n:Q", title="n"),
            alt.Tooltip("high:Q", title=_("High, %")),
            alt.Tooltip("change:Q", title=_("Change, points")),
            alt.Tooltip("verdict:N", title=_("Rules say")),
        ],
    )
    layers = [dots]
    if len(numbers) <= LABELLED:
        layers.append(
            base.mark_text(align="left", dx=8, fontSize=10, color=theme.MUTED).encode(x=x, y=y, text="item:N")
        )
    return theme.drawn(alt.layer(*layers).properties(width=860, height=460), records)

"""A map of the items: how much agreement there is, against how much answers still move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded

LABELLED = 60  # with more items their codes would cover one another


def figure(numbers: Sequence[Numbers], number: int, verdicts: Mapping[str, str]) -> Figure:
    """`numbers` are those of all experts in round `number`; `verdicts` has what each verdict is called."""
    answered = [one for one in numbers if one.n]
    drawn = [one for one in answered if one.changed is not None]
    left_out = len(answered) - len(drawn)
    columns = (
        _("Item"), _("Statement"), "n", _("High, %"), _("Changed their answer, %"), _("Change, points"), _("IQR"),
        _("Verdict"),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [one.item, one.title, one.n, rounded(one.high), rounded(one.changed), rounded(one.change),
         rounded(one.iqr), verdicts.get(one.verdict, one.verdict)]
        for one in answered
    ]  # fmt: skip
    told = [
        ngettext(
            "Round %(round)s, %(num)s item that was rated before.",
            "Round %(round)s, %(num)s items that were rated before.",
            len(drawn),
            round=number,
        ),
        _(
            "Left: few of those who rated in both rounds changed their answer. Above: many rate the item high."
        ),
    ]
    if left_out:
        told.append(
            ngettext(
                "%(num)s item is left out: rated for the first time, by too few twice, or not computed yet.",
                "%(num)s items are left out: rated for the first time, by too few twice, or not computed yet.",
                left_out,
            )
        )
    return Figure(
        title=_("Agreement against stability"),
        caption=" ".join(told),
        columns=columns,
        rows=rows,
        spec=_spec(drawn, verdicts) if drawn else None,
    )


def _spec(numbers: Sequence[Numbers], verdicts: Mapping[str, str]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    records: list[dict[str, Cell]] = [
        {"item": one.item, "title": one.title, "n": one.n, "high": rounded(one.high),
         "changed": rounded(one.changed),
         "verdict": verdicts.get(one.verdict, one.verdict)}
        for one in numbers
    ]  # fmt: skip
    present = {one.verdict for one in numbers}
    names = [name for key, name in verdicts.items() if key in present]
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    x = alt.X(
        "changed:Q",
        title=_("Changed their answer since last rated, in percent of those who rated twice"),
        scale=alt.Scale(domain=[0, 100]),
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
            alt.Tooltip("changed:Q", title=_("Changed their answer, %")),
            alt.Tooltip("verdict:N", title=_("Rules say")),
        ],
    )
    layers = [dots]
    if len(numbers) <= LABELLED:
        layers.append(
            base.mark_text(align="left", dx=8, fontSize=10, color=theme.MUTED).encode(x=x, y=y, text="item:N")
        )
    return theme.drawn(alt.layer(*layers).properties(width=860, height=460), records)

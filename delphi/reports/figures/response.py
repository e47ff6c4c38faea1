"""How many experts had answered, day by day after a round opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Spec
from delphi.words import lead_in


@dataclass(frozen=True)
class Response:
    """`answered` has the number of experts with an answer by the end of each day, from the day it opened on."""

    round: int
    asked: int
    answered: Sequence[int]

    def share(self, day: int) -> float:
        return round(100 * self.answered[day] / self.asked, 1)


def figure(responses: Sequence[Response]) -> Figure:
    shown = [one for one in responses if one.asked and one.answered]
    columns = (_("Round"), _("Day"), _("Experts with an answer"), _("Asked"), "%")
    rows: list[list[Cell]] = [
        [one.round, day, count, one.asked, one.share(day)]
        for one in shown
        for day, count in enumerate(one.answered)
    ]
    told = [
        ngettext(
            "Round %(round)s: %(answered)s of %(num)s expert asked.",
            "Round %(round)s: %(answered)s of %(num)s experts asked.",
            one.asked,
            round=one.round,
            answered=one.answered[-1],
        )
        for one in shown
    ]
    return Figure(
        title=_("Response over time"),
        caption=" ".join(
            [
                *told,
                _(
                    "An expert counts from the day of the first answer that still stands; day 0 is the opening."
                ),
            ]
        ),
        columns=columns,
        rows=rows,
        spec=_spec(shown) if shown else None,
    )


def _spec(responses: Sequence[Response]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    names = [_("Round %(number)s", number=one.round) for one in responses]
    records: list[dict[str, Cell]] = [
        {"round": name, "day": day, "count": count, "asked": one.asked, "share": one.share(day),
         "end": f"{lead_in(name)} {count}/{one.asked}" if day == len(one.answered) - 1 else ""}
        for one, name in zip(responses, names, strict=True)
        for day, count in enumerate(one.answered)
    ]  # fmt: skip
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    x = alt.X(
        "day:Q", title=_("Days since the round opened"), axis=alt.Axis(tickMinStep=1, format="d", grid=False)
    )
    y = alt.Y(
        "share:Q",
        title=_("Experts with an answer, in percent of those asked"),
        scale=alt.Scale(domain=[0, 100]),
    )
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=500)
    colour = alt.Color(
        "round:N", sort=names, legend=legend,
        scale=alt.Scale(domain=names, range=theme.series(names, theme.SERIES)),
    )  # fmt: skip
    dash = alt.StrokeDash(
        "round:N", sort=names, legend=legend,
        scale=alt.Scale(domain=names, range=theme.series(names, theme.DASHES)),
    )  # fmt: skip
    lines = base.mark_line(interpolate="step-after").encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = base.mark_point(size=30).encode(
        x=x,
        y=y,
        color=colour,
        tooltip=[
            alt.Tooltip("round:N", title=_("Round")),
            alt.Tooltip("day:Q", title=_("Day")),
            alt.Tooltip("count:Q", title=_("Experts with an answer")),
            alt.Tooltip("asked:Q", title=_("Asked")),
        ],
    )
    ends = base.mark_text(align="left", dx=8, fontWeight=600).encode(x=x, y=y, text="end:N")
    return theme.drawn(alt.layer(lines, dots, ends).properties(width=780, height=320), records)

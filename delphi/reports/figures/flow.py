"""What came into each round and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from delphi.reports.figures.figure import Cell, Figure, Spec

IN, OUT = ("new", "again", "reworded"), ("promoted", "dropped", "merged", "split", "again_next", "waiting")


@dataclass(frozen=True)
class Flow:
    """`came` counts items by a key of `IN`, `went` by one of `OUT`; each sums to the items of the round."""

    round: int
    came: Mapping[str, int]
    went: Mapping[str, int]


def words() -> dict[str, str]:
    return {
        "new": _("asked for the first time"),
        "again": _("asked again, same wording"),
        "reworded": _("asked again, reworded"),
        "promoted": _("promoted"),
        "dropped": _("dropped"),
        "merged": _("merged into another"),
        "split": _("split"),
        "again_next": _("to be asked again"),
        "waiting": _("not decided yet"),
    }


def figure(flows: Sequence[Flow]) -> Figure:
    names = words()
    columns = (_("Round"), _("Items"), *(names[key] for key in (*IN, *OUT)))
    rows: list[list[Cell]] = [
        [
            one.round,
            sum(one.came.values()),
            *(one.came.get(key, 0) for key in IN),
            *(one.went.get(key, 0) for key in OUT),
        ]
        for one in flows
    ]
    return Figure(
        title=_("Flow of the items"),
        caption=" ".join(
            [
                *(_told(one) for one in flows),
                _("Above, what came into a round; below, what became of it."),
            ]
        ),
        columns=columns,
        rows=rows,
        spec=_spec(flows, names) if flows else None,
    )


def _told(one: Flow) -> str:
    return _(
        "Round %(round)s: asked %(items)s, promoted %(promoted)s, dropped %(dropped)s.",
        round=one.round,
        items=sum(one.came.values()),
        promoted=one.went.get("promoted", 0),
        dropped=one.went.get("dropped", 0),
    )


def _spec(flows: Sequence[Flow], names: Mapping[str, str]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    records = [record for one in flows for record in _records(one, names)]
    used = [names[key] for key in (*IN, *OUT) if any(record["kind"] == key for record in records)]
    sides = [_("came in"), _("became")]
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    y = alt.Y("what:N", title=None, sort=used, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    x = alt.X("count:Q", title=_("Items"), axis=alt.Axis(tickMinStep=1, tickCount=4, format="d"))
    bars = base.mark_bar(height=alt.RelativeBandSize(0.7)).encode(
        y=y,
        x=x,
        color=alt.Color(
            "side:N", sort=sides, legend=None, scale=alt.Scale(domain=sides, range=["#3d4657", theme.ACCENT])
        ),
        tooltip=[
            alt.Tooltip("round:O", title=_("Round")),
            alt.Tooltip("what:N", title=_("What happened")),
            alt.Tooltip("count:Q", title=_("Items")),
        ],
    )
    label = base.mark_text(align="left", dx=5, fontWeight=600, fontSize=12).encode(y=y, x=x, text="count:Q")
    chart = (
        alt.layer(bars, label)
        .properties(width=230, height=alt.Step(26))
        .facet(column=alt.Column("round:O", title=_("Round")), spacing=28)
    )
    return theme.drawn(chart, records)


def _records(one: Flow, names: Mapping[str, str]) -> list[dict[str, Cell]]:
    return [
        {"round": one.round, "side": side, "kind": key, "what": names[key], "count": counts[key]}
        for side, counts, keys in ((_("came in"), one.came, IN), (_("became"), one.went, OUT))
        for key in keys
        if counts.get(key)
    ]

"""How many experts each round asked, and how far they came: a box a step, one under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Spec

if TYPE_CHECKING:
    import altair as alt

STEPS = ("asked", "delivered", "opened", "consented", "begun", "completed")
LEFT = ("declined", "withdrew")
POOLED = "pooled"
A_ROW, PANELS_DRAWN = 4, 4  # rounds beside one another, and panels that fit into a box
WIDTH, BOX, GAP, HEAD = 780, 46, 20, 26  # pixels


@dataclass(frozen=True)
class Flow:
    """`counts`: by group, of those that may be shown, how many at each of `STEPS` and `LEFT`."""

    round: int
    counts: Mapping[str, Mapping[str, int]]


def words() -> dict[str, str]:
    return {
        "asked": _("asked"),
        "delivered": _("reached by a message"),
        "opened": _("opened the link"),
        "consented": _("agreed to take part"),
        "begun": _("answered"),
        "completed": _("completed"),
        "declined": _("declined"),
        "withdrew": _("withdrew"),
    }


def figure(flows: Sequence[Flow], groups: Mapping[str, str]) -> Figure:
    """`groups`: what each is called, all experts first."""
    names = words()
    rows: list[list[Cell]] = [
        [one.round, name, *(one.counts[group][step] for step in (*STEPS, *LEFT))]
        for one in flows
        for group, name in groups.items()
        if group in one.counts
    ]
    return Figure(
        title=_("Flow of the experts"),
        caption=" ".join([*(_told(one) for one in flows), *_explained(flows, groups)]),
        columns=(_("Round"), _("Group"), *(names[step] for step in (*STEPS, *LEFT))),
        rows=rows,
        spec=_spec(flows, names) if flows else None,
    )


def _told(one: Flow) -> str:
    everyone = one.counts[POOLED]
    return ngettext(
        "Round %(round)s: %(completed)s of %(num)s expert asked completed it.",
        "Round %(round)s: %(completed)s of %(num)s experts asked completed it.",
        everyone["asked"],
        round=one.round,
        completed=everyone["completed"],
    )


def _explained(flows: Sequence[Flow], groups: Mapping[str, str]) -> list[str]:
    drawn = list(dict.fromkeys(group for one in flows for group in _panels(one)))
    told = [_("Each step counts whoever came further too; declined and withdrew are as of now.")]
    if drawn:
        panels = ", ".join(f"{group}: {groups[group]}" for group in drawn)
        told.append(_("Small, the panels large enough to be shown (%(panels)s).", panels=panels))
    return told


def _panels(one: Flow) -> list[str]:
    shown = [group for group in one.counts if group != POOLED]
    return shown if len(shown) <= PANELS_DRAWN else []


def _spec(flows: Sequence[Flow], names: Mapping[str, str]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    columns = min(len(flows), A_ROW)
    width = min(WIDTH // columns, 260)
    records = [
        record
        for index, one in enumerate(flows)
        for record in _records(one, names, index % columns * width, index // columns * _height(), width - GAP)
    ]
    size = {"width": columns * width, "height": -(-len(flows) // columns) * _height()}
    chart = alt.layer(*_layers()).properties(**size)
    return theme.drawn(chart, records)


def _height() -> int:
    return HEAD + (len(STEPS) + 1) * (BOX + GAP) + GAP


def _layers() -> list[alt.Chart]:
    import altair as alt

    from delphi.reports.figures import theme

    base = alt.Chart(alt.NamedData(name=theme.DATA))
    down = alt.Scale(zero=True, nice=False, reverse=True)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    y, tip = alt.Y("y:Q", axis=None, scale=down), alt.Y("y2:Q", axis=None, scale=down)

    def only(kind: str) -> alt.Chart:
        return base.transform_filter(alt.datum.kind == kind)

    tooltip = [
        alt.Tooltip("round:O", title=_("Round")),
        alt.Tooltip("label:N", title=_("What happened")),
        alt.Tooltip("told:N", title=_("Experts")),
    ]
    edges = {"x": x, "y": y, "x2": "x2:Q", "y2": "y2:Q", "tooltip": tooltip}
    boxes = only("step").mark_rect(fill=theme.PAPER, stroke=theme.ACCENT, cornerRadius=4)
    left = only("left").mark_rect(fill=theme.PAPER, stroke=theme.EDGE, strokeDash=[4, 3], cornerRadius=4)
    arrows = only("arrow").mark_rule(stroke=theme.EDGE)
    tips = only("arrow").mark_point(shape="triangle-down", size=36, fill=theme.EDGE, stroke=None)
    heads = only("head").mark_text(align="left", fontSize=13, fontWeight=600)
    lines = only("line").mark_text(align="left", fontSize=12)
    small = only("small").mark_text(align="left", fontSize=11, color=theme.MUTED)
    return [
        boxes.encode(**edges),
        left.encode(**edges),
        arrows.encode(x=x, y=y, y2="y2:Q"),
        tips.encode(x=x, y=tip),
        *(mark.encode(x=x, y=y, text="label:N") for mark in (heads, lines, small)),
    ]


def _records(one: Flow, names: Mapping[str, str], x: int, y: int, width: int) -> list[dict[str, Cell]]:
    """The boxes of a round from its left upper corner on, and what stands in them."""
    found: list[dict[str, Cell]] = [
        {"kind": "head", "x": x, "y": y + HEAD / 2, "label": _("Round %(number)s", number=one.round)}
    ]
    everyone = one.counts[POOLED]
    top = y + HEAD
    for step in STEPS:
        found += _box(one, "step", [step], names, x, top, width)
        if step != STEPS[-1]:
            found.append({"kind": "arrow", "x": x + width / 2, "y": top + BOX, "y2": top + BOX + GAP - 4})
        top += BOX + GAP
    if any(everyone[step] for step in LEFT):
        found += _box(one, "left", [step for step in LEFT if everyone[step]], names, x, top, width)
    return found


def _box(
    one: Flow, kind: str, steps: Sequence[str], names: Mapping[str, str], x: int, top: float, width: int
) -> list[dict[str, Cell]]:
    panels = [f"{group} {_count(one, group, steps)}" for group in _panels(one)]
    label = ", ".join(f"{one.counts[POOLED][step]} {names[step]}" for step in steps)
    edges: dict[str, Cell] = {"x": x, "x2": x + width, "y": top, "y2": top + BOX}
    told: dict[str, Cell] = {"round": one.round, "label": label, "told": _count(one, POOLED, steps)}
    middle = top + BOX / 2
    found: list[dict[str, Cell]] = [{"kind": kind, **edges, **told}]
    found.append({"kind": "line", "x": x + 12, "y": middle - (8 if panels else 0), "label": label})
    if panels:
        found.append({"kind": "small", "x": x + 12, "y": middle + 10, "label": " · ".join(panels)})
    return found


def _count(one: Flow, group: str, steps: Sequence[str]) -> str:
    return " + ".join(str(one.counts[group][step]) for step in steps)

"""How agreement grew from round to round, a line an item."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded
from delphi.words.decisions import plain_number

if TYPE_CHECKING:
    import altair as alt


def figure(numbers: Sequence[Numbers], group: str, verdicts: Mapping[str, str]) -> Figure:
    """`numbers` are all of one group, whose name is `group`; `verdicts` has what each verdict is called."""
    answered = [one for one in numbers if one.n]
    items = len({one.item for one in answered})
    always = _rated_always(answered)
    middle = _middle(answered, always) if always else {}
    columns = (_("Item"), _("Statement"), _("Round"), "n", _("High, %"), _("IQR"), _("Median"), _("Verdict"))
    rows: list[list[Cell]] = [
        [
            one.item,
            one.title,
            one.round,
            one.n,
            rounded(one.high),
            rounded(one.iqr),
            rounded(one.median),
            verdicts.get(one.verdict, one.verdict),
        ]
        for one in answered
    ]
    spread = [
        _(
            "Round %(round)s: %(high)s%% rated high and an IQR of %(iqr)s in the middle item.",
            round=number,
            high=plain_number(high),
            iqr=plain_number(iqr),
        )
        for number, (high, iqr) in middle.items()
    ]
    told = ngettext("%(num)s item, one line.", "%(num)s items, a line each.", items)
    if middle:
        spread.append(
            ngettext(
                "The heavy line is the middle of the %(num)s item rated in every round.",
                "The heavy line is the middle of the %(num)s items rated in every round.",
                len(always),
            )
        )
    caption = " ".join([_("%(group)s.", group=group), told, *spread])
    return Figure(
        title=_("Convergence from round to round"),
        caption=caption,
        columns=columns,
        rows=rows,
        spec=_spec(answered, middle) if answered else None,
    )


def _rated_always(numbers: Sequence[Numbers]) -> set[str]:
    """Items rated in every round: settled ones leave, so that a middle of all would compare other items."""
    by_round: dict[int, set[str]] = {}
    for one in numbers:
        by_round.setdefault(one.round, set()).add(one.item)
    return set.intersection(*by_round.values()) if by_round else set()


def _middle(numbers: Sequence[Numbers], always: Collection[str]) -> dict[int, tuple[float, float]]:
    """Per round the medians over `always` of the percentage high and of the interquartile range."""
    found: dict[int, tuple[float, float]] = {}
    for number in sorted({one.round for one in numbers}):
        own = [one for one in numbers if one.round == number and one.item in always]
        found[number] = (median(one.high or 0.0 for one in own), median(one.iqr or 0.0 for one in own))
    return found


def _spec(numbers: Sequence[Numbers], middle: Mapping[int, tuple[float, float]]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    records: list[dict[str, Cell]] = [
        {"item": one.item, "title": one.title, "round": one.round, "n": one.n, "high": rounded(one.high),
         "iqr": rounded(one.iqr)}
        for one in numbers
    ]  # fmt: skip
    records += [
        {"item": "", "round": number, "high": rounded(high), "iqr": rounded(iqr),
         "high_text": plain_number(high), "iqr_text": plain_number(iqr)}
        for number, (high, iqr) in middle.items()
    ]  # fmt: skip
    # Strokes and fills are seen through, not marks: in a PDF each such mark would be a picture of its own.
    # The item under the pointer stands out in both drawings.
    hovers = [
        alt.selection_point(
            name=f"over_{field}", fields=["item"], on="pointerover", clear="pointerout", empty=False
        )
        for field in ("high", "iqr")
    ]
    over = hovers[0] | hovers[1]
    charts = [
        _measure("high", _("Rated in the high band, %"), [0, 100], hovers[0], over),
        _measure("iqr", _("Interquartile range, points"), None, hovers[1], over),
    ]
    return theme.drawn(alt.hconcat(*charts), records)


def _measure(
    field: str, title: str, domain: list[float] | None, hover: alt.Parameter, over: Any
) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    from delphi.reports.figures import theme

    base = alt.Chart(alt.NamedData(name=theme.DATA))
    scale = alt.Scale(domain=domain) if domain else alt.Scale(zero=True)
    x = alt.X("round:O", title=_("Round"), axis=alt.Axis(labelAngle=0), scale=alt.Scale(padding=0.35))
    y = alt.Y(f"{field}:Q", title=title, scale=scale)
    items = base.transform_filter("datum.item != ''")
    tooltip = [
        alt.Tooltip("item:N", title=_("Item")),
        alt.Tooltip("title:N", title=_("Statement")),
        alt.Tooltip("round:O", title=_("Round")),
        alt.Tooltip("n:Q", title="n"),
        alt.Tooltip(f"{field}:Q", title=title),
    ]
    colour = alt.condition(over, alt.value(theme.ACCENT), alt.value(theme.EDGE))
    lines = items.mark_line(strokeWidth=1).encode(
        x=x,
        y=y,
        detail="item:N",
        color=colour,
        strokeOpacity=alt.condition(over, alt.value(1), alt.value(0.35)),
        strokeWidth=alt.condition(over, alt.value(2.5), alt.value(1)),
    )
    dots = items.mark_point(size=34).encode(
        x=x, y=y, color=colour, fillOpacity=alt.condition(over, alt.value(1), alt.value(0.4)), tooltip=tooltip
    )
    middle = base.transform_filter("datum.item == ''")
    heavy = middle.mark_line(
        strokeWidth=3, color=theme.INK, point=alt.OverlayMarkDef(shape="diamond", size=90, color=theme.INK)
    ).encode(x=x, y=y)
    label = middle.mark_text(dy=-13, fontWeight=600, fontSize=12).encode(x=x, y=y, text=f"{field}_text:N")
    return alt.layer(lines, dots.add_params(hover), heavy, label).properties(width=400, height=340)

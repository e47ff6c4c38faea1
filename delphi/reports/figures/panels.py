"""The panels side by side: where they agree on an item and where they part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded
from delphi.words.decisions import plain_number

PAGE = 40  # items drawn at once, so that each keeps a line of its own


def figure(numbers: Sequence[Numbers], names: Mapping[str, str], number: int, page: int = 1) -> Figure:
    """`numbers` are those of the panels that are shown, in round `number`."""
    answered = [one for one in numbers if one.n]
    spans = _spans(answered)
    order = sorted(spans, key=lambda item: (-spans[item], item))
    drawn = order[(page - 1) * PAGE : page * PAGE]
    columns = (_("Item"), _("Statement"), _("Panel"), "n", _("High, %"), _("Median"), _("IQR"))
    rows: list[list[Cell]] = [
        [one.item, one.title, names.get(one.group, one.group), one.n, rounded(one.high), rounded(one.median),
         rounded(one.iqr)]
        for item in order
        for one in answered
        if one.item == item
    ]  # fmt: skip
    told = ngettext(
        "%(num)s item of round %(round)s.", "%(num)s items of round %(round)s.", len(order), round=number
    )
    return Figure(
        title=_("Panels side by side"),
        caption=" ".join(
            [
                told,
                _("Drawn: %(first)s to %(last)s, those on which the panels differ most first.",
                  first=min((page - 1) * PAGE + 1, len(order)), last=min(page * PAGE, len(order)))
                if len(order) > PAGE
                else _("Those on which the panels differ most stand first."),
                _("A panel is missing where too few of it rated for its number to be shown."),
            ]
        ),
        columns=columns,
        rows=rows,
        spec=_spec([one for one in answered if one.item in set(drawn)], names, drawn) if drawn else None,
    )  # fmt: skip


def pages(numbers: Sequence[Numbers]) -> int:
    items = len({one.item for one in numbers if one.n})
    return max(1, -(-items // PAGE))


def _spans(numbers: Sequence[Numbers]) -> dict[str, float]:
    """Item -> percentage points between the panel that rates it highest and the one that rates it lowest."""
    found: dict[str, list[float]] = {}
    for one in numbers:
        found.setdefault(one.item, []).append(one.high or 0.0)
    return {item: max(values) - min(values) for item, values in found.items()}


def _spec(numbers: Sequence[Numbers], names: Mapping[str, str], order: Sequence[str]) -> Spec:
    import altair as alt

    from delphi.reports.figures import theme

    records: list[dict[str, Cell]] = [
        {"item": one.item, "title": one.title, "panel": names.get(one.group, one.group), "n": one.n,
         "high": rounded(one.high), "high_text": plain_number(one.high or 0)}
        for one in numbers
    ]  # fmt: skip
    present = {one.group for one in numbers}
    panels = [name for group, name in names.items() if group in present]
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    y = alt.Y(
        "item:N",
        title=None,
        sort=list(order),
        axis=alt.Axis(grid=True, ticks=False, domain=False, labelPadding=12),
    )
    x = alt.X("high:Q", title=_("Rated in the high band, %"), scale=alt.Scale(domain=[0, 100]))
    span = base.mark_rule(strokeWidth=2, color=theme.LINE).encode(
        y=y, x=alt.X("min(high):Q", title=_("Rated in the high band, %")), x2="max(high):Q"
    )
    dots = base.mark_point(size=85, fillOpacity=0.9).encode(
        y=y,
        x=x,
        **theme.told_apart("panel:N", panels, _("Panel")),
        tooltip=theme.tooltip(
            ("item:N", _("Item")),
            ("title:N", _("Statement")),
            ("panel:N", _("Panel")),
            ("n:Q", "n"),
            ("high_text:N", _("High, %")),
        ),
    )
    return theme.drawn(alt.layer(span, dots).properties(width=820, height=alt.Step(20)), records)

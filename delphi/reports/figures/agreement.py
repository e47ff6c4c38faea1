"""A map of the items: how much agreement there is, against how much answers still move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _, ngettext

from delphi.reports.figures.figure import Cell, Figure, Numbers, Spec, rounded

WIDTH, HEIGHT = 860, 460
LABELLED = 120  # with more items most codes would find no room


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
        _("Where marks crowd, a code without room is left out; the table has them all."),
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

    from delphi.reports.figures import labels, theme

    end = _end(numbers)
    records: list[dict[str, Cell]] = [
        {"item": one.item, "title": one.title, "n": one.n, "high": rounded(one.high),
         "changed": rounded(one.changed), "side": side,
         "verdict": verdicts.get(one.verdict, one.verdict)}
        for one, side in zip(numbers, _sides(numbers, end), strict=True)
    ]  # fmt: skip
    present = {one.verdict for one in numbers}
    names = [name for key, name in verdicts.items() if key in present]
    base = alt.Chart(alt.NamedData(name=theme.DATA))
    place = {
        "x": alt.X(
            "changed:Q",
            title=_("Changed their answer since last rated, in percent of those who rated twice"),
            scale=alt.Scale(domain=[0, end], nice=False),
        ),
        "y": alt.Y("high:Q", title=_("Rated in the high band, %"), scale=alt.Scale(domain=[0, 100])),
    }
    dots = base.mark_point(size=80, fillOpacity=0.85).encode(
        **place,
        **theme.told_apart("verdict:N", names, _("Rules say")),
        tooltip=theme.tooltip(
            ("item:N", _("Item")), ("title:N", _("Statement")), ("n:Q", "n"), ("high:Q", _("High, %")),
            ("changed:Q", _("Changed their answer, %")), ("verdict:N", _("Rules say")),
        ),
    )  # fmt: skip
    codes = labels.texts(base, {**place, "text": "item:N"}, theme.MUTED)
    return theme.drawn(alt.layer(dots, *codes).properties(width=WIDTH, height=HEIGHT), records)


def _end(numbers: Sequence[Numbers]) -> int:
    """Where the axis of changes ends: the tens above the greatest, with room for its code."""
    return min(100, 10 * int(max(one.changed or 0 for one in numbers) // 10 + 2))


def _sides(numbers: Sequence[Numbers], end: int) -> list[str]:
    from delphi.reports.figures import labels

    if len(numbers) > LABELLED:
        return [""] * len(numbers)
    points = [(WIDTH * (one.changed or 0) / end, HEIGHT * (1 - (one.high or 0) / 100)) for one in numbers]
    return labels.sides(points, [one.item for one in numbers])

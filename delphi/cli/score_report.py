"""What `delphi score` says on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask_babel import format_decimal, gettext as _, ngettext

from delphi.exporters.scores import number
from delphi.words import label, lead_in

Document = Mapping[str, Any]

WIDTHS: Final = (7, 7, 7, 6)
FEW: Final = 2  # raters on whom a verdict should not hang
SIGNIFICANT: Final = 0.05


def report(results: Document) -> Iterator[str]:
    """The lines: each round as a table and what is to be said of it, then whether to go on."""
    criterion = next(iter(results["protocol"]["criteria"]))
    for one in results["rounds"]:
        if one["round"]:
            yield _("Round %(name)s", name=one["round"])
        yield from _table(one, criterion)
        yield from _agreement(one)
        yield from _groups(one, results["compared_by"])
        yield from _settled(one)
        yield from _fragile(one)
        yield from _rule_sensitivity(one)
        yield ""
    if results["stopping"]:
        yield from _stopping(results["stopping"])


def _table(one: Document, criterion: str) -> Iterator[str]:
    yield f"{'':24} {'n':>5} {'high %':>7} {'low %':>7} {'median':>7} {'IQR':>6}  {'verdict':12} {'holds':>6}"
    for item in one["items"]:
        yield _line(item, criterion)


def _line(item: Document, criterion: str) -> str:
    pooled = item["summaries"][criterion]["pooled"]
    numbers = [pooled["high"]["percent"], pooled["low"]["percent"], pooled["median"], pooled["iqr"]]
    cells = ["–" if (found := number(value)) is None else f"{found:.1f}" for value in numbers]
    holds = f"{100 * item['resampled']['probability']:.0f} %" if "resampled" in item else ""
    table = " ".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{item['item'][:24]:24} {pooled['n']:>5} {table}  {item['verdict']:12} {holds:>6}"


def _agreement(one: Document) -> Iterator[str]:
    for criterion, groups in one["agreement"].items():
        pooled = groups["pooled"]
        concordance = [found for found in pooled["kendall_w"].values() if "w" in found]
        yield _(
            "Agreement on %(criterion)s: Krippendorff's alpha %(alpha)s, Kendall's W %(w)s.",
            criterion=criterion,
            alpha=_alpha(pooled),
            w=_decimal(concordance[0]["w"]) if concordance else "–",
        )


def _alpha(pooled: Document) -> str:
    found = pooled["krippendorff_alpha"]["ordinal"]
    if "value" not in found:
        return "–"
    drawn = (
        pooled.get("bootstrap", {}).get("over_raters", {}).get("krippendorff_alpha", {}).get("ordinal", {})
    )
    if "low" not in drawn:
        return _decimal(found["value"])
    limits = {name: _decimal(drawn[name]) for name in ("value", "low", "high")}
    return _("%(value)s (95 %% interval %(low)s to %(high)s)", **limits)


def _groups(one: Document, compared_by: str) -> Iterator[str]:
    for criterion, found in one["groups"].items():
        if "undefined" in found["answers"]:
            continue
        if compared_by != "panel":
            yield _answers(found["answers"], compared_by, criterion)
            yield from _pairs(found["answers"]["pairs"])
        tested = [item for item in found["items"] if number(item["adjusted"]) is not None]
        if tested:
            yield ngettext(
                "%(num)s of %(all)s items tested differs by %(by)s on %(criterion)s (false discovery rate 5 %%).",
                "%(num)s of %(all)s items tested differ by %(by)s on %(criterion)s (false discovery rate 5 %%).",
                len(found["differ"]),
                all=len(tested),
                by=_("panel") if compared_by == "panel" else compared_by,
                criterion=criterion,
            )


def _answers(answers: Document, compared_by: str, criterion: str) -> str:
    means = ", ".join(
        f"{name} {_decimal(mean)}"
        for name, own in answers["groups"].items()
        if (mean := number(own["mean"])) is not None
    )
    overall = answers["overall"]
    if "h" not in overall:
        return _(
            "All answers on %(criterion)s by %(by)s: means %(means)s.",
            criterion=criterion,
            by=compared_by,
            means=means,
        )
    return _(
        "All answers on %(criterion)s by %(by)s: means %(means)s; Kruskal-Wallis H %(h)s, p %(p)s.",
        criterion=criterion,
        by=compared_by,
        means=means,
        h=_decimal(overall["h"]),
        p=f"{overall['p_value']:.2g}",
    )


def _pairs(pairs: Sequence[Document]) -> Iterator[str]:
    for pair in pairs:
        p = number(pair["adjusted"])
        if p is not None and p <= SIGNIFICANT:
            above = pair["delta"]["delta"] > 0
            yield _(
                "  %(higher)s above %(lower)s: Cliff's delta %(delta)s, adjusted p %(p)s",
                higher=pair["first"] if above else pair["second"],
                lower=pair["second"] if above else pair["first"],
                delta=_decimal(abs(pair["delta"]["delta"])),
                p=f"{p:.2g}",
            )


def _settled(one: Document) -> Iterator[str]:
    again = [found for item in one["items"] if (found := [x for x in item["changes"].values() if x])]
    if again:
        settled = [found for found in again if all(x["stability"]["verdict"] == "stable" for x in found)]
        yield ngettext(
            "%(num)s of %(all)s items rated before has settled.",
            "%(num)s of %(all)s items rated before have settled.",
            len(settled),
            all=len(again),
        )


def _fragile(one: Document) -> Iterator[str]:
    needed = [number(item["fragility"]["raters"]) for item in one["items"]]
    fragile = [raters for raters in needed if raters is not None and raters <= FEW]
    yield ngettext(
        "%(num)s of %(all)s verdicts would be another if one or two raters had answered otherwise.",
        "%(num)s of %(all)s verdicts would be others if one or two raters had answered otherwise.",
        len(fragile),
        all=len(needed),
    )


def _rule_sensitivity(one: Document) -> Iterator[str]:
    if "rule_sensitivity" in one:
        facts = {"count": len(one["rule_sensitivity"]["depend_on_the_rule"]), "all": len(one["items"])}
        yield _("What becomes of %(count)s of %(all)s items depends on the choice of rule.", **facts)


def _stopping(found: Document) -> Iterator[str]:
    advice = _("The rounds could stop here") if found["stop"] else _("Another round is worth holding")
    yield lead_in(advice)
    for reason in found["reasons"]:
        yield f"  {label('stopping', reason)}"


def _decimal(value: float) -> str:
    return str(format_decimal(value, "0.00"))

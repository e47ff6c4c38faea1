"""Rules as a person reads them: an opening, then each condition in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from flask_babel import format_decimal, gettext

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.protocol import Protocol
from delphi.scoring.rules import Condition, Criterion, Rule
from delphi.scoring.scales import Scale
from delphi.words import label

if TYPE_CHECKING:
    from delphi.domain.previews import Votes

_: Callable[..., str] = gettext

Names = Mapping[str, str]  # panel names by code


def opening(rule: Rule, panels: Names) -> str:
    """Such as “An item is promoted when, in every panel, all of this holds for importance:”."""
    return _(
        "An item %(outcome)s when, %(where)s, %(holds)s for %(criterion)s:",
        outcome=label("rule-verdict", rule.verdict),
        where=_where(rule, panels),
        holds=_holds(rule),
        criterion=rule.criterion,
    )


def raters(rule: Rule) -> str:
    """The sentence on the minimum number of raters; empty when one rater is enough."""
    if rule.minimum_raters == 1:
        return ""
    if rule.panels == "pooled":
        return _(
            "It needs at least %(raters)s raters. With fewer it gives no verdict.", raters=rule.minimum_raters
        )
    return _(
        "Each of these panels needs at least %(raters)s raters. With fewer the rule gives no verdict.",
        raters=rule.minimum_raters,
    )


def condition(asked: Condition, criterion: Criterion) -> str:
    """Such as “at least 70 % of raters choose 7–9”."""
    statistic = STATISTICS[asked.statistic]
    if statistic.kind == "flag":
        return _flags()[asked.statistic, asked.comparison in ("at_least", "above")]
    if statistic.kind == "percent" and statistic.band is not None:
        chosen = points(criterion.scale, statistic.band)
        if isinstance(asked.threshold, str):
            return _(
                "the share of raters who choose %(points)s is %(amount)s",
                points=chosen,
                amount=_amount(asked),
            )
        return _("%(amount)s of raters choose %(points)s", amount=_amount(asked), points=chosen)
    return _measures()[asked.statistic] % {"amount": _amount(asked)}


def stability(rules: Protocol) -> str:
    """Such as “An item has settled when the share of experts who changed their answer (%) is less than 15.”"""
    rule = rules.stability
    settled = _(
        "Between two rounds, an item has settled when %(measure)s %(threshold)s.",
        measure=label("stability", rule.criterion),
        threshold=decimal(rule.threshold),
    )
    told = [settled]
    if rule.minimum_pairs > 1:
        told.append(
            _(
                "With fewer than %(pairs)s experts who answered both rounds it cannot be told.",
                pairs=rule.minimum_pairs,
            )
        )
    if len(rules.judged_criteria()) > 1:
        told.append(_("It must have settled on every criterion that the rules look at."))
    return " ".join(told)


def votes(needed: Votes) -> str:
    """Such as “at least 22 of 31”."""
    facts = {"n": needed.n, "least": needed.least, "most": needed.most}
    if needed.least is None:
        return _("no number of %(n)s is enough", **facts)
    if needed.always:
        return _("any number of %(n)s", **facts)
    if needed.most == needed.n:
        return _("at least %(least)s of %(n)s", **facts)
    if needed.least == 0:
        return _("at most %(most)s of %(n)s", **facts)
    return _("%(least)s to %(most)s of %(n)s", **facts)


def _where(rule: Rule, panels: Names) -> str:
    if isinstance(rule.panels, tuple):
        named = ", ".join(f"{panels[code]} ({code})" if code in panels else code for code in rule.panels)
        if len(rule.panels) == 1:
            return _("in the panel %(panel)s", panel=named)
        return _("in each of the panels %(panels)s", panels=named)
    return {
        "every": _("in every panel"),
        "any": _("in at least one panel"),
        "pooled": _("among all experts together"),
    }[rule.panels]


def _holds(rule: Rule) -> str:
    if len(rule.conditions) == 1:
        return _("this holds")
    return _("all of this holds") if rule.mode == "all" else _("at least one of these holds")


def _amount(condition: Condition) -> str:
    facts = {"number": _number(condition)}
    return {
        "at_least": _("at least %(number)s", **facts),
        "at_most": _("at most %(number)s", **facts),
        "above": _("more than %(number)s", **facts),
        "below": _("less than %(number)s", **facts),
    }[condition.comparison]


def _number(condition: Condition) -> str:
    if condition.threshold == "critical":
        return _("the critical value for the number of raters")
    if condition.threshold == "apmo":
        return _("the average of majority opinions in the round (APMO)")
    number = decimal(Fraction(condition.threshold))
    return _("%(number)s %%", number=number) if STATISTICS[condition.statistic].kind == "percent" else number


def decimal(number: Fraction) -> str:
    """As the reader's language writes it; a fraction that no short decimal equals stays one."""
    exact = Fraction(str(round(float(number), 4))) == number
    return str(format_decimal(float(number), "0.####")) if exact else str(number)


def points(scale: Scale, band: str) -> str:
    """The points of a band, such as “7–9” or “3”."""
    spans: dict[str, tuple[int, int]] = dict(scale.bands.named())
    if band not in spans:
        return _("a point of the middle band, which this scale does not have")
    first, last = spans[band]
    return str(first) if first == last else f"{first}–{last}"


def _measures() -> dict[str, str]:
    return {
        "median": _("the median is %(amount)s"),
        "iqr": _("the interquartile range is %(amount)s"),
        "disagreement_index": _("the disagreement index (IPR divided by IPRAS) is %(amount)s"),
        "cvr": _("the content validity ratio is %(amount)s"),
        "icvi": _("the content validity index of the item is %(amount)s"),
        "modified_kappa": _("the modified kappa is %(amount)s"),
    }


def _flags() -> dict[tuple[str, bool], str]:
    return {
        ("rand_disagreement", True): _(
            "a third of the raters sit in each outer band (RAND/UCLA disagreement)"
        ),
        ("rand_disagreement", False): _(
            "raters do not split between the outer bands (no RAND/UCLA disagreement)"
        ),
        ("rand_agreement", True): _("nearly all raters choose the band of the median (RAND/UCLA agreement)"),
        ("rand_agreement", False): _(
            "too many raters are outside the band of the median (no RAND/UCLA agreement)"
        ),
        ("ipras_disagreement", True): _("the answers spread wider than IPRAS allows (disagreement)"),
        ("ipras_disagreement", False): _("the answers spread no wider than IPRAS allows (no disagreement)"),
    }

"""Words for verdicts' reasons, decisions and results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext as _

ERRORS: dict[str, Any] = {
    "decision.needs_reason": _(
        "You decide against the rules, so give a reason: it stays on record beside the verdict."
    ),
    "decision.no_outcome": _("Choose what happens with the item."),
    "decision.unknown_outcome": _("“%(outcome)s” is not something that can be decided."),
    "decision.undecided_items": _(
        "%(count)s items still wait for a decision. Decide them first, then finish the round."
    ),
    "decision.made_meanwhile": _(
        "Somebody else decided this item after you opened the page. Look at their decision below, then decide again if yours should replace it."
    ),
    "decision.judged_anew": _(
        "The rules gave their verdicts anew after you opened the page, because answers were withdrawn. Look at them first."
    ),
    "decision.undo_meanwhile": _(
        "This decision was replaced or undone after you opened the page. Look at the present one first."
    ),
    "decision.reworded_meanwhile": _(
        "Somebody else changed the wording after you opened the page: it is wording %(number)s now, shown below. What you typed is kept; save it again if it should replace theirs."
    ),
    "decision.undecide_needs_reason": _(
        "Say why the decisions of the round are taken up again: it stays on record."
    ),
    "decision.reason_too_long": _("A reason has at most %(most)s characters."),
    "decision.later_opened": _(
        "Round %(number)s has opened since, so experts have seen what was decided. A decision on an item can now change only with its next round."
    ),
    "export.not_found": _("There is no such file to download."),
}

LABELS: dict[str, Any] = {
    "outcome.promote": _("Promoted"),
    "outcome.revise": _("Revise and ask again"),
    "outcome.drop": _("Dropped"),
    "outcome.re-rate": _("Ask again"),
    "board-column.ratings": _("Ratings, low to high"),
    "board-column.high": _("High band, %"),
    "board-column.median": _("Median"),
    "board-column.iqr": _("Interquartile range"),
    "board-column.panels": _("Panels"),
    "board-column.since": _("Since last rated"),
    "board-column.fragility": _("Flips with"),
    "board-column.holds": _("Holds, %"),
    "board-column.presets": _("Other rules"),
    "board-column.comments": _("Comments"),
    "band-name.low": _("Low"),
    "band-name.middle": _("Middle"),
    "band-name.high": _("High"),
    "stability.stable": _("stable"),
    "stability.not stable": _("unstable"),
    "stability.cannot tell": _("cannot tell"),
    "fate.kept": _("Kept"),
    "fate.not_kept": _("Not kept"),
    "fate.merged": _("Joined with another item"),
    "fate.split": _("Divided into several items"),
    "fate.reworded": _("To be reworded and asked again"),
    "fate.again": _("To be asked again"),
    "fate.unsettled": _("Not settled"),
    "statistic.percent_high": _("high band, %"),
    "statistic.percent_middle": _("middle band, %"),
    "statistic.percent_low": _("low band, %"),
    "statistic.median": _("median"),
    "statistic.iqr": _("interquartile range"),
    "statistic.rand_disagreement": _("RAND disagreement (1 = yes)"),
    "statistic.rand_agreement": _("RAND agreement (1 = yes)"),
    "statistic.ipras_disagreement": _("IPRAS disagreement (1 = yes)"),
    "statistic.disagreement_index": _("disagreement index"),
    "statistic.cvr": _("content validity ratio"),
    "statistic.icvi": _("item content validity index"),
    "statistic.modified_kappa": _("modified kappa"),
    "comparison.at_least": _("at least"),
    "comparison.at_most": _("at most"),
    "comparison.above": _("above"),
    "comparison.below": _("below"),
    "undefined.no_ratings": _("nobody rated it"),
    "undefined.too_few_raters": _("too few raters for this statistic"),
    "band.low": _("rated low"),
    "band.middle": _("rated in the middle"),
    "band.high": _("rated high"),
}


def groups_in_words(panels: str | list[str]) -> str:
    """Where a rule looks: every panel, any panel, all experts together, or named panels."""
    fixed = {
        "every": _("in every panel"),
        "any": _("in at least one panel"),
        "pooled": _("all experts together"),
    }
    if isinstance(panels, str):
        return str(fixed[panels])
    return gettext("in %(panels)s", panels=", ".join(panels))


def decided_by(judgement: Mapping[str, Any]) -> str:
    """What decided a verdict, in one short line."""
    trace = judgement["trace"]
    if judgement["rule"] is not None:
        rule = trace[judgement["rule"]]
        return gettext(
            "Rule %(number)s, %(groups)s", number=rule["rule"] + 1, groups=groups_in_words(rule["panels"])
        )
    if judgement["verdict"] == "insufficient":
        return gettext("Too few raters for a rule")
    return gettext("No rule holds")


def exact_in_words(value: Mapping[str, Any]) -> str:
    """A stored exact value for a page: rounded for the eye only, or why there is none."""
    if "undefined" in value:
        return str(LABELS.get(f"undefined.{value['undefined']}", value["undefined"]))
    return plain_number(float(value["value"]))


def plain_number(value: float) -> str:
    """A number as the reader's language writes it: one decimal from 10 up, two below, no needless zeros."""
    return format_decimal(round(value, 1 if abs(value) >= 10 else 2))


def fixed_number(value: float, decimals: int) -> str:
    """A number with so many decimals, as the reader's language writes it."""
    return format_decimal(value, f"0.{'0' * decimals}")

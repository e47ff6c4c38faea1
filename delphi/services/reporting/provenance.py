"""How an item of the framework got there, in sentences: the same in the document, the site and the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import format_decimal, ngettext

from delphi.domain.decisions import goes_against
from delphi.domain.states import Descent
from delphi.models import Wording
from delphi.scoring.rules import POOLED
from delphi.services.descents import Step
from delphi.services.framework import Entry, Final, Framework
from delphi.services.reporting.phrases import listed
from delphi.words import gettext as _, translated


def sentences(entry: Entry) -> list[str]:
    """Where it came from, in which rounds it was asked, how it was promoted, and how its wording changed."""
    return [one for one in (*_origins(entry), _asked(entry), _promoted(entry), _wordings(entry)) if one]


def group_name(framework: Framework, group: str) -> str:
    names = {panel.code: translated(panel.name, panel.code) for panel in framework.panels}
    return _("All experts") if group == POOLED else names.get(group, group)


def in_numbers(framework: Framework, final: Final) -> str:
    """Such as “All experts: 24 of 26 in the high band (92.3 %), median 8”."""
    if final.percent is None or final.median is None:
        return _("%(group)s: nobody rated it", group=group_name(framework, final.group))
    return _(
        "%(group)s: %(high)s of %(n)s in the high band (%(percent)s%%), median %(median)s",
        group=group_name(framework, final.group),
        high=final.high,
        n=final.n,
        percent=one_decimal(final.percent),
        median=one_decimal(final.median),
    )


def one_decimal(value: float) -> str:
    return format_decimal(round(value, 1))


def _origins(entry: Entry) -> Iterable[str]:
    for kind, words in (
        (Descent.MERGED, _("Merged from %(codes)s: %(reason)s")),
        (Descent.SPLIT, _("Split from %(codes)s: %(reason)s")),
    ):
        for reason, codes in _by_reason(entry.origins, kind).items():
            yield words % {"codes": listed(codes), "reason": _ended(reason)}
    if entry.suggestions:
        yield ngettext(
            "Rests on a suggestion of an expert.",
            "Rests on %(num)s suggestions of experts.",
            entry.suggestions,
        )


def _by_reason(steps: Sequence[Step], kind: Descent) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for step in steps:
        if step.descent.kind is kind:
            found.setdefault(step.descent.reason, []).append(step.source.code)
    return found


def _asked(entry: Entry) -> str:
    numbers = [str(passage.round.number) for passage in entry.result.passages]
    if not numbers:
        return _("Asked in no round.")
    if len(numbers) == 1:
        return _("Asked in round %(number)s.", number=numbers[0])
    return _("Asked in rounds %(numbers)s.", numbers=listed(numbers))


def _promoted(entry: Entry) -> str:
    scored = entry.scored
    if scored is None or scored.decision is None:
        return ""
    if goes_against(scored.decision.verdict, scored.decision.outcome):
        return _(
            "Promoted after round %(number)s against the rules: %(reason)s",
            number=scored.round.number,
            reason=_ended(scored.decision.reason),
        )
    return _("Promoted after round %(number)s, as the rules say.", number=scored.round.number)


def _wordings(entry: Entry) -> str:
    if not entry.reworded:
        return _("Its wording is the first.")
    told = ngettext("Reworded once:", "Reworded %(num)s times:", len(entry.reworded))
    return " ".join([told, *(_wording(one) for one in entry.reworded)])


def _wording(one: Wording) -> str:
    if not one.reason:
        return _("wording %(number)s.", number=one.number)
    return _("wording %(number)s, %(reason)s", number=one.number, reason=_ended(one.reason))


def _ended(reason: str) -> str:
    """As the last words of a sentence."""
    reason = " ".join(reason.split())
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."

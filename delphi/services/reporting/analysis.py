"""What was computed and how: denominators, statistics of the rules, what stands beside a verdict, and by which program."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import ngettext

from delphi import __version__
from delphi.domain.analyses import FALSE_DISCOVERY, RESAMPLES
from delphi.reports.document import Block, Heading, Paragraph, Points
from delphi.services.reporting.phrases import listed, told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label, sentences

# The statistics that rules may name, each with who described it and how.
SOURCES = {
    "rand_disagreement": "Fitch et al. 2001, RAND MR-1269",
    "rand_agreement": "Fitch et al. 2001, RAND MR-1269",
    "ipras_disagreement": "Fitch et al. 2001, RAND MR-1269",
    "disagreement_index": "Fitch et al. 2001, RAND MR-1269",
    "cvr": "Lawshe 1975; Ayre, Scally 2014",
    "icvi": "Lynn 1986; Polit, Beck, Owen 2007",
    "modified_kappa": "Polit, Beck, Owen 2007",
}


def write(record: Record) -> list[Block]:
    if record.protocol is None:
        return []
    return [
        Paragraph(_denominators()),
        Paragraph(told(_rules(record), sentences.stability(record.protocol.rules), _quartiles(record))),
        *_beside(record),
        Paragraph(_software(record)),
    ]


def _denominators() -> str:
    return _(
        "The denominator of every percentage is the number of experts of the group who gave a point of the scale (n). Those who "
        "were unable to rate, and those who gave no answer, are in no denominator; how many were unable is told beside n. No "
        "answer was filled in for anybody. An expert of several panels counts in each, and once among all experts. Percentages "
        "are rounded where they are shown, and never before they are compared."
    )


def _rules(record: Record) -> str:
    named = dict.fromkeys(
        one.statistic
        for version in record.sealed
        for rule in record.parsed(version).rules.rules
        for one in rule.conditions
    )
    words = [
        f"{label('rule-statistic', name)} ({SOURCES[name]})"
        if name in SOURCES
        else label("rule-statistic", name)
        for name in named
    ]
    return _("The sealed rules look at: %(statistics)s.", statistics=listed(words))


def _quartiles(record: Record) -> str:
    used = dict.fromkeys(record.parsed(one).rules.quartiles for one in record.sealed)
    return _(
        "Quartiles and other percentiles follow: %(definition)s (Hyndman, Fan 1996).",
        definition=listed(label("quartiles", one) for one in used),
    )


def _beside(record: Record) -> Iterator[Block]:
    if not record.scored:
        return
    yield Heading(_("What stands beside the verdicts"))
    points = [
        _(
            "Percentages in a band have 95 % Wilson score intervals (Wilson 1927). A panel is not a random sample: an interval "
            "tells how precise the percentage is for experts like these, and no rule looks at it."
        )
    ]
    if record.analyses:
        points += _analyses(record)
    yield Points(points)


def _analyses(record: Record) -> Iterator[str]:
    """Only what was computed for this study."""
    contents = [one.content for one in record.analyses.values()]
    criteria = [own for content in contents for own in content["criteria"].values()]
    yield told(
        _("Fragility: the fewest experts whose change of answer would give an item another verdict."),
        _("Where there were too many ways to try them all, the number is the most that it can be.")
        if any(one["fragility"] and not one["fragility"]["exact"] for one in contents)
        else "",
    )
    yield _(
        "Holding: the share of %(draws)s random draws of experts, with replacement within panels, in which an item gets the same "
        "verdict (bootstrap with a fixed seed).",
        draws=RESAMPLES,
    )
    yield _("Other rules: the verdict of each item under every published set of rules that fits the scale.")
    if any(own["groups_p"] is not None for own in criteria):
        yield _(
            "Differences between panels: Kruskal-Wallis test of the panels that may be shown, without experts of several panels; "
            "p-values adjusted over the items of a round by Benjamini and Hochberg, taken as a difference at %(limit)s %% or less.",
            limit=round(100 * float(FALSE_DISCOVERY)),
        )
    if any(own["movement"] for own in criteria):
        yield _(
            "Change between rounds: only experts who answered an item both times, %(least)s at least.",
            least=record.minimum_group_size,
        )
    if any(own["camps"] or own["opposed"] for own in criteria):
        yield _("Polarisation: groups split in two camps, and pairs of panels that lean to opposite sides.")


def _software(record: Record) -> str:
    versions = sorted({one.version for one in record.analyses.values()})
    made = _("This report was made with Delphi %(version)s.", version=__version__)
    if not versions:
        return made
    return told(
        made,
        ngettext(
            "What stands beside the verdicts was computed with version %(versions)s.",
            "What stands beside the verdicts was computed with versions %(versions)s.",
            len(versions),
            versions=listed(versions),
        ),
    )

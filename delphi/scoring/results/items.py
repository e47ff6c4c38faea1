"""Each item of a round: the verdict, every statistic behind it, and how much it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from delphi.scoring.answers import AnsweredRound
from delphi.scoring.documents import to_document
from delphi.scoring.engine import judge
from delphi.scoring.exact import Undefined
from delphi.scoring.fragility import fragility
from delphi.scoring.judgements import ConditionTrace, Judgement
from delphi.scoring.leave_one_out import LeaveOneOut, leave_one_out
from delphi.scoring.one_item import describe
from delphi.scoring.posterior import Posterior, posterior_share
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings
from delphi.scoring.resampling import VerdictStability, verdict_stability
from delphi.scoring.results.meter import Meter, Progress
from delphi.scoring.threshold_flips import threshold_flips, votes_needed

HUNDRED: Final = 100
# Threshold of a statistic that counts a band -> the share of raters in the band that it asks for.
SHARES: Final = {
    "percent_low": lambda t: t / HUNDRED,
    "percent_middle": lambda t: t / HUNDRED,
    "percent_high": lambda t: t / HUNDRED,
    "icvi": lambda t: t,
    "cvr": lambda t: (t + 1) / 2,
}


def item_documents(
    protocol: Protocol, answered: AnsweredRound, seed: int, resamples: int, meter: Meter
) -> list[dict[str, Any]]:
    """One document an item, in order."""
    items = answered.item_ratings()
    judgements = judge(protocol, items)
    statistics = list(_statistics(protocol, items, meter.part()))
    sureness = _sureness(protocol, answered, items, judgements, meter.part())
    resampled = _resampled(protocol, answered, seed, resamples, meter.part())
    return [
        _judged(judgement) | {"statistics": described} | sure | drawn
        for judgement, described, sure, drawn in zip(judgements, statistics, sureness, resampled, strict=True)
    ]


def _judged(judgement: Judgement) -> dict[str, Any]:
    """Without the version of its own, which is part of this document's."""
    return {key: value for key, value in judgement.to_dict().items() if key != "schema"}


def _statistics(
    protocol: Protocol, items: Sequence[ItemRatings], told: Progress
) -> Iterator[dict[str, dict[str, Any]]]:
    """statistics[criterion][group]: what `one_item.describe` says beyond the summary."""
    for done, item in enumerate(items, 1):
        yield {key: _described(protocol, item, key) for key in protocol.criteria}
        told(done, len(items))


def _described(protocol: Protocol, item: ItemRatings, criterion: str) -> dict[str, Any]:
    values, scale = item.values[criterion], protocol.criteria[criterion].scale
    found = {}
    for group, mask in item.groups():
        document = to_document(describe(values[mask], scale, quartiles=protocol.quartiles))
        summary = document.pop("summary")
        found[group] = {"n": summary["n"], "missing": int(mask.sum()) - summary["n"]} | document
    return found


def _sureness(
    protocol: Protocol,
    answered: AnsweredRound,
    items: Sequence[ItemRatings],
    judgements: Sequence[Judgement],
    told: Progress,
) -> list[dict[str, Any]]:
    deletions = leave_one_out(protocol, answered.ratings)
    flips = fragility(protocol, items)
    told(1, 2)
    found = [
        {
            "votes_needed": to_document(votes_needed(judgement)),
            "threshold_flips": to_document(threshold_flips(protocol, item, judgement)),
            "fragility": to_document(flip),
            "leave_one_out": _without_names(deletion),
            "posteriors": [to_document(one) for one in posteriors(judgement)],
        }
        for item, judgement, flip, deletion in zip(items, judgements, flips, deletions, strict=True)
    ]
    told(2, 2)
    return found


def _without_names(found: LeaveOneOut) -> dict[str, Any]:
    """How many deletions flip the verdict, not whose: with the counts that would tell their answers."""
    document: dict[str, Any] = to_document(found)
    return document | {"flipping": len(found.flipping)}


@dataclass(frozen=True)
class ConditionPosterior:
    """A condition on the share of a band in one group; `passes`: the probability that the true share meets it."""

    rule: int
    group: str
    statistic: str
    comparison: str
    passes: float | Undefined
    posterior: Posterior | Undefined


def posteriors(judgement: Judgement) -> list[ConditionPosterior]:
    """Of each condition that was compared and asks for a share of raters; thresholds as they were, APMO too."""
    return [
        _posterior(trace.rule, name, own, own.threshold)
        for trace in judgement.trace
        for name, group in trace.groups.items()
        for own in group.conditions
        if own.statistic in SHARES and own.count is not None and isinstance(own.threshold, Fraction)
    ]


def _posterior(rule: int, group: str, own: ConditionTrace, threshold: Fraction) -> ConditionPosterior:
    found = posterior_share(own.count or 0, own.n, SHARES[own.statistic](threshold))
    passes: float | Undefined
    if isinstance(found, Undefined):
        passes = found
    else:
        rising = own.comparison in ("at_least", "above")
        passes = found.probability if rising else 1 - found.probability
    return ConditionPosterior(rule, group, own.statistic, own.comparison, passes, found)


def _resampled(
    protocol: Protocol, answered: AnsweredRound, seed: int, resamples: int, told: Progress
) -> list[dict[str, Any]]:
    if not resamples:
        return [{} for _ in answered.ratings.items]
    drawn = verdict_stability(protocol, answered.ratings, seed=seed, resamples=resamples, progress=told)
    return [{"resampled": _shares(one)} for one in drawn]


def _shares(found: VerdictStability) -> dict[str, Any]:
    return {
        "probability": found.probability,
        "standard_error": found.standard_error,
        "verdicts": to_document(found.distribution),
    }

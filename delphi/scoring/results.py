"""Everything one run of the rules found, as one JSON document that anyone can read and check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from delphi.scoring.answers import AnsweredRound
from delphi.scoring.engine import judge
from delphi.scoring.multiverse import Multiverse, multiverse
from delphi.scoring.protocol import Protocol
from delphi.scoring.resampling import RESAMPLES, VerdictStability, verdict_stability

SCHEMA_VERSION: Final = 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Choices:
    """How sure is asked with `resamples` drawn from `seed` (0 resamples: not asked); every preset beside the rule."""

    seed: int = 0
    resamples: int = RESAMPLES
    rule_sensitivity: bool = False


def results(
    protocol: Protocol, rounds: Iterable[AnsweredRound], choices: Choices, progress: Progress | None = None
) -> dict[str, Any]:
    """The document, JSON-ready:

    schema          1; grows with every change that a reader would notice
    protocol        the rules as applied, every default written out
    seed, resamples what the resampling drew from
    rounds          a list: round (its name), raters (how many), items, and rule_sensitivity where it was asked for
    items           a list: the item's judgement (see `engine.Judgement.to_dict`: summaries by criterion and group
                    with n and denominators, the verdict, the deciding rule and how each rule was tried), and
                    `resampled`: how often the verdict was the same with raters drawn again
    """
    return {
        "schema": SCHEMA_VERSION,
        "protocol": protocol.to_dict(),
        "seed": choices.seed,
        "resamples": choices.resamples,
        "rounds": [_round(protocol, one, choices, progress) for one in rounds],
    }


def _round(
    protocol: Protocol, answered: AnsweredRound, choices: Choices, progress: Progress | None
) -> dict[str, Any]:
    items = answered.item_ratings()
    documents = [judgement.to_dict() for judgement in judge(protocol, items)]
    if choices.resamples:
        drawn = verdict_stability(
            protocol, answered.ratings, seed=choices.seed, resamples=choices.resamples, progress=progress
        )
        documents = [
            one | {"resampled": _resampled(found)} for one, found in zip(documents, drawn, strict=True)
        ]
    found = {"round": answered.name, "raters": len(answered.raters), "items": documents}
    if choices.rule_sensitivity:
        found["rule_sensitivity"] = _sensitivity(multiverse(items, protocol))
    return found


def _resampled(found: VerdictStability) -> dict[str, Any]:
    return {
        "probability": found.probability,
        "standard_error": found.standard_error,
        "verdicts": {verdict.value: share for verdict, share in found.distribution.items()},
    }


def _sensitivity(found: Multiverse) -> dict[str, Any]:
    return {
        "criterion": found.criterion,
        "rules": list(found.rules),
        "left_out": dict(found.left_out),
        "depend_on_the_rule": list(found.dependent),
        "items": {
            one.item: {name: verdict.value for name, verdict in one.verdicts.items()} for one in found.items
        },
    }

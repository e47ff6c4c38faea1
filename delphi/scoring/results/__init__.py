"""Everything there is to say of a study's ratings, as one JSON document that anyone can read and check.

`docs/results.md` describes every key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from delphi.scoring.answers import AnsweredRound
from delphi.scoring.documents import to_document
from delphi.scoring.multiverse import Multiverse, multiverse
from delphi.scoring.protocol import Protocol
from delphi.scoring.resampling import RESAMPLES
from delphi.scoring.results.agreement import agreement_document
from delphi.scoring.results.aligned import Study, align
from delphi.scoring.results.changes import item_changes
from delphi.scoring.results.dropouts import attrition
from delphi.scoring.results.groups import PANELS, groups_document
from delphi.scoring.results.items import item_documents
from delphi.scoring.results.meter import Meter, Progress
from delphi.scoring.results.outlook import stopping_document

SCHEMA_VERSION: Final = 2
PARTS_OF_A_ROUND: Final = 4  # that tell how far they are
PARTS_OF_A_STUDY: Final = 2


@dataclass(frozen=True)
class Choices:
    """What is asked beside the rules.

    `resamples` drawn from `seed` say how sure verdicts and coefficients are (0: not asked). `rule_sensitivity`:
    every preset beside the rules. `compared_by`: what the groups in the answers are, where these are not panels.
    """

    seed: int = 0
    resamples: int = RESAMPLES
    rule_sensitivity: bool = False
    compared_by: str | None = None


def results(
    protocol: Protocol, rounds: Iterable[AnsweredRound], choices: Choices, progress: Progress | None = None
) -> dict[str, Any]:
    """The document; `rounds` in order of time, `progress` is called with (done, of how much).

    Raters who are in no panel, in any round, are one panel (`Protocol.without_panels`).
    """
    answered = list(rounds)
    if not any(one.ratings.panels for one in answered):
        protocol = protocol.without_panels()
    meter = Meter(progress, PARTS_OF_A_ROUND * len(answered) + PARTS_OF_A_STUDY)
    together = align(answered, list(protocol.criteria))
    return {
        "schema": SCHEMA_VERSION,
        "protocol": protocol.to_dict(),
        "seed": choices.seed,
        "resamples": choices.resamples,
        "compared_by": choices.compared_by or PANELS,
        "rounds": [
            _round(protocol, one, together, place, choices, meter) for place, one in enumerate(answered)
        ],
        "attrition": attrition(protocol, together, meter.part()),
        "stopping": stopping_document(protocol, together, choices.seed, meter.part()),
    }


def _round(
    protocol: Protocol,
    answered: AnsweredRound,
    together: Study,
    place: int,
    choices: Choices,
    meter: Meter,
) -> dict[str, Any]:
    described = item_documents(protocol, answered, choices.seed, choices.resamples, meter)
    changed = item_changes(protocol, together, place, meter.part())
    found = {
        "round": answered.name,
        "raters": len(answered.raters),
        "items": [one | {"changes": changed[one["item"]]} for one in described],
        "agreement": agreement_document(protocol, answered, choices.seed, choices.resamples),
        "groups": groups_document(protocol, answered),
    }
    if choices.rule_sensitivity:
        found["rule_sensitivity"] = _sensitivity(multiverse(answered.item_ratings(), protocol))
    return found


def _sensitivity(found: Multiverse) -> dict[str, Any]:
    return {
        "criterion": found.criterion,
        "rules": list(found.rules),
        "left_out": dict(found.left_out),
        "depend_on_the_rule": list(found.dependent),
        "items": {one.item: to_document(one.verdicts) for one in found.items},
    }

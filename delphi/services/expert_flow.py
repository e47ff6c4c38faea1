"""How many experts of each round came how far, together and by panel, as far as it may be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from delphi.domain.anonymity import visible_groups
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import ExpertState
from delphi.models import Panel, Round
from delphi.scoring.rules import POOLED
from delphi.services import outbox, standing
from delphi.services.progress import ExpertProgress
from delphi.services.standing import Standing


class Steps(NamedTuple):
    """Up to `completed` each step counts whoever is further too; declined and withdrew are as it is now."""

    asked: int
    delivered: int
    opened: int
    consented: int
    begun: int
    completed: int
    declined: int
    withdrew: int


@dataclass(frozen=True)
class RoundFlow:
    """`steps` has the groups that may be told, "pooled" and panels by code; `hides` says that some may not."""

    round: Round
    steps: Mapping[str, Steps]
    hides: bool


def of_rounds(
    rounds: Sequence[Round],
    panels: Sequence[Panel],
    sealed: Mapping[int, StudyProtocol],
    stands: Mapping[int, Sequence[ExpertProgress]],
) -> dict[int, RoundFlow]:
    """By round id, as are the protocols that rounds opened under and where everyone asked stands."""
    codes = {panel.id: panel.code for panel in panels}
    everyone = standing.of_rounds(rounds, stands, outbox.of_rounds(rounds))
    return {one.id: _flow(one, everyone[one.id], codes, sealed[one.id].minimum_group_size) for one in rounds}


def _flow(asked: Round, everyone: Sequence[Standing], codes: Mapping[int, str], minimum: int) -> RoundFlow:
    shown = told_groups(everyone, codes, minimum)
    present = {codes[panel] for one in everyone for panel in one.panels}
    steps = {POOLED: _counted(everyone)} if POOLED in shown else {}
    steps |= {
        code: _counted(one for one in everyone if panel in one.panels)
        for panel, code in codes.items()
        if code in shown
    }
    return RoundFlow(asked, steps, hides=not present <= shown or POOLED not in shown)


def told_groups(everyone: Iterable[Standing], codes: Mapping[int, str], minimum: int) -> frozenset[str]:
    """Of "pooled" and the panels by code, those whose counts tell nobody apart."""
    return visible_groups([frozenset(codes[panel] for panel in one.panels) for one in everyone], minimum)


def _counted(members: Iterable[Standing]) -> Steps:
    everyone = list(members)
    counts = standing.counted(everyone)
    return Steps(
        counts.asked,
        counts.delivered,
        counts.opened,
        counts.consented,
        counts.begun,
        counts.completed,
        declined=sum(one.state is ExpertState.DECLINED for one in everyone),
        withdrew=sum(one.state is ExpertState.WITHDRAWN for one in everyone),
    )

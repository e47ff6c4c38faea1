"""A running study at a glance: its items by state, its rounds with who answered, and what waits for the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Permission, Role, allows
from delphi.domain.states import ItemState, RoundState
from delphi.models import Item, Round, Study
from delphi.services import decisions, outbox, progress, redactions, standing
from delphi.services.progress import Totals


class Answered(NamedTuple):
    round: Round
    totals: Totals


@dataclass(frozen=True)
class Waiting:
    """How many of each wait for somebody of the team; zero for what the reader may not see."""

    decisions: int = 0
    bounced: int = 0
    redactions: int = 0


@dataclass(frozen=True)
class Glance:
    items: Mapping[ItemState, int]
    rounds: Sequence[Answered]  # those that have opened, the latest first
    waiting: Waiting


def of(study: Study, opened: Sequence[Round], role: Role) -> Glance:
    """`opened` are the rounds that have opened, in order; at least one."""
    totals = progress.totals_by_round(opened)
    return Glance(
        items=_items(study),
        rounds=[Answered(one, totals[one.id]) for one in reversed(opened)],
        waiting=_waiting(study, opened[-1], role),
    )


def _items(study: Study) -> dict[ItemState, int]:
    query = select(Item.state, func.count()).where(Item.study_id == study.id).group_by(Item.state)
    counts = dict(session.execute(query).all())
    return {state: counts[state] for state in ItemState if state in counts}


def _waiting(study: Study, latest: Round, role: Role) -> Waiting:
    closed, is_open = latest.state is RoundState.CLOSED, latest.state is RoundState.OPEN
    reads, asks = allows(role, Permission.READ_COMMENTS), allows(role, Permission.VIEW_EXPERTS)
    return Waiting(
        decisions=len(decisions.undecided(latest)) if closed else 0,
        bounced=standing.bounced(outbox.of_round(latest)) if is_open and asks else 0,
        redactions=redactions.waiting(study) if reads and study.release_redactions else 0,
    )

"""From a study that is set up to invitations on their way, in one step: seal, plan, open, all or nothing."""

from __future__ import annotations

from datetime import datetime

from delphi.db import Translated
from delphi.domain import protocols as documents
from delphi.domain.errors import DomainError
from delphi.domain.states import StudyState
from delphi.models import Account, Round, Study
from delphi.services import panels, protocols, registration, round_items, rounds, studies, works


def planned(study: Study) -> Round | None:
    """The plan of round 1 if somebody has made one; refuses once a round has opened."""
    found = rounds.of_study(study)
    if any(one.opened_at for one in found):
        raise DomainError("round.first_is_open")
    return rounds.get(study, found[0].number) if found else None


def plan(study: Study, closes_at: datetime, instructions: Translated) -> rounds.Plan:
    """As planned, else every item to every panel."""
    made = planned(study)
    if made is not None:
        item_ids, panel_ids = [row.item_id for row in made.items], [row.panel_id for row in made.panels]
    else:
        item_ids = [one.item.id for one in round_items.of(study).items]
        panel_ids = [panel.id for panel in panels.list_of(study)]
    return rounds.Plan(item_ids, panel_ids, study.time_zone, closes_at, instructions=instructions)


def seal_and_open(
    study: Study, digest: str, closes_at: datetime, instructions: Translated, *, by: Account, now: datetime
) -> Round:
    """`digest` is of the protocol that was read: another one is not sealed."""
    studies.lock(study)
    wanted = plan(study, closes_at, instructions)
    if study.state is StudyState.DRAFT:
        if documents.digest(protocols.current(study).document) != digest:
            raise DomainError("protocol.changed_meanwhile")
        protocols.seal(study, by=by, now=now)
        works.ask(study, registration.KIND, {}, by=by, now=now)
    made = planned(study)
    if made is None:
        made = rounds.plan(study, wanted, by=by, now=now)
    else:
        rounds.change(study, made, wanted, by=by, now=now)
    return rounds.open_round(study, made.id, by=by, now=now)

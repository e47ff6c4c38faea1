"""A sealed study with three panels, and rounds filled with chosen answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ExpertState
from delphi.models import Account, Expert, Item, Panel, Rating, Round, RoundItem, Study
from delphi.services import consents, decisions, protocols, rounds
from tests.support import studies

SIZES = {"W": 8, "C": 6, "M": 3}  # M is under the minimum group size of 5


@dataclass
class World:
    study: Study
    alice: Account
    fay: Account
    panels: dict[str, Panel]
    items: dict[str, Item]
    experts: dict[str, list[Expert]]


def make_world(
    alice: Account,
    fay: Account,
    now: datetime,
    sizes: Mapping[str, int] = SIZES,
    document: str | None = None,
) -> World:
    """Items A and B for every panel, C for panel W alone; sealed and ready for round 1."""
    study = studies.make_study(alice, now)
    studies.join(study, fay, Role.FACILITATOR, now)
    panels = {code: studies.add_panel(study, alice, now, code, f"Panel {code}") for code in sizes}
    items = {code: studies.add_item(study, now, code) for code in ("A", "B")}
    items["C"] = studies.add_item(study, now, "C", asked=[panels["W"]])
    for position, item in enumerate(items.values()):
        item.position = position
    experts = {
        code: studies.add_experts(study, panels[code], size, now, ExpertState.ACTIVE)
        for code, size in sizes.items()
    }
    consents.save_text(study, {"en": "We ask.", "fr": "Nous demandons."}, by=alice, now=now)
    protocols.save_draft(study, document or studies.DOCUMENT, by=alice, now=now)
    protocols.seal(study, by=alice, now=now)
    return World(study, alice, fay, panels, items, experts)


def plan_of(
    world: World, now: datetime, codes: Sequence[str] = ("A", "B", "C"), days: int = 7
) -> rounds.Plan:
    return rounds.Plan(
        item_ids=[world.items[code].id for code in codes],
        panel_ids=[panel.id for panel in world.panels.values()],
        time_zone="America/Toronto",
        closes_at=now + timedelta(days=days),
    )


def open_round(world: World, now: datetime, codes: Sequence[str] = ("A", "B", "C")) -> Round:
    planned = rounds.plan(world.study, plan_of(world, now, codes), by=world.fay, now=now)
    return rounds.open_round(world.study, planned.id, by=world.fay, now=now)


def rate(
    world: World, rated: Round, code: str, points: Mapping[str, Sequence[int | None]], now: datetime
) -> None:
    """The answers of each panel's first experts to one item; None is unable to rate."""
    item = world.items[code]
    wording_id = session.scalar(
        select(RoundItem.wording_id).where(RoundItem.round_id == rated.id, RoundItem.item_id == item.id)
    )
    for panel, given in points.items():
        for expert, point in zip(world.experts[panel], given, strict=False):
            session.add(
                Rating(
                    round_id=rated.id,
                    expert_id=expert.id,
                    item_id=item.id,
                    wording_id=wording_id,
                    criterion="importance",
                    point=point,
                    unable=point is None,
                    updated_at=now,
                )
            )
    session.flush()


def close(world: World, rated: Round, now: datetime) -> Round:
    return rounds.close(world.study, rated.id, by=world.fay, now=now)


def decide_all(world: World, closed: Round, now: datetime) -> None:
    decisions.confirm(world.study, closed.id, decisions.undecided(closed), by=world.fay, now=now)
    decisions.finish(world.study, closed.id, by=world.fay, now=now)

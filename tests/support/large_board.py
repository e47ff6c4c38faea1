"""A study of 500 items, 5 rounds and 300 experts with verdicts, what stands beside them, and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from delphi.db import session
from delphi.domain.states import RoundState, StudyState
from delphi.models import (
    Analysis,
    Decision,
    Domain,
    Item,
    Participation,
    Round,
    RoundItem,
    StoredVerdict,
    Wording,
    WordingText,
)
from delphi.models.domain import DomainLevel
from delphi.scoring.engine import judge
from delphi.scoring.ratings import ItemRatings
from delphi.services import protocols
from tests.support.rounds import World
from tests.support.studies import add_experts

ITEMS, EXPERTS, ROUNDS = 500, 300, 5
COLUMNS = ("ratings", "high", "median", "iqr", "panels", "since", "fragility", "holds", "presets", "comments")
TITLE = (
    "Item {0}: recognises how a person who uses violence may turn services, courts and children against the one "
    "harmed, and says so in number {0} of the notes"
)


def fill(world: World, now: datetime) -> None:
    study_id = world.study.id
    world.study.state = StudyState.RUNNING
    for panel, own in zip(world.panels.values(), world.experts.values(), strict=True):
        own += add_experts(world.study, panel, EXPERTS // 3 - len(own), now)
    domains = [
        Domain(study_id=study_id, level=DomainLevel.DOMAIN, name={"en": f"Domain {place}"}, position=place)
        for place in range(10)
    ]
    session.add_all(domains)
    session.flush()
    items = [
        Item(study_id=study_id, code=f"N.{number:03}", position=number + 10, created_at=now)
        for number in range(ITEMS)
    ]
    for number, item in enumerate(items):
        item.domain_id = domains[number * 10 // ITEMS].id
        texts = [WordingText(language=code, title=TITLE.format(number)) for code in ("en", "fr")]
        item.wordings = [Wording(number=1, created_at=now, texts=texts)]
    rounds = [
        Round(
            study_id=study_id,
            number=number,
            state=RoundState.CLOSED if number == ROUNDS else RoundState.DECIDED,
            time_zone="UTC",
            protocol_id=protocols.sealed(world.study).id,
            opened_at=now,
            closed_at=now,
        )
        for number in range(1, ROUNDS + 1)
    ]
    session.add_all([*items, *rounds])
    session.flush()
    found: dict[Any, list[Any]] = {}
    for model, row in _rows(world, rounds, [item.id for item in items], now):
        found.setdefault(model, []).append(row)
    for model, rows in found.items():
        session.execute(insert(model), rows)
    session.flush()


def _judgements(world: World) -> list[dict[str, Any]]:
    random = np.random.default_rng(5)
    sealed = protocols.parsed(protocols.sealed(world.study)).rules
    panels = {code: np.arange(EXPERTS) % 3 == place for place, code in enumerate(world.panels)}
    ratings = [
        ItemRatings(
            f"N.{number:03}",
            {"importance": np.where(random.random(EXPERTS) < 0.1, np.nan, random.integers(1, 10, EXPERTS))},
            panels=panels,
        )
        for number in range(ITEMS)
    ]
    return [one.to_dict() for one in judge(sealed, ratings)]


def content(number: int) -> dict[str, Any]:
    own = {
        "rule_splits": [["W"], ["C"]] if number % 3 else None,
        "groups_p": number / ITEMS,
        "groups_differ": number < ITEMS / 20,
        "camps": ["pooled"] if number % 7 == 0 else [],
        "opposed": [],
        "since": 4,
        "high_change": number % 23 - 11.5,
        "stability": {"verdict": "stable", "reason": "within", "n": 280, "value": None},
        "movement": {"n": 280, "up": number, "down": 30, "stayed": 50, "crossed": 17, "table": None},
    }
    return {
        "fragility": {"raters": number % 40 + 1, "becomes": "revise", "exact": True, "at_least": 1},
        "holds": number / ITEMS,
        "presets": {"sealed": "re-rate", "comet_70_15": "drop"},
        "against": ["comet_70_15"],
        "rule_sensitive": True,
        "criteria": {"importance": own},
        "flags": ["fragile", "panels_disagree"] if number % 2 else [],
    }


def _rows(world: World, rounds: list[Round], items: list[int], now: datetime) -> Iterator[tuple[Any, Any]]:
    judgements = _judgements(world)
    wordings = dict(session.execute(select(Wording.item_id, Wording.id)).all())
    experts = [one.id for own in world.experts.values() for one in own]
    protocol_id = protocols.sealed(world.study).id
    for one in rounds:
        key: dict[str, Any] = {"round_id": one.id}
        for number, item_id in enumerate(items):
            place = key | {"item_id": item_id}
            before = {"previous_round_id": rounds[one.number - 2].id if one.number > 1 else None}
            yield RoundItem, place | before | {"wording_id": wordings[item_id], "position": number}
            judged = {"protocol_id": protocol_id, "judgement": judgements[number], "computed_at": now}
            shown = {"shown_groups": ["pooled", *world.panels]}
            yield StoredVerdict, place | judged | shown | {"verdict": judgements[number]["verdict"]}
            yield Analysis, place | {"content": content(number), "version": "1", "computed_at": now}
            if one.number < ROUNDS or number % 2:
                made = {"verdict": "re-rate", "outcome": "re-rate", "reason": "Experts disagree still."}
                yield Decision, place | made | {"decided_by_id": world.fay.id, "decided_at": now}
        for expert_id in experts:
            yield Participation, key | {"expert_id": expert_id}

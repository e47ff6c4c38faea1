"""Every staff page of a large study: 155 items, 300 experts, two rounds, at most 20 SQL statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from random import Random

import pytest
from flask import Flask
from sqlalchemy import insert, select

from delphi.db import session
from delphi.models import (
    Account,
    Analysis,
    Comment,
    Contact,
    Domain,
    Expert,
    ExpertPanel,
    Item,
    ItemField,
    Message,
    Rating,
    Round,
    Suggestion,
    Wording,
    WordingText,
)
from delphi.models.domain import DomainLevel
from tests.support import large_board, rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World

ITEMS, EXPERTS, LIMIT = 155, 300, 20

# A whole study on one page: nearly every table is read for it, and each once.
WHOLE = {"facilitator.report": 39}

# Files made on demand, not pages.
DOWNLOADS = {"facilitator.download"}

Statements = Callable[[], AbstractContextManager[list[str]]]


def _large(world: World, now: datetime) -> World:
    random = Random(7)
    domains = [
        Domain(
            study_id=world.study.id,
            level=DomainLevel.DOMAIN,
            name={"en": f"Domain {number}"},
            position=number,
        )
        for number in range(10)
    ]
    session.add_all(domains)
    session.flush()
    for number in range(ITEMS - len(world.items)):
        texts = [WordingText(language=one, title=f"Item {number} ({one})") for one in ("en", "fr")]
        item = Item(study_id=world.study.id, code=f"X.{number:03}", position=number + 10, created_at=now)
        item.domain_id = domains[number % 10].id
        item.wordings = [Wording(number=1, created_at=now, texts=texts)]
        session.add(item)
        world.items[item.code] = item
    panels = list(world.panels.values())
    experts = [
        Expert(study_id=world.study.id, code=f"L-{number:04}", language="en", state="active", created_at=now)
        for number in range(EXPERTS - sum(map(len, world.experts.values())))
    ]
    session.add_all(experts)
    session.flush()
    session.add_all(
        ExpertPanel(expert_id=expert.id, panel_id=panels[number % len(panels)].id)
        for number, expert in enumerate(experts)
    )
    session.add_all(
        Contact(expert_id=one.id, study_id=world.study.id, email=f"{one.code}@example.org", updated_at=now)
        for one in experts
    )
    session.flush()
    first = support.open_round(world, now, codes=tuple(world.items))
    _rate(first, experts, random, now)
    support.close(world, first, now)
    support.decide_all(world, first, now)
    second = support.open_round(
        world, now, codes=tuple(code for code, item in world.items.items() if item.state == "in_play")
    )
    _rate(second, experts[:100], random, now)
    support.close(world, second, now)
    _analyse((first, second), now)
    about = {"study_id": world.study.id, "expert_id": experts[0].id, "language": "en", "created_at": now}
    session.add_all(Suggestion(**about, text=f"Knows item {number}") for number in range(20))
    session.add(ItemField(study_id=world.study.id, key="source", name={"en": "Source"}))
    session.flush()
    return world


def _rate(rated: Round, experts: list[Expert], random: Random, now: datetime) -> None:
    rows = [
        {
            "round_id": rated.id,
            "expert_id": expert.id,
            "item_id": row.item_id,
            "wording_id": row.wording_id,
            "criterion": "importance",
            "point": random.choice((2, 5, 7, 7, 8, 9)) if row.item_id % 3 else random.choice((7, 8, 9)),
            "unable": False,
            "updated_at": now,
        }
        for expert in experts
        for row in rated.items
    ]
    session.execute(insert(Rating), rows)
    session.add_all(
        Comment(
            round_id=rated.id,
            expert_id=expert.id,
            item_id=row.item_id,
            wording_id=row.wording_id or 0,
            text=f"A comment by {number}.",
            language="en",
            updated_at=now,
        )
        for number, expert in enumerate(experts[:5])
        for row in rated.items
    )
    session.flush()


def _analyse(scored: Sequence[Round], now: datetime) -> None:
    rows = [
        {
            "round_id": one.id,
            "item_id": row.item_id,
            "content": large_board.content(number),
            "version": "1",
            "computed_at": now,
        }
        for one in scored
        for number, row in enumerate(one.items)
    ]
    session.execute(insert(Analysis), rows)


@pytest.fixture
def large(alice: Account, fay: Account, clock: Clock) -> World:
    made = _large(support.make_world(alice, fay, clock()), clock())
    session.commit()
    return made


def _staff_pages(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Every address a GET of the staff's faces can have, filled in with this study's own rows."""
    values = {
        "study_id": world.study.id,
        "item_id": world.items["B"].id,
        "expert_id": world.experts["W"][0].id,
        "panel_id": world.panels["W"].id,
        "domain_id": session.scalars(select(Domain.id)).first(),
        "message_id": session.scalars(select(Message.id)).first(),
        "suggestion_id": session.scalars(select(Suggestion.id)).first(),
        "number": 1,
        "figure": "convergence",
        "place": 1,
        "document": "report",
        "section": "funding",
    }
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            is_page = "GET" in (rule.methods or ()) and rule.rule.startswith("/studies/<")
            if is_page and rule.endpoint not in DOWNLOADS and rule.arguments <= set(values):
                filled = {key: values[key] for key in rule.arguments}
                yield rule.endpoint, adapter.build(rule.endpoint, filled)


def test_no_staff_page_of_a_large_study_needs_more_than_twenty_statements(
    app: Flask,
    client: Browser,
    alice: Account,
    large: World,
    sign_in: Callable[[Browser, Account], Browser],
    statements: Statements,
) -> None:
    browser = sign_in(client, alice)
    costs = {}
    for endpoint, address in _staff_pages(app, large):
        with statements() as seen:
            answer = browser.get(address)
        assert answer.status_code in (200, 302, 303), (endpoint, answer.status_code)
        costs[endpoint] = len(seen)
    assert len(costs) >= 20
    assert not {endpoint: cost for endpoint, cost in costs.items() if cost > WHOLE.get(endpoint, LIMIT)}


def test_a_whole_report_asks_for_nothing_twice(
    client: Browser,
    alice: Account,
    large: World,
    sign_in: Callable[[Browser, Account], Browser],
    statements: Statements,
) -> None:
    browser = sign_in(client, alice)
    with statements() as seen:
        page = browser.get(f"/studies/{large.study.id}/reports/report").text
    assert "stability-movement" in page
    assert len(set(seen)) == len(seen)

"""Numbers that no row can have, in addresses and in forms: never an error of ours, on any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Decision
from delphi.services import links
from delphi.services.links import Visit
from delphi.web.owner import owner
from tests.support.addresses import filled
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, make_world, open_round

SignIn = Callable[[Browser, Account], Browser]

# Beyond the whole numbers of PostgreSQL, of SQLite, and of what Python reads at once.
TOO_LARGE = (2**31, 2**40, 2**70, "9" * 5000)


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    alice.is_admin = True
    close(made, open_round(made, clock()), clock())
    session.commit()
    return made


@pytest.fixture
def insider(app: Flask, world: World, sign_in: SignIn, clock: Clock) -> Browser:
    """Signed in as the owner, who is an administrator too, and come in by an expert's link."""
    browser = sign_in(app.test_client(), world.alice)  # type: ignore[arg-type]
    token = links.make(world.experts["W"][0], clock())
    session.commit()
    browser.post(f"/i/{token}")
    return browser


def _addresses(app: Flask, world: World, large: object) -> Iterator[tuple[str, str]]:
    """Every address with a number in it, each of its numbers in turn too large, the others as they should be."""
    for rule in app.url_map.iter_rules():
        numbers = [name for name in rule.arguments if f"<int:{name}>" in rule.rule]
        usual = {**dict.fromkeys(numbers, 1), "study_id": world.study.id}
        for wrong in numbers:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                yield method, filled(rule, usual | {wrong: large})


@pytest.mark.parametrize("large", TOO_LARGE, ids=["int4", "2^40", "2^70", "5000 digits"])
def test_an_address_with_a_number_too_large_is_not_found(
    app: Flask, world: World, insider: Browser, large: object
) -> None:
    tried = 0
    for method, address in _addresses(app, world, large):
        answer = insider.open(address, method=method)
        # 405: another method of the same address matched up to the number.
        refused = (404, 405) if method == "GET" else (400, 404, 405)
        assert answer.status_code in refused, (method, address[:80], answer.status_code)
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("large", TOO_LARGE, ids=["int4", "2^40", "2^70", "5000 digits"])
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/rounds/1/confirm", ["item"]),
        ("/rounds/1/comments", ["seen", "chosen", "hidden"]),
        ("/board/{item}", ["round"]),
        ("/rounds/new", ["items", "panels"]),
        ("/items/new", ["domain", "panels"]),
        ("/items/{item}/place", ["domain", "panels"]),
        ("/items/merge", ["item", "into"]),
        ("/rehearsals", ["size"]),
        ("/domains", ["into"]),
        ("/experts/new", ["panels"]),
        ("/experts/import", ["file"]),
    ],
)
def test_a_form_with_a_number_too_large_is_refused_or_passed_over(
    world: World, insider: Browser, address: str, fields: list[str], large: object
) -> None:
    place = f"/studies/{world.study.id}" + address.format(item=world.items["A"].id)
    good = {
        "outcome": "drop",
        "reason": "Too vague.",
        "with_panels": "1",
        "name_en": "Law",
        "title_en": "Knows.",
    }
    for field in fields:
        answer = insider.post(place, data={**good, "code": "N1", field: str(large)})
        assert answer.status_code < 500
        assert session.scalar(select(Decision.id)) is None


@pytest.mark.parametrize("large", TOO_LARGE, ids=["int4", "2^40", "2^70", "5000 digits"])
@pytest.mark.parametrize(
    "address",
    [
        "/rounds/1/comments?item={}",
        "/board?round={}",
        "/rounds/new?domain={}",
        "/items?domain={}",
        "/items?panel={}",
        "/protocol/{}.toml",
    ],
)
def test_a_filter_with_a_number_too_large_finds_nothing(
    world: World, insider: Browser, address: str, large: object
) -> None:
    answer = insider.get(f"/studies/{world.study.id}" + address.format(large))
    assert answer.status_code < 500


@pytest.mark.parametrize("large", TOO_LARGE, ids=["int4", "2^40", "2^70", "5000 digits"])
def test_an_expert_s_form_with_a_number_too_large_is_refused(
    world: World, insider: Browser, large: object
) -> None:
    here = f"/x/{world.study.id}"
    for address, data in (
        ("/consent", {"number": large}),
        ("/check", {"round": large}),
        ("/domains/0", {"round": large, "page": large}),
        ("/domains/0", {"round": 1, "page": large, f"r-{large}-importance": "7"}),
        ("/domains/0", {"round": 1, "page": 1, "r-1-importance": large}),
    ):
        assert insider.post(here + address, data=data).status_code in (302, 303, 400, 404, 409)
    whose = owner(Visit(0, world.experts["W"][0], world.study))
    good = {"key": "12345678", "age": 0, "item": 1, "criterion": "importance", "point": 7, "unable": False}
    for round_, change in ((large, good), (1, good | {"item": large}), (1, good | {"point": large})):
        sent = {"owner": whose, "round": round_, "changes": [change]}
        assert insider.post(f"{here}/answers", json=sent).status_code in (400, 409)


@pytest.mark.parametrize("large", TOO_LARGE, ids=["int4", "2^40", "2^70", "5000 digits"])
def test_a_button_of_the_protocol_form_beside_a_row_too_far_down_changes_nothing(
    world: World, insider: Browser, large: object
) -> None:
    answer = insider.post(
        f"/studies/{world.study.id}/protocol/amend", data={"action": f"rule.remove:{large}"}
    )
    assert answer.status_code == 200

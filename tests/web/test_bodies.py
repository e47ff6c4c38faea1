"""Bodies and addresses that no browser sends: refused in words, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Account
from delphi.services import links
from delphi.services.links import Visit
from delphi.web.owner import owner
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world, open_round


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    open_round(made, clock())
    session.commit()
    return made


@pytest.fixture
def insider(
    app: Flask, world: World, sign_in: Callable[[Browser, Account], Browser], clock: Clock
) -> Browser:
    browser = sign_in(app.test_client(), world.alice)  # type: ignore[arg-type]
    token = links.make(world.experts["W"][0], clock())
    session.commit()
    browser.post(f"/i/{token}")
    return browser


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"round":' * 100_000,
        '{"owner": "OWNER", "round": 1e999, "changes": [{"item": NaN}]}',
        "9" * 5000,
        "\x00",
        '"\\ud800"',
        "",
    ],
    ids=["lists", "tables", "infinity", "digits", "NUL", "half a pair", "nothing"],
)
def test_json_that_is_no_answer(world: World, insider: Browser, body: str) -> None:
    place = f"/x/{world.study.id}/answers"
    body = body.replace("OWNER", owner(Visit(0, world.experts["W"][0], world.study)))
    assert insider.post(place, data=body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "document",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 100_000,
        "minimum_group_size = " + "9" * 5000,
        'title = "\\u0000"',
        "[criteria.x]\nscale = { points = 9, bands = { low = [1, inf], high = [nan, 9] } }",
    ],
    ids=["lists", "tables", "digits", "NUL", "infinity"],
)
def test_toml_that_is_no_protocol(world: World, insider: Browser, document: str) -> None:
    place = f"/studies/{world.study.id}/protocol/amend/text"
    assert insider.post(place, data={"document": document}).status_code == 400


@pytest.mark.parametrize("name", ["%00", "%2e%2e%2f%2e%2e", "..%5c..", "%ff", "a" * 300])
@pytest.mark.parametrize(
    "place",
    ["/i/{}", "/u/{}", "/reset/{}", "/invitation/{}", "/mailbox/{}", "/static/{}", "/studies/1/export/{}",
     "/studies/1/items/import/{}", "/studies/1/experts/import/{}"],
)  # fmt: skip
def test_an_address_with_a_strange_name(world: World, insider: Browser, place: str, name: str) -> None:
    assert insider.get(place.format(name)).status_code in (400, 404)

"""What `delphi serve` and `delphi doctor` tell whoever makes the first account."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from delphi.cli.setup import way_to_first_account
from delphi.domain.accounts import setup_code
from delphi.models import Account
from tests.conftest import SECRET


def test_it_tells_the_address_and_the_code_that_the_page_asks_for(app: Flask) -> None:
    told = way_to_first_account()
    assert told is not None
    assert "http://127.0.0.1:8000/setup" in told
    assert setup_code(SECRET) in told


def test_a_demo_has_no_code(make_app: Callable[..., Flask]) -> None:
    app = make_app(demo="yes")
    with app.app_context():
        told = way_to_first_account()
    assert told is not None
    assert setup_code(SECRET) not in told


def test_it_tells_nothing_once_there_is_an_account(app: Flask, alice: Account) -> None:
    assert way_to_first_account() is None

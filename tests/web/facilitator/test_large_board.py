"""The board of 500 items, 5 rounds and 300 experts: few statements, a page that travels well."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.models import Item
from tests.support import large_board
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World

MOST_STATEMENTS, MOST_BYTES = 15, 400_000

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def large(world: World, clock: Clock) -> World:
    large_board.fill(world, clock())
    session.commit()
    return world


def test_the_board_of_a_very_large_study_is_light(
    as_fay: Browser, large: World, statements: Statements
) -> None:
    every = "&".join(f"column={key}" for key in large_board.COLUMNS)
    board = f"/studies/{large.study.id}/board"
    first = session.scalars(select(Item.id).where(Item.code == "N.000")).one()
    for query in ("", f"?{every}&sort=fragility"):
        with statements() as seen:
            answer = as_fay.get(board + query)
        assert answer.status_code == 200
        assert answer.text.count('id="item-') == large_board.ITEMS
        assert len(seen) <= MOST_STATEMENTS, (len(seen), seen)
        assert len(gzip.compress(answer.data, 6)) < MOST_BYTES
    for page in (f"/{first}", f"/{first}/next"):
        with statements() as seen:
            assert as_fay.get(board + page).status_code in (200, 303)
        assert len(seen) <= 20, (len(seen), seen)

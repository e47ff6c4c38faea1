"""A study with a closed round of random answers, and its bundles unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from delphi.models import Account
from tests.support.bundles import closed_round, unpacked, world_of
from tests.support.clock import Clock
from tests.support.rounds import World


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = world_of(alice, fay, clock())
    closed_round(made, 1, clock())
    return made


@pytest.fixture
def folder(world: World, clock: Clock, tmp_path: Path) -> Path:
    return unpacked(world.study, "research", tmp_path, clock())


@pytest.fixture
def public(world: World, clock: Clock, tmp_path: Path) -> Path:
    return unpacked(world.study, "public", tmp_path, clock())

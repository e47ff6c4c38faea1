"""Rate limits: counted per bucket and person, forgotten in time."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import RateLimit
from delphi.services import limits
from tests.support.clock import Clock


def spend(who: str, clock: Clock, bucket: str = "door") -> None:
    limits.spend(bucket, who, clock(), capacity=3, per_minute=1)


def test_it_refuses_when_the_bucket_is_empty_and_gives_again_with_time(app: Flask, clock: Clock) -> None:
    for _try in range(3):
        spend("alice", clock)
    with pytest.raises(DomainError) as refusal:
        spend("alice", clock)
    assert refusal.value.code == "account.too_many_tries"
    clock.advance(seconds=60)
    spend("alice", clock)
    with pytest.raises(DomainError):
        spend("alice", clock)


def test_persons_and_buckets_do_not_share(app: Flask, clock: Clock) -> None:
    for _try in range(3):
        spend("alice", clock)
    spend("ben", clock)
    spend("alice", clock, bucket="window")


def test_the_table_tells_nobody_who_tried(app: Flask, clock: Clock) -> None:
    spend("alice@example.org", clock)
    assert "alice" not in session.scalars(select(RateLimit.key)).one()


def test_old_rows_are_forgotten(app: Flask, clock: Clock) -> None:
    for number in range(20):
        spend(f"stranger {number}", clock)
    clock.advance(days=2)
    spend("alice", clock)
    assert session.scalar(select(func.count()).select_from(RateLimit)) == 1

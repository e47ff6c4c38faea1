"""Rate limits: a token bucket a row, so that any number of web servers share them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.limits import refilled
from delphi.models import RateLimit

FORGOTTEN_AFTER = timedelta(days=1)  # every bucket is full again by then


def spend(bucket: str, who: str, now: datetime, *, capacity: float, per_minute: float) -> None:
    """Take one token of `who` from a bucket, or refuse. Doors commit this by itself, see web/limited.py."""
    row = _locked_row(_key(bucket, who), now, capacity)
    tokens = refilled(row.tokens, row.updated_at, now, capacity, per_minute)
    if tokens < 1:
        raise DomainError("account.too_many_tries")
    row.tokens, row.updated_at = tokens - 1, now
    session.flush()


def _key(bucket: str, who: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{bucket}\n{who}".encode(), hashlib.sha256).hexdigest()


def _locked_row(key: str, now: datetime, capacity: float) -> RateLimit:
    query = (
        select(RateLimit)
        .where(RateLimit.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query)
    if found is not None:
        return found
    session.execute(delete(RateLimit).where(RateLimit.updated_at < now - FORGOTTEN_AFTER))
    try:
        with session.begin_nested():
            session.add(RateLimit(key=key, tokens=capacity, updated_at=now))
    except IntegrityError:  # another server made it a moment ago
        pass
    return session.scalars(query).one()

"""Empties the outbox: a transaction to claim a message, none while it travels, one for what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import current_app

from delphi import jobs
from delphi.db import ask_for_bell, session
from delphi.emails import transport
from delphi.services import delivery
from delphi.tasks import clock

TURN = 20.0  # seconds before other bells get their turn


@jobs.answers("outbox")
def deliver(turn: float = TURN) -> None:
    """Until nothing is due, or the server takes nothing. With no way to send, messages wait."""
    end = time.monotonic() + turn
    post = transport.of(current_app.config["SETTINGS"])
    if post is None:
        return
    with closing(post):
        while (letter := _claim()) is not None:
            outcome = post.send(letter.mail)
            with _transaction():
                delivery.settle(letter, outcome, clock.now())
            if outcome.stops:
                return
            if time.monotonic() >= end:
                ask_for_bell("outbox")
                return


def _claim() -> delivery.Letter | None:
    with _transaction():
        return delivery.claim(clock.now())


@contextmanager
def _transaction() -> Iterator[None]:
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise

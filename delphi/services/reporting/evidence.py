"""What the record shows of one question of a checklist: a short fact, and the event that proves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import ngettext

from delphi.models import Event
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


class Evidence(NamedTuple):
    """`event` None: the record shows it, but no single event does."""

    fact: str
    event: Event | None = None


Find = Callable[[Record], Evidence | None]


def first(record: Record, *kinds: str) -> Event | None:
    return next(iter(record.happened(*kinds)), None)


def last(record: Record, *kinds: str) -> Event | None:
    return next(reversed(record.happened(*kinds)), None)


def amended(record: Record) -> str:
    count = len(record.sealed) - 1
    if count < 1:
        return _("The protocol was not amended.")
    return ngettext("The protocol was amended once.", "The protocol was amended %(num)s times.", count)

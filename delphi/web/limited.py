"""Tries that are counted. A refusal undoes what its request wrote, so a try is committed before it is judged."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from flask import request

from delphi.db import session
from delphi.services import limits
from delphi.web import clock


class Limit(NamedTuple):
    """So many tries at once, then so many a minute."""

    capacity: float
    per_minute: float


# An office shares one network address, so that may try more often than one e-mail address is tried.
PER_PERSON = {
    "sign_in": Limit(10, 1),
    "password": Limit(10, 1),
    "reset": Limit(3, 0.1),
    "lost_link": Limit(3, 0.1),
    "note": Limit(6, 0.5),
}
PER_NETWORK = {
    "sign_in": Limit(60, 10),
    "password": Limit(60, 10),
    "reset": Limit(20, 1),
    "lost_link": Limit(20, 1),
    "note": Limit(60, 10),
    "setup": Limit(10, 1),
}


def charge(bucket: str, person: str = "") -> None:
    """Count one try of this network and, where one is named, of this person's address; refuse too many."""
    _spend(f"{bucket}/network", network(), PER_NETWORK[bucket])
    if person:
        _spend(f"{bucket}/person", person.strip().lower(), PER_PERSON[bucket])
    session.commit()


def _spend(bucket: str, who: str, limit: Limit) -> None:
    limits.spend(bucket, who, clock.now(), capacity=limit.capacity, per_minute=limit.per_minute)


def network() -> str:
    """Where the request comes from; of an IPv6 address the half that a household has for itself."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # a socket file, or a proxy that hides it
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else text

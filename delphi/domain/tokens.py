"""The secrets in links and cookies. Only their SHA-256 is stored, so that nobody who reads the database can use one."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

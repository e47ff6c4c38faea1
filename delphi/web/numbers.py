"""Whole numbers in addresses and forms: only those that a database can hold."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1  # PostgreSQL refuses to compare an id with anything larger


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = WholeNumber


class WholeNumber(IntegerConverter):
    """`<int:...>` in an address; a larger number is an address that does not exist."""

    regex = r"[0-9]{1,10}"

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **({"max": LARGEST} | facts))


def whole(text: str) -> int:
    """For `type=` where forms and filters are read: anything else is passed over, as letters are."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > LARGEST:
        raise ValueError(text)
    return int(text)

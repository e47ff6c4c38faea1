"""The languages that pages, studies and experts can have; the first where nothing else is known."""

from __future__ import annotations

LANGUAGES = ("en", "fr")

"""Words for problems in imported files."""

from __future__ import annotations

from typing import Any

ERRORS: dict[str, Any] = {}

LABELS: dict[str, Any] = {}

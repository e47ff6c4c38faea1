"""Words for panels."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {}

LABELS: dict[str, Any] = {}

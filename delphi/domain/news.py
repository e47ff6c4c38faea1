"""What a team member is told by mail of what happens in a study."""

from __future__ import annotations

from enum import StrEnum


class News(StrEnum):
    NEVER = "never"
    AT_ONCE = "at_once"
    DAILY = "daily"

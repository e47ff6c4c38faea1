"""What a team member is told by mail of what happens in a study, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from delphi.domain.permissions import Permission


class News(StrEnum):
    NEVER = "never"
    AT_ONCE = "at_once"
    DAILY = "daily"


# Kinds of events worth a mail, and what a member must be allowed to see to get it.
NOTABLE: Final[Mapping[str, Permission]] = {
    "protocol.amended": Permission.VIEW_STUDY,
    "round.opened": Permission.VIEW_STUDY,
    "round.not_opened": Permission.VIEW_STUDY,
    "round.extended": Permission.VIEW_STUDY,
    "round.reopened": Permission.VIEW_STUDY,
    "round.closes_soon": Permission.VIEW_STUDY,
    "round.closed": Permission.VIEW_STUDY,
    "round.decided": Permission.VIEW_STUDY,
    "study.concluded": Permission.VIEW_STUDY,
    "messages.failed": Permission.VIEW_EXPERTS,
    "experts.wrote": Permission.READ_COMMENTS,
    "redactions.waiting": Permission.READ_COMMENTS,
}
SOON: Final = timedelta(hours=48)  # before a round closes
OLDEST: Final = timedelta(days=7)  # nothing older is told
MOST: Final = 30  # events in one mail
_HOUR: Final = 8  # of the daily mail, where the study is


def due(wish: News, oldest: datetime, time_zone: str, now: datetime) -> bool:
    """Whether what has waited since `oldest` is told now: daily, what happened before eight o'clock today."""
    if wish is News.DAILY:
        morning = now.astimezone(ZoneInfo(time_zone)).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
        return oldest < morning <= now
    return wish is News.AT_ONCE

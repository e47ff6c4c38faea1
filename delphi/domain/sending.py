"""When a message may leave: quiet hours, how many in a week, and when the end of a round is announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From one full hour to another, in a zone; they may pass midnight. Without both there are none."""

    start: int | None
    end: int | None
    zone: str

    def over_at(self, moment: datetime) -> datetime:
        """The same moment, or the end of the quiet hours it lies in.

        Judged by what the clock on the wall shows, so that the hours hold on days when it changes.
        """
        if self.start is None or self.end is None:
            return moment
        there = moment.astimezone(ZoneInfo(self.zone))
        if not _between(there.hour, self.start, self.end):
            return moment
        end = self._end_on(there.date())
        return end if end > moment else self._end_on(there.date() + A_DAY)

    def _end_on(self, day: date) -> datetime:
        """An hour that the clocks skip ends when it would have begun; one they repeat, the second time."""
        local = datetime.combine(day, time(self.end or 0), ZoneInfo(self.zone)).replace(fold=1)
        later, earlier = local.astimezone(UTC), local.replace(fold=0).astimezone(UTC)
        return max(later, earlier)


def _between(hour: int, start: int, end: int) -> bool:
    return start <= hour < end if start < end else hour >= start or hour < end


def room_at(sent: Sequence[datetime], most: int, now: datetime) -> datetime | None:
    """When one more is allowed after those sent: now, or once enough of them are a week old; None: never."""
    if most == 0:
        return None
    recent = sorted(moment for moment in sent if moment > now - WEEK)
    return now if len(recent) < most else recent[-most] + WEEK


def notice_due(opened_at: datetime, closes_at: datetime, days: int, now: datetime) -> bool:
    """Whether the end of a round is to be announced: not to those who were only just invited."""
    start = closes_at - timedelta(days=days)
    return days > 0 and start <= now < closes_at and opened_at <= start - A_DAY

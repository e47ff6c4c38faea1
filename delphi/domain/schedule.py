"""When a round opens, closes and takes answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState

FIRST_YEAR, LAST_YEAR = 1900, 2999  # beyond them the year is mistyped, and clocks and zones give out


def accepts_answers(state: RoundState, closes_at: datetime | None, now: datetime) -> bool:
    """Until the closing instant, not at it."""
    return state is RoundState.OPEN and (closes_at is None or now < closes_at)


def due_move(
    state: RoundState, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> str | None:
    """What the clock says should happen to a round: "open", "close" or nothing."""
    if state is RoundState.SCHEDULED and opens_at is not None and opens_at <= now:
        return "open"
    if state is RoundState.OPEN and closes_at is not None and closes_at <= now:
        return "close"
    return None


@cache
def zones() -> frozenset[str]:
    """The names there are; Python looks into hundreds of files for them."""
    return frozenset(available_timezones())


def local_to_utc(naive: datetime, zone: str) -> datetime:
    """A time written on a form in the round's zone. One that the clocks skip or repeat is the earlier reading."""
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise DomainError("round.year_odd", year=naive.year)
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days_before(closes_at: datetime, zone: str, days: int, hour: int, minute: int = 0) -> datetime:
    """So many days before the closing day, at this time on the clock of the zone."""
    day = closes_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    return local_to_utc(datetime.combine(day, time(hour, minute)), zone)


def check_reminder(
    due_at: datetime, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> None:
    """Refuse a time at which nobody could be reminded of the round."""
    if due_at <= now:
        raise DomainError("reminder.in_past")
    if opens_at is not None and due_at <= opens_at:
        raise DomainError("reminder.before_opening")
    if closes_at is not None and due_at >= closes_at:
        raise DomainError("reminder.after_closing")


def check_times(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    """Refuse a closing time that is past, or not after the opening."""
    if closes_at is None:
        raise DomainError("round.no_closing_time")
    if closes_at <= now:
        raise DomainError("round.closes_in_past")
    if opens_at is not None and opens_at >= closes_at:
        raise DomainError("round.closes_before_opening")


@dataclass(frozen=True)
class RatedIn:
    """An item was rated in this round, which closed at this time."""

    round_id: int
    item_id: int
    closed_at: datetime


def previous_rounds(rated: Iterable[RatedIn]) -> dict[int, int]:
    """For each item the last closed round in which it was rated, whatever rounds lie between."""
    ordered = sorted(rated, key=lambda one: one.closed_at)
    return {one.item_id: one.round_id for one in ordered}

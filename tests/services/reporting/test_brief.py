"""In brief: what became of the items, and each round in a line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from delphi.services.reporting import brief
from delphi.services.reporting.record import Record
from tests.support.reported import rows, table


def test_days_are_those_of_the_studys_calendar(record: Record) -> None:
    """In Toronto it is still the day before."""
    record.study.time_zone = "America/Toronto"
    first = record.rounds[0]
    first.opened_at = datetime(2026, 3, 3, 0, 42, tzinfo=UTC)
    first.closed_at = datetime(2026, 3, 13, 0, 42, tzinfo=UTC)
    found = table(brief.write(record), "brief-rounds")
    assert rows(found, "Opened", "Closed")[0] == (date(2026, 3, 2), date(2026, 3, 12))

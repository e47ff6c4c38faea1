"""The calendar file, read back by a reader of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from delphi.emails.calendar import Deadline, written

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 16, 12, 0, tzinfo=timezone(timedelta(hours=-4)))


def deadline(title: str = "Round 1 closes", sequence: int = 0) -> Deadline:
    return Deadline("round-1@delphi.example.org", sequence, CLOSES, title, "Open it.\nThen rate.")


def read(text: str) -> list[tuple[str, str]]:
    """Name and value of each line, unfolded and unescaped, as RFC 5545 says."""
    unfolded = text.replace("\r\n ", "")
    pairs = [line.split(":", 1) for line in unfolded.split("\r\n") if line]
    return [
        (name, re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value))
        for name, value in pairs
    ]


def test_the_end_as_an_event_in_utc_with_an_alarm_a_day_before():
    found = read(written(deadline(), NOW))
    assert found[0] == ("BEGIN", "VCALENDAR")
    assert found[-1] == ("END", "VCALENDAR")
    for line in (
        ("VERSION", "2.0"),
        ("UID", "round-1@delphi.example.org"),
        ("DTSTAMP", "20260302T090000Z"),
        ("DTSTART", "20260316T160000Z"),
        ("SUMMARY", "Round 1 closes"),
        ("DESCRIPTION", "Open it.\nThen rate."),
        ("TRIGGER", "-P1D"),
        ("CLASS", "PRIVATE"),
    ):
        assert line in found


def test_every_line_ends_as_it_must_and_is_short_enough():
    text = written(deadline("Été, « longue » ; \\ " * 20), NOW)
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert ("SUMMARY", "Été, « longue » ; \\ " * 20) in read(text)


def test_a_title_cannot_add_a_line():
    found = read(written(deadline("One\r\nATTACH:http://x"), NOW))
    assert "ATTACH" not in [name for name, _value in found]


def test_a_later_file_moves_the_entry():
    first, later = (written(deadline(sequence=number), NOW) for number in (0, 4000))
    assert "SEQUENCE:4000" in later
    assert re.search("UID:.*", first)[0] == re.search("UID:.*", later)[0]

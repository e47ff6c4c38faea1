"""How much of a file is read before it is refused. Far above any real table of its kind."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ARCHIVE_MEMBERS = 2_000
MAX_CELL = 20_000
LAST_SPREADSHEET_ROW = 1_048_576


@dataclass(frozen=True)
class Limits:
    """A workbook is a zip archive, and a small one can unpack to gigabytes: hence the second limit."""

    megabytes: int
    unpacked_megabytes: int
    rows: int
    columns: int

    def too_large(self, size: int) -> bool:
        return size > self.megabytes * 1024 * 1024

    def unpacks_too_large(self, size: int) -> bool:
        return size > self.unpacked_megabytes * 1024 * 1024


UPLOAD = Limits(megabytes=10, unpacked_megabytes=60, rows=5_000, columns=100)  # item banks, contact lists
RATINGS = Limits(
    megabytes=200, unpacked_megabytes=1_000, rows=1_048_575, columns=2_000
)  # read from one's own disk

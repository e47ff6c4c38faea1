"""How much of a file is read before it is refused. Far above any real item bank or contact list."""

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 60 * 1024 * 1024  # a workbook is a zip archive, and a small one can unpack to gigabytes
MAX_ARCHIVE_MEMBERS = 2_000
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELL = 20_000
LAST_SPREADSHEET_ROW = 1_048_576

"""The files of a ZIP or of the folder it was unpacked into, by name."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from delphi.domain.errors import DomainError
from delphi.exporters.tables import original


@dataclass(frozen=True)
class Files:
    """`place` is what the reader calls it."""

    place: str
    names: frozenset[str]
    read: Callable[[str], bytes]

    def text(self, name: str) -> str:
        """A file that has to be there, in UTF-8."""
        if name not in self.names:
            raise DomainError("archive.file_missing", place=self.place, file=name)
        try:
            return self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise DomainError("archive.not_text", place=self.place, file=name) from None

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """A CSV file, cell by cell as it was before it was made safe for spreadsheets."""
        for row in csv.DictReader(io.StringIO(self.text(name), newline="")):
            yield {column: original(cell or "") for column, cell in row.items() if column}


def opened(path: Path) -> Files:
    if path.is_dir():
        found = [one for one in path.rglob("*") if one.is_file()]
        names = frozenset(one.relative_to(path).as_posix() for one in found)
        return Files(path.name, names, lambda name: (path / name).read_bytes())
    try:
        with zipfile.ZipFile(path) as archive:
            listed = frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        raise DomainError("archive.unreadable", place=path.name) from None
    return Files(path.name, listed, lambda name: _read(path, name))


def _read(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (zipfile.BadZipFile, EOFError):
        raise DomainError("archive.damaged", place=path.name, file=name) from None

"""Tables with a schema, streamed into a ZIP with the descriptor of a Frictionless Data Package beside them.

https://specs.frictionlessdata.io: table schemas of version 1, which `frictionless validate` checks.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Literal

from delphi.exporters.tables import Cell, neutral

Type = Literal["string", "integer", "number", "boolean", "datetime"]

DESCRIPTOR: Final = "datapackage.json"
FOLDER: Final = "data"


@dataclass(frozen=True)
class Field:
    """One column; `about` says in words what stands in it. `constraints` are those of Table Schema."""

    name: str
    about: str
    type: Type = "string"
    constraints: Mapping[str, Any] = field(default_factory=dict)

    def descriptor(self) -> dict[str, Any]:
        told = {"name": self.name, "type": self.type, "description": self.about}
        return told | ({"constraints": dict(self.constraints)} if self.constraints else {})


def resource_name(sheet: str) -> str:
    """Names of resources have no underscores."""
    return sheet.replace("_", "-")


@dataclass(frozen=True)
class Reference:
    """These columns name a row of another sheet."""

    fields: tuple[str, ...]
    sheet: str
    keys: tuple[str, ...]

    def descriptor(self) -> dict[str, Any]:
        return {
            "fields": list(self.fields),
            "reference": {"resource": resource_name(self.sheet), "fields": list(self.keys)},
        }


@dataclass(frozen=True)
class Sheet:
    """One table: `rows` is called when it is written, and read once. `missing` are the codes for no value."""

    name: str
    about: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterable[Sequence[Cell]]]
    references: tuple[Reference, ...] = ()
    missing: tuple[str, ...] = ("",)

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.name}.csv"

    def descriptor(self, size: int, digest: str) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "fields": [one.descriptor() for one in self.fields],
            "missingValues": list(self.missing),
            "primaryKey": list(self.key),
        }
        if self.references:
            schema["foreignKeys"] = [one.descriptor() for one in self.references]
        return {
            "name": resource_name(self.name),
            "path": self.path,
            "profile": "tabular-data-resource",
            "title": self.name,
            "description": self.about,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
            "bytes": size,
            "hash": f"sha256:{digest}",
            "schema": schema,
        }


class Counted(io.RawIOBase):
    """Writes on into a stream, and knows how much and its SHA-256."""

    def __init__(self, target: BinaryIO | Any) -> None:
        self.target, self.size, self.hash = target, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        block = bytes(data)
        self.size += len(block)
        self.hash.update(block)
        self.target.write(block)
        return len(block)


@dataclass
class Written:
    size: int = 0
    digest: str = ""


class Archive:
    """A ZIP being written; the time of each entry is `made_at`, so that the same content gives the same bytes."""

    def __init__(self, target: Path | IO[bytes], made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._stamp = made_at.timetuple()[:6]
        self.files: dict[str, Written] = {}

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @contextmanager
    def text(self, name: str, encoding: str = "utf-8") -> Iterator[io.TextIOWrapper]:
        """A file of text, as it is written into the archive."""
        info = zipfile.ZipInfo(name, self._stamp)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        written = self.files[name] = Written()
        with self._zip.open(info, "w", force_zip64=True) as raw:
            counted = Counted(raw)
            with io.TextIOWrapper(io.BufferedWriter(counted), encoding=encoding, newline="") as stream:
                yield stream
        written.size, written.digest = counted.size, counted.hash.hexdigest()

    def add(self, name: str, text: str) -> None:
        with self.text(name) as stream:
            stream.write(text)

    def add_sheet(self, sheet: Sheet) -> int:
        """As CSV, with the mark that makes spreadsheets read it as UTF-8; how many rows it had."""
        count = 0
        with self.text(sheet.path, "utf-8-sig") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow([one.name for one in sheet.fields])
            for row in sheet.rows():
                writer.writerow([neutral(cell) for cell in row])
                count += 1
        return count

    def describe(self, package: Mapping[str, Any], sheets: Sequence[Sheet]) -> None:
        """The descriptor, last: it has the size and the digest of every table."""
        resources = []
        for sheet in sheets:
            written = self.files[sheet.path]
            resources.append(sheet.descriptor(written.size, written.digest))
        self.add(
            DESCRIPTOR,
            json.dumps(
                {"profile": "data-package", **package, "resources": resources}, indent=1, ensure_ascii=False
            ),
        )

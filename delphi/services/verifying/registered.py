"""What was registered, compared with what the data say was done: files, protocol, items."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from typing import Any

from delphi.domain.errors import DomainError
from delphi.services.registration import FORMAT, ITEMS, MANIFEST, VERSION, protocol_file
from delphi.services.verifying.archives import Files
from delphi.services.verifying.finding import Finding, changes

PROTOCOLS = "data/protocols.csv"
WORDINGS = "data/wordings.csv"
NOT_TEXT = ("item", "wording", "reason")


def manifest(pack: Files) -> dict[str, Any]:
    if MANIFEST not in pack.names:
        raise DomainError("archive.no_pack", place=pack.place)
    try:
        found: dict[str, Any] = json.loads(pack.text(MANIFEST))
    except json.JSONDecodeError:
        raise DomainError("archive.damaged", place=pack.place, file=MANIFEST) from None
    if found.get("format") != FORMAT:
        raise DomainError("archive.no_pack", place=pack.place)
    if found["version"] > VERSION:
        raise DomainError("archive.newer", place=pack.place)
    return found


def files(pack: Files) -> Iterator[Finding]:
    """Each file of the pack against the SHA-256 that was registered with it."""
    for name, digest in manifest(pack)["files"].items():
        if name not in pack.names:
            yield Finding("pack_file_missing", {"file": name})
        elif hashlib.sha256(pack.read(name)).hexdigest() != digest:
            yield Finding("pack_file_changed", {"file": name})


def protocols(pack: Files, data: Files) -> Iterator[Finding]:
    """The document registered against the one that the data were judged by; then each amendment."""
    registered = {one["number"]: one for one in manifest(pack)["protocols"]}
    kept = {int(row["protocol"]): row for row in data.rows(PROTOCOLS)}
    for number in registered:
        if number not in kept:
            yield Finding("protocol_missing", {"number": number})
        else:
            before, after = (one.text(protocol_file(number)) for one in (pack, data))
            yield from _changed("protocol_changed", number, before, after, differs=True)
    for number, row in kept.items():
        document = data.text(protocol_file(number))
        if hashlib.sha256(document.encode()).hexdigest() != row["sha256"]:
            yield Finding("protocol_digest", {"number": number, "sha256": row["sha256"]})
        if number not in registered:
            yield from _amendment(number, row, data)


def _amendment(number: int, row: dict[str, str], data: Files) -> Iterator[Finding]:
    facts = {"number": number - 1, "sealed_at": row["sealed_at"], "reason": row["reason"]}
    code = "amendment_after_data" if row["after_data"] == "true" else "amendment"
    yield Finding(code, facts, differs=False)
    before, after = (data.text(protocol_file(one)) for one in (number - 1, number))
    yield from _changed("amendment_change", number - 1, before, after, differs=False)


def _changed(code: str, number: int, before: str, after: str, *, differs: bool) -> Iterator[Finding]:
    if before == after:
        return
    try:
        pairs = list(changes(tomllib.loads(before), tomllib.loads(after)))
    except tomllib.TOMLDecodeError:
        pairs = []
    for place, old, new in pairs or [("", None, None)]:
        facts = {"number": number, "place": place, "registered": _said(old), "found": _said(new)}
        yield Finding(code if place else f"{code}_writing", facts, differs=differs and bool(place))


def _said(value: Any) -> str:
    return "–" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def items(pack: Files, data: Files) -> Iterator[Finding]:
    """Every registered wording against the wording of that number; later wordings are on record with their reason."""
    kept = {(row["item"], row["wording"]): row for row in data.rows(WORDINGS)}
    registered = {(row["item"], row["wording"]): row for row in pack.rows(ITEMS)}
    for (code, wording), row in registered.items():
        found = kept.get((code, wording))
        if found is None:
            yield Finding("item_missing", {"item": code, "wording": wording})
            continue
        for column, text in row.items():
            if column in found and column not in NOT_TEXT and found[column] != text:
                facts = {"item": code, "wording": wording, "column": column}
                yield Finding("item_reworded", facts | {"registered": text, "found": found[column]})
    codes = {code for code, _wording in registered}
    for (code, wording), row in kept.items():
        if (code, wording) not in registered:
            named = "wording_added" if code in codes else "item_added"
            yield Finding(
                named, {"item": code, "wording": wording, "reason": row.get("reason", "")}, differs=False
            )

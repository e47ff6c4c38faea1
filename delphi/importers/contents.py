"""What a file is, by its content and not by its name."""

from __future__ import annotations

import io
import zipfile

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<meta", b"<script")


def kind_of(data: bytes) -> str:
    """text, workbook, protected, old_workbook, open_document, archive, page, pdf or binary."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data.startswith(_OLD_OFFICE):
        return "protected" if _ENCRYPTED in data else "old_workbook"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(data)
    if data.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(_MARKUP):
        return "page"
    return "text" if data.startswith(_UTF16) or b"\x00" not in data else "binary"


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "archive"
    if "xl/workbook.xml" in names:
        return "workbook"
    return "open_document" if "content.xml" in names and "mimetype" in names else "archive"

"""A page becomes a tagged PDF, from nothing but itself."""

from __future__ import annotations

import re
import socket
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("weasyprint", reason="Pango, which makes PDF files, is not installed", exc_type=OSError)

from delphi.exporters.pdf import to_pdf

PAGE = '<html lang="{}"><title>Answers</title><body><h1>Answers</h1><p>« Été »</p>{}</body></html>'


def unpacked(pdf: bytes) -> bytes:
    """The objects of a PDF, most of which are compressed."""
    assert pdf.startswith(b"%PDF-")
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join([pdf, *found])


def test_a_page_becomes_a_tagged_pdf_in_its_language() -> None:
    made = unpacked(to_pdf(PAGE.format("fr", "")))
    assert b"/MarkInfo" in made
    assert b"/Lang (fr)" in made


@pytest.mark.parametrize(
    "tag", ['<img src="{}x.png">', '<link rel="stylesheet" href="{}x.css">', '<object data="{}x.svg">']
)
def test_nothing_is_fetched(tag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert to_pdf(PAGE.format("en", tag.format(address))).startswith(b"%PDF-")
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_file_of_the_server_gets_in(tmp_path: Path) -> None:
    file = tmp_path / "secret.css"
    file.write_text("@page { size: 123mm 45mm }")
    sizes = [
        re.findall(rb"/MediaBox ?\[[^]]+", unpacked(to_pdf(PAGE.format("en", link))))
        for link in ("", f'<link rel="stylesheet" href="{file.as_uri()}">')
    ]
    assert sizes[0]
    assert sizes[0] == sizes[1]

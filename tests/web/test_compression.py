"""What goes over the wire: small, kept where it may be, and no help to another site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from delphi.web import static_files
from tests.support.client import Browser, read

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_packed(client: Browser) -> None:
    plain, packed = client.get("/lost-link"), client.get("/lost-link", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) == packed.content_length < len(plain.data)
    assert "<h1>Ask for a new link</h1>" in read(packed)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("header", ["", "identity", "gzip;q=0", "br"])
def test_a_browser_that_does_not_take_it_gets_it_plain(client: Browser, header: str) -> None:
    answer = client.get("/lost-link", headers={"Accept-Encoding": header})
    assert "Content-Encoding" not in answer.headers
    assert "<h1>Ask for a new link</h1>" in answer.text


@pytest.mark.parametrize(
    ("site", "packed"), [("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True)]
)
def test_a_page_that_another_site_asked_for_is_not_packed(client: Browser, site: str, packed: bool) -> None:
    answer = client.get("/lost-link", headers=GZIP | {"Sec-Fetch-Site": site})
    assert ("Content-Encoding" in answer.headers) is packed
    assert "Sec-Fetch-Site" in answer.headers["Vary"]


def test_a_short_answer_stays_as_it_is(client: Browser) -> None:
    assert client.get("/health", headers=GZIP).data == b"ok"


def _style(client: Browser) -> str:
    found = re.search(r'href="(/static/[0-9a-f]{12}/delphi\.css)"', client.get("/lost-link").text)
    assert found
    return found[1]


def test_a_style_is_packed_and_kept_for_good(client: Browser) -> None:
    answer = client.get(_style(client), headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert read(answer) == client.get(_style(client), buffered=True).text


def test_asked_for_again_it_is_not_sent_again(client: Browser) -> None:
    first = client.get(_style(client), headers=GZIP)
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get(_style(client), headers=GZIP | known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_the_address_changes_with_any_file(tmp_path: Path) -> None:
    style = tmp_path / "delphi.css"
    style.write_text("a")
    before = static_files.address_of(tmp_path)
    assert static_files.address_of(tmp_path) == before
    style.write_text("b")
    assert static_files.address_of(tmp_path) != before


def test_a_part_of_a_file_stays_as_it_is(client: Browser) -> None:
    answer = client.get(_style(client), headers=GZIP | {"Range": "bytes=0-9"}, buffered=True)
    assert (answer.status_code, len(answer.data)) == (206, 10)
    assert "Content-Encoding" not in answer.headers


def test_a_file_that_is_not_there(client: Browser) -> None:
    assert client.get("/static/0123456789ab/none.css", headers=GZIP).status_code == 404
    assert client.get(_style(client).replace("delphi.css", "none.css"), headers=GZIP).status_code == 404

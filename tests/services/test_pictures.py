"""Pictures kept in the instance folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from delphi.services import pictures


def test_a_picture_is_drawn_once_and_the_oldest_go(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    monkeypatch.setattr(pictures, "MOST", 2)
    monkeypatch.setitem(pictures.DRAW, "svg", lambda spec: str(spec["name"]).encode())
    for name in ("a", "b", "c"):
        assert pictures.of({"name": name}, "svg") == name.encode()
    kept = [path.read_bytes() for path in (tmp_path / pictures.FOLDER).iterdir()]
    assert len(kept) == 2
    assert b"c" in kept


def test_a_file_that_vanishes_meanwhile_hurts_nobody(tmp_path: Path) -> None:
    """Two processes draw at once: one lists the unfinished file of the other, which is then renamed."""
    newest = tmp_path / "new.svg"
    newest.write_bytes(b"")
    (tmp_path / "unfinished.12345678").symlink_to(tmp_path / "renamed")
    assert pictures._by_age(tmp_path, newest) == [newest]

"""Pictures of figures, each drawn once and kept in the instance folder under what it was drawn from."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from flask import current_app

from delphi.reports.figures import rendering
from delphi.reports.figures.figure import Spec

FOLDER = "figures"
MOST = 400  # pictures kept; the oldest go first
DRAW = {"svg": lambda spec: rendering.svg(spec).encode(), "png": rendering.png}


def of(spec: Spec, kind: str) -> bytes:
    """The picture of a specification; the same numbers, words and libraries always give the same file."""
    kept = _folder() / f"{_digest(spec)}.{kind}"
    if kept.exists():
        return kept.read_bytes()
    drawn = DRAW[kind](spec)
    _keep(kept, drawn)
    return drawn


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER


def _digest(spec: Spec) -> str:
    written = json.dumps(spec, sort_keys=True) + version("vl-convert-python")
    return hashlib.sha256(written.encode()).hexdigest()


def _keep(path: Path, drawn: bytes) -> None:
    """Whole or not at all, as another process may read it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{hashlib.sha256(drawn).hexdigest()[:8]}")
    unfinished.write_bytes(drawn)
    unfinished.replace(path)
    for old in _by_age(path.parent, newest=path)[MOST:]:
        old.unlink(missing_ok=True)


def _by_age(folder: Path, newest: Path) -> list[Path]:
    """Newest first; another process may finish, or remove, a picture meanwhile."""
    ages = {newest: float("inf")}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            ages.setdefault(path, path.stat().st_mtime)
    return sorted(ages, key=lambda path: -ages[path])

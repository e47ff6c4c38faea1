"""Where imported tables lie until they are confirmed, and when they go: a list of experts must not stay about."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from delphi.models import Study

KEPT = timedelta(hours=2)


def folder() -> Path:
    found: Path = current_app.config["SETTINGS"].instance_folder / "uploads"
    return found


def is_old(path: Path, now: datetime) -> bool:
    """Also when somebody else has just removed it."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < (now - KEPT).timestamp()
    return True


def sweep(now: datetime) -> None:
    """Throw away what nobody has confirmed in time."""
    for path in folder().glob("*"):
        if is_old(path, now):
            path.unlink(missing_ok=True)


def forget_all(study: Study) -> None:
    """Whatever anybody has uploaded for this study."""
    for path in folder().glob(f"{study.id}-*"):
        path.unlink(missing_ok=True)

"""Files between upload and confirmation: kept in the instance folder, for one person and one study."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask_login import current_user
from werkzeug.datastructures import FileStorage

from delphi.domain.errors import DomainError, NotFound
from delphi.importers.tables import Table, read_table
from delphi.models import Study
from delphi.services.uploads import folder, is_old, sweep
from delphi.web import clock

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True)
class Upload:
    token: str
    name: str
    data: bytes

    def table(self, sheet: str | None = None) -> Table:
        return read_table(self.data, self.name, sheet)


def keep(study: Study, file: FileStorage | None) -> Upload:
    """Store an uploaded table and throw away what is too old; the token finds it again. What is no table is refused."""
    upload = _received(file)
    folder().mkdir(mode=0o700, exist_ok=True)
    sweep(clock.now())
    upload.table()
    path = _path(study, upload.token)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file_kept:
        file_kept.write(upload.name.encode() + b"\n" + upload.data)
    moment = clock.now().timestamp()
    os.utime(path, (moment, moment))
    return upload


def table_of(file: FileStorage | None) -> Table:
    """The table in a small file that is taken at once and not kept."""
    return _received(file).table()


def _received(file: FileStorage | None) -> Upload:
    if file is None or not file.filename:
        raise DomainError("file.missing")
    name = " ".join(re.split(r"[/\\]", file.filename)[-1].split())
    return Upload(secrets.token_urlsafe(24), name[-200:], file.read())


def kept(study: Study, token: str) -> Upload:
    """The upload, if this person made it for this study and not too long ago."""
    path = _path(study, token) if _TOKEN.fullmatch(token) else None
    if path is None or is_old(path, clock.now()):
        raise NotFound("file.gone")
    name, _, data = path.read_bytes().partition(b"\n")
    return Upload(token, name.decode(), data)


def forget(study: Study, upload: Upload) -> None:
    _path(study, upload.token).unlink(missing_ok=True)


def _path(study: Study, token: str) -> Path:
    return folder() / f"{study.id}-{current_user.account.id}-{token}"

"""Doors for browsers: a face per person, and what the faces share."""

from __future__ import annotations

from flask import Flask

from delphi.web import (
    compression,
    errors,
    guards,
    language,
    numbers,
    pages,
    security,
    static_files,
    transaction,
)
from delphi.web.account import blueprint as account
from delphi.web.expert import blueprint as expert
from delphi.web.facilitator import blueprint as facilitator
from delphi.web.public import blueprint as public
from delphi.web.researcher import blueprint as researcher

FACES = (public, account, researcher, facilitator, expert)


def init_app(app: Flask) -> None:
    for part in (compression, static_files, numbers, transaction, security, language, guards, errors, pages):
        part.init_app(app)
    for face in FACES:
        app.register_blueprint(face)

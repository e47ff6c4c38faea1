"""Which language and zone a page is written in."""

from __future__ import annotations

from flask import Flask, current_app, g, has_request_context, request, session as cookie
from flask_babel import Babel, refresh

from delphi.domain.languages import LANGUAGES


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    Babel(app, locale_selector=reader_language, timezone_selector=reader_zone)


def reader_language() -> str:
    """What the address asks for (a preview), else what the person chose, else what is on record, else the browser's."""
    default = str(current_app.config["SETTINGS"].default_language)
    if not has_request_context():
        return default
    for choice in (request.args.get("read_in"), cookie.get("language"), g.get("own_language")):
        if choice in LANGUAGES:
            return str(choice)
    return request.accept_languages.best_match(LANGUAGES, default) or default


def choose(code: str | None) -> None:
    """From here on, and on the pages that follow."""
    if code in LANGUAGES:
        cookie["language"] = code
        refresh()


def reader_zone() -> str:
    """The study's zone; a script then adds the reader's own where it differs."""
    return str(g.get("zone", "UTC")) if has_request_context() else "UTC"

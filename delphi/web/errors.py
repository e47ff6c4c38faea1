"""Every refusal becomes a page, or JSON for a script: what is wrong, and a way on. Nothing is half written."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from delphi.db import session
from delphi.domain.errors import DomainError, Forbidden, NotFound
from delphi.words import explained


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RecursionError, _nested_too_deeply)
    for at_once in (IntegrityError, StaleDataError):
        app.register_error_handler(at_once, _written_at_once)
    app.register_error_handler(Exception, _broken)


def status_of(error: DomainError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Forbidden):
        return 403
    if error.code == "account.too_many_tries":
        return 429
    return 409 if error.code.endswith((".wrong_state", ".not_open", ".overtaken")) else 400


def answer(text: str, status: int, code: str) -> Any:
    session.rollback()
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error=code, message=text), status
    return render_template(
        "public/error.html", message=text, status=status, code=code, typed=_typed()
    ), status


def _typed() -> list[str]:
    """Long texts of the refused form, given back so that nothing typed is lost; a password is no text."""
    try:
        form = request.form
    except HTTPException:  # what was sent is itself what could not be read
        return []
    texts = ((name, value) for name, value in form.items() if len(value) > 20 and " " in value)
    return [value for name, value in texts if name != "csrf_token" and not name.endswith("password")]


def refused(error: DomainError) -> Any:
    return answer(explained(error), status_of(error), error.code)


def _form_expired(_error: CSRFError) -> Any:
    return answer(
        _("This page was open for too long. Go back, reload it and try again."), 400, "form.expired"
    )


def _http(error: HTTPException) -> Any:
    texts = {
        403: _("This page is not open to you."),
        404: _("There is no such page."),
        405: _("That cannot be done here."),
        413: _("This file is too large to import."),
        429: _("Too many tries from here. Wait a few minutes, then try again."),
    }
    status = error.code or 500
    if 300 <= status < 400:
        return error
    return answer(texts.get(status, _("The request could not be understood.")), status, f"http.{status}")


def _nested_too_deeply(_error: RecursionError) -> Any:
    """Thousands of brackets in brackets, which no reader of JSON or TOML takes."""
    return answer(_("The request could not be understood."), 400, "http.400")


def _written_at_once(error: Exception) -> Any:
    """A key that somebody took at the same moment, or a row that is gone.

    An expert's device keeps an answer that meets a 500 and sends it again, so there it stays one.
    """
    if current_app.testing or request.blueprint == "expert":
        return _broken(error)
    current_app.logger.exception("written at once")
    return answer(
        _(
            "Somebody saved at the same moment, or the form was sent twice. Nothing of this was kept: "
            "go back and reload the page to see what stands there now."
        ),
        409,
        "form.overtaken",
    )


def _broken(error: Exception) -> Any:
    if current_app.testing:
        raise error
    current_app.logger.exception("unexpected error")
    return answer(
        _("Something went wrong on our side. Nothing that was shown as saved is lost. Please try again."),
        500,
        "broken",
    )

"""The front page, the choice of language, and the sign of life."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from delphi.db import session
from delphi.services import accounts
from delphi.web import language, paths
from delphi.web.guards import public
from delphi.web.public import blueprint


@blueprint.get("/")
@public("the front page")
def home() -> Any:
    if current_user.is_authenticated:
        return redirect(url_for("researcher.studies"))
    return render_template("public/home.html", set_up=accounts.exists_any())


@blueprint.post("/language")
@public("everyone chooses the language of pages")
def choose_language() -> Any:
    language.choose(request.form.get("language"))
    return redirect(paths.local(request.form.get("next"), url_for("public.home")), 303)


@blueprint.get("/health")
@public("asked by monitoring")
def health() -> Any:
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        return "the database does not answer", 503, {"Content-Type": "text/plain"}
    return "ok", 200, {"Content-Type": "text/plain"}

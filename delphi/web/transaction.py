"""One request is one transaction: GET reads, anything else may write, and the answer leaves after the commit."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

from delphi import jobs
from delphi.db import bells_asked_for, session, writing


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)


def _begin() -> None:
    g.writing_token = writing.set(request.method not in ("GET", "HEAD", "OPTIONS"))


def _finish(response: Response) -> Response:
    if not writing.get():
        return response
    if response.status_code >= 400:  # a refusal leaves nothing, whichever view told it
        session.rollback()
        return response
    session.commit()
    for bell in bells_asked_for():
        jobs.of(current_app).ring(bell)
    return response


def _forget(_error: BaseException | None) -> None:
    token = g.pop("writing_token", None)
    if token is not None:
        writing.reset(token)

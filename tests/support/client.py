"""A test client that behaves like a separate browser and reads every page it gets."""

from __future__ import annotations

import gzip
from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from delphi.db import session
from tests.support import pages


class Browser(FlaskClient):
    """Commits what the test prepared, runs the request in its own context, as a server does, checks the page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            session.commit()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        self._check(response)
        return response

    def _check(self, response: TestResponse) -> None:
        if (
            response.mimetype != "text/html"
            or 300 <= response.status_code < 400
            or response.request.method == "HEAD"
        ):
            return
        if "sandbox" in response.headers.get("Content-Security-Policy", ""):
            return  # a message shown as it was sent, shut in a frame
        found = pages.problems(read(response), csrf=self.application.config.get("WTF_CSRF_ENABLED", True))
        if found:
            where = f"{response.request.method} {response.request.path} ({response.status_code})"
            raise AssertionError("\n  ".join([f"page {where}:", *found]))


def read(response: TestResponse) -> str:
    """The text of an answer, also of a packed one."""
    data = response.get_data()
    return (gzip.decompress(data) if response.headers.get("Content-Encoding") == "gzip" else data).decode()

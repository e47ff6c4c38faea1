"""Services whose messages leave through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from delphi.db import session
from tests.conftest import MakeApp
from tests.support.smtp import Mailbag


@pytest.fixture
def posted(make_app: MakeApp, smtp_server: Mailbag) -> Iterator[Flask]:
    """An application whose mail server is the test's own."""
    app = make_app(
        base_url="https://delphi.example.org", mail_from="post@example.org", **smtp_server.settings
    )
    with app.app_context():
        yield app
        session.rollback()

"""What an expert's device sends to the server."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug.test import TestResponse

from delphi.models import Expert
from delphi.services.links import Visit
from delphi.web.owner import owner
from tests.support.client import Browser
from tests.support.surveys import Survey


def owner_of(survey: Survey, expert: Expert) -> str:
    return owner(Visit(0, expert, survey.study))


def rated(survey: Survey, point: int | None = 7, item: int = 0, **more: Any) -> dict[str, Any]:
    """One change, as a device keeps it."""
    change = {"item": survey.items[item].id, "criterion": "importance", "point": point, "unable": False}
    return {"key": str(uuid.uuid4()), "age": 0, **change, **more}


def commented(survey: Survey, text: object, item: int = 0, **more: Any) -> dict[str, Any]:
    change = {"item": survey.items[item].id, "comment": text, "kind": ""}
    return {"key": str(uuid.uuid4()), "age": 0, **change, **more}


def envelope(survey: Survey, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"owner": owner_of(survey, survey.ben), "round": survey.round.id, "changes": list(changes)}
    return {**body, **more}


def send(browser: Browser, survey: Survey, *changes: dict[str, Any], **more: Any) -> TestResponse:
    return browser.post(f"/x/{survey.study.id}/answers", json=envelope(survey, *changes, **more))


def outcome(answer: TestResponse, place: int = 0) -> dict[str, Any]:
    """What the server says of one change."""
    assert answer.status_code == 200, answer.text
    assert answer.json
    return dict(answer.json["changes"][place])

"""The expert face."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from delphi.services import presentations

blueprint = Blueprint("expert", __name__)

from delphi.web.expert import (  # noqa: E402, F401
    about_you,
    answers,
    consent,
    domains,
    ending,
    fields,
    practice,
    quick_exit,
    seen,
    settled,
    support,
    tasks,
    texts,
)


@blueprint.context_processor
def _reading() -> dict[str, Any]:
    return {
        "changes": texts.changes,
        "folded": texts.folded,
        "presentation": presentations.of(g.study) if "study" in g else None,
        "text_of": texts.text_of,
        "value_of": fields.value_of,
    }

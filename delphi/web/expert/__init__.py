"""The expert face."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

blueprint = Blueprint("expert", __name__)

from delphi.web.expert import answers, consent, domains, ending, fields, seen, tasks, texts  # noqa: E402, F401


@blueprint.context_processor
def _reading() -> dict[str, Any]:
    return {
        "changes": texts.changes,
        "folded": texts.folded,
        "text_of": texts.text_of,
        "value_of": fields.value_of,
    }

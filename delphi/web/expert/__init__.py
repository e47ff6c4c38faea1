"""The expert face."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from delphi.services import presentations
from delphi.web.card_words import card_words
from delphi.web.owner import owner

blueprint = Blueprint("expert", __name__)

from delphi.web.expert import (  # noqa: E402, F401
    about_you,
    answers,
    consent,
    deadline,
    domains,
    ending,
    fields,
    late,
    own_answers,
    personal,
    practice,
    quick_exit,
    seen,
    settled,
    suggestions,
    support,
    tasks,
    withdrawal,
)


@blueprint.context_processor
def _reading() -> dict[str, Any]:
    return card_words() | {
        "owner": owner,
        "presentation": presentations.of(g.study) if "study" in g else None,
        "value_of": fields.value_of,
    }

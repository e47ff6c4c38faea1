"""The expert face."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from delphi.domain.comments import CommentKind
from delphi.services import presentations
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
    glossary,
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
    texts,
    withdrawal,
)


@blueprint.context_processor
def _reading() -> dict[str, Any]:
    return {
        "changes": texts.changes,
        "comment_kinds": list(CommentKind),
        "folded": texts.folded,
        "owner": owner,
        "presentation": presentations.of(g.study) if "study" in g else None,
        "reading": glossary.reading,
        "text_of": texts.text_of,
        "value_of": fields.value_of,
    }

"""How a study presents itself as one TOML document, for an appendix or to set up a study alike."""

from __future__ import annotations

from typing import Any

import tomli_w

from delphi.domain.presentation import Choices
from delphi.models import Question, Study
from delphi.services import domains, glossary, presentations, questions

NAME = "presentation.toml"


def document(study: Study) -> str:
    """Choices, questions about the expert, glossary, content notes; what is empty is left out."""
    whole: dict[str, Any] = {
        "languages": study.languages,
        "presentation": _choices(study),
        "questions": [_question(one) for one in questions.of(study)],
        "glossary": [{"term": one.term, "meaning": one.meaning} for one in glossary.of(study)],
        "content_notes": [
            {"domain": branch.domain.name, "note": branch.domain.content_note}
            for branch in domains.tree(study)
            if branch.domain.content_note
        ],
    }
    return tomli_w.dumps({name: part for name, part in whole.items() if part}, multiline_strings=True)


def _choices(study: Study) -> dict[str, Any]:
    chosen = presentations.of(study)
    found = {name: getattr(chosen, name) for name in vars(Choices())}
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _question(question: Question) -> dict[str, Any]:
    return {
        "attribute": question.attribute,
        "several": question.several,
        "text": question.text,
        "choices": question.choices,
    }

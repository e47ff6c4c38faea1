"""What the templates of an item's card ask for, wherever a card is shown."""

from __future__ import annotations

from typing import Any

from delphi.domain.comments import CommentKind
from delphi.web import item_glossary, item_texts


def card_words() -> dict[str, Any]:
    return {
        "changes": item_texts.changes,
        "comment_kinds": list(CommentKind),
        "folded": item_texts.folded,
        "reading": item_glossary.reading,
        "text_of": item_texts.text_of,
    }

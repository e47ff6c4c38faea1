"""Keeping one's earlier answers for everything on a page that is not answered yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from delphi.services.cards import Card
from delphi.web.expert.fields import value_of

Form = Mapping[str, str]


def kept(form: Form) -> Form:
    """The form as if "keep my answer" were chosen wherever nothing is; `before-<field>` says what that was."""
    earlier = {
        name.removeprefix("before-"): value for name, value in form.items() if name.startswith("before-r-")
    }
    chosen = {
        field: f"keep-{value}"
        for field, value in earlier.items()
        if not form.get(field, form.get(f"was-{field}", ""))
    }
    return {**form, **chosen}


def keepable(cards: Iterable[Card], criteria: Iterable[str], form: Form) -> list[tuple[Card, list[str]]]:
    """Cards with an earlier answer to a criterion that has none now, and those earlier answers."""
    keys = list(criteria)
    found = ((card, [value for key in keys if (value := _earlier(card, key, form))]) for card in cards)
    return [(card, values) for card, values in found if values]


def _earlier(card: Card, key: str, form: Form) -> str:
    now = form.get(f"r-{card.item_id}-{key}", value_of(card.ratings.get(key)))
    return value_of(card.previous.ratings.get(key)) if card.previous and not now else ""

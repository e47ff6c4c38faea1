"""What a study may choose of how it presents itself to experts."""

from __future__ import annotations

from enum import StrEnum


class ItemOrder(StrEnum):
    """Drawn anew for each expert and round, then kept."""

    FIXED = "fixed"
    WITHIN_DOMAINS = "within_domains"
    EVERYWHERE = "everywhere"  # the domains too


class Suggestions(StrEnum):
    """What experts may propose."""

    NONE = "none"
    ITEMS = "items"
    WORDINGS = "wordings"
    BOTH = "both"

"""What a study may choose of how it presents itself to experts, and within which bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from delphi.domain.errors import DomainError

TEXTS = ("welcome", "viewpoint", "practice", "support")
LONGEST = {"welcome": 3000, "viewpoint": 1000, "practice": 300, "support": 10_000}
LONGEST_ADDRESS = 200
MOST_A_PAGE = 20
MOST_MAILS = 7
MOST_NOTICE = 14  # days

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*", re.IGNORECASE)


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


@dataclass(frozen=True, kw_only=True)
class Choices:
    """All that can be chosen, with what holds where a study has chosen nothing."""

    welcome: Mapping[str, str] = field(default_factory=dict)  # what is asked, in a few lines
    viewpoint: Mapping[str, str] = field(default_factory=dict)  # from whose point of view to answer
    practice: Mapping[str, str] = field(default_factory=dict)  # the practice item's statement; empty: none
    support: Mapping[str, str] = field(default_factory=dict)  # whom an expert in distress may turn to
    page_size: int = 5
    item_order: ItemOrder = ItemOrder.FIXED
    suggestions: Suggestions = Suggestions.NONE
    quick_exit: str = ""  # where it leads; empty: switched off
    neutral_subjects: bool = False
    quiet_from: int | None = None  # hours in the study's time zone between which no mail leaves
    quiet_until: int | None = None
    weekly_mails: int = 3  # reminders and notices to one expert in seven days
    deadline_notice: int = 2  # days before the end of a round; 0: none


def check(choices: Choices) -> None:
    """Refuse what lies outside the bounds, naming the field."""
    for name in TEXTS:
        for language, text in getattr(choices, name).items():
            if len(text) > LONGEST[name]:
                raise DomainError(
                    "presentation.too_long",
                    field=name,
                    language=language,
                    found=len(text),
                    most=LONGEST[name],
                )
    _check_number("page_size", choices.page_size, 1, MOST_A_PAGE)
    _check_number("weekly_mails", choices.weekly_mails, 0, MOST_MAILS)
    _check_number("deadline_notice", choices.deadline_notice, 0, MOST_NOTICE)
    _check_address(choices.quick_exit)
    _check_quiet(choices.quiet_from, choices.quiet_until)


def _check_number(name: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise DomainError("presentation.number", field=name, least=least, most=most)


def _check_address(address: str) -> None:
    """Only https, and no name or password in it: whoever looks over a shoulder sees where it leads."""
    if not address:
        return
    if len(address) > LONGEST_ADDRESS:
        raise DomainError("presentation.exit_too_long", field="quick_exit", most=LONGEST_ADDRESS)
    if not _leads_somewhere(address):
        raise DomainError("presentation.exit_address", field="quick_exit")


def _leads_somewhere(address: str) -> bool:
    if any(character.isspace() or character in "\"'<>\\" for character in address):
        return False
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        sound = parts.port in (None, 443)
    except ValueError:
        return False
    return sound and parts.scheme == "https" and "@" not in parts.netloc and bool(_HOST.fullmatch(host))


def _check_quiet(start: int | None, end: int | None) -> None:
    """Both hours or none, and not the same: a mail must be able to leave at some time of the day."""
    if start is None and end is None:
        return
    if start is None or end is None or start == end:
        raise DomainError("presentation.quiet_hours", field="quiet_from")
    _check_number("quiet_from", start, 0, 23)
    _check_number("quiet_until", end, 0, 23)

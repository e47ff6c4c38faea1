"""What experts may propose, and what the team may answer."""

from __future__ import annotations

from delphi.domain.errors import DomainError
from delphi.domain.presentation import Suggestions
from delphi.domain.states import SuggestionState

LONGEST_TEXT = 600
LONGEST_REASON = 2000
LONGEST_REPLY = 2000
MOST_WAITING = 30  # of one expert
ALIKE = 0.4  # from which likeness on an item is shown as perhaps the same

ANSWERS = (SuggestionState.ACCEPTED, SuggestionState.MERGED, SuggestionState.DECLINED)


def takes(choice: Suggestions, *, wording: bool) -> bool:
    """Whether a study that made this choice takes a better wording, or else a missing item."""
    return choice in (Suggestions.BOTH, Suggestions.WORDINGS if wording else Suggestions.ITEMS)


def check(text: str, reason: str) -> None:
    if not text:
        raise DomainError("suggestion.empty", field="text")
    for field, written, most in (("text", text, LONGEST_TEXT), ("reason", reason, LONGEST_REASON)):
        if len(written) > most:
            raise DomainError("suggestion.too_long", field=field, most=most, length=len(written))


def check_answer(state: SuggestionState, reply: dict[str, str]) -> None:
    if state not in ANSWERS:
        raise DomainError("suggestion.answer_missing")
    if state is SuggestionState.DECLINED and not any(reply.values()):
        raise DomainError("suggestion.reply_missing")
    longest = max(map(len, reply.values()), default=0)
    if longest > LONGEST_REPLY:
        raise DomainError("suggestion.reply_too_long", most=LONGEST_REPLY, length=longest)

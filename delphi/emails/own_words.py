"""A study's own words for a message, laid out like the platform's; and the platform's, to begin from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from delphi.domain.placeholders import LINK, allowed, fill, paragraphs
from delphi.emails import to_experts
from delphi.emails.messages import Draft, Recipient
from delphi.emails.to_experts import Facts


@dataclass(frozen=True)
class OwnWords:
    subject: str
    body: str


def draft(kind: str, to: Recipient, words: OwnWords, facts: Facts, subject: str = "") -> Draft:
    """What stands above the link is the message, what stands below it is set smaller; `subject` goes first."""
    values = _values(to, facts)
    written = paragraphs(words.body)
    place = written.index(LINK)
    filled = [fill(text, values).strip() for text in written]
    return Draft(
        subject=subject or fill(words.subject, values),
        heading=to.study,
        paragraphs=[text for text in filled[:place] if text],
        button=to_experts.button(kind, to.language),
        notes=[text for text in filled[place + 1 :] if text],
    )


def platforms(kind: str, language: str) -> OwnWords:
    """The platform's own words with names in braces where something is filled in."""
    names = {name: f"{{{name}}}" for name in allowed(kind)}
    to = Recipient(language, names["name"], names["link"], names["title"], names["contact"])
    facts = Facts(
        number=names.get("round", ""),
        instructions=names.get("instructions", ""),
        closing=names.get("closing", ""),
        minutes=names.get("minutes", ""),
    )
    said = to_experts.draft(kind, to, facts)
    return OwnWords(said.subject, "\n\n".join([*said.paragraphs, LINK, *said.notes]))


def _values(to: Recipient, facts: Facts) -> Mapping[str, str]:
    """Not the link: it stands on the button and is written out below it."""
    return {
        "name": to.name,
        "title": to.study,
        "contact": to.contact,
        "round": facts.number,
        "closing": facts.closing,
        "minutes": facts.minutes,
        "instructions": to_experts.in_short(facts.instructions),
    }

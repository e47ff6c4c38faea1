"""The way from a new study to its first round, one step after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from delphi.services.readiness import Check
from delphi.words import label

# What is done on which page; mail is the administrator's, so it is checked but is no step.
PAGES = {
    "protocol": "researcher.protocol",
    "panels": "researcher.panels",
    "items": "researcher.items",
    "experts": "researcher.experts",
    "consent": "researcher.consent",
    "seal": "researcher.seal_page",
    "round": "facilitator.rounds",
}
# Worth a look before a round opens, but no step of their own.
FURTHER_PAGES = {
    "presentation": "researcher.presentation",
    "questions": "researcher.questions",
    "glossary": "researcher.glossary",
    "domains": "researcher.domains",
}


@dataclass(frozen=True)
class Step:
    name: str
    done: bool
    next: bool = False
    checks: tuple[Check, ...] = ()

    @property
    def page(self) -> str:
        return PAGES[self.name]


def steps(checks: Sequence[Check], opened: bool) -> list[Step]:
    """Every step, the first one not done marked as next."""
    found = []
    for name in PAGES:
        own = tuple(check for check in checks if check.step == name)
        done = opened if name == "round" else all(check.ok for check in own if check.blocking)
        found.append(Step(name, done, checks=own))
    waiting = next((place for place, step in enumerate(found) if not step.done), None)
    if waiting is not None:
        found[waiting] = replace(found[waiting], next=True)
    return found


def check_in_words(check: Check) -> str:
    """What was looked at, as a statement when it is in order and as a request when it is not."""
    code = "experts.none" if check.code == "experts.some" and not check.facts["panels"] else check.code
    text = label("check", f"{code}.missing" if not check.ok else f"{check.code}.ok")
    facts = dict(check.facts)
    if "language" in facts:
        facts["language"] = label("language-name", facts["language"])
    return text % facts

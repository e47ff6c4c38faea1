"""The way from a new study to its first round, one step after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for

from delphi.models import Study
from delphi.services import readiness, rounds
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
# Where a step that is not done yet is best taken up.
DOING = {
    **PAGES,
    "items": "researcher.import_items",
    "experts": "researcher.import_experts",
    "consent": "researcher.edit_consent",
    "seal": "researcher.first_round",
    "round": "researcher.first_round",
}
# Worth a look before a round opens, but no step of their own.
FURTHER_PAGES = {
    "presentation": "researcher.presentation",
    "questions": "researcher.questions",
    "glossary": "researcher.glossary",
    "domains": "researcher.domains",
}
# The step under which each of these is told.
STEP_OF = {
    "presentation": "consent",
    "questions": "experts",
    "glossary": "items",
    "domains": "items",
    "mail": "round",
}


@dataclass(frozen=True)
class Step:
    name: str
    done: bool
    next: bool = False
    checks: tuple[Check, ...] = ()
    advice: tuple[Check, ...] = ()  # what is unwise, and blocks nothing

    @property
    def page(self) -> str:
        return PAGES[self.name]

    @property
    def doing(self) -> str:
        return DOING[self.name]

    @property
    def missing(self) -> list[Check]:
        return [check for check in self.checks if check.blocking and not check.ok]

    @property
    def worth_knowing(self) -> list[Check]:
        return [check for check in self.checks if not check.blocking and not check.ok]


def steps(checks: Sequence[Check], opened: bool, unwise: Sequence[Check] = ()) -> list[Step]:
    """Every step, the first one not done marked as next; a further page belongs to the step of what it is about."""
    found = []
    for name in PAGES:
        own = tuple(check for check in checks if STEP_OF.get(check.step, check.step) == name)
        done = opened if name == "round" else all(check.ok for check in own if check.blocking)
        advice = tuple(check for check in unwise if check.step == name)
        found.append(Step(name, done, checks=own, advice=advice))
    waiting = next((place for place, step in enumerate(found) if not step.done), None)
    if waiting is not None:
        found[waiting] = replace(found[waiting], next=True)
    return found


def next_page(study: Study) -> str:
    """Where the first step that is not done is taken up; the overview once a round has opened."""
    opened = any(one.opened_at for one in rounds.of_study(study))
    waiting = next((step for step in steps(readiness.checks(study), opened) if step.next), None)
    return url_for(waiting.doing if waiting else "researcher.study", study_id=study.id)


def evidence(check: Check) -> str:
    """What is known about something unwise, in a sentence."""
    return label("evidence", check.code) % check.facts


def check_in_words(check: Check) -> str:
    """What was looked at, as a statement when it is in order and as a request when it is not."""
    code = "experts.none" if check.code == "experts.some" and not check.facts["panels"] else check.code
    text = label("check", f"{code}.missing" if not check.ok else f"{check.code}.ok")
    facts = dict(check.facts)
    if "language" in facts:
        facts["language"] = label("language-name", facts["language"])
    return text % facts

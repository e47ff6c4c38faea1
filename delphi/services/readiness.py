"""What a study still lacks before its first round can open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from delphi.db import Translated
from delphi.domain import presentation
from delphi.domain.errors import DomainError
from delphi.domain.states import StudyState
from delphi.models import ConsentText, Study
from delphi.services import consents, domains, glossary, outbox, presentations, questions, set_up
from delphi.services.set_up import SetUp

SEALING = ("protocol", "panels", "items")  # what must be in order before the rules are fixed
SHOWN = 5  # examples given of what is missing


@dataclass(frozen=True)
class Check:
    """One thing looked at. `code` is `step.what`; not `blocking`: worth knowing, but the round may open."""

    code: str
    ok: bool
    blocking: bool = True
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> str:
        return self.code.partition(".")[0]


def checks(study: Study, found: SetUp | None = None) -> list[Check]:
    """Every check, in the order of the steps; a number of statements that does not grow with the study."""
    found = found or set_up.of(study)
    return [
        *_protocol(study, found),
        Check("panels.some", bool(found.panels)),
        *_items(study, found),
        *_experts(found),
        *_consent(study, consents.current(study)),
        *_presentation(study),
        _mail(study),
        Check("seal.done", study.state is not StudyState.DRAFT),
    ]


def blocking(found: Iterable[Check]) -> list[Check]:
    """What must be put right before a round can open."""
    return [check for check in found if check.blocking and not check.ok]


def blocks_sealing(found: Iterable[Check]) -> list[Check]:
    """What must be put right before the protocol can be sealed."""
    return [check for check in blocking(found) if check.step in SEALING]


def require(study: Study) -> None:
    """Refuse while anything blocks opening."""
    missing = blocking(checks(study))
    if missing:
        raise DomainError("study.not_ready", count=len(missing))


def _protocol(study: Study, found: SetUp) -> Iterator[Check]:
    protocol = found.protocol
    yield Check("protocol.chosen", protocol is not None)
    if protocol is None:
        return
    silent = [
        criterion
        for criterion in protocol.rules.criteria
        if not all(
            protocol.texts(criterion).question.get(language, "").strip() for language in study.languages
        )
    ]
    yield Check("protocol.questions", not silent, facts={"criteria": ", ".join(silent)})
    unknown = sorted(protocol.rules.panel_names() - {panel.code for panel in found.panels})
    yield Check("protocol.panels", not unknown, facts={"panels": ", ".join(unknown)})


def _items(study: Study, found: SetUp) -> Iterator[Check]:
    yield Check("items.some", bool(found.asked), facts={"count": len(found.asked)})
    if not found.asked:
        return
    for language in study.languages:
        missing = len(found.asked.keys() - found.titled.get(language, set()))
        main = language == study.languages[0]
        code = "items.wording" if main else "items.translation"
        yield Check(code, not missing, blocking=main, facts={"count": missing, "language": language})
    asked = found.asked_panels
    idle = [panel.code for panel in found.panels if panel.id not in asked]
    yield Check("items.panels", not idle, blocking=False, facts={"panels": ", ".join(idle)})


def _experts(found: SetUp) -> Iterator[Check]:
    protocol = found.protocol
    by_code = {panel.code: found.sizes.get(panel.id, 0) for panel in found.panels}
    empty = [code for code, size in by_code.items() if not size]
    yield Check("experts.some", bool(by_code) and not empty, facts={"panels": ", ".join(empty)})
    if protocol is None or not by_code or empty:
        return
    raters = max(rule.minimum_raters for rule in protocol.rules.rules)
    for code, least in (("minimum_raters", raters), ("minimum_group", protocol.minimum_group_size)):
        small = [name for name, size in by_code.items() if size < least]
        yield Check(
            f"experts.{code}", not small, blocking=False, facts={"panels": ", ".join(small), "least": least}
        )


def _consent(study: Study, text: ConsentText | None) -> Iterator[Check]:
    texts = text.texts if text else {}
    complete = bool(texts) and all(texts.get(language, "").strip() for language in study.languages)
    yield Check("consent.text", complete)
    gaps = consents.gaps(text) if text else []
    if complete:
        yield Check("consent.gaps", not gaps, blocking=False, facts={"gaps": ", ".join(gaps[:SHOWN])})


def _presentation(study: Study) -> Iterator[Check]:
    """Whether what experts read is there in each language, and help where items may be hard to read."""
    chosen, tree = presentations.of(study), domains.by_id(study).values()
    texts = [text for name in presentation.TEXTS if (text := getattr(chosen, name))]
    notes = [domain.content_note for domain in tree if domain.content_note]
    asked = questions.of(study)
    labels = [choice["label"] for question in asked for choice in question.choices]
    terms = [term.meaning for term in glossary.of(study)]
    for code, found in (
        ("presentation.languages", texts),
        ("domains.languages", notes),
        ("questions.languages", [*(question.text for question in asked), *labels]),
        ("glossary.languages", terms),
    ):
        if found:
            yield _in_every_language(study, code, found)
    if notes:
        yield Check("presentation.support", bool(chosen.support), blocking=False)


def _in_every_language(study: Study, code: str, texts: Iterable[Translated]) -> Check:
    gaps = sum(any(not text.get(language) for language in study.languages) for text in texts)
    return Check(code, not gaps, blocking=False, facts={"count": gaps})


def _mail(study: Study) -> Check:
    """A rehearsal can be played without: its pages are looked at directly."""
    trouble, needed = outbox.problem(), study.rehearsal_of_id is None
    return Check("mail.sending", trouble is None, blocking=needed, facts={"problem": trouble or ""})

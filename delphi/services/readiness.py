"""What a study still lacks before its first round can open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from delphi.db import Translated, session
from delphi.domain import presentation
from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import ItemState, StudyState
from delphi.models import ConsentText, Item, ItemPanel, Panel, Study, Wording, WordingText
from delphi.services import (
    consents,
    domains,
    glossary,
    outbox,
    panels,
    presentations,
    protocols,
    questions,
)

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


def checks(study: Study) -> list[Check]:
    """Every check, in the order of the steps; a number of statements that does not grow with the study."""
    chosen = panels.list_of(study)
    draft = protocols.latest(study)
    protocol = protocols.parsed(draft) if draft else None
    return [
        *_protocol(study, protocol, chosen),
        Check("panels.some", bool(chosen)),
        *_items(study, chosen),
        *_experts(study, protocol, chosen),
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


def _protocol(study: Study, protocol: StudyProtocol | None, chosen: list[Panel]) -> Iterator[Check]:
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
    unknown = sorted(protocol.rules.panel_names() - {panel.code for panel in chosen})
    yield Check("protocol.panels", not unknown, facts={"panels": ", ".join(unknown)})


def _items(study: Study, chosen: list[Panel]) -> Iterator[Check]:
    in_play = (Item.study_id == study.id, Item.state.in_((ItemState.CANDIDATE, ItemState.IN_PLAY)))
    item_ids = set(session.scalars(select(Item.id).where(*in_play)))
    yield Check("items.some", bool(item_ids), facts={"count": len(item_ids)})
    if not item_ids:
        return
    worded = _worded(study)
    for language in study.languages:
        missing = len(item_ids - worded.get(language, set()))
        main = language == study.languages[0]
        code = "items.wording" if main else "items.translation"
        yield Check(code, not missing, blocking=main, facts={"count": missing, "language": language})
    idle = [panel.code for panel in chosen if panel.id not in _asked_panels(study, chosen)]
    yield Check("items.panels", not idle, blocking=False, facts={"panels": ", ".join(idle)})


def _worded(study: Study) -> dict[str, set[int]]:
    """By language, the items whose newest wording has a title in it."""
    newest = (
        select(func.max(Wording.id)).join(Item).where(Item.study_id == study.id).group_by(Wording.item_id)
    )
    query = (
        select(WordingText.language, Wording.item_id)
        .join(Wording, Wording.id == WordingText.wording_id)
        .where(Wording.id.in_(newest), WordingText.title != "")
    )
    found: dict[str, set[int]] = {}
    for language, item_id in session.execute(query):
        found.setdefault(language, set()).add(item_id)
    return found


def _asked_panels(study: Study, chosen: list[Panel]) -> set[int]:
    """The panels that have an item to rate; an item that names no panel is for all of them."""
    for_all = (
        select(Item.id)
        .outerjoin(ItemPanel)
        .where(Item.study_id == study.id, ItemPanel.panel_id.is_(None))
        .limit(1)
    )
    if session.scalar(for_all) is not None:
        return {panel.id for panel in chosen}
    return set(
        session.scalars(select(ItemPanel.panel_id).join(Item).where(Item.study_id == study.id).distinct())
    )


def _experts(study: Study, protocol: StudyProtocol | None, chosen: list[Panel]) -> Iterator[Check]:
    sizes = panels.sizes(study)
    by_code = {panel.code: sizes.get(panel.id, 0) for panel in chosen}
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

"""The tree items hang in: parts, domains and sub-domains, in the order the team gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.ordering import shifted
from delphi.domain.states import ItemState
from delphi.domain.texts import clean, one_line, same
from delphi.importers.items import LONGEST_NAME
from delphi.models import Account, Domain, Item, Study
from delphi.models.domain import DomainLevel
from delphi.services import history, studies

LONGEST_NOTE = 1000
LONGEST_NARRATIVE = 10_000
IN_FORCE = (ItemState.IN_PLAY, ItemState.PROMOTED)  # an area that holds such an item is not empty
BELOW = {DomainLevel.PART: DomainLevel.DOMAIN, DomainLevel.DOMAIN: DomainLevel.SUBDOMAIN}


@dataclass(frozen=True)
class Branch:
    """A domain in its place: `path` leads to it from the root, itself included."""

    domain: Domain
    path: tuple[Domain, ...]
    first: bool
    last: bool
    children: int
    items: int  # in the domain itself, not further down

    @property
    def depth(self) -> int:
        return len(self.path) - 1

    @property
    def empty(self) -> bool:
        return not self.children and not self.items


def tree(study: Study) -> list[Branch]:
    """Every domain of the study, parents before children, in their order."""
    query = select(Domain).where(Domain.study_id == study.id).order_by(Domain.position, Domain.id)
    children: dict[int | None, list[Domain]] = {}
    for domain in session.scalars(query):
        children.setdefault(domain.parent_id, []).append(domain)
    return list(_branches(children, _item_counts(study), None, ()))


def _item_counts(study: Study) -> dict[int | None, int]:
    query = select(Item.domain_id, func.count()).where(Item.study_id == study.id).group_by(Item.domain_id)
    return dict(session.execute(query).all())


def _branches(
    children: Mapping[int | None, Sequence[Domain]],
    items: Mapping[int | None, int],
    parent_id: int | None,
    path: tuple[Domain, ...],
) -> Iterator[Branch]:
    siblings = children.get(parent_id, ())
    for index, domain in enumerate(siblings):
        here = (*path, domain)
        below = len(children.get(domain.id, ()))
        yield Branch(domain, here, index == 0, index == len(siblings) - 1, below, items.get(domain.id, 0))
        yield from _branches(children, items, domain.id, here)


def by_id(study: Study) -> dict[int, Domain]:
    return {one.id: one for one in session.scalars(select(Domain).where(Domain.study_id == study.id))}


def get(study: Study, domain_id: int) -> Domain:
    domain = session.get(Domain, domain_id)
    if domain is None or domain.study_id != study.id:
        raise NotFound("domain.not_found")
    return domain


def add(
    study: Study, parent: Domain | None, level: DomainLevel, names: Translated, by: Account, now: datetime
) -> Domain:
    """At the end of its siblings: a part or a domain at the top, a domain in a part, a sub-domain in a domain."""
    studies.lock_for_change(study)
    fits = level is not DomainLevel.SUBDOMAIN if parent is None else BELOW.get(parent.level) is level
    if not fits:
        raise DomainError("domain.wrong_level")
    parent_id = parent.id if parent else None
    siblings = _siblings(study, parent_id)
    kept = _checked(study, names, siblings)
    position = max((sibling.position for sibling in siblings), default=-1) + 1
    domain = Domain(study_id=study.id, parent_id=parent_id, level=level, name=kept, position=position)
    session.add(domain)
    history.record(study.id, "domain.added", by, now=now, name=dict(kept))
    return domain


def change(
    domain: Domain, study: Study, names: Translated, note: Translated, by: Account, now: datetime
) -> None:
    """Its name, and the content note that experts read before its items; without a text there is none."""
    studies.lock_for_change(study)
    others = [one for one in _siblings(study, domain.parent_id) if one is not domain]
    name, told = _checked(study, names, others), _checked_texts(study, note, "note", LONGEST_NOTE)
    if name != domain.name:
        domain.name = name
        history.record(study.id, "domain.renamed", by, now=now, name=dict(name))
    if told != domain.content_note:
        domain.content_note = told
        history.record(study.id, "domain.noted", by, now=now, name=dict(name))


def tell(
    domain: Domain, study: Study, narrative: Translated, left_empty: Translated, *, by: Account, now: datetime
) -> None:
    """What the framework says of it, also after the study's end: experts are never shown this.

    `left_empty`: why it has no items on purpose; without a text that is not said.
    """
    studies.lock(study)
    told = _checked_texts(study, narrative, "narrative", LONGEST_NARRATIVE)
    reason = _checked_texts(study, left_empty, "left_empty", LONGEST_NOTE)
    if reason and (codes := _in_force(study, domain)):
        raise DomainError(
            "domain.has_items", field="left_empty", language=study.languages[0], codes=", ".join(codes[:5])
        )
    if told != domain.narrative:
        domain.narrative = told
        history.record(study.id, "domain.narrated", by, now=now, name=dict(domain.name))
    if reason != domain.left_empty:
        domain.left_empty = reason
        kind = "domain.left_empty" if reason else "domain.not_left_empty"
        history.record(study.id, kind, by, now=now, name=dict(domain.name))


def _in_force(study: Study, domain: Domain) -> list[str]:
    """The codes of items in play or promoted, in the domain or below it."""
    below = [branch.domain.id for branch in tree(study) if domain in branch.path]
    query = select(Item.code).where(Item.domain_id.in_(below), Item.state.in_(IN_FORCE))
    return list(session.scalars(query.order_by(Item.position, Item.id)))


def shift(domain: Domain, study: Study, step: int) -> None:
    """One place up (-1) or down (+1) among its siblings; at the end of the line nothing happens."""
    studies.lock_for_change(study)
    for position, sibling in enumerate(shifted(_siblings(study, domain.parent_id), domain, step)):
        sibling.position = position
    renumber_items(study)


def remove(domain: Domain, study: Study, by: Account, now: datetime) -> None:
    """Only an empty one: items and domains below it are moved or deleted first."""
    studies.lock_for_change(study)
    below = select(func.count()).where(Domain.parent_id == domain.id)
    inside = select(func.count()).where(Item.domain_id == domain.id)
    if session.scalar(below) or session.scalar(inside):
        raise DomainError("domain.not_empty")
    session.delete(domain)
    history.record(study.id, "domain.removed", by, now=now, name=dict(domain.name))


def renumber_items(study: Study) -> None:
    """Positions run through the study in the order of the tree, so that every list is in that order."""
    session.flush()
    order = {branch.domain.id: place for place, branch in enumerate(tree(study))}
    items = session.scalars(select(Item).where(Item.study_id == study.id)).all()
    in_order = sorted(
        items, key=lambda item: (order.get(item.domain_id or 0, len(order)), item.position, item.id)
    )
    for position, item in enumerate(in_order):
        item.position = position
    session.flush()


def _siblings(study: Study, parent_id: int | None) -> list[Domain]:
    query = select(Domain).where(Domain.study_id == study.id, Domain.parent_id == parent_id)
    return list(session.scalars(query.order_by(Domain.position, Domain.id)))


def _checked(study: Study, names: Translated, siblings: Sequence[Domain]) -> Translated:
    """A name in one of the study's languages at least, and in none the name of a sibling."""
    trimmed = {language: one_line(names.get(language, "")) for language in study.languages}
    kept = {language: name for language, name in trimmed.items() if name}
    if not kept:
        raise DomainError("domain.name_missing")
    for language, name in kept.items():
        if len(name) > LONGEST_NAME:
            raise DomainError("domain.name_too_long", limit=LONGEST_NAME)
        if any(same(name) == same(sibling.name.get(language, "")) for sibling in siblings):
            raise DomainError("domain.name_taken", name=name)
    return kept


def _checked_texts(study: Study, texts: Translated, field: str, limit: int) -> Translated:
    cleaned = {language: clean(texts.get(language, "")) for language in study.languages}
    for language, text in cleaned.items():
        if len(text) > limit:
            raise DomainError("domain.note_too_long", field=field, language=language, limit=limit)
    return {language: text for language, text in cleaned.items() if text}

"""Properties of items that a study adds, such as a source: for the team, never shown to experts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.texts import one_line, same
from delphi.importers.items import LONGEST_VALUE
from delphi.importers.mapping import Field, fold
from delphi.models import Account, Item, ItemField, Study
from delphi.services import history, studies
from delphi.services.item_lives import held

MOST = 20
LONGEST_NAME = 100
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def of(study: Study) -> list[ItemField]:
    query = select(ItemField).where(ItemField.study_id == study.id)
    return list(session.scalars(query.order_by(ItemField.position, ItemField.id)))


def get(study: Study, field_id: int) -> ItemField:
    field = session.get(ItemField, field_id)
    if field is None or field.study_id != study.id:
        raise NotFound("item_field.not_found")
    return field


def add(study: Study, key: str, names: Translated, *, by: Account, now: datetime) -> ItemField:
    """At the end. The key stays as it is, because values are kept under it."""
    studies.lock_for_change(study)
    key, existing = key.strip(), of(study)
    if not _KEY.fullmatch(key):
        raise DomainError("item_field.key_odd")
    if key in {field.key for field in existing}:
        raise DomainError("item_field.key_taken", key=key)
    if len(existing) >= MOST:
        raise DomainError("item_field.too_many", most=MOST)
    position = max((field.position for field in existing), default=-1) + 1
    field = ItemField(study_id=study.id, key=key, name=_checked(study, names, existing), position=position)
    session.add(field)
    history.record(study.id, "item_field.added", by, now=now, name=field.name)
    return field


def rename(study: Study, field: ItemField, names: Translated, *, by: Account, now: datetime) -> None:
    studies.lock_for_change(study)
    field.name = _checked(study, names, [one for one in of(study) if one is not field])
    history.record(study.id, "item_field.renamed", by, now=now, name=field.name)


def remove(study: Study, field: ItemField, *, by: Account, now: datetime) -> None:
    """Only where no item has a value: nothing that was written disappears."""
    studies.lock_for_change(study)
    filled = used(study).get(field.key, 0)
    if filled:
        raise DomainError("item_field.in_use", count=filled)
    history.record(study.id, "item_field.removed", by, now=now, name=field.name)
    session.delete(field)
    session.flush()


def used(study: Study) -> dict[str, int]:
    """Key -> how many items have a value."""
    counts: dict[str, int] = {}
    for values in session.scalars(select(Item.fields).where(Item.study_id == study.id)):
        for key, value in values.items():
            counts[key] = counts.get(key, 0) + bool(value)
    return counts


def fill(study: Study, item_id: int, values: Mapping[str, str], *, by: Account, now: datetime) -> None:
    """What an item's page says; an empty value takes the old one away, with the old one in the history."""
    (item,) = held(study, [item_id])
    kept = {field.key: checked(values[field.key]) for field in of(study) if field.key in values}
    wanted = {key: value for key, value in (item.fields | kept).items() if value}
    if wanted == item.fields:
        return
    before = {key: item.fields.get(key, "") for key in kept if item.fields.get(key, "") != kept[key]}
    item.fields = wanted
    history.record(study.id, "item.fields_changed", by, now=now, code=item.code, before=before)


def checked(value: str) -> str:
    value = one_line(value)
    if len(value) > LONGEST_VALUE:
        raise DomainError("item_field.value_too_long", found=len(value), limit=LONGEST_VALUE)
    return value


def columns(study: Study) -> list[Field]:
    """How a table of items names them: by the key, or by the name in any language."""
    return [
        Field(
            f"field:{field.key}",
            {
                language: (fold(field.name.get(language, "")) or fold(field.key), *_spellings(field.key))
                for language in study.languages
            },
        )
        for field in of(study)
    ]


def _spellings(key: str) -> tuple[str, str]:
    return fold(key), fold(f"field {key}")


def _checked(study: Study, names: Translated, others: Sequence[ItemField]) -> Translated:
    kept = {
        language: one_line(names.get(language, ""))
        for language in study.languages
        if one_line(names.get(language, ""))
    }
    if not kept:
        raise DomainError("item_field.name_missing")
    for language, name in kept.items():
        if len(name) > LONGEST_NAME:
            raise DomainError("item_field.name_too_long", limit=LONGEST_NAME)
        if same(name) in {same(other.name.get(language, "")) for other in others}:
            raise DomainError("item_field.name_taken", name=name)
    return kept

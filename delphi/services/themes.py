"""The team's own list of themes to code comments with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.ordering import shifted
from delphi.domain.texts import clean, one_line, same
from delphi.models import Account, Study, Theme
from delphi.services import history, studies

LONGEST_NAME = 80
LONGEST_MEANING = 1000


def of_study(study: Study) -> list[Theme]:
    """In their order, those retired last."""
    query = select(Theme).where(Theme.study_id == study.id)
    return list(session.scalars(query.order_by(Theme.retired, Theme.position, Theme.id)))


def offered(study: Study) -> list[Theme]:
    """Those that can be given now."""
    return [one for one in of_study(study) if not one.retired]


def get(study: Study, theme_id: int) -> Theme:
    found = session.scalar(select(Theme).where(Theme.id == theme_id, Theme.study_id == study.id))
    if found is None:
        raise NotFound("theme.not_found")
    return found


def add(study: Study, name: str, meaning: str, *, by: Account, now: datetime) -> Theme:
    """At the end of the list."""
    studies.lock_for_change(study)
    name, meaning = _checked(study, name, meaning, None)
    last = session.scalar(select(func.max(Theme.position)).where(Theme.study_id == study.id))
    position = 0 if last is None else last + 1
    made = Theme(study_id=study.id, name=name, meaning=meaning, position=position, created_at=now)
    session.add(made)
    session.flush()
    history.record(study.id, "theme.added", by, now=now, name=name)
    return made


def change(
    study: Study,
    theme_id: int,
    name: str,
    meaning: str,
    *,
    by: Account,
    now: datetime,
    seen: tuple[str, str] | None = None,
) -> None:
    """Its name and when it applies; codings with it stay, so the sense should too.

    `seen`: name and meaning that somebody had in view; refused where they are others by now.
    """
    studies.lock_for_change(study)
    theme = get(study, theme_id)
    name, meaning = _checked(study, name, meaning, theme)
    if (theme.name, theme.meaning) == (name, meaning):
        return
    if seen and (theme.name, theme.meaning) != (one_line(seen[0]), clean(seen[1])):
        raise DomainError("theme.changed_meanwhile")
    theme.name, theme.meaning = name, meaning
    session.flush()
    history.record(study.id, "theme.changed", by, now=now, name=name)


def retire(study: Study, theme_id: int, retired: bool, *, by: Account, now: datetime) -> None:
    """A retired theme is offered no more; codings with it stay. One that comes back counts from now on."""
    studies.lock_for_change(study)
    theme = get(study, theme_id)
    if theme.retired == retired:
        return
    theme.retired = retired
    if not retired:
        theme.created_at = now  # whoever coded meanwhile had no choice
    session.flush()
    history.record(study.id, "theme.retired" if retired else "theme.restored", by, now=now, name=theme.name)


def shift(study: Study, theme_id: int, step: int) -> None:
    """One place up (-1) or down (+1) among those offered; at the end of the line nothing happens."""
    studies.lock_for_change(study)
    theme, listed = get(study, theme_id), offered(study)
    if theme not in listed:
        return
    for position, one in enumerate(shifted(listed, theme, step)):
        one.position = position
    session.flush()


def _checked(study: Study, name: str, meaning: str, own: Theme | None) -> tuple[str, str]:
    name, meaning = one_line(name), clean(meaning)
    if not name:
        raise DomainError("theme.name_missing", field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError("theme.name_too_long", field="name", most=LONGEST_NAME)
    if len(meaning) > LONGEST_MEANING:
        raise DomainError("theme.meaning_too_long", field="meaning", most=LONGEST_MEANING)
    if any(same(one.name) == same(name) for one in of_study(study) if one is not own):
        raise DomainError("theme.name_taken", field="name")
    return name, meaning

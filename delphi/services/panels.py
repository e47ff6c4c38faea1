"""Panels: which there are, how many experts each has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.ordering import shifted
from delphi.domain.states import IN_STUDY, StudyState
from delphi.models import Account, Expert, ExpertPanel, ItemPanel, Panel, RoundPanel, Study
from delphi.scoring.rules import PANEL_WORDS
from delphi.services import history, studies

RESERVED = (*PANEL_WORDS, "all", "tous", "toutes")  # words of protocols and of imported tables
LONGEST_NAME = 200

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,11}")


def list_of(study: Study) -> list[Panel]:
    """The study's panels in their order."""
    return list(
        session.scalars(select(Panel).where(Panel.study_id == study.id).order_by(Panel.position, Panel.id))
    )


def get(study: Study, panel_id: int) -> Panel:
    panel = session.scalar(select(Panel).where(Panel.id == panel_id, Panel.study_id == study.id))
    if panel is None:
        raise NotFound("panel.not_found")
    return panel


def sizes(study: Study) -> dict[int, int]:
    """How many experts each panel has, by panel id; those who declined or withdrew are not counted."""
    query = (
        select(ExpertPanel.panel_id, func.count())
        .join(Expert, Expert.id == ExpertPanel.expert_id)
        .where(Expert.study_id == study.id)
        .where(Expert.state.in_(IN_STUDY))
        .group_by(ExpertPanel.panel_id)
    )
    return dict(session.execute(query).all())


def everybody(study: Study) -> int:
    """How many experts there are in all; one in two panels counts once."""
    query = select(func.count(Expert.id)).where(Expert.study_id == study.id, Expert.state.in_(IN_STUDY))
    return session.scalar(query) or 0


def add(study: Study, code: str, name: Translated, *, by: Account, now: datetime) -> Panel:
    _refuse_when_sealed(study)
    code, existing = code.strip(), list_of(study)
    _check_code(code, existing)
    position = max((panel.position for panel in existing), default=-1) + 1
    panel = Panel(study_id=study.id, code=code, name=_named(study, name), position=position)
    session.add(panel)
    history.record(study.id, "panel.added", by, now=now, code=code)
    return panel


def rename(panel: Panel, study: Study, name: Translated, *, by: Account, now: datetime) -> None:
    """Only the name: protocols, imports and exports call a panel by its code."""
    studies.lock(study)
    panel.name = _named(study, name)
    history.record(study.id, "panel.renamed", by, now=now, code=panel.code)


def remove(panel: Panel, study: Study, *, by: Account, now: datetime) -> None:
    _refuse_when_sealed(study)
    if panel.id in in_use(study):
        raise DomainError("panel.in_use", panel=panel.code)
    session.delete(panel)
    history.record(study.id, "panel.removed", by, now=now, code=panel.code)


def shift(panel: Panel, study: Study, step: int) -> None:
    """One place up (-1) or down (+1); at the end of the line nothing happens."""
    studies.lock(study)
    for position, one in enumerate(shifted(list_of(study), panel, step)):
        one.position = position
    session.flush()


def in_use(study: Study) -> set[int]:
    """The ids of the panels that experts, items or rounds refer to."""
    used = (select(link.panel_id) for link in (ExpertPanel, ItemPanel, RoundPanel))
    first, *others = used
    query = select(Panel.id).where(Panel.study_id == study.id, Panel.id.in_(first.union(*others)))
    return set(session.scalars(query))


def _refuse_when_sealed(study: Study) -> None:
    studies.lock(study)
    if study.state is not StudyState.DRAFT:
        raise DomainError("panel.sealed")


def _check_code(code: str, existing: Sequence[Panel]) -> None:
    if not _CODE.fullmatch(code):
        raise DomainError("panel.code_invalid", panel=code)
    if code.lower() in RESERVED:
        raise DomainError("panel.code_reserved", panel=code)
    if code.lower() in {panel.code.lower() for panel in existing}:
        raise DomainError("panel.code_taken", panel=code)


def _named(study: Study, name: Translated) -> Translated:
    kept = {language: name.get(language, "").strip() for language in study.languages}
    for language, text in kept.items():
        if not text:
            raise DomainError("panel.name_missing", language=language)
        if len(text) > LONGEST_NAME:
            raise DomainError("panel.name_too_long", language=language, most=LONGEST_NAME)
    return kept

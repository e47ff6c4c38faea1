"""How a study presents itself to its experts: one row a study, defaults where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select

from delphi.db import Translated, session
from delphi.domain import presentation as bounds
from delphi.domain.errors import DomainError
from delphi.domain.presentation import Choices
from delphi.domain.sending import QuietHours
from delphi.domain.states import RoundState
from delphi.domain.texts import clean
from delphi.models import Account, Presentation, Round, Study
from delphi.services import history, studies

FIXED_WHILE_OPEN = ("item_order", "page_size")


def of(study: Study) -> Presentation:
    """What the study chose; where it chose nothing, the defaults, in an object that is not stored."""
    chosen = session.get(Presentation, study.id)
    return chosen or Presentation(study_id=study.id, **vars(Choices()))


def quiet_hours(study: Study, chosen: Presentation) -> QuietHours:
    """On the clock of the study."""
    return QuietHours(chosen.quiet_from, chosen.quiet_until, study.time_zone)


def save(study: Study, choices: Choices, *, by: Account, now: datetime) -> Presentation:
    """All of it at once; how items are laid out stays while a round is open."""
    studies.lock_for_change(study)
    kept = _kept(study, choices)
    bounds.check(kept)
    chosen = of(study)
    if layout_fixed(study):
        _refuse_new_layout(chosen, kept)
    changed = [name for name, value in vars(kept).items() if getattr(chosen, name) != value]
    if not changed:
        return chosen
    for name in changed:
        setattr(chosen, name, getattr(kept, name))
    session.add(chosen)
    history.record(study.id, "presentation.changed", by, now=now)
    return chosen


def layout_fixed(study: Study) -> bool:
    """While a round is open, order and page size stay as experts know them."""
    running = exists().where(Round.study_id == study.id, Round.state == RoundState.OPEN)
    return bool(session.scalar(select(running)))


def _refuse_new_layout(chosen: Presentation, kept: Choices) -> None:
    for name in FIXED_WHILE_OPEN:
        if getattr(chosen, name) != getattr(kept, name):
            raise DomainError("presentation.layout_fixed", field=name)


def _kept(study: Study, choices: Choices) -> Choices:
    """The texts cleaned, in the study's languages only, without those left empty."""
    return replace(
        choices,
        welcome=texts_of(study, choices.welcome),
        viewpoint=texts_of(study, choices.viewpoint),
        practice=texts_of(study, choices.practice),
        support=texts_of(study, choices.support),
        quick_exit=clean(choices.quick_exit),
    )


def texts_of(study: Study, written: Mapping[str, str]) -> Translated:
    """A text in the study's languages, cleaned, without those left empty."""
    cleaned = {language: clean(written.get(language, "")) for language in study.languages}
    return {language: text for language, text in cleaned.items() if text}

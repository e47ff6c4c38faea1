"""A study made again from another: everything that was set up, nothing that anybody answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from random import SystemRandom
from typing import Any, Final, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from delphi.db import Base, Translated, session
from delphi.domain.pseudonyms import new_code
from delphi.domain.states import ASKABLE, IN_STUDY, ExpertState, ItemState
from delphi.models import (
    Account,
    Contact,
    Domain,
    Expert,
    ExpertPanel,
    GlossaryTerm,
    Item,
    ItemField,
    ItemPanel,
    MessageTemplate,
    Panel,
    Presentation,
    Protocol,
    Question,
    Study,
    Theme,
)
from delphi.services import consents, history, panels, protocols, studies, wordings

KEPT: Final = (*ASKABLE, ItemState.PROMOTED)

# Every table of a study is in one of these three; a test fails when a new one is in none.
COPIED: Final = frozenset(
    """study protocol panel domain item item_panel item_field wording wording_text consent_text presentation
    question glossary_term message_template theme""".split()  # noqa: SIM905
)
WITH_EXPERTS: Final = frozenset({"expert", "expert_panel", "contact"})
LEFT: Final = frozenset(
    """analysis announcement coding coding_theme comment comment_answer comment_change consent decision event
    exposure farewell feedback item_descent link membership message note omitted_section
    participation participation_panel planned_reminder rating rating_change redaction report_text round round_item
    round_panel settlement settlement_theme suggestion verdict work
    """.split()  # noqa: SIM905
)

# The whole of what a study says to its experts, row by row as it is.
_AS_IT_IS: Final = (Presentation, Question, GlossaryTerm, MessageTemplate, ItemField)

Ids = dict[int, int]
Row = TypeVar("Row", bound=Base)


def duplicate(
    source: Study, title: Translated, *, by: Account, now: datetime, experts: bool = False, once: str = ""
) -> Study:
    """A draft of `by` alone. `experts`: with those still in the study, each under a new pseudonym."""
    made = copy(source, title, by=by, now=now, states=KEPT, once=once)
    history.record(made.id, "study.copied", by, now=now, title=source.title)
    if experts:
        _experts(source, made, now)
    return made


def copy(
    source: Study,
    title: Translated,
    *,
    by: Account,
    now: datetime,
    states: Iterable[ItemState] = ASKABLE,
    once: str = "",
) -> Study:
    """The set-up of `source` with its items in these states, each in its present wording."""
    made = studies.create(by, title, source.languages, source.time_zone, source.contact, now=now, once=once)
    made.release_redactions = source.release_redactions
    panel_ids = _again(Panel, source, made)
    _items(source, made, panel_ids, _domains(source, made), states, by, now)
    for model in _AS_IT_IS:
        _again(model, source, made)
    _again(Theme, source, made, created_at=now)
    _protocol(source, made, now)
    _consent(source, made, now)
    return made


def _again(model: type[Base], source: Study, made: Study, **changed: Any) -> Ids:
    """Every row of one table; which new id stands for which old one."""
    table: Any = model
    rows = session.scalars(select(model).where(table.study_id == source.id)).all()
    return _stored(rows, lambda _row: {"study_id": made.id, **changed})


def _stored(rows: Iterable[Row], changed: Callable[[Row], dict[str, Any]]) -> Ids:
    pairs = [(row, _like(row, changed(row))) for row in rows]
    session.add_all(new for _row, new in pairs)
    session.flush()
    return {row.id: new.id for row, new in pairs if hasattr(row, "id")}  # type: ignore[attr-defined]


def _like(row: Row, changed: dict[str, Any]) -> Row:
    """A new row with the same values, so that a column added later is copied too."""
    names = (column.key for column in inspect(type(row)).column_attrs if column.key != "id")
    return type(row)(**{name: getattr(row, name) for name in names} | changed)


def _domains(source: Study, made: Study) -> Ids:
    ids = _again(Domain, source, made, parent_id=None)
    parents = select(Domain.id, Domain.parent_id).where(Domain.study_id == source.id)
    above = {ids[one]: ids[parent] for one, parent in session.execute(parents) if parent}
    for domain in session.scalars(select(Domain).where(Domain.id.in_(above))):
        domain.parent_id = above[domain.id]
    return ids


def _items(
    source: Study,
    made: Study,
    panel_ids: Ids,
    domain_ids: Ids,
    states: Iterable[ItemState],
    by: Account,
    now: datetime,
) -> None:
    """Candidates again, with one wording each: nobody has seen them in this study."""
    chosen = select(Item).where(Item.study_id == source.id, Item.state.in_(tuple(states)))
    items = session.scalars(chosen.order_by(Item.position, Item.id).options(selectinload(Item.panels))).all()
    anew = {"study_id": made.id, "state": ItemState.CANDIDATE, "created_at": now}
    ids = _stored(items, lambda item: {**anew, "domain_id": domain_ids.get(item.domain_id or 0)})
    session.add_all(
        ItemPanel(item_id=ids[item.id], panel_id=panel_ids[row.panel_id])
        for item in items
        for row in item.panels
    )
    present = wordings.current(list(ids))
    first = {"number": 1, "reason": "", "created_at": now, "created_by_id": by.id}
    worded = _stored(present.values(), lambda wording: {**first, "item_id": ids[wording.item_id]})
    texts = [text for wording in present.values() for text in wording.texts]
    session.add_all(_like(text, {"wording_id": worded[text.wording_id]}) for text in texts)
    session.flush()


def _protocol(source: Study, made: Study, now: datetime) -> None:
    """The version in force, as a draft."""
    latest = protocols.latest(source)
    if latest is not None:
        session.add(Protocol(study_id=made.id, number=1, document=latest.document, updated_at=now))
        session.flush()


def _consent(source: Study, made: Study, now: datetime) -> None:
    text = consents.current(source)
    if text is not None:
        session.add(_like(text, {"study_id": made.id, "number": 1, "created_at": now}))
        session.flush()


def _experts(source: Study, made: Study, now: datetime) -> None:
    """Invited again, with another pseudonym: nobody can follow a code from one study to the next."""
    by_code = {panel.code: panel for panel in panels.list_of(made)}
    codes = {panel.id: panel.code for panel in panels.list_of(source)}
    rows = session.execute(
        select(Expert, Contact)
        .join(Contact, Contact.expert_id == Expert.id)
        .where(Expert.study_id == source.id, Expert.state.in_(IN_STUDY))
        .order_by(Expert.id)
        .options(selectinload(Expert.panels))
    ).all()
    taken, lot = set[str](), SystemRandom()
    fresh = {"study_id": made.id, "state": ExpertState.INVITED, "created_at": now}
    for expert, contact in rows:
        held = [by_code[codes[row.panel_id]] for row in expert.panels]
        code = new_code(held[0].code if held else "", taken, lot)
        taken.add(code)
        again = _like(expert, {**fresh, "code": code, "decline_reason": "", "withdrawal": None})
        again.panels = [ExpertPanel(panel_id=panel.id) for panel in held]
        session.add(again)
        session.flush()
        moved = {"expert_id": again.id, "study_id": made.id, "updated_at": now}
        session.add(_like(contact, moved))
    session.flush()

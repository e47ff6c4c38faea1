"""The item bank: adding, rewording, moving and, before anyone has seen them, deleting items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete as delete_rows, func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, move as state_after
from delphi.domain.wordings import ItemText, text_problems
from delphi.importers.items import LONGEST_CODE, code_problem
from delphi.models import (
    Account,
    Domain,
    Item,
    ItemPanel,
    Panel,
    Rating,
    Round,
    RoundItem,
    Study,
    Wording,
    WordingText,
)
from delphi.services import domains, history, studies

LONGEST_REASON = 2_000


def get(study: Study, item_id: int) -> Item:
    """The item with its panels and every wording."""
    query = (
        select(Item)
        .where(Item.id == item_id, Item.study_id == study.id)
        .options(selectinload(Item.panels), selectinload(Item.wordings).selectinload(Wording.texts))
    )
    item = session.scalar(query)
    if item is None:
        raise NotFound("item.not_found")
    return item


def codes(study: Study) -> set[str]:
    return set(session.scalars(select(Item.code).where(Item.study_id == study.id)))


def rounds_of(item: Item) -> list[tuple[Round, int | None]]:
    """The rounds the item is in, with the number of the wording shown; None while the round is only planned."""
    query = (
        select(Round, Wording.number)
        .join(RoundItem, RoundItem.round_id == Round.id)
        .outerjoin(Wording, Wording.id == RoundItem.wording_id)
        .where(RoundItem.item_id == item.id)
        .order_by(Round.number)
    )
    return list(session.execute(query).all())


def authors(item: Item) -> dict[int, str]:
    """The names of those who wrote the item's wordings, by account."""
    wrote = {wording.created_by_id for wording in item.wordings}
    query = select(Account.id, Account.name, Account.email).where(Account.id.in_(wrote))
    return {account_id: name or email for account_id, name, email in session.execute(query)}


def was_shown(item: Item) -> bool:
    """Whether experts have seen the item: it was in a round that opened, or somebody rated it."""
    opened = select(Round.id).join(RoundItem, RoundItem.round_id == Round.id)
    opened = opened.where(RoundItem.item_id == item.id, Round.opened_at.is_not(None))
    rated = select(Rating.id).where(Rating.item_id == item.id)
    return bool(session.scalar(select(opened.exists() | rated.exists())))


def add(
    study: Study,
    code: str,
    domain: Domain | None,
    texts: Mapping[str, ItemText],
    panels: Collection[Panel],
    by: Account,
    now: datetime,
) -> Item:
    """A candidate at the end of its domain; no panels means every panel."""
    studies.lock_for_change(study)
    code = code.strip()
    _check_code(study, code)
    _check_texts(texts)
    item = new_item(study, code, domain, texts, [panel.id for panel in panels], by=by, now=now)
    item.position = next_position(study)
    session.add(item)
    domains.renumber_items(study)
    history.record(study.id, "item.added", by, now=now, code=code)
    return item


def new_item(
    study: Study,
    code: str,
    domain: Domain | None,
    texts: Mapping[str, ItemText],
    panel_ids: Collection[int],
    *,
    by: Account | None,
    now: datetime,
) -> Item:
    """An item with its first wording, not yet in the session."""
    return Item(
        study_id=study.id,
        domain_id=domain.id if domain else None,
        code=code,
        created_at=now,
        panels=[ItemPanel(panel_id=panel_id) for panel_id in panel_ids],
        wordings=[_wording(1, texts, "", by, now)],
    )


def next_position(study: Study) -> int:
    last = session.scalar(select(func.max(Item.position)).where(Item.study_id == study.id))
    return 0 if last is None else last + 1


def reword(item: Item, texts: Mapping[str, ItemText], reason: str, by: Account, now: datetime) -> Wording:
    """What the item says from now on, in every language it says anything in.

    Before experts have seen the item its wording is corrected in place; afterwards each change is a new numbered
    version with its reason, which experts read beside the difference.
    """
    _hold(item)
    if item.state not in (ItemState.CANDIDATE, ItemState.IN_PLAY):
        raise DomainError("item.wrong_state", move="reword", state=str(item.state))
    _check_texts(texts)
    current, shown = item.wordings[-1], was_shown(item)
    if texts_of(current) == {language: text for language, text in texts.items() if text}:
        return current
    if not shown:
        _rewrite(current, texts)
        history.record(item.study_id, "item.corrected", by, now=now, code=item.code)
        return current
    _check_reason(reason)
    wording = _wording(current.number + 1, texts, reason.strip(), by, now)
    item.wordings.append(wording)
    session.flush()
    history.record(item.study_id, "item.reworded", by, now=now, code=item.code, wording=wording.number)
    return wording


def texts_of(wording: Wording) -> dict[str, ItemText]:
    return {text.language: ItemText(text.title, text.description, text.examples) for text in wording.texts}


def set_panels(item: Item, panels: Collection[Panel], by: Account, now: datetime) -> None:
    """Who rates the item. Fixed once experts have seen it: the verdicts of its rounds rest on it."""
    _hold(item)
    wanted = {panel.id for panel in panels}
    if wanted == {row.panel_id for row in item.panels}:
        return
    if was_shown(item):
        raise DomainError("item.panels_fixed", item=item.code)
    session.execute(delete_rows(ItemPanel).where(ItemPanel.item_id == item.id))
    session.expire(item, ["panels"])
    session.add_all(ItemPanel(item_id=item.id, panel_id=panel_id) for panel_id in wanted)
    history.record(item.study_id, "item.panels_changed", by, now=now, code=item.code)


def move(item: Item, study: Study, domain: Domain | None, by: Account, now: datetime) -> None:
    """Into another domain, at its end."""
    studies.refuse_when_concluded(study)
    if item.domain_id == (domain.id if domain else None):
        return
    item.domain_id = domain.id if domain else None
    item.position = next_position(study)
    domains.renumber_items(study)
    history.record(study.id, "item.moved", by, now=now, code=item.code)


def shift(item: Item, study: Study, step: int) -> None:
    """One place up (-1) or down (+1) among the items of its domain; at the end of the line nothing happens."""
    studies.refuse_when_concluded(study)
    domains.renumber_items(study)
    beside = item.position + step
    query = select(Item).where(
        Item.study_id == study.id, Item.domain_id == item.domain_id, Item.position == beside
    )
    other = session.scalar(query)
    if other is not None:
        other.position, item.position = item.position, beside
    session.flush()


def drop(item: Item, by: Account, now: datetime) -> None:
    """Set a candidate aside before any round."""
    _hold(item)
    item.state = ItemState(state_after("item.set_aside", item.state))
    history.record(item.study_id, "item.set_aside", by, now=now, code=item.code)


def restore(item: Item, by: Account, now: datetime) -> None:
    """Make an item that was set aside a candidate again; one that was decided on stays decided."""
    _hold(item)
    if was_shown(item):
        raise DomainError("item.decided", item=item.code)
    item.state = ItemState(state_after("item.restore", item.state))
    history.record(item.study_id, "item.restored", by, now=now, code=item.code)


def delete(item: Item, by: Account, now: datetime) -> None:
    """Only before anyone has seen it: nothing that was rated can be deleted."""
    _hold(item)
    if was_shown(item):
        raise DomainError("item.was_shown", item=item.code)
    planned = session.scalar(
        select(Round.number)
        .join(RoundItem, RoundItem.round_id == Round.id)
        .where(RoundItem.item_id == item.id)
    )
    if planned is not None:
        raise DomainError("item.planned", item=item.code, round=planned)
    history.record(item.study_id, "item.deleted", by, now=now, code=item.code)
    wordings = select(Wording.id).where(Wording.item_id == item.id)
    session.execute(delete_rows(WordingText).where(WordingText.wording_id.in_(wordings)))
    session.execute(delete_rows(Wording).where(Wording.item_id == item.id))
    session.execute(delete_rows(ItemPanel).where(ItemPanel.item_id == item.id))
    session.execute(delete_rows(Item).where(Item.id == item.id))
    session.expunge(item)


def _hold(item: Item) -> None:
    """Against a round opening meanwhile, which takes the same row; the study must not be concluded."""
    study = session.get_one(Study, item.study_id)
    studies.refuse_when_concluded(study)
    session.refresh(item, ["state"], with_for_update=True)
    session.expire(item, ["wordings"])


def _check_code(study: Study, code: str) -> None:
    problem = code_problem(code)
    if problem:
        raise DomainError(problem, item=code, limit=LONGEST_CODE)
    if code.casefold() in {taken.casefold() for taken in codes(study)}:
        raise DomainError("item.code_taken", item=code)


def _check_texts(texts: Mapping[str, ItemText]) -> None:
    for problem in text_problems(texts):
        facts = {"language": problem.language, "found": problem.found, "limit": problem.limit}
        raise DomainError(f"item.{problem.code}", **facts)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("item.reason_missing")
    if len(reason) > LONGEST_REASON:
        raise DomainError("item.reason_too_long", found=len(reason), limit=LONGEST_REASON)


def _wording(
    number: int, texts: Mapping[str, ItemText], reason: str, by: Account | None, now: datetime
) -> Wording:
    wording = Wording(number=number, reason=reason, created_at=now, created_by_id=by.id if by else None)
    wording.texts = [_text(language, text) for language, text in texts.items() if text]
    return wording


def _text(language: str, text: ItemText) -> WordingText:
    return WordingText(
        language=language, title=text.title, description=text.description, examples=text.examples
    )


def _rewrite(wording: Wording, texts: Mapping[str, ItemText]) -> None:
    said = {language: text for language, text in texts.items() if text}
    rows = {row.language: row for row in wording.texts}
    wording.texts = [rows.get(language) or WordingText(language=language) for language in said]
    for row in wording.texts:
        text = said[row.language]
        row.title, row.description, row.examples = text.title, text.description, text.examples

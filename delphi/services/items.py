"""The item bank: adding, rewording and, before anyone has seen them, deleting items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete as delete_rows, func, or_, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ASKABLE
from delphi.domain.wordings import ItemText, text_problems
from delphi.importers.items import LONGEST_CODE, code_problem
from delphi.models import (
    Account,
    Domain,
    Item,
    ItemDescent,
    ItemPanel,
    Panel,
    Rating,
    Round,
    RoundItem,
    Study,
    Suggestion,
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


def several(study: Study, item_ids: Collection[int]) -> list[Item]:
    """As `get`, in the order asked for; what is not there is left out."""
    wanted = list(dict.fromkeys(item_ids))
    query = (
        select(Item)
        .where(Item.study_id == study.id, Item.id.in_(wanted))
        .options(selectinload(Item.panels), selectinload(Item.wordings).selectinload(Wording.texts))
    )
    found = {item.id: item for item in session.scalars(query)}
    return [found[item_id] for item_id in wanted if item_id in found]


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


def shown(item_ids: Collection[int]) -> set[int]:
    """Those that experts have seen: they were in a round that opened, or somebody rated them."""
    opened = select(RoundItem.item_id).join(Round, Round.id == RoundItem.round_id)
    opened = opened.where(RoundItem.item_id.in_(item_ids), Round.opened_at.is_not(None))
    rated = select(Rating.item_id).where(Rating.item_id.in_(item_ids))
    return set(session.scalars(opened.union(rated)))


def was_shown(item: Item) -> bool:
    return bool(shown([item.id]))


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
    check_code(code, {taken.casefold() for taken in codes(study)})
    check_texts(texts)
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
    if item.state not in ASKABLE:
        raise DomainError("item.wrong_state", move="reword", state=str(item.state))
    check_texts(texts)
    current, seen = item.wordings[-1], was_shown(item)
    if texts_of(current) == {language: text for language, text in texts.items() if text}:
        return current
    if not seen:
        _rewrite(current, texts)
        history.record(item.study_id, "item.corrected", by, now=now, code=item.code)
        return current
    _check_reason(reason)
    wording = add_wording(item, texts, reason.strip(), by, now)
    history.record(item.study_id, "item.reworded", by, now=now, code=item.code, wording=wording.number)
    return wording


def add_wording(
    item: Item, texts: Mapping[str, ItemText], reason: str, by: Account, now: datetime
) -> Wording:
    """A new numbered wording whoever has seen the one before, unless it says the same."""
    check_texts(texts)
    current = item.wordings[-1]
    if texts_of(current) == {language: text for language, text in texts.items() if text}:
        return current
    wording = _wording(current.number + 1, texts, reason, by, now)
    item.wordings.append(wording)
    session.flush()
    return wording


def texts_of(wording: Wording) -> dict[str, ItemText]:
    return {text.language: ItemText(text.title, text.description, text.examples) for text in wording.texts}


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
    if _has_genealogy(item):
        raise DomainError("item.has_genealogy", item=item.code)
    history.record(item.study_id, "item.deleted", by, now=now, code=item.code)
    erase(item)


def erase(item: Item) -> None:
    """With its wordings. Whoever calls has made sure that nobody has seen it and that nothing refers to it."""
    wordings = select(Wording.id).where(Wording.item_id == item.id)
    session.execute(delete_rows(WordingText).where(WordingText.wording_id.in_(wordings)))
    session.execute(delete_rows(Wording).where(Wording.item_id == item.id))
    session.execute(delete_rows(ItemPanel).where(ItemPanel.item_id == item.id))
    session.execute(delete_rows(Item).where(Item.id == item.id))
    session.expunge(item)


def _has_genealogy(item: Item) -> bool:
    """Whether other items or a suggestion lead to it or from it."""
    descent = select(ItemDescent.id).where(
        or_(ItemDescent.from_id == item.id, ItemDescent.into_id == item.id)
    )
    suggested = select(Suggestion.id).where(
        or_(Suggestion.became_id == item.id, Suggestion.item_id == item.id)
    )
    return bool(session.scalar(select(descent.exists() | suggested.exists())))


def _hold(item: Item) -> None:
    """Against a round opening meanwhile, which takes the same row; the study must not be concluded."""
    study = session.get_one(Study, item.study_id)
    studies.refuse_when_concluded(study)
    session.refresh(item, ["state"], with_for_update=True)
    session.expire(item, ["wordings"])


def check_code(code: str, taken: Collection[str]) -> None:
    """`taken`: codes without case."""
    problem = code_problem(code)
    if problem:
        raise DomainError(problem, item=code, limit=LONGEST_CODE)
    if code.casefold() in taken:
        raise DomainError("item.code_taken", item=code)


def check_texts(texts: Mapping[str, ItemText]) -> None:
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

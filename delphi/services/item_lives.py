"""What becomes of items: set aside, restored, merged, split. Always with a reason, and nothing is ever deleted.

Each takes the study's row first, so that of two people one comes first, and no round opens meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import MOVES, Descent, ItemState, RoundState, move as state_after
from delphi.domain.wordings import ItemText
from delphi.models import Account, Domain, Event, Item, ItemDescent, Round, RoundItem, Study, Wording
from delphi.services import domains, history, items, studies

MOST_PARTS = 8
DROPPED, RESTORED = "items.dropped", "items.restored"
MERGED, SPLIT = "item.merged", "item.split"
BEING_ASKED = (RoundState.OPEN, RoundState.CLOSED)
PLANNED = (RoundState.DRAFT, RoundState.SCHEDULED)


@dataclass(frozen=True)
class Draft:
    """An item to be; `panel_ids` None: the panels of the item it comes from."""

    code: str
    domain: Domain | None
    texts: Mapping[str, ItemText]
    panel_ids: Collection[int] | None = None


@dataclass(frozen=True)
class Outcome:
    """What was done with several items, and which were left as they are, each with why."""

    done: Sequence[Item]
    left: Sequence[tuple[Item, DomainError]]

    def or_refuse(self) -> Item:
        """For one item alone."""
        if self.left:
            raise self.left[0][1]
        return self.done[0]


def drop(study: Study, item_ids: Collection[int], reason: str, *, by: Account, now: datetime) -> Outcome:
    """Set items aside between rounds; they leave the plans of rounds that have not opened."""
    found = held(study, item_ids)
    why = checked_reason(reason)
    outcome = _each(found, lambda _item: "item.set_aside")
    replan(study, [item.id for item in outcome.done])
    _record(study, DROPPED, outcome.done, by, now, reason=why)
    return outcome


def restore(study: Study, item_ids: Collection[int], reason: str, *, by: Account, now: datetime) -> Outcome:
    """Back into play where experts have rated the item, whatever was decided then; else a candidate again."""
    found = held(study, item_ids)
    why = checked_reason(reason)
    seen = items.shown([item.id for item in found])
    outcome = _each(found, lambda item: "item.put_back" if item.id in seen else "item.restore")
    _record(study, RESTORED, outcome.done, by, now, reason=why)
    return outcome


def merge(
    study: Study,
    item_ids: Collection[int],
    into: Draft | tuple[int, Mapping[str, ItemText]],
    reason: str,
    *,
    by: Account,
    now: datetime,
) -> Item:
    """Several items become one: a new one, or one of them with what it says from now on. Returns it."""
    found = {item.id: item for item in held(study, item_ids)}
    why = checked_reason(reason)
    if len(found) < 2:
        raise DomainError("item.merge_needs_two")
    if not isinstance(into, Draft) and into[0] not in found:
        raise DomainError("item.merge_into_unknown")
    if isinstance(into, Draft):
        _check(study, [into])
    else:
        items.check_texts(into[1])
    refuse_while_asked(found.values())
    after = {item.id: ItemState(state_after("item.merge", item.state)) for item in found.values()}
    if isinstance(into, Draft):
        kept = _create(study, into, next(iter(found.values())), by, now)
    else:
        kept = found.pop(into[0])
        items.add_wording(kept, into[1], why, by, now)
    for item in found.values():
        item.state = after[item.id]
    _descend(study, list(found.values()), [kept], Descent.MERGED, why, by, now)
    replan(study, list(found), [kept])
    codes, new = [item.code for item in found.values()], isinstance(into, Draft)
    history.record(study.id, MERGED, by, now=now, code=kept.code, codes=codes, reason=why, new=new)
    return kept


def split(
    study: Study, item_id: int, parts: Sequence[Draft], reason: str, *, by: Account, now: datetime
) -> list[Item]:
    """One item becomes several new ones, rated by the same panels."""
    (item,) = held(study, [item_id])
    why = checked_reason(reason)
    if not 2 <= len(parts) <= MOST_PARTS:
        raise DomainError("item.split_needs_parts", most=MOST_PARTS)
    _check(study, parts)
    refuse_while_asked([item])
    item.state = ItemState(state_after("item.split", item.state))
    made = [_create(study, part, item, by, now) for part in parts]
    _descend(study, [item], made, Descent.SPLIT, why, by, now)
    replan(study, [item.id], made)
    codes = [part.code for part in made]
    history.record(study.id, SPLIT, by, now=now, code=item.code, codes=codes, reason=why)
    return made


def alive(item: Item) -> bool:
    """Whether it can still be asked, merged and split."""
    return item.state in MOVES["item.merge"].start


def latest_reasons(study: Study) -> dict[str, tuple[datetime, str]]:
    """Item code -> when and why the team last set the item aside, or took it back, between rounds."""
    query = (
        select(Event.happened_at, Event.facts)
        .where(Event.study_id == study.id, Event.kind.in_((DROPPED, RESTORED)))
        .order_by(Event.id)
    )
    return {
        code: (happened, facts["reason"])
        for happened, facts in session.execute(query)
        for code in facts["codes"]
    }


def being_asked(item_ids: Collection[int]) -> dict[int, int]:
    """Item -> the round it is in, where that is open or closed without its decisions."""
    query = (
        select(RoundItem.item_id, Round.number)
        .join(Round, Round.id == RoundItem.round_id)
        .where(RoundItem.item_id.in_(item_ids), Round.state.in_(BEING_ASKED))
    )
    return dict(session.execute(query).all())


def held(study: Study, item_ids: Collection[int]) -> list[Item]:
    """The items in the order asked for, as they are now, held until the transaction ends."""
    studies.lock_for_change(study)
    wanted = list(dict.fromkeys(item_ids))
    query = (
        select(Item)
        .where(Item.study_id == study.id, Item.id.in_(wanted))
        .options(selectinload(Item.panels), selectinload(Item.wordings).selectinload(Wording.texts))
        .order_by(Item.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {item.id: item for item in session.scalars(query)}
    if len(found) < len(wanted):
        raise NotFound("item.not_found")
    return [found[item_id] for item_id in wanted]


def checked_reason(reason: str) -> str:
    if not reason.strip():
        raise DomainError("item.why_missing")
    if len(reason) > items.LONGEST_REASON:
        raise DomainError("item.reason_too_long", found=len(reason), limit=items.LONGEST_REASON)
    return reason.strip()


def refuse_while_asked(found: Collection[Item]) -> None:
    asked = being_asked([item.id for item in found])
    for item in found:
        _refuse_asked(item, asked)


def replan(study: Study, gone: Collection[int], instead: Sequence[Item] = ()) -> None:
    """In rounds that have not opened, what came of items takes their place."""
    query = (
        select(Round)
        .where(
            Round.study_id == study.id,
            Round.state.in_(PLANNED),
            Round.id.in_(select(RoundItem.round_id).where(RoundItem.item_id.in_(gone))),
        )
        .options(selectinload(Round.items))
        .execution_options(populate_existing=True)
    )
    for planned in session.scalars(query).all():
        first = min(row.position for row in planned.items if row.item_id in gone)
        kept = [row for row in planned.items if row.item_id not in gone]
        there = {row.item_id for row in kept}
        new = [RoundItem(item_id=item.id, position=first) for item in instead if item.id not in there]
        planned.items = sorted([*kept, *new], key=lambda row: row.position)
        for position, row in enumerate(planned.items):
            row.position = position
    session.flush()


def _each(found: Sequence[Item], move: Callable[[Item], str]) -> Outcome:
    asked = being_asked([item.id for item in found])
    done, left = [], []
    for item in found:
        try:
            _refuse_asked(item, asked)
            item.state = ItemState(state_after(move(item), item.state))
            done.append(item)
        except DomainError as error:
            left.append((item, error))
    session.flush()
    return Outcome(done, left)


def _refuse_asked(item: Item, asked: Mapping[int, int]) -> None:
    if item.id in asked:
        raise DomainError("item.being_asked", item=item.code, round=asked[item.id])


def _check(study: Study, drafts: Sequence[Draft]) -> None:
    """Before anything is written; a refusal names the part it is about."""
    taken = {code.casefold() for code in items.codes(study)}
    for number, draft in enumerate(drafts, start=1):
        facts = {"part": number} if len(drafts) > 1 else {}
        code = draft.code.strip()
        try:
            items.check_code(code, taken)
            items.check_texts(draft.texts)
        except DomainError as error:
            raise DomainError(error.code, **error.params, **facts) from error
        taken.add(code.casefold())


def _create(study: Study, draft: Draft, beside: Item, by: Account, now: datetime) -> Item:
    """A candidate right after the item it comes from, where that is in the same domain."""
    own = [row.panel_id for row in beside.panels]
    panel_ids = own if draft.panel_ids is None else draft.panel_ids
    made = items.new_item(study, draft.code.strip(), draft.domain, draft.texts, panel_ids, by=by, now=now)
    made.position, made.fields = beside.position, dict(beside.fields)
    session.add(made)
    domains.renumber_items(study)
    return made


def _descend(
    study: Study,
    sources: Iterable[Item],
    made: Sequence[Item],
    kind: Descent,
    why: str,
    by: Account,
    now: datetime,
) -> None:
    session.add_all(
        ItemDescent(
            study_id=study.id,
            from_id=source.id,
            into_id=into.id,
            kind=kind,
            reason=why,
            made_by_id=by.id,
            made_at=now,
        )
        for source in sources
        for into in made
    )
    session.flush()


def _record(
    study: Study, kind: str, done: Sequence[Item], by: Account, now: datetime, **facts: object
) -> None:
    if done:
        history.record(study.id, kind, by, now=now, codes=[item.code for item in done], **facts)

"""Rehearsals: a copy of a study with test experts, whose mails go to its maker alone, and which is deleted whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from flask_babel import force_locale, gettext as _
from sqlalchemy import delete as delete_from, select, update
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain import rehearsals as invented
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Role
from delphi.domain.pseudonyms import new_code
from delphi.domain.states import IN_STUDY, ExpertState, RoundState
from delphi.models import (
    Account,
    Comment,
    CommentChange,
    Consent,
    Contact,
    Expert,
    ExpertPanel,
    Item,
    Membership,
    Participation,
    Rating,
    Round,
    RoundItem,
    Study,
)
from delphi.services import (
    consents,
    copies,
    keeping,
    panels,
    protocols,
    readiness,
    round_items,
    rounds,
    studies,
    study_rows,
)
from delphi.services.answering import is_for

NOBODY = "rehearsal.invalid"  # a domain that takes no mail, should one ever be sent there
LASTS = timedelta(days=14)
COMMENTED = 10  # every so many answers brings a comment


def make(study: Study, per_panel: int, *, by: Account, now: datetime, once: str = "") -> Study:
    """Sealed at once, with test experts in each panel. Nothing is written into the study itself."""
    if study.rehearsal_of_id is not None:
        raise DomainError("rehearsal.of_rehearsal")
    if not invented.FEWEST <= per_panel <= invented.MOST:
        raise DomainError("rehearsal.size", least=invented.FEWEST, most=invented.MOST)
    missing = readiness.blocks_sealing(readiness.checks(study))
    if missing:
        raise DomainError("rehearsal.not_ready", count=len(missing))
    made = copies.copy(study, study.title, by=by, now=now, once=once)
    made.rehearsal_of_id = study.id
    _test_experts(made, per_panel, now)
    _consent(made, by, now)
    protocols.seal(made, by=by, now=now)
    return made


def of(study: Study, account: Account) -> list[Study]:
    """The rehearsals of a study that this account is in, latest first."""
    query = (
        select(Study)
        .join(Membership, Membership.study_id == Study.id)
        .where(Study.rehearsal_of_id == study.id, Membership.account_id == account.id)
        .order_by(Study.id.desc())
    )
    return list(session.scalars(query))


def original(rehearsal: Study) -> Study:
    return session.get_one(Study, _checked(rehearsal).rehearsal_of_id)


def maker(rehearsal: Study) -> Account | None:
    """Who gets every mail of it: its first owner."""
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.study_id == rehearsal.id, Membership.role == Role.OWNER)
        .order_by(Membership.id)
    )
    return session.scalar(query.limit(1))


def experts(rehearsal: Study) -> list[Expert]:
    query = select(Expert).where(Expert.study_id == _checked(rehearsal).id).order_by(Expert.id)
    return list(session.scalars(query.options(selectinload(Expert.panels))))


def expert(rehearsal: Study, expert_id: int) -> Expert:
    """To look through the eyes of; refused in a real study, whose experts are nobody's to be."""
    found = session.get(Expert, expert_id)
    if found is None or found.study_id != rehearsal.id:
        raise NotFound("expert.not_found")
    _checked(rehearsal)
    return found


def open_next(rehearsal: Study, *, by: Account, now: datetime) -> Round:
    """The round that is planned, else one of every item that can be asked, to every panel."""
    studies.lock(_checked(rehearsal))
    waiting = (one for one in rounds.of_study(rehearsal) if one.opened_at is None)
    planned = next(waiting, None) or rounds.plan(rehearsal, _everything(rehearsal, now), by=by, now=now)
    return rounds.open_round(rehearsal, planned.id, by=by, now=now)


def answer(rehearsal: Study, *, now: datetime) -> int:
    """Invented answers of every test expert who has not begun the open round; how many experts that were."""
    studies.lock(_checked(rehearsal))
    opened = rounds.current_open(rehearsal.id)
    if opened is None:
        raise DomainError("round.not_open")
    rounds.locked(opened.id)
    asked = _not_begun(opened)
    if not asked:
        return 0
    _agree(rehearsal, {expert_id for expert_id, *_rest in asked}, now)
    rows = list(_answers(rehearsal, opened, asked, now))
    keeping.store_invented(rows)
    _comment(rehearsal, rows[::COMMENTED], now)
    begun = {expert_id for expert_id, *_rest in asked}
    session.execute(
        update(Participation)
        .where(Participation.round_id == opened.id, Participation.expert_id.in_(begun))
        .values(opened_at=now, submitted_at=now)
    )
    return len(begun)


def delete(rehearsal: Study) -> None:
    """Every row of every table that belongs to it; only a rehearsal can be deleted."""
    studies.lock(_checked(rehearsal))
    for table in reversed(study_rows.tables()):
        session.execute(delete_from(table).where(study_rows.of(table, rehearsal.id)))
    session.expunge_all()


def _checked(study: Study) -> Study:
    if study.rehearsal_of_id is None:
        raise DomainError("rehearsal.not_one")
    return study


def _test_experts(made: Study, per_panel: int, now: datetime) -> None:
    taken, lot = set[str](), SystemRandom()
    for panel in panels.list_of(made):
        for number in range(per_panel):
            code = new_code(panel.code, taken, lot)
            taken.add(code)
            language = made.languages[number % len(made.languages)]
            added = Expert(study_id=made.id, code=code, language=language, created_at=now)
            added.panels = [ExpertPanel(panel_id=panel.id)]
            session.add(added)
            session.flush()
            email = f"{code.lower()}@{NOBODY}"
            session.add(Contact(expert_id=added.id, study_id=made.id, email=email, updated_at=now))
    session.flush()


def _consent(made: Study, by: Account, now: datetime) -> None:
    """Where the study has no text yet, one that says so."""
    written = consents.current(made)
    texts = dict(written.texts) if written else {}
    for language in made.languages:
        if not texts.get(language, "").strip():
            with force_locale(language):
                texts[language] = _("Rehearsal: the consent text is not written yet.")
    consents.save_text(made, texts, by=by, now=now)


def _everything(rehearsal: Study, now: datetime) -> rounds.Plan:
    return rounds.Plan(
        item_ids=[one.item.id for one in round_items.of(rehearsal).items],
        panel_ids=[panel.id for panel in panels.list_of(rehearsal)],
        time_zone=rehearsal.time_zone,
        closes_at=now + LASTS,
    )


def _not_begun(opened: Round) -> list[tuple[int, int, int, str]]:
    """(expert, item, wording, item's code): what each test expert without an answer in this round is asked."""
    begun = select(Rating.expert_id).where(Rating.round_id == opened.id)
    rows = session.execute(
        select(Participation.expert_id, Item.id, RoundItem.wording_id, Item.code)
        .join(RoundItem, RoundItem.round_id == Participation.round_id)
        .join(Item, Item.id == RoundItem.item_id)
        .join(Expert, Expert.id == Participation.expert_id)
        .where(Participation.round_id == opened.id, Participation.expert_id.not_in(begun))
        .where(Expert.state.in_(IN_STUDY))
        .where(is_for(Participation.id))
        .order_by(Participation.expert_id, RoundItem.position)
    )
    return [(expert_id, item_id, wording or 0, code) for expert_id, item_id, wording, code in rows]


def _agree(rehearsal: Study, expert_ids: set[int], now: datetime) -> None:
    text = consents.current(rehearsal)
    agreed = set(session.scalars(select(Consent.expert_id).where(Consent.expert_id.in_(expert_ids))))
    session.execute(
        update(Expert).where(Expert.id.in_(expert_ids)).values(state=ExpertState.ACTIVE, decline_reason="")
    )
    if text is not None:
        language = rehearsal.languages[0]
        session.add_all(
            Consent(expert_id=one, consent_text_id=text.id, language=language, given_at=now)
            for one in expert_ids - agreed
        )
        session.flush()


def _answers(
    rehearsal: Study, opened: Round, asked: list[tuple[int, int, int, str]], now: datetime
) -> Iterator[dict[str, Any]]:
    criteria = protocols.of_round(opened).rules.criteria
    before = _before(rehearsal)
    for expert_id, item_id, wording_id, code in asked:
        for key, criterion in criteria.items():
            kind = invented.kind_of(f"{code} {key}")
            last = before.get((expert_id, item_id, key))
            seed = f"{opened.number} {code} {key} {expert_id}"
            found = invented.answer(seed, kind, criterion.scale, last)
            if found is not None:
                point, unable = found
                yield {
                    "round_id": opened.id,
                    "expert_id": expert_id,
                    "item_id": item_id,
                    "wording_id": wording_id,
                    "criterion": key,
                    "point": point,
                    "unable": unable,
                    "updated_at": now,
                }


def _before(rehearsal: Study) -> dict[tuple[int, int, str], int]:
    """The latest point of each expert on each item in a closed round."""
    rows = session.execute(
        select(Rating.expert_id, Rating.item_id, Rating.criterion, Rating.point)
        .join(Round, Round.id == Rating.round_id)
        .where(Round.study_id == rehearsal.id, Round.state != RoundState.OPEN, Rating.point.is_not(None))
        .order_by(Round.number)
    )
    return {(expert_id, item_id, key): point for expert_id, item_id, key, point in rows if point is not None}


def _comment(rehearsal: Study, rows: list[dict[str, Any]], now: datetime) -> None:
    """Something to read, to choose and to code; it says itself that nobody thought it."""
    language = rehearsal.languages[0]
    with force_locale(language):
        texts = (
            _("Invented comment: needed by everybody in this field."),
            _("Invented comment: I would word this more plainly."),
            _("Invented comment: this depends on where one works."),
        )
    places = {(row["expert_id"], row["item_id"]): row for row in rows}
    for number, row in enumerate(places.values()):
        about = {name: row[name] for name in ("round_id", "expert_id", "item_id", "wording_id")}
        text = texts[number % len(texts)]
        comment = Comment(**about, text=text, language=language, updated_at=now)
        session.add(comment)
        session.flush()
        session.add(CommentChange(comment_id=comment.id, text=text, changed_at=now))
    session.flush()

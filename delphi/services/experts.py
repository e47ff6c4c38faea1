"""Experts one at a time: added by hand, corrected, written to again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.attributes import check_name, check_values
from delphi.domain.contacts import checked_email, checked_name, checked_phone
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.pseudonyms import new_code
from delphi.domain.schedule import accepts_answers
from delphi.domain.states import IN_STUDY, ExpertState
from delphi.domain.withdrawals import cuts_the_link
from delphi.models import Account, Contact, Expert, ExpertPanel, Message, Panel, Round, Study
from delphi.models.message import MessageState
from delphi.services import history, links, outbox, rounds, studies

Attributes = Mapping[str, Sequence[str]]

# From the operating system, so that nobody who knows one code can work out another.
lot = SystemRandom()


@dataclass(frozen=True)
class Details:
    """What staff write down about an expert; the first of the panels gives a new expert's pseudonym."""

    email: str
    language: str
    panels: Sequence[Panel]
    name: str = ""
    phone: str = ""
    attributes: Attributes = field(default_factory=dict)


class Ways(NamedTuple):
    """The round open now, and in which way an expert can be written to about it."""

    round: Round | None
    ask: bool = False
    resend: bool = False


def get(study: Study, expert_id: int) -> Expert:
    query = select(Expert).where(
        Expert.id == expert_id, Expert.study_id == study.id, Expert.detached.is_(False)
    )
    found = session.scalar(query.options(selectinload(Expert.panels)))
    if found is None:
        raise NotFound("expert.not_found")
    return found


def contact_of(expert: Expert) -> Contact:
    """Who it is; refused once a withdrawal has erased it. Only for those who may see contacts."""
    contact = session.get(Contact, expert.id)
    if contact is None:
        raise DomainError("expert.wrong_state")
    return contact


def has_contact(expert: Expert) -> bool:
    """Not after a withdrawal that cuts the link."""
    return expert.withdrawal is None or not cuts_the_link(expert.withdrawal)


def codes(study: Study) -> set[str]:
    """Every pseudonym given in the study."""
    return set(session.scalars(select(Expert.code).where(Expert.study_id == study.id)))


def attribute_names(study: Study) -> list[str]:
    """The attributes that experts of the study have, as a help when another one is written down."""
    found = session.scalars(select(Expert.attributes).where(Expert.study_id == study.id))
    return list(dict.fromkeys(name for attributes in found for name in attributes))


def add(study: Study, details: Details, *, by: Account | None, now: datetime, ask: bool = False) -> Expert:
    """One more expert, under a new pseudonym; with `ask` invited to the open round at once."""
    studies.lock_for_change(study)
    checked = _checked(study, details)
    _refuse_known(study, checked.email)
    opened = _round_for(study, {panel.id for panel in checked.panels}, now) if ask else None
    expert = Expert(
        study_id=study.id,
        code=new_code(checked.panels[0].code, codes(study), lot),
        language=checked.language,
        attributes=_stored(checked.attributes),
        created_at=now,
        panels=[ExpertPanel(panel_id=panel.id) for panel in checked.panels],
    )
    session.add(expert)
    session.flush()
    session.add(
        Contact(
            expert_id=expert.id,
            study_id=study.id,
            name=checked.name,
            email=checked.email,
            phone=checked.phone,
            updated_at=now,
        )
    )
    history.record(study.id, "expert.added", by, now=now, code=expert.code)
    if opened is not None:
        rounds.ask_late(opened, expert, now=now)
    return expert


def correct(study: Study, expert: Expert, details: Details, *, by: Account, now: datetime) -> set[str]:
    """Put right what is known of an expert; the names of what changed. The pseudonym stays."""
    _lock(study, expert)
    checked, contact = _checked(study, details), contact_of(expert)
    changed = set()
    if checked.email != contact.email:
        _refuse_known(study, checked.email)
    for name in ("name", "email", "phone"):
        if getattr(contact, name) != getattr(checked, name):
            setattr(contact, name, getattr(checked, name))
            contact.updated_at = now
            changed.add(name)
    changed |= _describe(expert, checked)
    session.flush()
    if changed:
        history.record(study.id, "expert.corrected", by, now=now, code=expert.code, changed=sorted(changed))
    return changed


def resend_invitation(study: Study, expert: Expert, *, by: Account, now: datetime) -> Message | None:
    """The open round's invitation once more, with a fresh link; None when one is on its way already."""
    _lock(study, expert)
    if expert.state is ExpertState.DECLINED:
        raise DomainError("expert.has_declined")
    latest = last_invitation(expert, _required(open_round(study, now)))
    if latest is None:
        raise DomainError("expert.not_asked")
    if latest.state in (MessageState.QUEUED, MessageState.SENDING):
        return None
    return outbox.resend(latest, by=by, now=now)


def ask_now(study: Study, expert: Expert, *, by: Account, now: datetime) -> bool:
    """Ask an expert in the open round after all; False when that was done already."""
    _lock(study, expert)
    if expert.state is ExpertState.DECLINED:
        raise DomainError("expert.has_declined")
    opened = _round_for(study, {row.panel_id for row in expert.panels}, now)
    asked = rounds.ask_late(opened, expert, now=now)
    if asked:
        history.record(study.id, "expert.asked_late", by, now=now, code=expert.code, number=opened.number)
    return asked


def open_round(study: Study, now: datetime) -> Round | None:
    """The round that still takes answers."""
    opened = rounds.current_open(study.id)
    return opened if opened and accepts_answers(opened.state, opened.closes_at, now) else None


def ways(study: Study, expert: Expert, now: datetime) -> Ways:
    """Whether `ask_now` or `resend_invitation` makes sense at the moment."""
    opened = open_round(study, now)
    if opened is None or expert.state not in IN_STUDY:
        return Ways(opened)
    if last_invitation(expert, opened) is not None:
        return Ways(opened, resend=True)
    return Ways(opened, ask=_takes(opened, {row.panel_id for row in expert.panels}))


def last_invitation(expert: Expert, opened: Round) -> Message | None:
    query = select(Message).where(
        Message.expert_id == expert.id,
        Message.round_id == opened.id,
        Message.kind == MessageKind.ROUND_INVITATION,
    )
    return session.scalar(query.order_by(Message.id.desc()).limit(1))


def revoke_links(study: Study, expert: Expert, *, by: Account, now: datetime, anew: bool = False) -> None:
    """No link sent so far lets anyone in any more, nor does a page opened by one; `anew`: send a new one."""
    _lock(study, expert)
    links.revoke_all(expert, now)
    history.record(study.id, "expert.links_revoked", by, now=now, code=expert.code)
    if anew:
        links.send_new(study, expert, now)


def send_link(study: Study, expert: Expert, *, by: Account, now: datetime) -> bool:
    """A fresh personal link, as if the expert had asked for it; False when one was just sent."""
    _lock(study, expert)
    sent = links.send_new(study, expert, now)
    if sent:
        history.record(study.id, "expert.link_sent", by, now=now, code=expert.code)
    return sent


def move_panels(study: Study, expert: Expert, chosen: Sequence[Panel], *, by: Account, now: datetime) -> bool:
    """Other panels from the next round on: rounds that opened keep those held then. False: nothing changed."""
    _lock(study, expert)
    if not chosen:
        raise DomainError("expert.panel_missing")
    if any(panel.study_id != study.id for panel in chosen):
        raise NotFound("panel.not_found")
    changed = _hold_panels(expert, chosen)
    session.flush()
    if changed:
        history.record(study.id, "expert.moved", by, now=now, code=expert.code)
    return changed


def move_all(
    study: Study, expert_ids: Collection[int], old: Panel, new: Panel, *, by: Account, now: datetime
) -> int:
    """From one panel to another for each of these who is in the first and has not left; how many there were."""
    studies.lock_for_change(study)
    if old.id == new.id:
        raise DomainError("expert.same_panel")
    query = (
        select(Expert)
        .where(Expert.study_id == study.id, Expert.id.in_(expert_ids), Expert.detached.is_(False))
        .where(Expert.state != ExpertState.WITHDRAWN)
        .order_by(Expert.id)
        .with_for_update()
        .execution_options(populate_existing=True)
        .options(selectinload(Expert.panels))
    )
    moved = [one for one in session.scalars(query).all() if any(row.panel_id == old.id for row in one.panels)]
    for expert in moved:
        kept = [row for row in expert.panels if row.panel_id not in (old.id, new.id)]
        held = next((row for row in expert.panels if row.panel_id == new.id), ExpertPanel(panel_id=new.id))
        expert.panels = [*kept, held]
    session.flush()
    if moved:
        facts = {"from": old.code, "to": new.code, "count": len(moved)}
        history.record(study.id, "experts.moved", by, now=now, **facts)
    return len(moved)


def _lock(study: Study, expert: Expert) -> None:
    """Hold the study, then the expert, as they are now; nobody who has withdrawn is changed or written to."""
    studies.lock_for_change(study)
    session.refresh(expert, with_for_update=True)
    if expert.state is ExpertState.WITHDRAWN:
        raise DomainError("expert.wrong_state")


def _required(opened: Round | None) -> Round:
    if opened is None:
        raise DomainError("expert.no_open_round")
    return opened


def _round_for(study: Study, panel_ids: Collection[int], now: datetime) -> Round:
    """The open round, which must ask one of these panels."""
    opened = _required(open_round(study, now))
    if not _takes(opened, panel_ids):
        raise DomainError("expert.panels_not_asked", number=opened.number)
    return opened


def _takes(opened: Round, panel_ids: Collection[int]) -> bool:
    return any(row.panel_id in panel_ids for row in opened.panels)


def _checked(study: Study, details: Details) -> Details:
    """The same, cleaned, or a refusal."""
    if details.language not in study.languages:
        raise DomainError("expert.language_unknown", value=details.language, known=", ".join(study.languages))
    if not details.panels:
        raise DomainError("expert.panel_missing")
    if any(panel.study_id != study.id for panel in details.panels):
        raise NotFound("panel.not_found")
    for name, values in details.attributes.items():
        check_name(name)
        check_values(values)
    return Details(
        name=checked_name(details.name),
        email=checked_email(details.email),
        phone=checked_phone(details.phone),
        language=details.language,
        panels=details.panels,
        attributes=details.attributes,
    )


def _refuse_known(study: Study, email: str) -> None:
    known = select(func.count()).where(Contact.study_id == study.id, Contact.email == email)
    if session.scalar(known):
        raise DomainError("expert.email_taken", email=email)


def _describe(expert: Expert, checked: Details) -> set[str]:
    changed = set()
    if expert.language != checked.language:
        expert.language = checked.language
        changed.add("language")
    if expert.attributes != _stored(checked.attributes):
        expert.attributes = _stored(checked.attributes)
        changed.add("attributes")
    if _hold_panels(expert, checked.panels):
        changed.add("panels")
    return changed


def _hold_panels(expert: Expert, chosen: Sequence[Panel]) -> bool:
    held, wanted = {row.panel_id: row for row in expert.panels}, [panel.id for panel in chosen]
    if set(held) == set(wanted):
        return False
    expert.panels = [held.get(panel_id) or ExpertPanel(panel_id=panel_id) for panel_id in wanted]
    return True


def _stored(attributes: Attributes) -> dict[str, list[str]]:
    return {name: list(values) for name, values in attributes.items() if values}

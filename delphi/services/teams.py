"""The people who run a study, and the role each has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.permissions import Role
from delphi.models import Account, Event, Membership, Study
from delphi.models.account import AccountState
from delphi.services import accounts, history, outbox, staff, studies

_ORDER = {role: place for place, role in enumerate(Role)}


def members(study: Study) -> list[Membership]:
    """With their accounts, owners first, then by name."""
    query = (
        select(Membership)
        .join(Membership.account)
        .options(contains_eager(Membership.account))
        .where(Membership.study_id == study.id)
        .order_by(func.lower(Account.name), Account.email)
    )
    return sorted(session.scalars(query), key=lambda member: _ORDER[member.role])


def member(study: Study, membership_id: int) -> Membership:
    query = select(Membership).where(Membership.id == membership_id, Membership.study_id == study.id)
    found = session.scalar(query.options(joinedload(Membership.account)))
    if found is None:
        raise NotFound("team.not_found")
    return found


def add_member(study: Study, email: str, role: Role, by: Account, now: datetime) -> Membership:
    """Somebody who has an account, or else an invitation to make one."""
    studies.lock(study)
    account = accounts.of_address(email)
    if account is None or account.state == AccountState.REMOVED:
        account = staff.invite(email, "", by, now, by.language)
    if account.state == AccountState.SUSPENDED:
        raise DomainError("team.suspended", email=account.email)
    if any(known.account_id == account.id for known in members(study)):
        raise DomainError("team.already_there", email=account.email)
    seen = session.scalar(select(func.max(Event.id)).where(Event.study_id == study.id)) or 0
    added = Membership(study_id=study.id, account_id=account.id, role=role, told_until=seen, created_at=now)
    session.add(added)
    session.flush()
    if account.state == AccountState.ACTIVE and account.id != by.id:
        outbox.enqueue(
            MessageKind.TEAM_ADDED,
            once=f"team-{added.id}-{now:%Y%m%d%H%M%S}",
            now=now,
            study=study,
            account=account,
        )
    history.record(study.id, "team.added", by=by, now=now, account=account.id, role=str(role))
    return added


def change_role(study: Study, membership_id: int, role: Role, by: Account, now: datetime) -> Membership:
    changed = member(study, membership_id)
    if changed.role == role:
        return changed
    _keep_an_owner(changed)
    before, changed.role = changed.role, role
    facts = {"account": changed.account_id, "before": str(before), "role": str(role)}
    history.record(study.id, "team.role_changed", by=by, now=now, **facts)
    return changed


def remove_member(study: Study, membership_id: int, by: Account, now: datetime) -> Membership:
    removed = member(study, membership_id)
    _keep_an_owner(removed)
    session.delete(removed)
    session.flush()
    facts = {"account": removed.account_id, "role": str(removed.role)}
    history.record(study.id, "team.removed", by=by, now=now, **facts)
    return removed


def _keep_an_owner(leaving: Membership) -> None:
    """An owner who can sign in must remain. Locks the owners: two may not demote each other at once."""
    query = (
        select(Membership.id)
        .join(Membership.account)
        .where(
            Membership.study_id == leaving.study_id,
            Membership.role == Role.OWNER,
            Account.state == AccountState.ACTIVE,
        )
        .with_for_update(of=Membership)
    )
    if set(session.scalars(query)) == {leaving.id}:
        raise DomainError("team.last_owner")

"""Who may sign in at all: inviting, suspending, restoring and removing, and mailing one-time links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.permissions import Role
from delphi.models import Account, AccountSession, Membership, Message, Study
from delphi.models.account import AccountState
from delphi.services import accounts, history, outbox

_MOVES = {
    "suspend": ({AccountState.ACTIVE}, AccountState.SUSPENDED),
    "restore": ({AccountState.SUSPENDED}, AccountState.ACTIVE),
    "remove": ({AccountState.INVITED, AccountState.ACTIVE, AccountState.SUSPENDED}, AccountState.REMOVED),
}


def everyone(search: str = "", state: AccountState | None = None) -> list[Account]:
    """Accounts by name, without the removed ones unless asked; `search` looks in names and addresses."""
    query = select(Account).where(Account.state == state if state else Account.state != AccountState.REMOVED)
    if search:
        found = (column.icontains(search, autoescape=True) for column in (Account.name, Account.email))
        query = query.where(or_(*found))
    return list(session.scalars(query.order_by(func.lower(Account.name), Account.email)))


def last_sign_ins() -> dict[int, datetime]:
    latest = func.max(AccountSession.created_at)
    rows = session.execute(select(AccountSession.account_id, latest).group_by(AccountSession.account_id))
    return dict(rows.all())


def last_invitation(account: Account) -> Message | None:
    """The latest message of invitation, for what became of it."""
    sent = select(Message).where(
        Message.account_id == account.id, Message.kind == MessageKind.ACCOUNT_INVITATION
    )
    return session.scalar(sent.order_by(Message.id.desc()).limit(1))


def one(account_id: int) -> Account:
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound("account.not_found")
    return found


def invite(email: str, name: str, by: Account, now: datetime, language: str) -> Account:
    """A new account that its owner completes by a link; only an administrator brings back a removed one."""
    account = accounts.of_address(email)
    if account is not None and account.state != AccountState.REMOVED:
        raise DomainError("account.address_taken", email=account.email)
    if account is None:
        account = accounts.added(Account(email=accounts.normal(email), created_at=now))
    elif not by.is_admin:
        raise DomainError("account.was_removed", email=account.email)
    account.name, account.language, account.state = name.strip(), language, AccountState.INVITED
    session.flush()
    _mail(MessageKind.ACCOUNT_INVITATION, account, now)
    return account


def resend_invitation(account: Account, now: datetime) -> None:
    if account.state != AccountState.INVITED:
        raise DomainError("account.wrong_state")
    _mail(MessageKind.ACCOUNT_INVITATION, account, now)


def request_reset(email: str, now: datetime) -> None:
    """Says nothing of whether the address is known. Whoever never answered an invitation gets that again."""
    account = accounts.of_address(email)
    if account is not None and account.state == AccountState.ACTIVE:
        _mail(MessageKind.PASSWORD_RESET, account, now)
    elif account is not None and account.state == AccountState.INVITED:
        _mail(MessageKind.ACCOUNT_INVITATION, account, now)


def _mail(kind: MessageKind, account: Account, now: datetime) -> None:
    """At most one of a kind a minute, however often a button is pressed."""
    outbox.enqueue(kind, once=f"{kind}-{account.id}-{now:%Y%m%d%H%M}", now=now, account=account)


def suspend(account: Account, by: Account, now: datetime) -> None:
    _refuse_oneself(account, by)
    _keep_an_administrator(account)
    _move(account, "suspend")
    _lock_out(account, now)


def restore(account: Account) -> None:
    _move(account, "restore")


def remove(account: Account, by: Account, now: datetime) -> None:
    """For good: the row stays for the sake of history. Studies it alone owned pass to whoever removes it."""
    _refuse_oneself(account, by)
    _keep_an_administrator(account)
    orphans = solely_owned(account)
    _move(account, "remove")
    account.is_admin, account.password_hash = False, None
    _lock_out(account, now)
    for study in orphans:
        _hand_over(study, by, now)
    for membership in session.scalars(select(Membership).where(Membership.account_id == account.id)):
        session.delete(membership)
    session.flush()


def make_administrator(account: Account) -> None:
    if account.state != AccountState.ACTIVE:
        raise DomainError("account.wrong_state")
    account.is_admin = True


def unmake_administrator(account: Account) -> None:
    _keep_an_administrator(account)
    account.is_admin = False


def study_count(account: Account) -> int:
    query = select(func.count()).select_from(Membership).where(Membership.account_id == account.id)
    return session.scalar(query) or 0


def solely_owned(account: Account) -> list[Study]:
    """Studies that nobody else who can sign in owns."""
    others = (
        select(Membership.study_id)
        .join(Membership.account)
        .where(
            Membership.role == Role.OWNER,
            Membership.account_id != account.id,
            Account.state == AccountState.ACTIVE,
        )
    )
    query = (
        select(Study)
        .join(Membership, Membership.study_id == Study.id)
        .where(Membership.account_id == account.id, Membership.role == Role.OWNER, Study.id.not_in(others))
        .order_by(Study.id)
    )
    return list(session.scalars(query))


def _move(account: Account, name: str) -> None:
    start, end = _MOVES[name]
    if account.state not in start:
        raise DomainError("account.wrong_state")
    account.state = end


def _lock_out(account: Account, now: datetime) -> None:
    accounts.revoke_sessions(account, now)
    accounts.use_up_tokens(account, now)


def _refuse_oneself(account: Account, by: Account) -> None:
    if account.id == by.id:
        raise DomainError("account.oneself")


def _keep_an_administrator(account: Account) -> None:
    """Locks the administrators' rows, so that two of them cannot remove each other at one instant."""
    query = select(Account.id).where(Account.is_admin, Account.state == AccountState.ACTIVE).with_for_update()
    if set(session.scalars(query)) == {account.id}:
        raise DomainError("account.last_administrator")


def _hand_over(study: Study, to: Account, now: datetime) -> None:
    query = select(Membership).where(Membership.study_id == study.id, Membership.account_id == to.id)
    membership = session.scalar(query)
    if membership is None:
        membership = Membership(study_id=study.id, account_id=to.id, created_at=now)
        session.add(membership)
    membership.role = Role.OWNER
    history.record(study.id, "team.handed_over", by=to, now=now, account=to.id)

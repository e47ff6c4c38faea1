"""Staff accounts: how one begins, proves who it is, and stays signed in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from delphi.db import session
from delphi.domain import tokens
from delphi.domain.accounts import check_password
from delphi.domain.errors import DomainError, NotFound
from delphi.models import Account, AccountSession, AccountToken
from delphi.models.account import AccountState, TokenPurpose

TOKEN_LIVES = {TokenPurpose.INVITATION: timedelta(days=7), TokenPurpose.PASSWORD_RESET: timedelta(hours=2)}
ANSWERED_BY = {
    TokenPurpose.INVITATION: AccountState.INVITED,
    TokenPurpose.PASSWORD_RESET: AccountState.ACTIVE,
}

hasher = PasswordHasher()


def exists_any() -> bool:
    return session.scalar(select(Account.id).limit(1)) is not None


def of_address(email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == normal(email)))


def normal(email: str) -> str:
    return email.strip().lower()


def create(
    email: str, name: str, password: str, is_admin: bool, now: datetime, language: str = "en"
) -> Account:
    """An account that can sign in at once: the first administrator, or one made on the command line."""
    if of_address(email) is not None:
        raise DomainError("account.address_taken", email=normal(email))
    check_password(password, normal(email))
    account = Account(
        email=normal(email),
        name=name.strip(),
        password_hash=hasher.hash(password),
        is_admin=is_admin,
        language=language,
        state=AccountState.ACTIVE,
        created_at=now,
    )
    return added(account)


def added(account: Account) -> Account:
    """Stored, unless somebody has taken the address at this very moment."""
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise DomainError("account.address_taken", email=account.email) from None
    return account


def sign_in(email: str, password: str, browser: str, now: datetime) -> str:
    """The token of a new session. Every refusal looks alike and takes as long as a right answer."""
    account = of_address(email)
    usable = (
        account is not None and account.state == AccountState.ACTIVE and account.password_hash is not None
    )
    right = _matches(account.password_hash if account and usable else None, password)
    if account is None or not usable or not right:
        raise DomainError("account.sign_in_failed")
    if hasher.check_needs_rehash(account.password_hash or ""):
        account.password_hash = hasher.hash(password)
    return open_session(account, browser, now)


@cache
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe())


def _matches(password_hash: str | None, password: str) -> bool:
    """Verifies against somebody even when there is nobody, so that time does not tell who exists."""
    try:
        return hasher.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def open_session(account: Account, browser: str, now: datetime) -> str:
    token = tokens.new()
    hours = current_app.config["SETTINGS"].session_hours
    opened = AccountSession(
        account_id=account.id,
        token_hash=tokens.digest(token),
        browser=browser[:200],
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    session.add(opened)
    session.flush()
    return token


def session_of(token: str, now: datetime) -> AccountSession | None:
    """The session of a token, with its account; None once ended, revoked, or the account is shut out."""
    query = (
        select(AccountSession)
        .join(AccountSession.account)
        .options(contains_eager(AccountSession.account))
        .where(
            AccountSession.token_hash == tokens.digest(token),
            AccountSession.revoked_at.is_(None),
            AccountSession.expires_at > now,
            Account.state == AccountState.ACTIVE,
        )
    )
    return session.scalar(query)


def sessions(account: Account, now: datetime) -> list[AccountSession]:
    """Browsers signed in now, the latest first."""
    query = (
        select(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            AccountSession.revoked_at.is_(None),
            AccountSession.expires_at > now,
        )
        .order_by(AccountSession.created_at.desc(), AccountSession.id.desc())
    )
    return list(session.scalars(query))


def sign_out(token: str, now: datetime) -> None:
    found = session_of(token, now)
    if found is not None:
        found.revoked_at = now


def revoke_session(account: Account, session_id: int, now: datetime) -> None:
    """Only one's own."""
    found = session.get(AccountSession, session_id)
    if found is None or found.account_id != account.id:
        raise NotFound("account.session_not_found")
    found.revoked_at = found.revoked_at or now


def revoke_sessions(account: Account, now: datetime, keep: AccountSession | None = None) -> None:
    """Every signed-in browser of an account, but for the one that asks."""
    query = update(AccountSession).where(
        AccountSession.account_id == account.id, AccountSession.revoked_at.is_(None)
    )
    if keep is not None:
        query = query.where(AccountSession.id != keep.id)
    session.execute(query.values(revoked_at=now))


def make_token(account: Account, purpose: TokenPurpose, now: datetime) -> str:
    """A one-time link's secret, made when its message is sent; only the hash is stored."""
    raw = tokens.new()
    session.add(
        AccountToken(
            account_id=account.id,
            purpose=purpose,
            token_hash=tokens.digest(raw),
            created_at=now,
            expires_at=now + TOKEN_LIVES[purpose],
        )
    )
    session.flush()
    return raw


def holder(raw: str, purpose: TokenPurpose, now: datetime) -> Account:
    """Whose one-time link this is; refuses one that is unknown, used, too old or overtaken by events."""
    query = select(AccountToken).where(
        AccountToken.token_hash == tokens.digest(raw), AccountToken.purpose == purpose
    )
    token = session.scalar(query)
    usable = token is not None and token.used_at is None and token.expires_at > now
    if token is None or not usable or token.account.state != ANSWERED_BY[purpose]:
        raise DomainError(f"account.{purpose}_over")
    return token.account


def set_password(raw: str, password: str, now: datetime) -> Account:
    """A new password through a reset link: it ends every session and every other link."""
    account = holder(raw, TokenPurpose.PASSWORD_RESET, now)
    _replace_password(account, password, now, raw)
    revoke_sessions(account, now)
    return account


def accept_invitation(raw: str, name: str, password: str, language: str, now: datetime) -> Account:
    account = holder(raw, TokenPurpose.INVITATION, now)
    _replace_password(account, password, now, raw)
    account.name, account.language, account.state = name.strip(), language, AccountState.ACTIVE
    return account


def change_password(current: AccountSession, old: str, new: str, now: datetime) -> None:
    """Ends the account's other sessions; the one that asks goes on."""
    account = current.account
    if not _matches(account.password_hash, old):
        raise DomainError("account.wrong_password")
    _replace_password(account, new, now)
    revoke_sessions(account, now, keep=current)


def _replace_password(account: Account, password: str, now: datetime, raw: str | None = None) -> None:
    """Checks everything before it writes anything, so that a refusal can be shown on the form."""
    check_password(password, account.email)
    if raw is not None:
        _use(raw, now)
    use_up_tokens(account, now)
    account.password_hash = hasher.hash(password)


def _use(raw: str, now: datetime) -> None:
    """Conditional, so that of two people with one link, at one instant, one gets in."""
    query = update(AccountToken).where(
        AccountToken.token_hash == tokens.digest(raw), AccountToken.used_at.is_(None)
    )
    used: CursorResult[tuple[()]] = session.execute(query.values(used_at=now))  # type: ignore[assignment]
    if used.rowcount != 1:
        raise DomainError("account.link_used")


def use_up_tokens(account: Account, now: datetime) -> None:
    """No link sent so far works any more."""
    query = update(AccountToken).where(AccountToken.account_id == account.id, AccountToken.used_at.is_(None))
    session.execute(query.values(used_at=now))


def describe(account: Account, name: str, language: str) -> None:
    """What a person says of themselves."""
    account.name, account.language = name.strip(), language

"""Staff accounts, their sessions, the one-time tokens mailed to them, and rate limits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from delphi.db import Base
from delphi.models.columns import Hash, Key, words


class AccountState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class TokenPurpose(StrEnum):
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a password


class Account(Base):
    __tablename__ = "account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="en")
    state: Mapped[AccountState] = mapped_column(words(AccountState), default=AccountState.INVITED)
    created_at: Mapped[datetime]


class AccountSession(Base):
    """One signed-in browser. Revoked sessions stay, so that a person can see what was there."""

    __tablename__ = "account_session"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class AccountToken(Base):
    """A one-time link for an invitation or a new password; only its hash is stored."""

    __tablename__ = "account_token"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(words(TokenPurpose))
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class RateLimit(Base):
    """A token bucket; `key` is a hash, so the table tells nobody which addresses were tried."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    updated_at: Mapped[datetime]

"""The database: session, base class, column types, and how SQLite is made safe for several processes."""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# A text in each of the study's languages: {"en": "...", "fr": "..."}.
Translated = dict[str, str]

# Writers take SQLite's one write lock at the start of the transaction, so two of them queue instead of failing
# half-way; a reader (a GET) never asks for it.
writing: ContextVar[bool] = ContextVar("writing", default=True)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in Python, UTC in the database. A naive time is refused: nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON,
        Translated: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


db = SQLAlchemy()  # for its sessions; models derive from Base, which type checkers understand
session = db.session
migrate = Migrate()


def insert_into(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what a conflict means; the two databases each have their own."""
    of_dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return of_dialect(model)


def ask_for_bell(name: str) -> None:
    """Have this bell rung once what is written now is committed."""
    session.info.setdefault("bells", set()).add(name)


def bells_asked_for() -> set[str]:
    """For the door that has just committed; whoever asks takes them along."""
    asked: set[str] = session.info.pop("bells", set())
    return asked


def init_app(app: Flask, migrations: str) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=migrations)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Write-ahead log, foreign keys, patience, and explicit BEGIN on SQLite; nothing to do elsewhere."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _prepare_sqlite):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writing.get() else "BEGIN")

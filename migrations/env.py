"""How migrations run: on the application's own database; SQLite copies a table where it cannot alter it."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, Enum

from delphi import models  # noqa: F401  (fills Base.metadata)
from delphi.db import Base, UtcDateTime

OTHERS = ("huey_",)  # the queue makes and keeps its own tables


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(OTHERS))


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | bool:
    """Migrations outlive the code, so they name plain column types only."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def number(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """0007 follows 0006: the order is plain from the file names."""
    head = ScriptDirectory.from_config(context.config).get_current_head()
    for script in scripts:
        script.rev_id = f"{int(head or 0) + 1:04}"


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        render_item=render_item,
        process_revision_directives=number,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_with_foreign_keys_off(connection: Connection) -> None:
    """Replacing a table drops the old one, which must not take the rows that refer to it along."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration leaves rows that refer to nothing: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


with current_app.extensions["migrate"].db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        run_with_foreign_keys_off(connection)
    else:
        with connection.begin():
            run(connection)

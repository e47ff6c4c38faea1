"""Migrations are one numbered line, give exactly the models, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine

from delphi.app import create_app
from delphi.db import Base, db
from tests.conftest import settings_for

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
OWN = "alembic_version"


@pytest.fixture
def bare_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables."""
    if request.config.getoption("--database") == "sqlite":
        yield ""
        return
    url = request.getfixturevalue("postgresql_database").url
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = f"{url.database}_bare"
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield url.set(database=name, drivername="postgresql").render_as_string()
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture
def bare(bare_database: str, instance: Path) -> Iterator[Engine]:
    app = create_app(settings_for(instance, bare_database))
    with app.app_context():
        yield db.engine
        db.engine.dispose()


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {OWN}


def _numbers() -> list[str]:
    return sorted(path.name for path in VERSIONS.glob("*.py"))


def test_file_names_are_numbered_without_gaps() -> None:
    names = _numbers()
    assert names
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_each_follows_the_one_before(bare: Engine) -> None:
    script = ScriptDirectory(str(VERSIONS.parent))
    line = [(revision.down_revision, revision.revision) for revision in script.walk_revisions()][::-1]
    numbers = [name[:4] for name in _numbers()]
    assert line == list(zip([None, *numbers], numbers, strict=False))


def test_up_gives_exactly_the_models(bare: Engine) -> None:
    flask_migrate.upgrade()
    with bare.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert _tables(bare) == set(Base.metadata.tables)


def test_up_down_up(bare: Engine) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert _tables(bare) == set()
    flask_migrate.upgrade()
    assert _tables(bare) == set(Base.metadata.tables)


def test_up_again_changes_nothing_and_keeps_the_rows(bare: Engine) -> None:
    flask_migrate.upgrade()
    with bare.begin() as connection:
        row = {"key": "k", "tokens": 1.0, "updated_at": "2026-03-02 09:00:00"}
        connection.execute(
            text("INSERT INTO rate_limit (key, tokens, updated_at) VALUES (:key, :tokens, :updated_at)"), row
        )
    flask_migrate.upgrade()
    with bare.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rate_limit")) == 1


def test_what_was_answered_before_the_expert_face_stays(bare: Engine) -> None:
    flask_migrate.upgrade(revision="0001")
    rows = {
        "study": {
            "id": 1,
            "title": "{}",
            "languages": "[]",
            "time_zone": "UTC",
            "contact": "",
            "state": "running",
        },
        "round": {
            "id": 1,
            "study_id": 1,
            "number": 1,
            "state": "open",
            "instructions": "{}",
            "time_zone": "UTC",
        },
        "expert": {
            "id": 1,
            "study_id": 1,
            "code": "W-K7Q2",
            "language": "en",
            "attributes": "{}",
            "state": "active",
        },
        "item": {"id": 1, "study_id": 1, "code": "A", "position": 0, "state": "in_play"},
        "wording": {"id": 1, "item_id": 1, "number": 1, "reason": ""},
        "rating": {
            "id": 1,
            "round_id": 1,
            "expert_id": 1,
            "item_id": 1,
            "wording_id": 1,
            "criterion": "importance",
        },
        "rating_change": {"id": 1, "rating_id": 1},
    }
    now = "2026-01-01 00:00:00+00:00"
    for table in ("study", "expert", "item", "wording"):
        rows[table]["created_at"] = now
    rows["expert"]["reminders"] = True
    rows["rating"] |= {"point": 8, "unable": False, "updated_at": now}
    rows["rating_change"] |= {"point": 8, "unable": False, "changed_at": now}
    with bare.begin() as connection:
        for table, row in rows.items():
            names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    flask_migrate.upgrade()
    with bare.connect() as connection:
        kept = connection.execute(text("SELECT point, unable_reason, moved_because FROM rating")).one()
        change = connection.execute(text("SELECT point, key, superseded FROM rating_change")).one()
    assert tuple(kept) == (8, "", "")
    assert tuple(change) == (8, None, False)

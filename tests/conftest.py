"""Fixtures for every test: a clock, a database, the application, a browser, the cast, a mail server.

`pytest --database postgresql` runs the same tests on PostgreSQL.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from delphi import jobs, settings
from delphi.app import create_app
from delphi.db import Base, db, session
from delphi.models import Account
from delphi.services import accounts
from tests.support import postgresql, smtp, statements as counting
from tests.support.client import Browser
from tests.support.clock import Clock

PASSWORD = "correct horse battery staple"
# A round opens only where mail could leave; nothing is sent before a test asks for it.
REACHABLE = {"smtp_host": "127.0.0.1", "smtp_port": "1", "smtp_security": "none"}
SECRET = "a secret for tests only, long enough to be taken"
MakeApp = Callable[..., Flask]
DATABASES = {"database", "bare_database", "postgresql_database"}  # fixtures
# By CSRF, the settings chosen, and how many a test has made before.
Kept = dict[tuple[bool, frozenset[tuple[str, str]], int], tuple[Flask, dict[str, Any]]]


# One PostgreSQL for a run, one database in it for each xdist worker.


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") == "postgresql" and not hasattr(config, "workerinput"):
        try:
            config.cluster = postgresql.Cluster()  # type: ignore[attr-defined]
        except postgresql.Unavailable as error:
            pytest.exit(str(error), returncode=4)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    cluster = getattr(node.config, "cluster", None)
    if cluster is not None:
        name = f"delphi_{node.workerinput['workerid']}"
        node.workerinput["postgresql"] = (cluster.url("postgres"), cluster.url(name), name)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster = getattr(config, "cluster", None)
    if cluster is not None:
        cluster.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `postgresql` mean nothing elsewhere; on it, those without a database or marked `any_database` say
    nothing new. They are left out, not skipped."""
    on_postgresql = config.getoption("--database") == "postgresql"
    left_out = [item for item in items if not _means_something(item, on_postgresql)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _means_something(item, on_postgresql)]


def _means_something(item: pytest.Item, on_postgresql: bool) -> bool:
    if on_postgresql:
        has_database = not DATABASES.isdisjoint(getattr(item, "fixturenames", ()))
        return has_database and item.get_closest_marker("any_database") is None
    return item.get_closest_marker("postgresql") is None


def _addresses(config: pytest.Config) -> tuple[str, str, str]:
    """Of the server, of this worker's database, and that database's name."""
    given = getattr(config, "workerinput", {}).get("postgresql")
    if given:
        return tuple(given)  # type: ignore[return-value]
    cluster = config.cluster  # type: ignore[attr-defined]
    return cluster.url("postgres"), cluster.url("delphi"), "delphi"


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


# The schema is made once; a test gets a copy of the file, or the database emptied.


def _migrate(instance: Path, database_url: str) -> None:
    """As `delphi migrate` does."""
    app = create_app(settings_for(instance, database_url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    jobs.of(app).huey.storage.close()


def settings_for(instance: Path, database_url: str, **chosen: str) -> settings.Settings:
    """As if given in the environment."""
    values = {
        **({} if "demo" in chosen else REACHABLE),
        "secret_key": SECRET,
        "instance_path": str(instance),
        "database_url": database_url,
        **chosen,
    }
    return settings.read({settings.PREFIX + name.upper(): value for name, value in values.items()})


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and no rows."""
    folder = tmp_path_factory.mktemp("schema")
    _migrate(folder, "")
    return folder / "delphi.sqlite3"


@pytest.fixture(scope="session")
def postgresql_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """This worker's database, with the schema; asked for with `--database postgresql` only."""
    server, address, name = _addresses(request.config)
    maintenance = create_engine(_driver(server), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    maintenance.dispose()
    _migrate(tmp_path_factory.mktemp("schema"), address)
    engine = create_engine(_driver(address))
    yield engine
    engine.dispose()


# Small tables are faster to delete from than to truncate; large ones would be read again and again.
_EMPTY = """
DO $$
DECLARE
  name text;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);  -- rows may go in any order
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    IF pg_relation_size(name::regclass) > 200000 THEN
      EXECUTE 'TRUNCATE ' || name || ' CASCADE';
    ELSIF pg_relation_size(name::regclass) > 0 THEN
      EXECUTE 'DELETE FROM ' || name;
    END IF;
  END LOOP;
  PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


def _empty(engine: Engine) -> None:
    names = ", ".join(f"'\"{table.name}\"'" for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(_EMPTY.format(names=names))


@pytest.fixture(scope="session")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instances")


@pytest.fixture
def instance(instances: Path) -> Path:
    """Always the same folder, empty at first, so that the application can be kept between tests."""
    folder = instances / "instance"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _put(empty: Path, file: Path) -> None:
    """A file that is there already is held open by a server: it is emptied, not replaced."""
    if not file.exists():
        shutil.copy(empty, file)
        return
    with closing(sqlite3.connect(empty)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


@pytest.fixture
def database(request: pytest.FixtureRequest, instance: Path) -> str:
    """The database_url setting of an empty database with the schema; "" means SQLite in `instance`."""
    if request.config.getoption("--database") == "sqlite":
        _put(request.getfixturevalue("empty_file"), instance / "delphi.sqlite3")
        return ""
    _empty(request.getfixturevalue("postgresql_database"))
    return _addresses(request.config)[1]


# The application.


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hashing is slow on purpose; most tests sign somebody in."""
    accounts.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def kept() -> Kept:
    """Applications and their configurations as they were made, because making one takes long."""
    return {}


@pytest.fixture
def make_app(database: str, instance: Path, clock: Clock, kept: Kept) -> Iterator[MakeApp]:
    """An application on the test's database: `make_app(csrf=True, demo="yes", **smtp_server.settings)`.

    `fresh`: one that the test may change, as by adding a page.
    """
    made: list[Flask] = []

    def make(*, csrf: bool = False, fresh: bool = False, **chosen: str) -> Flask:
        key = (csrf, frozenset(chosen.items()), len(made))
        if key in kept and not fresh:
            app, config = kept[key]
            app.config.clear()
            app.config.update(config, CLOCK=clock)
            jobs.of(app).huey.storage.initialize_schema()  # its file went with the last test's folder
        else:
            app = create_app(settings_for(instance, **{"database_url": database} | chosen), clock=clock)
            app.config.update(TESTING=True, WTF_CSRF_ENABLED=csrf)
            app.test_client_class = Browser
            if not fresh and "queue_url" not in chosen:
                kept[key] = (app, dict(app.config))
        made.append(app)
        return app

    yield make
    for app in made:
        jobs.of(app).huey.storage.close()
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _within(app: Flask) -> Iterator[Flask]:
    """The test body may use `session` and services; a client commits them before each request."""
    with app.app_context():
        yield app
        session.rollback()


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    with _within(make_app()) as made:
        yield made


@pytest.fixture
def app_with_csrf(make_app: MakeApp) -> Iterator[Flask]:
    with _within(make_app(csrf=True)) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen: client.get(...)`, then count `seen`."""

    def count() -> AbstractContextManager[list[str]]:
        session.commit()
        return counting.counted(db.engine)

    return count


@pytest.fixture(scope="session")
def mailbag() -> Iterator[smtp.Mailbag]:
    with smtp.running() as bag:
        yield bag


@pytest.fixture
def smtp_server(mailbag: smtp.Mailbag) -> smtp.Mailbag:
    """Always on the same port, empty at first, so that an application that writes to it can be kept."""
    mailbag.empty()
    return mailbag


@pytest.fixture
def no_mail_server(app: Flask) -> None:
    chosen = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(chosen, values={**chosen.values, "smtp_host": ""})


# The cast.


@pytest.fixture
def make_account(app: Flask, clock: Clock) -> Callable[..., Account]:
    """An active account whose password is PASSWORD."""

    def make(name: str, *, is_admin: bool = False) -> Account:
        account = accounts.create(
            f"{name.lower()}@example.org", name, PASSWORD, is_admin=is_admin, now=clock()
        )
        session.commit()
        return account

    return make


@pytest.fixture
def alice(make_account: Callable[..., Account]) -> Account:
    """The researcher."""
    return make_account("Alice")


@pytest.fixture
def fay(make_account: Callable[..., Account]) -> Account:
    """The facilitator."""
    return make_account("Fay")


@pytest.fixture
def charlie(make_account: Callable[..., Account]) -> Account:
    """The outsider: signed in, in no study."""
    return make_account("Charlie")


@pytest.fixture
def sign_in(clock: Clock) -> Callable[[Browser, Account], Browser]:
    """`sign_in(client, alice)`: through a real, revocable session."""

    def enter(client: Browser, account: Account) -> Browser:
        token = accounts.open_session(account, browser="Test browser", now=clock())
        session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    return enter

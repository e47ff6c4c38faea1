"""`delphi demo` and `delphi migrate`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from delphi import settings
from delphi.app import create_app
from delphi.db import session
from delphi.models import Account, Rating, Study
from delphi.settings import PREFIX
from tests.cli.conftest import Run
from tests.conftest import SECRET

LINK = re.compile(r"http://127\.0\.0\.1:8000(/i/\S+)")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets these for the servers it starts; put back after the test."""
    for name in ("DEMO", "BASE_URL"):
        monkeypatch.setenv(PREFIX + name, "")
        monkeypatch.delenv(PREFIX + name)


def _count(instance: Path, model: type) -> int:
    environment = {PREFIX + "SECRET_KEY": SECRET, PREFIX + "INSTANCE_PATH": str(instance)}
    with create_app(settings.read(environment)).app_context():
        return session.scalar(select(func.count()).select_from(model)) or 0


def _status(instance: Path, path: str) -> int:
    environment = {PREFIX + "SECRET_KEY": SECRET, PREFIX + "INSTANCE_PATH": str(instance)}
    return create_app(settings.read(environment)).test_client().get(path).status_code


def test_from_nothing_it_loads_the_study_and_tells_how_to_get_in(run_bare: Run, instance: Path) -> None:
    done = run_bare("demo", "--no-serve", demo="yes")
    assert done.exit_code == 0, done.output
    assert "http://127.0.0.1:8000/sign-in" in done.output
    assert "/mailbox" in done.output
    for role in ("Owner: alice@example.org", "Facilitator: fay@example.org", "Observer: oscar@example.org"):
        assert role in done.output
    link = LINK.search(done.output)
    assert link is not None
    assert _status(instance, link.group(1)) == 200
    assert _count(instance, Study) == 1


def test_run_again_it_keeps_the_data_and_gives_a_new_link(run_bare: Run, instance: Path) -> None:
    first = run_bare("demo", "--no-serve", demo="yes").output
    ratings = _count(instance, Rating)
    second = run_bare("--lang", "fr", "demo", "--no-serve", demo="yes").output
    assert _count(instance, Rating) == ratings > 0
    assert _count(instance, Study) == 1
    links = [found.group(1) for text in (first, second) if (found := LINK.search(text))]
    assert len(set(links)) == 2
    assert [_status(instance, link) for link in links] == [200, 200]


def test_it_refuses_a_database_in_use(run_bare: Run, instance: Path) -> None:
    """Messages to real people would be on a page that everyone can read."""
    run_bare("migrate")
    create = ("account", "create", "--email", "dana@example.org", "--name", "Dana", "--password-stdin")
    run_bare(*create, typed="a password nobody uses twice")
    done = run_bare("demo", "--no-serve", demo="yes")
    assert done.exit_code == 1
    assert "holds accounts that are not the demo’s" in done.stderr
    assert "alice@example.org" not in done.output
    assert (_count(instance, Account), _count(instance, Study)) == (1, 0)


def test_migrate_may_run_twice(run_bare: Run) -> None:
    for _ in range(2):
        done = run_bare("migrate")
        assert (done.exit_code, done.output) == (0, "The database is up to date.\n")


def test_migrate_tells_that_the_database_does_not_answer(run_bare: Run) -> None:
    done = run_bare("migrate", database_url="postgresql://delphi:hush@127.0.0.1:1/delphi")
    assert done.exit_code == 1
    assert "does not answer" in done.stderr
    assert "hush" not in done.stderr


def test_serving_an_old_database_is_refused(run_bare: Run) -> None:
    done = run_bare("serve", demo="yes")
    assert done.exit_code == 1
    assert "delphi migrate" in done.stderr

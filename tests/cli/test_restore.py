"""`delphi restore`: a study comes back whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.exporters.datapackage import Archive
from delphi.models import Account, Study
from delphi.services import backups, studies, study_rows
from tests.cli.conftest import Run
from tests.support import rounds
from tests.support.clock import Clock


@pytest.fixture
def file(alice: Account, fay: Account, clock: Clock, tmp_path: Path) -> Path:
    """The backup of a study that is lost."""
    study = rounds.make_world(alice, fay, clock()).study
    path, study_id = tmp_path / "full.zip", study.id
    with Archive(path, clock()) as archive:
        backups.add(archive, study, now=clock())
    for table in reversed(study_rows.tables()):
        session.execute(delete(table).where(study_rows.of(table, study_id)))
    session.commit()
    return path


def test_it_works(run: Run, file: Path, charlie: Account) -> None:
    done = run("restore", str(file), "--owner", charlie.email)
    assert done.exit_code == 0, done.output
    assert "What specialists need" in done.output
    study = session.scalars(select(Study)).one()
    member = studies.membership(study.id, charlie.id)
    assert member is not None
    assert member.role == Role.OWNER


def test_twice_is_once(run: Run, file: Path) -> None:
    run("restore", str(file))
    done = run("restore", str(file))
    assert (done.exit_code, "is here already" in done.output) == (1, True)
    assert session.scalar(select(func.count()).select_from(Study)) == 1


def test_an_owner_without_an_account_is_refused(run: Run, file: Path) -> None:
    done = run("restore", str(file), "--owner", "nobody@example.org")
    assert (done.exit_code, "nobody@example.org" in done.output) == (1, True)
    assert session.scalar(select(func.count()).select_from(Study)) == 0


def test_another_file_is_refused(run: Run, file: Path) -> None:
    file.write_bytes(b"no ZIP file")
    done = run("restore", str(file))
    assert (done.exit_code, "Nothing was restored" in done.output) == (1, True)

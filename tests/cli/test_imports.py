"""`delphi items import` and `delphi experts import`: all of a file, or nothing and every reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from delphi.db import session
from delphi.models import Account, Expert, Item, Study
from delphi.services import panels, studies
from tests.cli.conftest import Run
from tests.support.clock import Clock

ITEMS = "code,title,panels\nA1,First item,all\nA2,Second item,all\n"
EXPERTS = "name,email,panels\nBen,ben@example.org,W\nChloé,chloe@example.org,W\n"


@pytest.fixture
def study(app: Flask, alice: Account, clock: Clock) -> Study:
    made = studies.create(alice, {"en": "A study"}, ["en"], "UTC", "us@example.org", now=clock())
    panels.add(made, "W", {"en": "Women’s services"}, by=alice, now=clock())
    session.commit()
    return made


def _file(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("noun", "content", "model"), [("items", ITEMS, Item), ("experts", EXPERTS, Expert)])
class TestImport:
    def test_it_works(
        self, run: Run, study: Study, tmp_path: Path, noun: str, content: str, model: type
    ) -> None:
        done = run(noun, "import", _file(tmp_path, "t.csv", content), "--study", str(study.id))
        assert (done.exit_code, done.output) == (0, f"2 {noun} were imported.\n")
        assert session.scalar(select(func.count()).select_from(model)) == 2

    def test_twice_the_same_is_refused_with_each_place(
        self, run: Run, study: Study, tmp_path: Path, noun: str, content: str, model: type
    ) -> None:
        lines = content.splitlines()
        twice = _file(tmp_path, "t.csv", "\n".join([*lines, lines[1], lines[2]]))
        done = run(noun, "import", twice, "--study", str(study.id))
        assert done.exit_code == 1
        told = done.stderr.splitlines()
        assert [line.split(":")[0].strip()[-1] for line in told[1:]] == ["4", "5"]
        assert session.scalar(select(func.count()).select_from(model)) == 0

    def test_a_file_that_is_not_a_table_is_refused(
        self, run: Run, study: Study, tmp_path: Path, noun: str, content: str, model: type
    ) -> None:
        done = run(noun, "import", _file(tmp_path, "t.xlsx", content), "--study", str(study.id))
        assert done.exit_code == 1
        assert "t.xlsx" in done.stderr

    def test_an_unknown_study_is_refused(
        self, run: Run, study: Study, tmp_path: Path, noun: str, content: str, model: type
    ) -> None:
        done = run(noun, "import", _file(tmp_path, "t.csv", content), "--study", "999")
        assert done.exit_code == 1
        assert "study" in done.stderr

    def test_a_missing_file_is_refused(
        self, run: Run, study: Study, tmp_path: Path, noun: str, content: str, model: type
    ) -> None:
        done = run(noun, "import", str(tmp_path / "none.csv"), "--study", str(study.id))
        assert done.exit_code == 2
        assert "none.csv" in done.stderr

"""What lies in the repository: the folders that the design names, and nothing that should not be there."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, tracked

TOP_LEVEL = {
    "delphi", "migrations", "instance", "templates", "tests", "docs", "benchmarks",
    "wsgi.py", "README.md", "pyproject.toml", "Makefile", ".ci",
    "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".gitignore",
}  # fmt: skip
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".po", ".ini", ".csv", ".yml", ""}
# Written apart, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(work|root|home|tmp|Users)/[A-Za-z]")


def _texts() -> list[tuple[str, str]]:
    files = [path for path in tracked() if path.suffix in TEXT and path.name != "source.py"]
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in files]


def test_the_top_level_is_the_one_the_design_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} == TOP_LEVEL


def test_instance_holds_its_readme_only() -> None:
    assert [path.name for path in tracked() if path.is_relative_to(ROOT / "instance")] == ["README.md"]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert [name for name, text in _texts() if MACHINE_PATHS.search(text)] == []


def test_nothing_is_left_unfinished() -> None:
    assert [name for name, text in _texts() if UNFINISHED.search(text)] == []


def test_every_address_in_a_lock_is_absent() -> None:
    locks = [text for name, text in _texts() if name.startswith(".ci/requirements")]
    assert len(locks) == 2
    assert not any("://" in text for text in locks)


def test_the_two_locks_pin_the_same_versions() -> None:
    plain, development = (
        dict(re.findall(r"^([\w.\[\]-]+)==(\S+)", (ROOT / ".ci" / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert plain
    assert plain.items() <= development.items()


def test_files_stay_short_enough_to_read() -> None:
    """A file that outgrows this has a seam; the test page of a whole study may be longer than code.

    Scripts that go into a bundle are one file each, for whoever gets them.
    """
    code = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "delphi")]
    code = [path for path in code if path.parent.name != "scripts"]
    assert [path.name for path in code if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []

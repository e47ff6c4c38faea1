"""Pages of documentation: their links lead somewhere, what they name exists, what they list is the program's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from delphi.db import Base
from delphi.domain.permissions import GRANTED, Permission, Role
from delphi.services.demo import PASSWORD, STAFF
from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
PRIVACY = DOCS / "privacy.md"
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:delphi|docs|migrations|templates|tests|\.ci)/[\w./-]*)`")
CODE = re.compile(r"```.*?```", re.DOTALL)
LARGEST_PICTURE = 200_000


def _text(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    links = [
        link for link in LINK.findall(_text(page)) if "://" not in link and not link.startswith("mailto:")
    ]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_files_that_a_page_names_exist(page: Path) -> None:
    assert [name for name in NAMED.findall(_text(page)) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", [DOCS / "architecture.md", README, PRIVACY], ids=_name)
def test_tests_that_a_page_names_exist(page: Path) -> None:
    """A name after a file is a test in that file."""
    file, named, missing = "", 0, []
    for token in re.findall(r"`([^`]+)`", _text(page)):
        if re.fullmatch(r"tests/.*\.py", token):
            file = (ROOT / token).read_text(encoding="utf-8")
        elif token.startswith("test_"):
            named += 1
            missing += [token] if f"def {token}(" not in file else []
    assert named
    assert missing == []


def test_names_and_addresses_of_experts_have_one_table() -> None:
    """Whoever adds such a column elsewhere decides here that it is not about experts."""
    telling = {"email", "phone", "address"}
    found = {table.name for table in Base.metadata.sorted_tables if telling & set(table.columns.keys())}
    assert found == {"account", "contact", "farewell"}  # the last for hours, and without the expert


# What the privacy page lists.


def _rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = _text(page).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_the_privacy_page_tells_of_every_table() -> None:
    told = {name for row in _rows(PRIVACY, "What is stored") for name in re.findall(r"`(\w+)`", row[0])}
    assert told == {table.name for table in Base.metadata.sorted_tables}


def test_the_roles_of_the_privacy_page_are_those_of_the_program() -> None:
    rows = {row[0].strip("`"): row[2:] for row in _rows(PRIVACY, "Who can read and do what")}
    expected = {
        permission.value: ["yes" if permission in GRANTED[role] else "no" for role in Role]
        for permission in Permission
    }
    assert rows == expected


# What the README promises.


def test_the_readme_tells_how_to_sign_in_to_the_demo() -> None:
    text = README.read_text(encoding="utf-8")
    assert [told for told in (*(staff[0] for staff in STAFF), PASSWORD) if told not in text] == []


def test_the_readme_names_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", README.read_text(encoding="utf-8")))
    assert {"run", "test"} <= named
    assert [target for target in named if f"\n{target}:" not in makefile] == []


def test_pictures_are_small_and_used() -> None:
    pictures = {path.name: path.stat().st_size for path in (DOCS / "images").iterdir()}
    assert [name for name, size in pictures.items() if size > LARGEST_PICTURE] == []
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in pictures if name not in pages] == []

"""The framework as a document: what it tells of areas and items, in numbers as stored, and in every format."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from delphi.db import session
from delphi.models import Account, ReportText
from delphi.reports.document import Document, Heading, Paragraph, Picture, Table
from delphi.services import report_files
from delphi.services.report_files import Format
from delphi.services.reporting import documents, framework
from tests.support import frameworks
from tests.support.clock import Clock
from tests.support.frameworks import Grown
from tests.support.studies import make_study


@pytest.fixture
def grown(alice: Account, fay: Account, clock: Clock) -> Grown:
    return frameworks.grow(alice, fay, clock())


def texts(document: Document) -> str:
    said = [document.title]
    for section in document.sections:
        said += [section.title, section.own]
        for block in section.blocks:
            match block:
                case Heading() | Paragraph():
                    said.append(block.text)
                case Table():
                    said += [str(cell) for row in block.rows for cell in row]
    return "\n".join(said)


def tables(document: Document) -> dict[str, Table]:
    return {one.key: one for section in document.sections for one in section.blocks if isinstance(one, Table)}


def test_it_tells_every_area_and_promoted_item(grown: Grown, clock: Clock) -> None:
    made = documents.build(grown.study, "framework", "en", now=clock())
    said = texts(made)
    for told in (
        "Leaf", "Law", "What the law asks.", "Left empty on purpose: Told elsewhere.", "Courts",
        "A · Title of item A (en)", "Promoted after round 1, as the rules say.", "IPV",
        "All experts: 15 of 15 in the high band (100%), median 8.",
    ):  # fmt: skip
        assert told in said
    for hidden in ("Title of item B", "Panel M"):
        assert hidden not in said


def test_it_is_in_the_language_asked_for(grown: Grown, clock: Clock) -> None:
    said = texts(documents.build(grown.study, "framework", "fr", now=clock()))
    assert "Ce que la loi demande." in said
    assert "Title of item A (fr)" in said


def test_numbers_are_the_stored_ones_to_the_last_digit(grown: Grown, clock: Clock) -> None:
    found = tables(documents.build(grown.study, "framework", "en", now=clock()))["last_numbers"]
    entry = next(one for one in framework.Framework(grown.study).entries.values() if one.item.code == "A")
    assert entry.scored is not None
    assert entry.scored.stored is not None
    summary = entry.scored.stored.judgement["summaries"]["importance"]["pooled"]
    row = next(list(row) for row in found.rows if row[0] == "A" and row[3] == "All experts")
    assert row[4:] == [
        summary["n"],
        summary["high"]["count"],
        summary["high"]["percent"]["value"],
        summary["median"]["value"],
    ]


def test_the_plain_style_has_no_drawing(grown: Grown, clock: Clock) -> None:
    def pictures(style: str) -> list[Picture]:
        made = framework.of(grown.study, "en", now=clock(), style=style)
        return [one for section in made.sections for one in section.blocks if isinstance(one, Picture)]

    assert pictures("list") == []
    assert len(pictures("flower")) == 1


def test_the_team_may_write_of_its_own(grown: Grown, clock: Clock) -> None:
    row = {"study_id": grown.study.id, "document": "framework", "language": "en"}
    session.add(ReportText(**row, section="overview", text="How to read this."))
    session.flush()
    made = documents.build(grown.study, "framework", "en", now=clock())
    assert next(one for one in made.sections if one.key == "overview").own == "How to read this."


def test_a_study_without_items_has_an_honest_document(alice: Account, clock: Clock) -> None:
    said = texts(documents.build(make_study(alice, clock()), "framework", "en", now=clock()))
    assert "No item has been promoted so far" in said
    assert "Too few experts answered" in said


@pytest.mark.parametrize("wanted", list(Format))
def test_every_format_holds_it(grown: Grown, clock: Clock, tmp_path: Path, wanted: Format) -> None:
    target = tmp_path / f"framework.{wanted}"
    report_files.write(documents.build(grown.study, "framework", "fr", now=clock()), wanted, target)
    if wanted is Format.PDF:
        assert target.read_bytes().startswith(b"%PDF")
        return
    with ZipFile(target) as archive:
        written = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
        drawn = [name for name in archive.namelist() if name.endswith(".png")]
    assert b"Tribunaux" in written or wanted is Format.WORKBOOK
    assert b"Droit" in written
    assert len(drawn) == (1 if wanted is Format.WORD else 0)

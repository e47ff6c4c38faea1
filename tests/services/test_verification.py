"""A pack and a bundle of an honest study agree; whatever was changed in either is named exactly."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.wordings import ItemText
from delphi.models import Account, Rating
from delphi.services import bundles, items, protocols, registration
from delphi.services.verifying.archives import opened
from delphi.services.verifying.finding import Finding
from delphi.services.verifying.verification import verify
from tests.support import rounds as support, studies
from tests.support.clock import Clock
from tests.support.rounds import World

AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, None], "M": [9, 8, 7]}
SPLIT = {"W": [1, 9, 2, 8, 3, 7, 5, None], "C": [1, 9, 2, 8, 3, 7], "M": [5, 4]}

Rows = list[dict[str, str]]


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def _amended(document: str) -> str:
    return document.replace("at_least = 70", "at_least = 75", 1)


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return support.make_world(alice, fay, clock())


@pytest.fixture
def pack(world: World, clock: Clock, tmp_path: Path) -> Path:
    """Made when the protocol was sealed, unpacked."""
    target = tmp_path / "pack.zip"
    registration.write(world.study, {}, target, _silent, now=clock())
    return _unpacked(target)


@pytest.fixture
def data(world: World, pack: Path, clock: Clock, tmp_path: Path) -> Path:
    """Two rounds, with an amendment and a new wording between them, unpacked."""
    _round(world, clock, ["A", "B", "C"])
    text = {"en": ItemText("Item A, said better"), "fr": ItemText("Énoncé A, mieux dit")}
    items.reword(world.items["A"], text, "Two experts asked for it.", by=world.fay, now=clock())
    document = _amended(protocols.current(world.study).document)
    protocols.amend(world.study, document, "The field asks for more.", by=world.alice, now=clock())
    _round(world, clock, ["A", "B"])
    return _bundle(world, clock, tmp_path)


def _round(world: World, clock: Clock, codes: list[str]) -> None:
    opened_round = support.open_round(world, clock.advance(days=1), codes)
    for code, points in zip(codes, (SPLIT, SPLIT, AGREED), strict=False):
        support.rate(world, opened_round, code, points, clock())
    support.decide_all(world, support.close(world, opened_round, clock.advance(days=7)), clock())


def _bundle(world: World, clock: Clock, folder: Path) -> Path:
    target = folder / "data.zip"
    bundles.write(world.study, "research", target, _silent, now=clock())
    return _unpacked(target)


def _unpacked(path: Path) -> Path:
    folder = path.with_suffix("")
    with ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def _found(pack: Path, data: Path) -> list[Finding]:
    return list(verify(opened(pack), opened(data)))


def _differences(pack: Path, data: Path) -> dict[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for one in _found(pack, data):
        if one.differs:
            told.setdefault(one.code, []).append(one)
    return told


def _edit(path: Path, change: Callable[[Rows], Rows | None]) -> None:
    """A table as somebody would change it in a spreadsheet."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    kept = change(rows) or rows
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(kept)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def test_an_honest_study_is_verified_and_its_changes_are_listed(pack: Path, data: Path) -> None:
    found = _found(pack, data)
    assert [one for one in found if one.differs] == []
    told = {one.code: one.facts for one in found}
    assert told["amendment_after_data"]["reason"] == "The field asks for more."
    assert told["amendment_change"] == {
        "number": 1,
        "place": "rules 1, all 1, at_least",
        "registered": "70",
        "found": "75",
    }
    assert told["wording_added"]["reason"] == "Two experts asked for it."


def test_the_zip_files_do_as_well(pack: Path, data: Path) -> None:
    assert _differences(pack.with_suffix(".zip"), data.with_suffix(".zip")) == {}


def test_a_changed_rule_is_named(pack: Path, data: Path) -> None:
    document = data / "protocol-1.toml"
    document.write_text(document.read_text().replace("at_least = 70", "at_least = 60", 1))
    found = _differences(pack, data)
    [changed] = found["protocol_changed"]
    assert changed.facts == {
        "number": 1,
        "place": "rules 1, all 1, at_least",
        "registered": "70",
        "found": "60",
    }
    assert "protocol_digest" in found


def test_a_changed_rating_is_named(pack: Path, data: Path) -> None:
    def change(rows: Rows) -> None:
        row = next(row for row in rows if (row["round"], row["item"], row["rating"]) == ("1", "A", "9"))
        row["rating"] = "1"
        changed.update(row)

    changed: dict[str, str] = {}
    _edit(data / "data" / "ratings.csv", change)
    found = _differences(pack, data)
    assert [one.facts for one in found["file_changed"]] == [{"file": "data/ratings.csv"}]
    [rating] = found["rating_changed"]
    place = {"round": "1", "expert": changed["expert"], "item": "A", "criterion": "importance"}
    assert rating.facts == place | {"was": "9", "now": "1"}
    assert {(one.facts["fewer"], one.facts["more"]) for one in found["counts_differ"]} == {("1 × 9", "1 × 1")}


def test_a_changed_rating_is_named_though_all_digests_of_files_were_made_anew(pack: Path, data: Path) -> None:
    def change(rows: Rows) -> None:
        next(row for row in rows if row["rating"] == "8")["rating"] = "7"

    ratings = data / "data" / "ratings.csv"
    _edit(ratings, change)
    package = json.loads((data / "datapackage.json").read_text())
    for resource in package["resources"]:
        digest = hashlib.sha256((data / resource["path"]).read_bytes()).hexdigest()
        resource["hash"] = f"sha256:{digest}"
    (data / "datapackage.json").write_text(json.dumps(package))
    assert {"rating_changed", "counts_differ"} <= set(_differences(pack, data))


def test_of_several_changed_ratings_each_is_named(pack: Path, data: Path) -> None:
    """Two of one expert, and one each of two others in the same items."""

    def change(rows: Rows) -> None:
        one, two, three = list(dict.fromkeys(row["expert"] for row in rows if row["round"] == "1"))[:3]
        for expert, item, rating in (
            *((one, item, "2") for item in "AB"),
            *((two, "A", "unable"), (three, "B", "")),
        ):
            row = next(
                row for row in rows if (row["round"], row["expert"], row["item"]) == ("1", expert, item)
            )
            changed.add((expert, item, row["rating"] or "–", rating or "–"))
            row["rating"] = rating

    changed: set[tuple[str, str, str, str]] = set()
    _edit(data / "data" / "ratings.csv", change)
    found = _differences(pack, data)
    told = [one.facts for one in found["rating_changed"]]
    assert {(one["expert"], one["item"], one["was"], one["now"]) for one in told} == changed
    assert "ratings_changed" not in found


def test_what_cannot_be_told_apart_is_said_to_be_among_these_items(pack: Path, data: Path) -> None:
    """Two experts in the same two items: no digest is off by one answer alone."""

    def change(rows: Rows) -> None:
        experts.extend(sorted({row["expert"] for row in rows if row["round"] == "1"})[:2])
        for row in rows:
            if row["round"] == "1" and row["expert"] in experts and row["item"] in "AB":
                row["rating"] = "1" if row["rating"] != "1" else "2"

    experts: list[str] = []
    _edit(data / "data" / "ratings.csv", change)
    found = _differences(pack, data)
    assert [one.facts for one in found["ratings_changed"]] == [
        {"round": "1", "expert": expert, "items": "A, B"} for expert in experts
    ]
    assert "rating_changed" not in found


def test_a_missing_expert_is_named(pack: Path, data: Path) -> None:
    def change(rows: Rows) -> Rows:
        missing.append(rows[0]["expert"])
        return [row for row in rows if row["expert"] != missing[0]]

    missing: list[str] = []
    _edit(data / "data" / "ratings.csv", change)
    found = _differences(pack, data)["expert_missing"]
    assert {one.facts["key"] for one in found} == set(missing)
    assert {one.facts["round"] for one in found} == {"1", "2"}


def test_an_invented_expert_is_named(pack: Path, data: Path) -> None:
    _edit(data / "data" / "ratings.csv", lambda rows: [*rows, rows[0] | {"expert": "W-FAKE"}])
    [added] = _differences(pack, data)["expert_added"]
    assert added.facts["key"] == "W-FAKE"


def test_a_reworded_item_is_named(pack: Path, data: Path) -> None:
    def change(rows: Rows) -> None:
        row = next(row for row in rows if (row["item"], row["wording"]) == ("B", "1"))
        row["title_en"] = "Something else"

    _edit(data / "data" / "wordings.csv", change)
    [reworded] = _differences(pack, data)["item_reworded"]
    assert reworded.facts["item"] == "B"
    assert reworded.facts["column"] == "title_en"
    assert reworded.facts["found"] == "Something else"


def test_a_removed_item_is_named(pack: Path, data: Path) -> None:
    _edit(data / "data" / "wordings.csv", lambda rows: [row for row in rows if row["item"] != "C"])
    assert [one.facts["item"] for one in _differences(pack, data)["item_missing"]] == ["C"]


def test_a_changed_verdict_is_named(pack: Path, data: Path) -> None:
    def change(rows: Rows) -> None:
        next(row for row in rows if row["item"] == "B")["verdict"] = "promote"

    _edit(data / "data" / "verdicts.csv", change)
    [differs] = _differences(pack, data)["verdict_differs"]
    assert (differs.facts["item"], differs.facts["stored"], differs.facts["found"]) == (
        "B",
        "promote",
        "re-rate",
    )


def test_a_changed_pack_is_named(pack: Path, data: Path) -> None:
    document = pack / "protocol-1.toml"
    document.write_text(document.read_text().replace("below = 15", "below = 25", 1))
    found = _differences(pack, data)
    assert [one.facts["file"] for one in found["pack_file_changed"]] == ["protocol-1.toml"]
    assert "protocol_changed" in found


def test_a_rating_changed_in_the_database_is_found_against_its_stored_verdict(
    world: World, pack: Path, data: Path, clock: Clock, tmp_path: Path
) -> None:
    """The digests are made with the bundle; the numbers were stored when the round closed."""
    rating = session.scalars(select(Rating).where(Rating.point == 9)).first()
    assert rating is not None
    rating.point = 1
    session.flush()
    later = tmp_path / "later"
    later.mkdir()
    assert set(_differences(pack, _bundle(world, clock, later))) >= {"counts_differ"}


def test_what_is_neither_is_refused(pack: Path, data: Path, tmp_path: Path) -> None:
    for first, second, code in ((data, data, "archive.no_pack"), (pack, pack, "archive.no_bundle")):
        with pytest.raises(DomainError) as refused:
            _found(first, second)
        assert refused.value.code == code
    (tmp_path / "text").write_text("no ZIP file")
    with pytest.raises(DomainError, match=r"archive\.unreadable"):
        opened(tmp_path / "text")


def test_the_pack_says_what_was_fixed(world: World, pack: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (pack / "SHA256SUMS").read_text().splitlines())
    assert {name: hashlib.sha256((pack / name).read_bytes()).hexdigest() for name in sums} == sums
    files = {one.name for one in pack.iterdir()}
    assert {
        "protocol-1.toml",
        "rules-en.md",
        "rules-fr.md",
        "items.csv",
        "messages-fr.md",
        "pack.json",
    } <= files
    assert "70" in (pack / "rules-en.md").read_text()
    manifest = json.loads((pack / "pack.json").read_text())
    assert manifest["protocols"][0]["sha256"] == protocols.sealed(world.study).digest


def test_items_that_came_later_are_not_registered(world: World, clock: Clock, tmp_path: Path) -> None:
    studies.add_item(world.study, clock.advance(days=1), "LATE")
    target = tmp_path / "later.zip"
    registration.write(world.study, {}, target, _silent, now=clock())
    assert {row["item"] for row in opened(target).rows("items.csv")} == {"A", "B", "C"}


def test_a_draft_has_nothing_to_register(alice: Account, clock: Clock, tmp_path: Path) -> None:
    study = studies.make_study(alice, clock())
    with pytest.raises(DomainError, match=r"registration\.not_sealed"):
        registration.write(study, {}, tmp_path / "pack.zip", _silent, now=clock())

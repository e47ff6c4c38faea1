"""The study bundle: complete, described, the same each time, and without a name."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from frictionless import Package
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.exporters.tables import neutral, original
from delphi.models import Account, Comment, Contact, Participation
from delphi.services import bundles, makers
from tests.support.bundles import (
    is_valid,
    table,
    tamper,
    unpacked,
    world_of,
)
from tests.support.clock import Clock
from tests.support.rounds import World, close, open_round


def test_frictionless_accepts_it(folder: Path) -> None:
    is_valid(folder)


def test_frictionless_notices_a_changed_table(folder: Path) -> None:
    tamper(folder, "ratings", lambda rows: rows[0].update(rating="1" if rows[0]["rating"] != "1" else "2"))
    assert not Package(str(folder / "datapackage.json")).validate().valid


def test_no_bundle_before_a_round_is_closed(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made = world_of(alice, fay, clock())
    open_round(made, clock())
    with pytest.raises(DomainError) as refused:
        unpacked(made.study, "research", tmp_path, clock())
    assert refused.value.code == "bundle.no_closed_round"
    assert list(tmp_path.iterdir()) == []


def test_there_are_no_other_profiles(world: World, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        unpacked(world.study, "everything", tmp_path, clock())
    assert refused.value.code == "bundle.unknown"


def test_nothing_is_left_of_a_bundle_that_failed(world: World, clock: Clock, tmp_path: Path) -> None:
    def fails(step: str, done: int, total: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        bundles.write(world.study, "research", tmp_path / "b.zip", fails, now=clock())
    assert list(tmp_path.iterdir()) == []


def test_it_tells_how_far_it_is(world: World, clock: Clock, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    bundles.write(world.study, "research", tmp_path / "b.zip", lambda *far: told.append(far), now=clock())
    assert told[-1] == ("bundle", 1, 1)


@pytest.mark.parametrize("profile", ["research", "public"])
def test_the_worker_makes_it_in_the_language_asked_for(
    world: World, clock: Clock, tmp_path: Path, profile: str
) -> None:
    kind = makers.of(f"bundle.{profile}")
    assert kind.permission is Permission.EXPORT
    target = tmp_path / "made.zip"
    kind.make(world.study, kind.chosen(world.study, {"language": "fr"}), target, lambda *_: None, now=clock())
    assert kind.file is not None
    assert kind.file(world.study, {}) == f"study-{world.study.id}-{profile}.zip"
    with zipfile.ZipFile(target) as archive:
        assert archive.read("README.md").decode().startswith("# Ce dont les spécialistes ont besoin")


def test_the_same_study_gives_the_same_bytes(world: World, clock: Clock, tmp_path: Path) -> None:
    for name in ("a", "b"):
        bundles.write(world.study, "research", tmp_path / name, lambda *_: None, now=clock())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def _comment(world: World, text: str, clock: Clock) -> None:
    rated = open_round(world, clock())
    author = session.scalars(
        select(Participation.expert_id).where(Participation.round_id == rated.id).order_by(Participation.id)
    ).first()
    row = rated.items[0]
    session.add(
        Comment(
            round_id=rated.id,
            expert_id=author,
            item_id=row.item_id,
            wording_id=row.wording_id,
            text=text,
            language="en",
            updated_at=clock(),
        )
    )
    session.flush()
    close(world, rated, clock())


def test_nothing_in_it_names_an_expert_or_an_author(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made = world_of(alice, fay, clock())
    for number, contact in enumerate(session.scalars(select(Contact))):
        contact.name, contact.phone = f"Needle Person {number}", f"+1 555 01{number:02}"
    for experts in made.experts.values():
        for expert in experts:
            expert.attributes = {"profession": "needle-profession"}
    _comment(made, "A text.", clock)
    folder = unpacked(made.study, "research", tmp_path, clock())
    for path in folder.rglob("*"):
        text = path.read_text(encoding="utf-8").casefold() if path.is_file() else ""
        for needle in ("needle", "@example.org", "555 01", alice.email, fay.email):
            assert needle.casefold() not in text.replace("study@example.org", ""), path
    codes = {expert.code for experts in made.experts.values() for expert in experts}
    for name in ("comments", "codings", "summaries", "decisions"):
        text = (folder / "data" / f"{name}.csv").read_text(encoding="utf-8")
        assert not [code for code in codes if code in text]


def test_no_number_of_a_group_too_small_to_show_stands_outside_the_ratings(folder: Path) -> None:
    assert {row["group"] for row in table(folder, "summaries")} == {"pooled", "W"}  # C would give M away
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert '"M": ' not in json.dumps(results["rounds"])
    hidden = [trace for one in results["rounds"][0]["items"] for trace in one["trace"] if one["item"] != "C"]
    assert all("holds" not in trace for trace in hidden if trace["panels"] == "every")


def test_formulas_are_disarmed_and_come_back(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made, written = world_of(alice, fay, clock()), '=HYPERLINK("http://x")\nand more'
    _comment(made, written, clock)
    folder = unpacked(made.study, "research", tmp_path, clock())
    (row,) = table(folder, "comments")
    assert row["text"] == "'" + written
    assert original(row["text"]) == written
    is_valid(folder)


@pytest.mark.parametrize(
    "text", ["=1", "'=1", "''  +1", "' x", "'", "", "\t", "' '=1", "a=b", "it’s", "'quoted'"]
)
def test_every_text_comes_back(text: str) -> None:
    assert original(neutral(text)) == text


def test_the_bundle_is_small_text_files(world: World, clock: Clock, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    bundles.write(world.study, "research", target, lambda *_: None, now=clock())
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert {"README.md", "codebook.md", "datapackage.json", "results.json"} <= set(archive.namelist())

"""The study bundle: complete, described, and enough for a stranger to recompute every verdict."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask_babel import force_locale
from frictionless import Package
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.protocols import StudyProtocol
from delphi.exporters.tables import neutral, original
from delphi.models import Account, Comment, Contact, Item, Participation, StoredVerdict, Study
from delphi.scoring import presets
from delphi.scoring.protocol import Protocol
from delphi.services import bundles, demo, makers, protocols, rounds
from tests.support import bundles as support, studies
from tests.support.bundles import Row, needs_r, python, r, table, tamper, unpacked
from tests.support.clock import Clock
from tests.support.rounds import World, decide_all, make_world

SIZES = {"W": 24, "C": 16, "M": 3}  # M is under every minimum
SCRIPTS = [pytest.param(python, id="python"), pytest.param(r, id="r", marks=needs_r)]
Script = Callable[[Path], tuple[int, str]]

# Everything that a protocol can say beside the presets: two criteria, three modes of panels, every statistic.
RICH = """
quartiles = 6

[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] } }
question = { en = "How important is this?", fr = "Est-ce important ?" }

[criteria.clarity]
scale = { points = 4, bands = { low = [1, 2], high = [3, 4] } }
question = { en = "How clear is this?", fr = "Est-ce clair ?" }

[[rules]]
name = "Two panels"
verdict = "promote"
criterion = "importance"
panels = ["W", "C"]
minimum_raters = 5
any = [ { statistic = "percent_high", above = "200/3" }, { statistic = "disagreement_index", below = 0.2 } ]

[[rules]]
verdict = "drop"
criterion = "importance"
panels = "any"
minimum_raters = 5
all = [ { statistic = "rand_agreement", at_least = 1 }, { statistic = "median", at_most = 3.5 } ]

[[rules]]
verdict = "revise"
criterion = "clarity"
panels = "every"
all = [ { statistic = "modified_kappa", below = -0.01 }, { statistic = "cvr", below = "critical" } ]

[[rules]]
verdict = "re-rate"
criterion = "clarity"
panels = "pooled"
any = [ { statistic = "percent_middle", above = 50 }, { statistic = "percent_low", at_least = "apmo" } ]

[otherwise]
verdict = "revise"
"""


def _document(preset: str) -> str:
    return StudyProtocol(Protocol.from_dict(presets.load(preset))).to_toml()


def _world(alice: Account, fay: Account, clock: Clock, document: str = studies.DOCUMENT) -> World:
    return make_world(alice, fay, clock(), SIZES, document)


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = _world(alice, fay, clock)
    support.closed_round(made, 1, clock())
    return made


@pytest.fixture
def folder(world: World, clock: Clock, tmp_path: Path) -> Path:
    return unpacked(world.study, "research", tmp_path, clock())


def _verdicts(study: Study) -> int:
    query = select(func.count()).select_from(StoredVerdict).join(Item, Item.id == StoredVerdict.item_id)
    return session.scalar(query.where(Item.study_id == study.id)) or 0


def _reproduced(script: Script, folder: Path, count: int) -> None:
    assert script(folder) == (0, f"{count} of {count} verdicts reproduced.\n")


def _valid(folder: Path) -> None:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "fieldName", "note"])
    assert {path.stem for path in (folder / "data").iterdir()} == {
        task.title or Path(task.place).stem for task in report.tasks
    }


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("preset", presets.names())
def test_every_verdict_of_every_preset_is_reproduced(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path, preset: str, script: Script
) -> None:
    world = _world(alice, fay, clock, _document(preset))
    support.closed_round(world, 1, clock(), more=9)
    _reproduced(script, unpacked(world.study, "research", tmp_path, clock()), 12)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("quartiles", [6, 7, 8])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_protocol_can_say_is_reproduced(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path, seed: int, quartiles: int, script: Script
) -> None:
    world = _world(alice, fay, clock, RICH.replace("quartiles = 6", f"quartiles = {quartiles}"))
    support.closed_round(world, seed, clock(), more=9)
    _reproduced(script, unpacked(world.study, "research", tmp_path, clock()), 12)


@pytest.mark.parametrize("script", SCRIPTS)
def test_two_rounds_under_two_versions_of_the_protocol(
    world: World, clock: Clock, tmp_path: Path, script: Script
) -> None:
    amended = studies.DOCUMENT.replace("at_least = 70", "at_least = 60").replace('"every"', '"pooled"')
    decide_all(world, rounds.of_study(world.study)[-1], clock())
    protocols.amend(world.study, amended, "Nobody agreed.", by=world.alice, now=clock())
    support.closed_round(world, 5, clock())
    folder = unpacked(world.study, "research", tmp_path, clock())
    assert {row["protocol"] for row in table(folder, "verdicts")} == {"1", "2"}
    assert (folder / "protocol-2.toml").read_text(encoding="utf-8") == amended.strip() + "\n"
    _reproduced(script, folder, _verdicts(world.study))
    _valid(folder)


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_demo_study_in_both_languages(clock: Clock, app: object, tmp_path: Path, script: Script) -> None:
    study = demo.load(clock())
    for language, heading in (("en", "# Codebook"), ("fr", "#")):
        (tmp_path / language).mkdir()
        with force_locale(language):
            folder = unpacked(study, "research", tmp_path / language, clock())
        assert (folder / "codebook.md").read_text(encoding="utf-8").startswith(heading)
        _reproduced(script, folder, _verdicts(study))
        _valid(folder)


def test_frictionless_accepts_it(folder: Path) -> None:
    _valid(folder)


def test_frictionless_notices_a_changed_table(folder: Path) -> None:
    tamper(folder, "ratings", lambda rows: rows[0].update(rating="1" if rows[0]["rating"] != "1" else "2"))
    assert not Package(str(folder / "datapackage.json")).validate().valid


@pytest.mark.parametrize("script", SCRIPTS)
class TestTampered:
    def test_a_rating(self, folder: Path, script: Script) -> None:
        def lower(rows: list[Row]) -> None:
            row = next(row for row in rows if row["item"] == "B" and row["rating"] not in ("", "unable"))
            row["rating"] = "1" if row["rating"] != "1" else "9"

        tamper(folder, "ratings", lower)
        status, told = script(folder)
        assert status == 1
        assert "Round 1, item B, importance, pooled: " in told

    def test_enough_ratings_to_change_a_verdict(self, folder: Path, script: Script) -> None:
        def all_high(rows: list[Row]) -> None:
            for row in rows:
                row["rating"] = {"A": "9", "B": "1"}.get(row["item"], row["rating"])

        tamper(folder, "ratings", all_high)
        status, told = script(folder)
        stated = {row["item"]: row["verdict"] for row in table(folder, "verdicts")}
        assert status == 1
        for item, verdict in (("A", "promote"), ("B", "drop")):
            if stated[item] != verdict:
                assert f"Round 1, item {item}: the ratings give {verdict} (rule " in told
        assert "3 of 3" not in told

    def test_a_missing_answer(self, folder: Path, script: Script) -> None:
        tamper(folder, "ratings", lambda rows: rows.remove(next(row for row in rows if row["rating"])))
        assert script(folder)[0] == 1

    def test_a_verdict(self, folder: Path, script: Script) -> None:
        tamper(folder, "verdicts", lambda rows: rows[0].update(verdict="revise"))
        status, told = script(folder)
        assert status == 1
        assert "Round 1, item A: the ratings give " in told
        assert "2 of 3 verdicts reproduced." in told

    def test_a_number(self, folder: Path, script: Script) -> None:
        tamper(folder, "summaries", lambda rows: rows[0].update(median="5.25"))
        status, told = script(folder)
        assert (status, "median is " in told) == (1, True)

    def test_a_statistic_that_is_not_known(self, folder: Path, script: Script) -> None:
        tamper(folder, "conditions", lambda rows: rows[0].update(statistic="entropy"))
        status, told = script(folder)
        assert status == 1
        assert "Round 1, item A: a rule uses entropy, not recomputed here" in told


def test_a_protocol_that_is_not_the_sealed_one(folder: Path) -> None:
    path = folder / "protocol-1.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("70", "60"), encoding="utf-8")
    status, told = python(folder)
    assert (status, "protocol-1.toml: not the document that was sealed" in told) == (1, True)


def test_no_bundle_before_a_round_is_closed(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made = _world(alice, fay, clock)
    support.open_round(made, clock())
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
    rated = support.open_round(world, clock())
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
    support.close(world, rated, clock())


def test_nothing_in_it_names_an_expert_or_an_author(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made = _world(alice, fay, clock)
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
    made, written = _world(alice, fay, clock), '=HYPERLINK("http://x")\nand more'
    _comment(made, written, clock)
    folder = unpacked(made.study, "research", tmp_path, clock())
    (row,) = table(folder, "comments")
    assert row["text"] == "'" + written
    assert original(row["text"]) == written
    _valid(folder)


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


class TestPublic:
    """Nobody can be found in it, and it says what that costs."""

    @pytest.fixture
    def public(self, world: World, clock: Clock, tmp_path: Path) -> Path:
        return unpacked(world.study, "public", tmp_path, clock())

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_what_the_rules_need_and_may_be_told_is_reproduced(self, public: Path, script: Script) -> None:
        # Rules for every panel cannot be recomputed where M is not told; C was put to W alone.
        assert {row["item"]: row["recomputable"] for row in table(public, "verdicts")} == {
            "A": "false",
            "B": "false",
            "C": "true",
        }
        status, told = script(public)
        assert status == 0
        assert told.splitlines()[0] == "1 of 1 verdicts reproduced."
        assert "2 more cannot be recomputed" in told

    @pytest.mark.parametrize("script", SCRIPTS)
    @pytest.mark.parametrize("preset", ["apmo", "rand_ucla_ipras", "comet_70_15", "cvr_ayre_scally"])
    def test_presets(
        self, alice: Account, fay: Account, clock: Clock, tmp_path: Path, preset: str, script: Script
    ) -> None:
        sizes = {"W": 24, "C": 16} if preset == "comet_70_15" else SIZES
        made = make_world(alice, fay, clock(), sizes, _document(preset))
        support.closed_round(made, 2, clock(), more=9)
        _reproduced(script, unpacked(made.study, "public", tmp_path, clock()), 12)

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_whatever_a_protocol_can_say(
        self, alice: Account, fay: Account, clock: Clock, tmp_path: Path, script: Script
    ) -> None:
        made = _world(alice, fay, clock, RICH)
        support.closed_round(made, 3, clock(), more=9)
        status, told = script(unpacked(made.study, "public", tmp_path, clock()))
        assert status == 0, told

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_a_changed_rating_is_named(self, public: Path, script: Script) -> None:
        def lower(rows: list[Row]) -> None:
            row = next(row for row in rows if row["item"] == "B" and row["rating"] not in ("", "unable"))
            row["rating"] = "1" if row["rating"] != "1" else "9"

        tamper(public, "ratings", lower)
        status, told = script(public)
        assert (status, "Round 1, item B, importance, pooled: " in told) == (1, True)

    def test_frictionless_accepts_it(self, public: Path) -> None:
        _valid(public)

    def test_everybody_alike_is_five_or_more(self, public: Path) -> None:
        alike = Counter(
            (row["round"], row["item"], row["criterion"], row["panels"]) for row in table(public, "ratings")
        )
        assert min(alike.values()) >= 5
        assert {panels for *_, panels in alike} == {"", "W"}

    def test_no_pseudonym_no_comment_and_no_small_panel(self, world: World, public: Path) -> None:
        codes = {expert.code for experts in world.experts.values() for expert in experts}
        text = "".join(path.read_text(encoding="utf-8") for path in public.rglob("*") if path.is_file())
        assert not [code for code in codes if code in text]
        assert not (public / "data" / "comments.csv").exists()
        assert {row["group"] for row in table(public, "summaries")} == {"pooled", "W"}

    def test_the_report_says_what_it_costs(self, public: Path) -> None:
        report = json.loads((public / "anonymisation-report.json").read_text(encoding="utf-8"))
        assert report["k"] == 5
        (told,) = report["rounds"]
        assert told["verdicts_not_recomputed"] == ["A", "B"]
        assert told["panels_not_told"] == {"C": 2, "M": 2}
        text = (public / "anonymisation-report.md").read_text(encoding="utf-8")
        assert "Panel Panel M (M) is not told beside answers to 2 of 3 items." in text

    def test_too_few_answers_are_left_out_whole(
        self, alice: Account, fay: Account, clock: Clock, tmp_path: Path
    ) -> None:
        made = make_world(alice, fay, clock(), {"W": 4}, studies.DOCUMENT.replace("raters = 2", "raters = 1"))
        support.closed_round(made, 1, clock())
        folder = unpacked(made.study, "public", tmp_path, clock())
        assert (table(folder, "ratings"), table(folder, "summaries")) == ([], [])
        assert {row["recomputable"] for row in table(folder, "verdicts")} == {"false"}
        assert python(folder)[0] == 0
        _valid(folder)

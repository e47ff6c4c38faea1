"""A full backup gives the same study back, under new keys; what is damaged, newer or here already is refused whole."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Role
from delphi.exporters.datapackage import Archive
from delphi.models import (
    Account,
    Comment,
    Decision,
    Domain,
    Event,
    Expert,
    Feedback,
    Membership,
    Message,
    Round,
    RoundItem,
    Study,
)
from delphi.models.domain import DomainLevel
from delphi.models.message import MessageState
from delphi.scoring.rules import Verdict
from delphi.services import (
    backups,
    bundles,
    decisions,
    demo,
    links,
    outbox,
    restoring,
    rounds,
    study_rows,
    wordings,
)
from tests.support import rounds as support, studies as made_studies
from tests.support.clock import Clock
from tests.support.rows import everything

SERVICES = Path(__file__).parents[2] / "delphi" / "services"
INSIDE = ("once", "told_until", "facts", "audience", "content")  # hold ids, and have tests of their own


def _backup(study: Study, clock: Clock) -> io.BytesIO:
    file = io.BytesIO()
    with Archive(file, clock()) as archive:
        backups.add(archive, study, now=clock())
    return file


def _forget(study: Study) -> None:
    """The study is lost, as with a broken disk."""
    study_id = study.id
    for table in reversed(study_rows.tables()):
        session.execute(delete(table).where(study_rows.of(table, study_id)))
    session.commit()
    session.expire_all()


def _restored(file: io.BytesIO, clock: Clock, owner: Account | None = None) -> Study:
    study = restoring.restore(file, owner=owner, now=clock())
    session.commit()
    return session.get_one(Study, study.id)


def _content(study: Study) -> dict[str, list[dict[str, Any]]]:
    """Every row, with the place of a row among its study's where its key stood."""
    found: dict[str, list[Mapping[Any, Any]]] = {}
    for table in backups.tables():
        query = select(table).where(study_rows.of(table, study.id)).order_by(*table.primary_key)
        found[table.name] = list(session.execute(query).mappings())
    places = {
        name: {row["id"]: place for place, row in enumerate(rows)}
        for name, rows in found.items()
        if rows and "id" in rows[0]
    }
    places["account"] = dict(session.execute(select(Account.id, Account.email)).all())  # type: ignore[arg-type]
    return {
        table.name: sorted(
            ({c.name: _told(c, row[c.name], places) for c in table.columns} for row in found[table.name]),
            key=repr,
        )
        for table in backups.tables()
    }


def _told(column: Any, value: Any, places: dict[str, dict[int, int]]) -> Any:
    if value is None or column.name in INSIDE:
        return None
    for key in column.foreign_keys:
        return places[key.column.table.name][value]
    return places[column.table.name][value] if column.name == "id" else value


def _same(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    after["event"] = [row for row in after["event"] if row["kind"] != "study.restored"]
    for name, rows in before.items():
        assert after[name] == rows, name


def _changed(file: io.BytesIO, change: Callable[[str, bytes], bytes | None]) -> io.BytesIO:
    """The same ZIP with other content; None leaves a file out."""
    target = io.BytesIO()
    with ZipFile(file) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            data = change(name, before.read(name))
            if data is not None:
                after.writestr(name, data)
    return target


@pytest.fixture
def full(alice: Account, fay: Account, charlie: Account, clock: Clock) -> Study:
    """Two rounds, the second open, with feedback that quotes a comment; another study stands before it."""
    made_studies.make_study(charlie, clock())
    world = support.make_world(alice, fay, clock.advance(minutes=5))
    first = support.open_round(world, clock())
    support.rate(world, first, "A", {"W": [9] * 5 + [2, None], "C": [9] * 6}, clock())
    wording = wordings.current([world.items["A"].id])[world.items["A"].id].id
    about = {"round_id": first.id, "item_id": world.items["A"].id, "wording_id": wording}
    author = world.experts["W"][0].id
    quoted = Comment(**about, expert_id=author, text="Yes.", language="en", chosen=True, updated_at=clock())
    session.add(quoted)
    closed = support.close(world, first, clock.advance(days=7))
    decisions.confirm(world.study, closed.id, decisions.undecided(closed), by=fay, now=clock())
    decisions.finish(world.study, closed.id, by=fay, now=clock())
    support.open_round(world, clock(), ["B", "C"])
    session.commit()
    return world.study


def test_the_demo_comes_back(charlie: Account, clock: Clock) -> None:
    """The study with something of everything."""
    full = demo.load(clock())
    session.commit()
    before, file = _content(full), _backup(full, clock)
    _forget(full)
    made_studies.add_panel(made_studies.make_study(charlie, clock()), charlie, clock(), "Z", "In the way")
    after = _content(_restored(file, clock))
    _same(before, after)
    assert sum(map(len, before.values())) > 1000


def test_a_domain_stays_below_the_one_it_was_moved_into(full: Study, clock: Clock) -> None:
    below = Domain(study_id=full.id, level=DomainLevel.DOMAIN, name={"en": "Earlier"})
    session.add(below)
    session.flush()
    above = Domain(study_id=full.id, level=DomainLevel.PART, name={"en": "Later"})
    session.add(above)
    session.flush()
    below.parent_id, name = above.id, below.name
    session.commit()
    file = _backup(full, clock)
    _forget(full)
    again = _restored(file, clock)
    found = session.scalars(select(Domain).where(Domain.study_id == again.id)).all()
    moved = next(one for one in found if one.name == name)
    assert session.get_one(Domain, moved.parent_id).name == {"en": "Later"}


def test_a_link_that_was_mailed_still_opens(full: Study, clock: Clock) -> None:
    expert = session.scalars(select(Expert).where(Expert.study_id == full.id)).first()
    assert expert is not None
    token, code = links.make(expert, clock()), expert.code
    session.commit()
    file = _backup(full, clock)
    _forget(full)
    _restored(file, clock)
    visit = links.visit_by(token)
    assert visit is not None
    assert visit.expert.code == code


def test_no_cause_queues_a_second_message(full: Study, clock: Clock) -> None:
    file = _backup(full, clock)
    _forget(full)
    again = _restored(file, clock)
    opened = rounds.current_open(again.id)
    assert opened is not None
    asked = select(Message).where(Message.round_id == opened.id, Message.kind == "round_invitation")
    invited = [session.get_one(Expert, one.expert_id) for one in session.scalars(asked)]
    assert len(invited) > 10
    assert outbox.queue_round_invitations(opened, invited, clock()) == 0


def test_what_was_being_sent_waits(full: Study, clock: Clock) -> None:
    sending = session.scalars(select(Message).where(Message.study_id == full.id)).first()
    assert sending is not None
    sending.state, header = MessageState.SENDING, sending.message_id
    session.commit()
    file = _backup(full, clock)
    _forget(full)
    _restored(file, clock)
    found = session.scalars(select(Message).where(Message.message_id == header)).one()
    assert found.state == MessageState.QUEUED


def test_feedback_finds_its_comments(full: Study, clock: Clock) -> None:
    def told(study: Study) -> list[tuple[str, str]]:
        query = select(Feedback).join(Round).where(Round.study_id == study.id)
        shown = [one for frozen in session.scalars(query) for one in frozen.content["comments"]]
        return sorted((one["text"], session.get_one(Comment, one["comment"]).text) for one in shown)

    before, file = told(full), _backup(full, clock)
    _forget(full)
    assert told(_restored(file, clock)) == before
    assert before


def test_what_was_confirmed_together_is_known_together(full: Study, clock: Clock) -> None:
    file = _backup(full, clock)
    _forget(full)
    again = _restored(file, clock)
    query = select(Event).where(Event.study_id == again.id, Event.kind == "decision.confirmed")
    ids = session.scalars(select(Decision.id).join(Round).where(Round.study_id == again.id)).all()
    assert session.scalars(query).one().facts["decisions"] == [min(ids), max(ids)]


def test_who_has_an_account_here_is_that_account_and_others_get_no_password(
    full: Study, charlie: Account, clock: Clock
) -> None:
    team = _team(full)
    file = _backup(full, clock)
    _forget(full)
    gone = session.scalars(select(Account).where(Account.email == "fay@example.org")).one()
    gone.email = "somebody-else@example.org"
    session.commit()
    again = _restored(file, clock, owner=charlie)
    assert _team(again) == team | {charlie.email: Role.OWNER}
    made = session.scalars(select(Account).where(Account.email == "fay@example.org")).one()
    assert (made.password_hash, made.is_admin, made.state) == (None, False, "invited")


def _team(study: Study) -> dict[str, Role]:
    members = session.scalars(select(Membership).where(Membership.study_id == study.id))
    return {one.account.email: one.role for one in members}


def test_no_password_is_in_it(full: Study, clock: Clock) -> None:
    with ZipFile(_backup(full, clock)) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    assert b"argon2" not in told
    assert b"password" not in told.replace(b"password_reset", b"")


# Refusals: each leaves the database as it was.


def _refused(file: io.BytesIO, clock: Clock, code: str) -> None:
    before = everything()
    with pytest.raises(DomainError) as refused:
        restoring.restore(file, owner=None, now=clock())
    session.rollback()
    assert refused.value.code == code
    assert everything() == before


def test_a_study_that_is_here_is_not_restored_beside_itself(full: Study, clock: Clock) -> None:
    _refused(_backup(full, clock), clock, "backup.is_here")


@pytest.mark.parametrize("name", ["rating.jsonl", "contact.jsonl", "account.jsonl", "protocol.jsonl"])
def test_one_changed_byte_is_found(full: Study, clock: Clock, name: str) -> None:
    def change(one: str, data: bytes) -> bytes:
        return data.replace(b"e", b"E", 1) if one == f"backup/{name}" else data

    file = _changed(_backup(full, clock), change)
    _forget(full)
    _refused(file, clock, "backup.damaged")


def test_a_missing_table_is_found(full: Study, clock: Clock) -> None:
    file = _changed(_backup(full, clock), lambda name, data: None if "comment.jsonl" in name else data)
    _forget(full)
    _refused(file, clock, "backup.damaged")


def test_a_file_cut_off_is_refused(full: Study, clock: Clock) -> None:
    file = _backup(full, clock)
    _forget(full)
    _refused(io.BytesIO(file.getvalue()[:-2000]), clock, "backup.unreadable")


def test_what_is_no_backup_is_refused(alice: Account, clock: Clock) -> None:
    _refused(io.BytesIO(b"not a ZIP file"), clock, "backup.unreadable")
    other = io.BytesIO()
    with ZipFile(other, "w") as archive:
        archive.writestr("ratings.csv", "round,item")
    _refused(other, clock, "backup.no_backup")


def _manifest(change: dict[str, Any]) -> Callable[[str, bytes], bytes]:
    def changed(name: str, data: bytes) -> bytes:
        return json.dumps(json.loads(data) | change).encode() if name == backups.MANIFEST else data

    return changed


def test_a_newer_one_is_refused(full: Study, clock: Clock) -> None:
    file = _changed(_backup(full, clock), _manifest({"version": backups.VERSION + 1}))
    _forget(full)
    _refused(file, clock, "backup.newer")


def _remade(file: io.BytesIO, table: str, change: Callable[[bytes], bytes]) -> io.BytesIO:
    """Around changed rows, with a manifest that agrees with them."""
    data = change(ZipFile(file).read(f"backup/{table}.jsonl"))

    def changed(name: str, old: bytes) -> bytes:
        if name == f"backup/{table}.jsonl":
            return data
        if name != backups.MANIFEST:
            return old
        manifest = json.loads(old)
        for listed in manifest["tables"]:
            if listed["name"] == table:
                listed["sha256"] = hashlib.sha256(data).hexdigest()
        return json.dumps(manifest).encode()

    return _changed(file, changed)


def test_a_column_this_version_does_not_know_is_refused(full: Study, clock: Clock) -> None:
    file = _remade(_backup(full, clock), "item", lambda rows: rows.replace(b'{"id"', b'{"mood": 1, "id"', 1))
    _forget(full)
    _refused(file, clock, "backup.newer_column")


@pytest.mark.parametrize(
    ("table", "old", "new", "code"),
    [
        ("expert_panel", b'"panel_id": ', b'"panel_id": 99', "backup.damaged"),
        ("round", b'"state": "', b'"state": "un', "backup.contradicts"),
        ("rating", b'"criterion": "importance"', b'"criterion": null', "backup.contradicts"),
        ("item", b'"code": "A"', b'"code": "B"', "backup.contradicts"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    full: Study, clock: Clock, table: str, old: bytes, new: bytes, code: str
) -> None:
    file = _remade(_backup(full, clock), table, lambda rows: rows.replace(old, new, 1))
    _forget(full)
    _refused(file, clock, code)


def test_a_rehearsal_is_not_backed_up(full: Study, clock: Clock) -> None:
    full.rehearsal_of_id = full.id
    with pytest.raises(DomainError, match=r"backup\.of_rehearsal"):
        _backup(full, clock)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)
ANSWERS = st.fixed_dictionaries(
    {
        "W": st.lists(st.one_of(st.none(), st.integers(1, 9)), max_size=8),
        "C": st.lists(st.integers(1, 9), max_size=6),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(TEXT, min_size=1, max_size=3),
    answers=st.lists(ANSWERS, min_size=1, max_size=3),
    comment=TEXT,
    finish=st.booleans(),
)
def test_any_study_comes_back(
    alice: Account,
    fay: Account,
    clock: Clock,
    titles: list[str],
    answers: list[Any],
    comment: str,
    finish: bool,
) -> None:
    """Whatever was written, rated, commented and decided in however many rounds."""
    world = support.make_world(alice, fay, clock.advance(days=1))
    for number, points in enumerate(answers):
        opened = support.open_round(world, clock(), ["A", "B", "C"])
        support.rate(world, opened, "A", points, clock())
        row = session.scalars(select(RoundItem).where(RoundItem.round_id == opened.id)).first()
        assert row is not None
        about = {"round_id": opened.id, "item_id": row.item_id, "wording_id": row.wording_id}
        author = world.experts["W"][number].id
        session.add(Comment(**about, expert_id=author, text=comment, language="en", updated_at=clock()))
        if number == len(answers) - 1 and not finish:
            break
        closed = support.close(world, opened, clock.advance(days=7))
        for item_id in decisions.undecided(closed):
            facts: dict[str, Any] = {"by": fay, "now": clock()}
            decisions.decide(world.study, closed.id, item_id, Verdict.RE_RATE, titles[0], **facts)
        decisions.finish(world.study, closed.id, by=fay, now=clock())
    session.commit()
    before, file = _content(world.study), _backup(world.study, clock)
    _forget(world.study)
    _same(before, _content(_restored(file, clock)))
    session.commit()


def test_every_cause_of_a_message_is_known() -> None:
    """An id in a cause that is not renamed would stop a later message, or send one twice."""
    written = re.compile(r'(?:once=|once = |cause = |return |, )f"([a-z-]+)-\{')
    without = {"farewell", "team"}  # chance, or an instant, tells these apart
    found = {
        prefix
        for path in SERVICES.glob("*.py")
        if "outbox" in path.read_text(encoding="utf-8")
        for prefix in written.findall(path.read_text(encoding="utf-8"))
    }
    assert {"round", "reminder", "thanks", "news"} <= found
    for prefix in found - without:
        assert any(pattern.match(f"{prefix}-1") for pattern, _table in restoring.CAUSES), prefix


def test_the_full_bundle_holds_the_tables_too_and_is_restored(
    full: Study, clock: Clock, tmp_path: Path
) -> None:
    target = tmp_path / "full.zip"
    bundles.write(full, "full", target, lambda *_told: None, now=clock())
    with ZipFile(target) as archive:
        assert {"data/ratings.csv", "recompute.py", backups.MANIFEST} <= set(archive.namelist())
    before = _content(full)
    _forget(full)
    _same(before, _content(_restored(io.BytesIO(target.read_bytes()), clock)))


def test_a_study_without_answers_has_a_full_bundle(alice: Account, clock: Clock, tmp_path: Path) -> None:
    study = made_studies.make_study(alice, clock())
    session.commit()
    target = tmp_path / "full.zip"
    bundles.write(study, "full", target, lambda *_told: None, now=clock())
    before = _content(study)
    _forget(study)
    _same(before, _content(_restored(io.BytesIO(target.read_bytes()), clock)))

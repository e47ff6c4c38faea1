"""A full backup gives the same study back, under new keys; what is damaged, newer or here already is refused whole."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Role
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
from delphi.services import backups, bundles, decisions, demo, links, outbox, restoring, rounds
from tests.support import backups as backed, rounds as support, studies as made_studies
from tests.support.backups import backed_up, content_of, forget, is_same, restored
from tests.support.clock import Clock

SERVICES = Path(__file__).parents[2] / "delphi" / "services"


@pytest.fixture
def full(alice: Account, fay: Account, charlie: Account, clock: Clock) -> Study:
    return backed.full(alice, fay, charlie, clock)


def test_the_demo_comes_back(charlie: Account, clock: Clock) -> None:
    """The study with something of everything."""
    full = demo.load(clock())
    session.commit()
    before, file = content_of(full), backed_up(full, clock)
    forget(full)
    made_studies.add_panel(made_studies.make_study(charlie, clock()), charlie, clock(), "Z", "In the way")
    after = content_of(restored(file, clock))
    is_same(before, after)
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
    file = backed_up(full, clock)
    forget(full)
    again = restored(file, clock)
    found = session.scalars(select(Domain).where(Domain.study_id == again.id)).all()
    moved = next(one for one in found if one.name == name)
    assert session.get_one(Domain, moved.parent_id).name == {"en": "Later"}


def test_a_link_that_was_mailed_still_opens(full: Study, clock: Clock) -> None:
    expert = session.scalars(select(Expert).where(Expert.study_id == full.id)).first()
    assert expert is not None
    token, code = links.make(expert, clock()), expert.code
    session.commit()
    file = backed_up(full, clock)
    forget(full)
    restored(file, clock)
    visit = links.visit_by(token)
    assert visit is not None
    assert visit.expert.code == code


def test_no_cause_queues_a_second_message(full: Study, clock: Clock) -> None:
    file = backed_up(full, clock)
    forget(full)
    again = restored(file, clock)
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
    file = backed_up(full, clock)
    forget(full)
    restored(file, clock)
    found = session.scalars(select(Message).where(Message.message_id == header)).one()
    assert found.state == MessageState.QUEUED


def test_feedback_finds_its_comments(full: Study, clock: Clock) -> None:
    def told(study: Study) -> list[tuple[str, str]]:
        query = select(Feedback).join(Round).where(Round.study_id == study.id)
        shown = [one for frozen in session.scalars(query) for one in frozen.content["comments"]]
        return sorted((one["text"], session.get_one(Comment, one["comment"]).text) for one in shown)

    before, file = told(full), backed_up(full, clock)
    forget(full)
    assert told(restored(file, clock)) == before
    assert before


def test_what_was_confirmed_together_is_known_together(full: Study, clock: Clock) -> None:
    file = backed_up(full, clock)
    forget(full)
    again = restored(file, clock)
    query = select(Event).where(Event.study_id == again.id, Event.kind == "decision.confirmed")
    ids = session.scalars(select(Decision.id).join(Round).where(Round.study_id == again.id)).all()
    assert session.scalars(query).one().facts["decisions"] == [min(ids), max(ids)]


def test_who_has_an_account_here_is_that_account_and_others_get_no_password(
    full: Study, charlie: Account, clock: Clock
) -> None:
    team = _team(full)
    file = backed_up(full, clock)
    forget(full)
    gone = session.scalars(select(Account).where(Account.email == "fay@example.org")).one()
    gone.email = "somebody-else@example.org"
    session.commit()
    again = restored(file, clock, owner=charlie)
    assert _team(again) == team | {charlie.email: Role.OWNER}
    made = session.scalars(select(Account).where(Account.email == "fay@example.org")).one()
    assert (made.password_hash, made.is_admin, made.state) == (None, False, "invited")


def _team(study: Study) -> dict[str, Role]:
    members = session.scalars(select(Membership).where(Membership.study_id == study.id))
    return {one.account.email: one.role for one in members}


def test_no_password_is_in_it(full: Study, clock: Clock) -> None:
    with ZipFile(backed_up(full, clock)) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    assert b"argon2" not in told
    assert b"password" not in told.replace(b"password_reset", b"")


# Refusals: each leaves the database as it was.


def test_a_rehearsal_is_not_backed_up(full: Study, clock: Clock) -> None:
    full.rehearsal_of_id = full.id
    with pytest.raises(DomainError, match=r"backup\.of_rehearsal"):
        backed_up(full, clock)


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
    before, file = content_of(world.study), backed_up(world.study, clock)
    forget(world.study)
    is_same(before, content_of(restored(file, clock)))
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
    before = content_of(full)
    forget(full)
    is_same(before, content_of(restored(io.BytesIO(target.read_bytes()), clock)))


def test_a_study_without_answers_has_a_full_bundle(alice: Account, clock: Clock, tmp_path: Path) -> None:
    study = made_studies.make_study(alice, clock())
    session.commit()
    target = tmp_path / "full.zip"
    bundles.write(study, "full", target, lambda *_told: None, now=clock())
    before = content_of(study)
    forget(study)
    is_same(before, content_of(restored(io.BytesIO(target.read_bytes()), clock)))

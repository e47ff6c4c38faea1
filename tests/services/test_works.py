"""Long work is asked for once, made once, kept until a newer one is there, and not read once it may not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from delphi.db import bells_asked_for, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.withdrawals import Withdrawal
from delphi.domain.works import Age, WorkState
from delphi.models import Account, Comment, Event, ReportText, Round, Work
from delphi.services import freshness, history, makers, redactions, rehearsals, withdrawals, work_files, works
from delphi.tasks import making
from delphi.words import LABELS
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate
from tests.support.works import do_all
from tests.tasks.with_kinds import FOLDER, KINDS

SPLIT = {"W": [9, 9, 9, 9, 9, 2, 2, 2], "C": [9, 9, 9, 9, 1, 1]}
Ask = Callable[..., Work]


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(makers, "KINDS", (*makers.KINDS, *KINDS))
    monkeypatch.setenv(FOLDER, str(tmp_path))


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "B", SPLIT, clock())
    write(world, opened, "B", "W", 0, "Ask Ann.", clock())
    return close(world, opened, clock.advance(days=7))


@pytest.fixture
def ask(world: World, clock: Clock) -> Ask:
    def asked(kind: str = "quick", **options: str) -> Work:
        return works.ask(world.study, f"test.{kind}", options, by=world.fay, now=clock())

    return asked


@pytest.fixture
def made(world: World, ask: Ask) -> Work:
    work = ask(number="1")
    do_all()
    return session.get_one(Work, work.id)


def _age(world: World, work: Work) -> Age | None:
    return next(one.age for one in works.of_study(world.study, [work.kind]) if one.work.id == work.id)


def _code(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.code


def test_asking_twice_makes_one(ask: Ask) -> None:
    first = ask(number="1")
    assert "works" in bells_asked_for()
    assert ask(number="1").id == first.id
    assert ask(number="2").id != first.id
    assert session.query(Event).filter_by(kind="work.asked").count() == 2


def test_the_first_value_is_taken_where_none_is_named(ask: Ask) -> None:
    assert ask().options == {"number": "0"}


@pytest.mark.parametrize("options", [{"number": "77"}, {"number": "../1"}, {"colour": "red"}])
def test_what_a_kind_does_not_allow_is_refused(ask: Ask, options: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refused:
        ask(**options)
    assert _code(refused) == "work.option"
    assert session.query(Work).count() == 0


def test_what_nobody_can_make_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound):
        ask("unheard_of")


def test_making_it_again_replaces_the_earlier_file(world: World, made: Work, ask: Ask, clock: Clock) -> None:
    earlier = works.open_file(world.study, made)[0]
    other = ask(number="2")
    clock.advance(minutes=5)
    again = ask(number="1")
    assert works.open_file(world.study, made)[0] == earlier  # until the new one is there
    do_all()
    work_files.tidy()
    ids = set(session.scalars(select(Work.id).where(Work.kind == "test.quick")))
    assert ids == {other.id, again.id}
    assert not earlier.exists()
    assert works.open_file(world.study, again)[0].exists()


def test_asking_again_forgets_that_it_failed(ask: Ask) -> None:
    failed = ask("refused")
    do_all()
    assert session.get_one(Work, failed.id).error == "study.not_found"
    again = ask("refused")
    assert list(session.scalars(select(Work.id).where(Work.kind == "test.refused"))) == [again.id]


def test_what_waits_is_cancelled_and_not_made(world: World, ask: Ask, clock: Clock, tmp_path: Path) -> None:
    work = ask()
    works.cancel(world.study, work, by=world.fay, now=clock())
    do_all()
    assert session.get_one(Work, work.id).state is WorkState.CANCELLED
    assert not (tmp_path / "made").exists()


def test_what_is_done_cannot_be_cancelled(world: World, made: Work, clock: Clock) -> None:
    with pytest.raises(DomainError) as refused:
        works.cancel(world.study, made, by=world.fay, now=clock())
    assert _code(refused) == "work.wrong_state"


def test_what_was_cancelled_while_it_was_made_leaves_no_file(world: World, ask: Ask, clock: Clock) -> None:
    work = ask()
    session.commit()
    assert works.claim([work.kind], clock()) is work
    works.cancel(world.study, work, by=world.fay, now=clock())
    session.commit()
    making.make(work)
    work_files.tidy()
    assert session.get_one(Work, work.id).state is WorkState.CANCELLED
    assert not list(work_files.root().rglob("*file-*"))


def test_of_two_workers_one_claims(ask: Ask, clock: Clock) -> None:
    work = ask()
    assert works.claim([work.kind], clock()) is work
    assert works.claim([work.kind], clock()) is None


def test_the_lock_of_a_work_is_held_by_one(ask: Ask) -> None:
    import os

    work = ask()
    held = work_files.hold(work)
    assert held is not None
    assert work_files.hold(work) is None
    os.close(held)
    again = work_files.hold(work)
    assert again is not None
    os.close(again)


def test_an_earlier_claim_waits_its_turn(ask: Ask, clock: Clock) -> None:
    first = ask(number="5")
    clock.advance(seconds=1)
    ask(number="6")
    assert works.claim(["test.quick"], clock()) is first


# Whether it still holds.


def test_it_holds_until_something_changes(world: World, made: Work, clock: Clock) -> None:
    assert _age(world, made) is Age.CURRENT
    history.record(world.study.id, "panel.renamed", world.fay, now=clock(), code="W")
    assert _age(world, made) is Age.OLD
    assert works.open_file(world.study, made)[0].exists()


def test_exporting_changes_nothing(world: World, made: Work, ask: Ask, clock: Clock) -> None:
    works.cancel(world.study, ask(number="3"), by=world.fay, now=clock())
    assert _age(world, made) is Age.CURRENT


def test_a_text_of_the_team_a_decision_and_a_verdict_change_it(
    world: World, closed: Round, clock: Clock
) -> None:
    seen = [freshness.of(world.study)]
    text = ReportText(
        study_id=world.study.id, document="report", section="limits", language="en", text="Few men."
    )
    session.add(text)
    session.flush()
    seen.append(freshness.of(world.study))
    text.text = "Few boys."
    session.flush()
    seen.append(freshness.of(world.study))
    world.experts["W"][0].attributes = {"years": 7}
    session.flush()
    seen.append(freshness.of(world.study))
    decide_all(world, closed, clock())
    seen.append(freshness.of(world.study))
    do_all()
    seen.append(freshness.of(world.study))
    assert len({one.whole for one in seen}) == len(seen)
    assert len({one.taken_back for one in seen}) == 1


def test_answers_to_an_open_round_change_only_what_holds_them(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    before = freshness.of(world.study), freshness.of(world.study, answers=True)
    rate(world, opened, "A", {"W": [9]}, clock())
    assert freshness.of(world.study) == before[0]
    assert freshness.of(world.study, answers=True) != before[1]


def test_another_study_changes_nothing(world: World, made: Work, alice: Account, clock: Clock) -> None:
    make_world(alice, world.fay, clock())
    assert _age(world, made) is Age.CURRENT


def test_what_was_redacted_since_may_not_be_read(
    world: World, closed: Round, made: Work, clock: Clock
) -> None:
    path = works.open_file(world.study, made)[0]
    comment = session.scalars(select(Comment)).one()
    redactions.redact(world.study, closed, comment, "Ask [name].", "A name", by=world.fay, now=clock())
    assert _age(world, made) is Age.TAKEN_BACK
    with pytest.raises(DomainError) as refused:
        works.open_file(world.study, made)
    assert _code(refused) == "work.taken_back"
    works.forget_old(clock())
    session.commit()
    work_files.tidy()
    assert not path.exists()
    assert _age(world, made) is Age.TAKEN_BACK


def test_nor_once_somebody_has_left(world: World, closed: Round, made: Work, clock: Clock) -> None:
    withdrawals.withdraw(world.study, world.experts["W"][0], Withdrawal.UNLINKED, by=None, now=clock())
    with pytest.raises(DomainError) as refused:
        works.open_file(world.study, made)
    assert _code(refused) == "work.taken_back"


def test_what_is_kept_for_a_time_goes_after_it(
    world: World, ask: Ask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = makers.Kind(
        "test.short", KINDS[0].permission, KINDS[0].make, KINDS[0].file, kept=timedelta(days=1)
    )
    monkeypatch.setattr(makers, "KINDS", (*makers.KINDS, short))
    work = ask("short")
    do_all()
    path = works.open_file(world.study, work)[0]
    works.forget_old(clock.advance(hours=23))
    assert session.get(Work, work.id) is not None
    works.forget_old(clock.advance(hours=1))
    session.commit()
    work_files.tidy()
    assert session.get(Work, work.id) is None
    assert not path.exists()


def test_looking_at_many_files_takes_no_more_statements(
    made: Work, ask: Ask, clock: Clock, statements: Any
) -> None:
    with statements() as one:
        works.forget_old(clock())
    for number in ("2", "3"):
        ask(number=number)
    do_all()
    with statements() as many:
        works.forget_old(clock())
    assert len(many) == len(one)


# On disk.


@pytest.mark.parametrize("name", ["../away.txt", "a/b.txt", ".hidden", "", "a\n.txt"])
def test_no_name_leads_out_of_the_folder(ask: Ask, name: str) -> None:
    work = ask()
    work_files.part_of(work).write_text("whole")
    with pytest.raises(ValueError, match="cannot be called"):
        work_files.keep(work, name)


def test_only_what_a_row_names_stays_on_disk(world: World, made: Work, ask: Ask, clock: Clock) -> None:
    folder = work_files.folder_of(world.study.id)
    begun = ask(number="4")
    works.claim(["test.quick"], clock())
    part = work_files.part_of(begun)
    for left in (part, folder / "999-file.txt", folder / ".999.part", folder / f"{made.id}-other.txt"):
        left.write_text("left")
    session.commit()
    work_files.tidy()
    assert {path.name for path in folder.iterdir()} == {part.name, made.file}


def test_files_go_with_their_study(world: World, clock: Clock) -> None:
    rehearsal = rehearsals.make(world.study, 6, by=world.fay, now=clock())
    work = works.ask(rehearsal, "test.quick", {}, by=world.fay, now=clock())
    do_all()
    path = works.open_file(rehearsal, work)[0]
    assert path.exists()
    rehearsals.delete(rehearsal)
    session.commit()
    work_files.tidy()
    assert not path.parent.exists()


def test_another_study_has_no_such_file(world: World, made: Work, alice: Account, clock: Clock) -> None:
    other = make_world(alice, world.fay, clock())
    with pytest.raises(NotFound):
        works.find(other.study, made.id)
    assert works.of_study(other.study, [made.kind]) == []


# Analyses of rounds.


def test_what_failed_or_was_cancelled_is_not_asked_for_by_itself_again(
    world: World, closed: Round, clock: Clock
) -> None:
    from delphi.services import analyses
    from delphi.tasks.analyses import ask as ask_for_analyses

    clock.advance(minutes=1)
    ask_for_analyses()
    work = works.latest(world.study.id, analyses.KIND, {"round": "1"})
    assert work is not None
    works.cancel(world.study, work, by=world.fay, now=clock())
    ask_for_analyses()
    assert works.unfinished(world.study, [analyses.KIND]) == []
    works.ask(world.study, analyses.KIND, {"round": "1"}, by=world.fay, now=clock())
    do_all()
    assert analyses.waiting() == []


# The kinds there are.


@pytest.mark.parametrize("kind", makers.KINDS, ids=lambda kind: kind.key)
def test_every_kind_has_its_words(kind: makers.Kind, world: World) -> None:
    assert f"work_kind.{kind.key}" in LABELS
    if kind.file:
        assert "document" in kind.options or f"work_about.{kind.key}" in LABELS
        chosen = kind.chosen(world.study, {})
        assert work_files.NAME.fullmatch(kind.file(world.study, chosen))
        for option in set(kind.options) - {"document"}:
            assert f"work_option.{option}" in LABELS
            for value in kind.options[option](world.study):
                assert f"work_{option}.{value}" in LABELS

"""Long work that the worker makes: asked for, claimed by one worker, followed, cancelled, settled, kept.

Every move is a conditional UPDATE by the table in `delphi/domain/works.py`, so that of two who move a work at once one
does. `delphi/tasks/works.py` has a process of its own make each; `delphi/services/makers.py` knows the kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from delphi.db import ask_for_bell, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.works import MOVES, UNFINISHED, Age, Fingerprint, Options, WorkState, age, is_taken_back
from delphi.models import Account, Study, Work
from delphi.services import freshness, history, makers, studies, work_files

BELL = "works"


class Kept(NamedTuple):
    """A work with who asked for it (None: the platform itself) and, of a file, whether it still holds."""

    work: Work
    by: str | None
    age: Age | None


def ask(study: Study, kind: str, options: Options, *, by: Account | None, now: datetime) -> Work:
    """A work of this kind and options; the same one while it waits or is under way."""
    chosen = makers.of(kind).chosen(study, options)
    studies.lock(study)  # of two who ask at once, the second sees what the first asked for
    same = _same(study.id, kind, chosen)
    for work in same:
        if work.state in UNFINISHED:
            return work
    _forget([one for one in same if one.state is not WorkState.DONE])
    work = Work(study_id=study.id, kind=kind, options=chosen, asked_by_id=by.id if by else None, asked_at=now)
    session.add(work)
    session.flush()
    if by is not None:
        history.record(study.id, "work.asked", by, now=now, work_kind=kind, options=chosen)
    ask_for_bell(BELL)
    return work


def cancel(study: Study, work: Work, *, by: Account, now: datetime) -> None:
    """What is under way is stopped by the worker, at once."""
    if not _move("cancel", work.id, ended_at=now):
        raise DomainError("work.wrong_state")
    history.record(study.id, "work.cancelled", by, now=now, work_kind=work.kind, options=work.options)
    ask_for_bell(BELL)


def find(study: Study, work_id: int) -> Work:
    work = session.get(Work, work_id)
    if work is None or work.study_id != study.id:
        raise NotFound("work.not_found")
    return work


def latest(study_id: int, kind: str, options: Options) -> Work | None:
    """The one asked for last, whatever became of it."""
    return next(reversed(_same(study_id, kind, options)), None)


def of_study(study: Study, kinds: Collection[str]) -> list[Kept]:
    """Those of these kinds, the one asked for last first."""
    query = (
        select(Work, Account.name, Account.email)
        .outerjoin(Account, Account.id == Work.asked_by_id)
        .where(Work.study_id == study.id, Work.kind.in_(kinds))
        .order_by(Work.asked_at.desc(), Work.id.desc())
    )
    rows = session.execute(query).all()
    now = _fingerprints(study, {work.kind for work, *_ in rows if work.state is WorkState.DONE})
    return [
        Kept(work, name or email, age(work.fingerprint, now[work.kind]) if work.kind in now else None)
        for work, name, email in rows
    ]


def unfinished(study: Study, kinds: Collection[str]) -> list[Work]:
    """What of these kinds waits or is under way."""
    query = select(Work).where(Work.study_id == study.id, Work.kind.in_(kinds), Work.state.in_(UNFINISHED))
    return list(session.scalars(query.order_by(Work.id)))


def open_file(study: Study, work: Work) -> tuple[Path, str]:
    """Where the file is, and its name for readers; refused once what it holds may not be read any more."""
    if work.state is not WorkState.DONE:
        raise DomainError("work.not_ready")
    if age(work.fingerprint, fingerprint(study, work.kind)) is Age.TAKEN_BACK:
        raise DomainError("work.taken_back")
    path = work_files.path_of(work)
    if path is None:
        raise NotFound("work.not_found")
    return path, work_files.name_of(work)


def fingerprint(study: Study, kind: str) -> Fingerprint:
    return freshness.of(study, answers=makers.of(kind).answers)


# For the worker.


def claim(kinds: Collection[str], now: datetime) -> Work | None:
    """The work that has waited longest, for whoever asks first."""
    waiting = select(Work.id).where(Work.state == WorkState.WAITING, Work.kind.in_(kinds))
    for work_id in session.scalars(waiting.order_by(Work.asked_at, Work.id)).all():
        if _move("claim", work_id, started_at=now, step="", done=0, total=0):
            return session.get(Work, work_id, populate_existing=True)
    return None


def settle(work: Work, made_from: Fingerprint, file: work_files.Facts | None, *, now: datetime) -> bool:
    """It is done, and earlier ones of its kind and options are forgotten; False where it was cancelled meanwhile."""
    facts = {"fingerprint": str(made_from)} | (file._asdict() if file else {})
    if not _move("settle", work.id, ended_at=now, error=None, **facts):
        return False
    same = _same(work.study_id, work.kind, work.options)
    _forget([one for one in same if one.id < work.id and one.state not in UNFINISHED])
    return True


def fail(work_id: int, code: str, *, now: datetime) -> bool:
    """False where it was cancelled, or has failed in other words, meanwhile."""
    return _move("fail", work_id, ended_at=now, error=code)


def put_back(work: Work) -> None:
    """The worker stops: it waits again."""
    _move("put_back", work.id, started_at=None)


def take_back(work: Work, *, now: datetime) -> None:
    """Whoever made it is gone without a word: it waits again, and fails the second time."""
    if work.error:
        fail(work.id, work.error, now=now)
    else:
        _move("put_back", work.id, started_at=None, error="work.interrupted")


def under_way() -> list[Work]:
    return list(session.scalars(select(Work).where(Work.state == WorkState.UNDER_WAY)))


def is_wanted(work_id: int) -> bool:
    """Whether a work under way has not been cancelled."""
    return session.scalar(select(Work.state).where(Work.id == work_id)) is WorkState.UNDER_WAY


def forget_old(now: datetime) -> None:
    """Files that were to be kept for a time only, and those that may not be read any more."""
    done = select(Work).where(Work.state == WorkState.DONE, Work.file.is_not(None))
    taken_back = cache(freshness.taken_back)  # asked of each study once
    for work in session.scalars(done).all():
        kept = makers.of(work.kind).kept
        if kept and work.ended_at and work.ended_at + kept <= now:
            _forget([work])
        elif is_taken_back(work.fingerprint, taken_back(work.study_id)):
            work.file = None


def _move(name: str, work_id: int, **values: Any) -> bool:
    move = MOVES[name]
    moved = update(Work).where(Work.id == work_id, Work.state.in_(move.start))
    return bool(session.execute(moved.values(state=move.end, **values)).rowcount)  # type: ignore[attr-defined]


def _same(study_id: int, kind: str, options: Mapping[str, Any]) -> list[Work]:
    query = select(Work).where(Work.study_id == study_id, Work.kind == kind).order_by(Work.id)
    return [work for work in session.scalars(query) if work.options == options]


def _forget(works: Sequence[Work]) -> None:
    """The files follow once this is committed, see `work_files.tidy`."""
    if works:
        session.execute(delete(Work).where(Work.id.in_([work.id for work in works])))


def _fingerprints(study: Study, kinds: Collection[str]) -> dict[str, Fingerprint]:
    """By kind, each computed once."""
    needs = {kind: makers.of(kind).answers for kind in kinds}
    found = {answers: freshness.of(study, answers=answers) for answers in set(needs.values())}
    return {kind: found[answers] for kind, answers in needs.items()}

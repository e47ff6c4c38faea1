"""What scoring says of a closed round beside its verdicts: computed once by the worker, kept, never on a page.

`delphi/domain/analyses.py` describes the content. A round that is being computed has none yet: it is long work of the
kind `KIND`, which the worker asks for by itself (`delphi/tasks/analyses.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, func, insert, select

from delphi import __version__
from delphi.db import session
from delphi.domain.analyses import Case, Content, Put, analyse
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import SCORED
from delphi.domain.works import Options, Progress, untold
from delphi.models import Analysis, Round, RoundItem, StoredVerdict, Study
from delphi.services import protocols, rounds, verdicts

KIND = "analysis"


@dataclass(frozen=True)
class Reading:
    """All that is needed of one round; `stamp` tells whether it was judged anew since."""

    round_id: int
    stamp: tuple[int, datetime | None]
    protocol: StudyProtocol
    cases: Mapping[int, Case]


def of_round(scored: Round) -> dict[int, Content]:
    """Item -> content, empty while it is being computed."""
    query = select(Analysis.item_id, Analysis.content).where(Analysis.round_id == scored.id)
    return dict(session.execute(query).all())


def of_rounds(scored: Sequence[Round]) -> Sequence[Analysis]:
    """Those of several rounds, in one statement."""
    return session.scalars(select(Analysis).where(Analysis.round_id.in_([one.id for one in scored]))).all()


def waiting(study: Study | None = None) -> list[Round]:
    """Closed rounds, of one study or all, the latest first, with verdicts and no analysis."""
    query = (
        select(Round)
        .where(
            Round.state.in_(SCORED),
            exists().where(StoredVerdict.round_id == Round.id),
            ~exists().where(Analysis.round_id == Round.id),
        )
        .order_by(Round.closed_at.desc())
    )
    if study is not None:
        query = query.where(Round.study_id == study.id)
    return list(session.scalars(query))


def read(round_id: int) -> Reading:
    """Everything `compute` needs, so that no transaction has to last while it works."""
    scored = session.get_one(Round, round_id)
    protocol = protocols.of_round(scored)
    criteria = list(protocol.rules.criteria)
    now = _puts(scored, criteria)
    before = _before(scored, criteria)
    cases = {item_id: Case(put, before.get(item_id)) for item_id, put in now.items()}
    return Reading(round_id, _stamp(round_id), protocol, cases)


def compute(reading: Reading, progress: Progress = untold) -> dict[int, Content]:
    """Minutes for hundreds of items and experts; the database is not needed meanwhile."""
    found = analyse(reading.protocol, list(reading.cases.values()), progress)
    return dict(zip(reading.cases, found, strict=True))


def keep(reading: Reading, found: Mapping[int, Content], *, now: datetime) -> bool:
    """Store it unless the round was judged anew or another worker was faster."""
    scored = rounds.locked(reading.round_id)
    kept = session.scalar(select(func.count()).where(Analysis.round_id == scored.id))
    if kept or scored.state not in SCORED or _stamp(scored.id) != reading.stamp:
        return False
    rows = [
        {
            "round_id": scored.id,
            "item_id": item_id,
            "content": content,
            "version": __version__,
            "computed_at": now,
        }
        for item_id, content in found.items()
    ]
    if rows:
        session.execute(insert(Analysis), rows)
    return bool(rows)


def judged_at(scored: Round) -> datetime | None:
    """When the verdicts were given that an analysis is of."""
    return _stamp(scored.id)[1]


# As long work.


def rounds_of(study: Study) -> list[str]:
    """The numbers of rounds that can be analysed."""
    query = select(Round.number).where(Round.study_id == study.id, Round.state.in_(SCORED))
    return [str(number) for number in session.scalars(query.order_by(Round.number))]


def make(
    study: Study, options: Options, _target: Path, progress: Progress, *, now: datetime
) -> Callable[[], object]:
    """No file; what was found is stored when the work is settled."""
    reading = read(rounds.get(study, int(options["round"])).id)
    found = compute(reading, progress)
    return lambda: keep(reading, found, now=now)


def fill(scored: Round, *, now: datetime) -> None:
    """All three at once."""
    reading = read(scored.id)
    keep(reading, compute(reading), now=now)


def _stamp(round_id: int) -> tuple[int, datetime | None]:
    query = select(func.count(), func.max(StoredVerdict.computed_at))
    count, latest = session.execute(query.where(StoredVerdict.round_id == round_id)).one()
    return count, latest


def _before(scored: Round, criteria: Sequence[str]) -> dict[int, Put]:
    """Each item as it was put to experts in the round it was rated in before."""
    query = select(RoundItem.item_id, RoundItem.previous_round_id).where(
        RoundItem.round_id == scored.id, RoundItem.previous_round_id.is_not(None)
    )
    previous = dict(session.execute(query).all())
    found: dict[int, Put] = {}
    for earlier in session.scalars(select(Round).where(Round.id.in_(set(previous.values())))):
        puts = _puts(earlier, criteria)
        found |= {
            item_id: puts[item_id]
            for item_id, round_id in previous.items()
            if round_id == earlier.id and item_id in puts
        }
    return found


def _puts(scored: Round, criteria: Sequence[str]) -> dict[int, Put]:
    stored = verdicts.of_round(scored)
    answers = verdicts.answers_of(scored)
    return {
        one.item_id: Put(
            scored.number,
            one.experts,
            verdicts.item_ratings(one, answers, criteria),
            stored[one.item_id].shown_groups,
            stored[one.item_id].judgement,
        )
        for one in verdicts.asked_in(scored)
        if one.item_id in stored
    }

"""The clock moves rounds, each by itself."""

from __future__ import annotations

from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Account, Protocol, Round
from delphi.tasks import rounds
from tests.support.clock import Clock
from tests.support.rounds import make_world, open_round


def test_a_round_that_breaks_holds_up_no_other(alice: Account, fay: Account, clock: Clock) -> None:
    broken, sound = (make_world(alice, fay, clock()) for _twice in range(2))
    for world in (broken, sound):
        open_round(world, clock())
    damaged = session.scalars(select(Protocol).where(Protocol.study_id == broken.study.id)).one()
    damaged.document = "no protocol"
    session.commit()
    clock.advance(days=8)
    rounds.obey_clock()
    states = dict(session.execute(select(Round.study_id, Round.state)).all())
    assert states == {broken.study.id: RoundState.OPEN, sound.study.id: RoundState.CLOSED}

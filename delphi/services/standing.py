"""Where everyone asked in a round stands: counted for the live page, by pseudonym for those who remind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.messages import MessageKind
from delphi.domain.standing import Stage, by_day, days_between
from delphi.domain.states import IN_STUDY, ExpertState
from delphi.models import (
    Consent,
    ConsentText,
    Participation,
    Rating,
    RatingChange,
    Round,
)
from delphi.models.message import MessageState
from delphi.services.outbox import Delivery
from delphi.services.progress import ExpertProgress


@dataclass(frozen=True)
class Written:
    """What became of the messages of a round to one expert."""

    delivered: bool = False  # the mail server took the latest that came to an end, and it did not come back
    bounced: bool = False  # it was refused, given up, or came back
    kind: MessageKind | None = None  # of the latest that left
    at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    expert_id: int
    code: str
    state: ExpertState
    panels: frozenset[int]
    stage: Stage
    consented: bool
    written: Written

    @property
    def takes_part(self) -> bool:
        return self.state in IN_STUDY


class Counts(NamedTuple):
    """Each step counts whoever is further too; declined are those who declined or left."""

    asked: int
    delivered: int
    bounced: int
    opened: int
    consented: int
    begun: int
    half_done: int
    completed: int
    declined: int


class Day(NamedTuple):
    """How many had done so by the end of this day since the opening."""

    number: int
    opened: int
    begun: int
    submitted: int


@dataclass(frozen=True)
class Response:
    """How a round was answered over time; `asked` is what the days are a share of."""

    round: Round
    asked: int
    days: Sequence[Day]


def of_round(
    asked: Round, stands: Iterable[ExpertProgress], deliveries: Iterable[Delivery]
) -> list[Standing]:
    """Everyone asked, by pseudonym, from where they stand and what was sent them."""
    return of_rounds([asked], {asked.id: stands}, {asked.id: deliveries})[asked.id]


def of_rounds(
    rounds: Sequence[Round],
    stands: Mapping[int, Iterable[ExpertProgress]],
    deliveries: Mapping[int, Iterable[Delivery]],
) -> dict[int, list[Standing]]:
    """The same of several rounds of one study, by their ids."""
    agreed = _agreed(rounds)
    return {
        one.id: _standings(stands[one.id], _consented(one, agreed), _written(deliveries[one.id]))
        for one in rounds
    }


def _standings(
    stands: Iterable[ExpertProgress], consented: Collection[int], written: Mapping[int, Written]
) -> list[Standing]:
    return [
        Standing(
            one.expert_id,
            one.code,
            one.state,
            one.panels,
            one.stage,
            one.expert_id in consented,
            written.get(one.expert_id, Written()),
        )
        for one in sorted(stands, key=lambda one: one.code)
    ]


def counted(standings: Iterable[Standing]) -> Counts:
    everyone = list(standings)

    def from_stage(*later: Stage) -> int:
        return sum(one.stage in later for one in everyone)

    finished = (Stage.HALF_DONE, Stage.COMPLETED)
    return Counts(
        asked=len(everyone),
        delivered=sum(one.written.delivered for one in everyone),
        bounced=sum(one.written.bounced for one in everyone),
        opened=from_stage(Stage.OPENED, Stage.BEGUN, *finished),
        consented=sum(one.consented for one in everyone),
        begun=from_stage(Stage.BEGUN, *finished),
        half_done=from_stage(*finished),
        completed=from_stage(Stage.COMPLETED),
        declined=sum(not one.takes_part for one in everyone),
    )


def bounced(deliveries: Iterable[Delivery]) -> int:
    """Experts whose latest message that came to an end was refused."""
    return sum(one.bounced for one in _written(deliveries).values())


def over_time(rounds: Sequence[Round], now: datetime) -> list[Response]:
    """Day by day since each round opened, of the whole round only; three statements for all of them."""
    ids = [one.id for one in rounds]
    visits = session.execute(
        select(Participation.round_id, Participation.opened_at, Participation.submitted_at).where(
            Participation.round_id.in_(ids)
        )
    ).all()
    begun = _first_answers(ids)
    return [
        _response(
            one,
            [row for row in visits if row.round_id == one.id],
            [moment for round_id, moment in begun if round_id == one.id],
            now,
        )
        for one in rounds
        if one.opened_at is not None
    ]


def _response(asked: Round, visits: Sequence[Any], begun: Sequence[datetime], now: datetime) -> Response:
    opened_at = asked.opened_at or now
    days = days_between(opened_at, min(now, asked.closed_at or now))
    steps = (
        by_day((row.opened_at for row in visits), opened_at, days),
        by_day(begun, opened_at, days),
        by_day((row.submitted_at for row in visits), opened_at, days),
    )
    told = [Day(number, *counts) for number, counts in enumerate(zip(*steps, strict=True), start=1)]
    return Response(asked, len(visits), told)


def _first_answers(round_ids: Sequence[int]) -> Sequence[Any]:
    """(round, when its first answer was given) for each expert who gave one."""
    return session.execute(
        select(
            Rating.round_id,
            func.coalesce(func.min(RatingChange.changed_at), func.min(Rating.updated_at)),
        )
        .outerjoin(RatingChange, RatingChange.rating_id == Rating.id)
        .where(Rating.round_id.in_(round_ids))
        .group_by(Rating.round_id, Rating.expert_id)
    ).all()


def _agreed(rounds: Sequence[Round]) -> Sequence[Any]:
    """Every consent text of the study and who agreed to it, the newest first."""
    texts = select(ConsentText.number, ConsentText.created_at, Consent.expert_id)
    query = texts.outerjoin(Consent, Consent.consent_text_id == ConsentText.id)
    studies = {one.study_id for one in rounds}
    return session.execute(
        query.where(ConsentText.study_id.in_(studies)).order_by(ConsentText.number.desc())
    ).all()


def _consented(asked: Round, agreed: Sequence[Any]) -> set[int]:
    """Those who agreed to the consent text that was in force in the round."""
    known = [row for row in agreed if asked.closed_at is None or row.created_at <= asked.closed_at]
    return {row.expert_id for row in known if row.number == known[0].number and row.expert_id is not None}


def _written(deliveries: Iterable[Delivery]) -> dict[int, Written]:
    found: dict[int, Written] = {}
    for one in sorted(deliveries, key=lambda one: one.message_id):
        if one.state is MessageState.FAILED:
            found[one.expert_id] = replace(found.get(one.expert_id, Written()), delivered=False, bounced=True)
        elif one.state is MessageState.SENT:
            found[one.expert_id] = Written(True, False, MessageKind(one.kind), one.sent_at)
    return found

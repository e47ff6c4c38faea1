"""Saving ratings: each answer once, every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol
from delphi.models import Rating, RatingChange
from delphi.services import answering, keeping
from delphi.services.links import Visit


def save(
    visit: Visit, round_id: int, item_id: int, criterion: str, point: int | None, unable: bool, now: datetime
) -> None:
    """Store an answer: a point, or unable to rate, or neither to take it back."""
    asked = answering.asked(visit, round_id, item_id, now)
    _check(asked.protocol, criterion, point, unable)
    place = {"round_id": round_id, "expert_id": visit.expert.id, "item_id": item_id, "criterion": criterion}
    answer = {"point": point, "unable": unable}
    keep = keeping.put if point is not None or unable else keeping.empty
    changed = keep(Rating, place, answer, {"wording_id": asked.wording_id, "updated_at": now})
    if changed is not None:
        session.execute(insert(RatingChange).values(rating_id=changed, changed_at=now, **answer))


def _check(protocol: StudyProtocol, criterion: str, point: int | None, unable: bool) -> None:
    if criterion not in protocol.rules.criteria:
        raise DomainError("rating.criterion_unknown")
    if point is not None and unable:
        raise DomainError("rating.point_and_unable")
    points = protocol.rules.criteria[criterion].scale.points
    if point is not None and not 1 <= point <= points:
        raise DomainError("rating.point_not_on_scale", points=points)

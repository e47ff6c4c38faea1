"""Keeping ratings: each answer once, every change kept."""

from __future__ import annotations

from dataclasses import asdict

from delphi.domain.changes import RatingGiven
from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol
from delphi.domain.texts import clean
from delphi.models import Rating
from delphi.services import keeping
from delphi.services.answering import Asked
from delphi.services.keeping import Given, Kept
from delphi.services.links import Visit

LONGEST_REASON = 500
LONGEST_WHY_MOVED = 1_000


def keep(visit: Visit, asked: Asked, rating: RatingGiven, given: Given) -> Kept:
    """Store an answer: a point, or unable to rate, or neither to take it back."""
    wording_id = asked.wording_of(rating.item_id)
    _check(asked.protocol, rating)
    place = {
        "round_id": asked.round.id,
        "expert_id": visit.expert.id,
        "item_id": rating.item_id,
        "criterion": rating.criterion,
    }
    answer = {
        "point": rating.point,
        "unable": rating.unable,
        "unable_reason": clean(rating.unable_reason) if rating.unable else "",
        "moved_because": clean(rating.moved_because) if rating.point is not None else "",
    }
    empty = rating.point is None and not rating.unable
    return keeping.keep(Rating, place, answer, {"wording_id": wording_id}, given, empty=empty)


def given(rating: Rating) -> RatingGiven:
    """A stored answer as it was given."""
    names = asdict(RatingGiven(0, ""))
    return RatingGiven(**{name: getattr(rating, name) for name in names})


def _check(protocol: StudyProtocol, rating: RatingGiven) -> None:
    if rating.criterion not in protocol.rules.criteria:
        raise DomainError("rating.criterion_unknown")
    if rating.point is not None and rating.unable:
        raise DomainError("rating.point_and_unable")
    points = protocol.rules.criteria[rating.criterion].scale.points
    if rating.point is not None and not 1 <= rating.point <= points:
        raise DomainError("rating.point_not_on_scale", points=points)
    _check_length(rating.unable_reason, LONGEST_REASON)
    _check_length(rating.moved_because, LONGEST_WHY_MOVED)


def _check_length(text: str, most: int) -> None:
    if len(clean(text)) > most:
        raise DomainError("rating.reason_too_long", most=most, length=len(clean(text)))

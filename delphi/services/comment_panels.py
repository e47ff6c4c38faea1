"""In which panels a comment's author is, where that tells nobody apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Select, Subquery, case, func, select

from delphi.db import session
from delphi.domain.anonymity import told_panels
from delphi.models import (
    Comment,
    Panel,
    Participation,
    ParticipationPanel,
    Rating,
    Round,
    StoredVerdict,
)
from delphi.services import protocols
from delphi.services.comment_review import ReadComment

Place = tuple[int, int]  # round id, item id


def filled_in(
    asked: Sequence[Round], comments: Sequence[ReadComment], panels: Sequence[Panel]
) -> list[ReadComment]:
    """The comments with the panels that may be told beside each; the number of statements is fixed."""
    ids = {one.number: one.id for one in asked}
    places = {(ids[one.round], one.item_id) for one in comments}
    if not places:
        return list(comments)
    held = _held(list(ids.values()), panels)
    told = _told(asked, places, held, panels)
    masks = dict(session.execute(_authors(held, [one.comment_id for one in comments])).all())
    return [
        replace(one, panels=_names(masks.get(one.comment_id, 0), told[ids[one.round], one.item_id], panels))
        if one.band
        else one
        for one in comments
    ]


def _names(mask: int, told: frozenset[str], panels: Sequence[Panel]) -> tuple[str, ...]:
    return tuple(code for code in _codes(mask, panels) if code in told)


def _codes(mask: int, panels: Sequence[Panel]) -> Iterator[str]:
    return (panel.code for place, panel in enumerate(panels) if mask >> place & 1)


def _held(round_ids: Collection[int], panels: Sequence[Panel]) -> Subquery:
    """Each expert asked in a round, and the panels held then as one number, a bit a panel."""
    bit = case(
        {panel.id: 1 << place for place, panel in enumerate(panels)}, value=ParticipationPanel.panel_id
    )
    return (
        select(Participation.round_id, Participation.expert_id, func.sum(bit).label("mask"))
        .join(ParticipationPanel, ParticipationPanel.participation_id == Participation.id)
        .where(Participation.round_id.in_(round_ids))
        .group_by(Participation.round_id, Participation.expert_id)
        .subquery("held")
    )


def _authors(held: Subquery, comment_ids: Collection[int]) -> Select[int, int]:
    author = (held.c.round_id == Comment.round_id) & (held.c.expert_id == Comment.expert_id)
    return select(Comment.id, held.c.mask).join(held, author).where(Comment.id.in_(comment_ids))


def _told(
    asked: Sequence[Round], places: Collection[Place], held: Subquery, panels: Sequence[Panel]
) -> dict[Place, frozenset[str]]:
    minimums, criteria = _rules(asked)
    raters: dict[Place, dict[frozenset[str], int]] = defaultdict(dict)
    for round_id, item_id, mask, count in session.execute(_raters(held, places, criteria)):
        raters[round_id, item_id][frozenset(_codes(mask, panels))] = count
    shown = _shown(places)
    return {place: told_panels(raters[place], shown.get(place, ()), minimums[place[0]]) for place in places}


def _raters(
    held: Subquery, places: Collection[Place], criteria: Mapping[int, str]
) -> Select[int, int, int, int]:
    """Round, item, panels held, and how many with these rated the item by the first criterion."""
    rater = (held.c.round_id == Rating.round_id) & (held.c.expert_id == Rating.expert_id)
    return (
        select(Rating.round_id, Rating.item_id, held.c.mask, func.count())
        .join(held, rater)
        .where(
            Rating.item_id.in_({item_id for _, item_id in places}),
            Rating.criterion == case(dict(criteria), value=Rating.round_id),
            Rating.point.is_not(None),
        )
        .group_by(Rating.round_id, Rating.item_id, held.c.mask)
    )


def _rules(asked: Sequence[Round]) -> tuple[dict[int, int], dict[int, str]]:
    """By round the minimum group size and the first criterion."""
    sealed = protocols.of_rounds(asked)
    return (
        {key: one.minimum_group_size for key, one in sealed.items()},
        {key: next(iter(one.rules.criteria)) for key, one in sealed.items()},
    )


def _shown(places: Collection[Place]) -> dict[Place, list[str]]:
    query = select(StoredVerdict.round_id, StoredVerdict.item_id, StoredVerdict.shown_groups).where(
        StoredVerdict.round_id.in_({round_id for round_id, _ in places}),
        StoredVerdict.item_id.in_({item_id for _, item_id in places}),
    )
    return {(round_id, item_id): groups for round_id, item_id, groups in session.execute(query)}

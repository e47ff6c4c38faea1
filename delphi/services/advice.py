"""What blocks nothing but is unwise: each point with what is known about it. The words are in `words/advice.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from delphi.db import session
from delphi.domain import pace as paces
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import Invited
from delphi.models import Round, Study
from delphi.scoring.rules import Verdict
from delphi.services import pace
from delphi.services.readiness import Check
from delphi.services.set_up import SetUp

FEW_POINTS = 7  # a scale with fewer
LONG = 30  # minutes
SMALL = 10  # experts in a panel


def of(study: Study, found: SetUp, planned: Sequence[Round]) -> list[Check]:
    """Each point looked at, in the order of the steps."""
    return [
        *(_protocol(found.protocol) if found.protocol else ()),
        *_items(study, found),
        *_experts(found),
        *_round(study, planned),
    ]


def unwise(study: Study, found: SetUp, planned: Sequence[Round]) -> list[Check]:
    return [check for check in of(study, found, planned) if not check.ok]


def _protocol(protocol: StudyProtocol) -> Iterator[Check]:
    rules = protocol.rules
    points = min(criterion.scale.points for criterion in rules.criteria.values())
    yield _point("protocol.scale", points >= FEW_POINTS, points=points)
    yield _point("protocol.drop", any(rule.verdict is Verdict.DROP for rule in rules.rules))
    yield _point("protocol.raters", all(rule.minimum_raters > 1 for rule in rules.rules))
    yield _point("protocol.stopping", protocol.stopping.maximum_rounds is not None)


def _items(study: Study, found: SetUp) -> Iterator[Check]:
    most = max((found.items_for(panel) for panel in found.panels), default=len(found.asked))
    if most:
        criteria = len(found.protocol.rules.criteria) if found.protocol else 1
        minutes = paces.minutes(most * criteria, pace.of(study))
        yield _point("items.length", minutes <= LONG, minutes=minutes, count=most)
    main, *others = study.languages
    if most and others:
        described = found.described.get(main, set()) & found.asked.keys()
        missing = set[int]().union(*(described - found.described.get(one, set()) for one in others))
        yield _point("items.plain", not missing, count=len(missing))


def _experts(found: SetUp) -> Iterator[Check]:
    """Readiness speaks of panels that are smaller than the smallest group shown."""
    shown = found.protocol.minimum_group_size if found.protocol else 1
    sizes = {panel.code: found.sizes.get(panel.id, 0) for panel in found.panels}
    small = {code: size for code, size in sizes.items() if shown <= size < SMALL}
    if any(sizes.values()):
        least = min(small.values(), default=SMALL)
        share = f"{100 / least:.0f}"
        yield _point("experts.small", not small, panels=", ".join(small), size=least, share=share)


def _round(study: Study, planned: Sequence[Round]) -> Iterator[Check]:
    if study.rehearsal_of_id is None and not any(one.opened_at for one in planned):
        rehearsed = select(Study.id).where(Study.rehearsal_of_id == study.id).limit(1)
        yield _point("round.rehearsed", session.scalar(rehearsed) is not None)
    waiting = (one for one in planned if one.opened_at is None and one.invited is Invited.RESPONDENTS)
    narrowed = next(waiting, None)
    yield _point("round.respondents", narrowed is None, number=narrowed.number if narrowed else 0)


def _point(code: str, ok: bool, **facts: object) -> Check:
    return Check(code, ok, blocking=False, facts=facts)

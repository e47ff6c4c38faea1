"""What has been set up in a study so far, read once for everything that looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import ASKABLE
from delphi.models import Item, ItemPanel, Panel, Study, Wording, WordingText
from delphi.services import panels, protocols


@dataclass(frozen=True)
class SetUp:
    """`asked`: each item that can be asked, with the panels it is for (none: every panel)."""

    panels: list[Panel]
    protocol: StudyProtocol | None
    sizes: dict[int, int]
    asked: dict[int, set[int]]
    titled: dict[str, set[int]]  # by language, the items whose newest wording has a title in it
    described: dict[str, set[int]]  # likewise a description

    @property
    def asked_panels(self) -> set[int]:
        """Those that have an item to rate."""
        everyone = {panel.id for panel in self.panels}
        named = set[int]().union(*self.asked.values())
        return everyone if any(not for_some for for_some in self.asked.values()) else named

    def items_for(self, panel: Panel) -> int:
        return sum(not for_some or panel.id in for_some for for_some in self.asked.values())


def of(study: Study) -> SetUp:
    latest = protocols.latest(study)
    titled, described = _worded(study)
    return SetUp(
        panels.list_of(study),
        protocols.parsed(latest) if latest else None,
        panels.sizes(study),
        _asked(study),
        titled,
        described,
    )


def _asked(study: Study) -> dict[int, set[int]]:
    rows = session.execute(
        select(Item.id, ItemPanel.panel_id)
        .outerjoin(ItemPanel, ItemPanel.item_id == Item.id)
        .where(Item.study_id == study.id, Item.state.in_(ASKABLE))
    )
    found: dict[int, set[int]] = {}
    for item_id, panel_id in rows:
        found.setdefault(item_id, set()).update({panel_id} - {None})
    return found


def _worded(study: Study) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    newest = (
        select(func.max(Wording.id)).join(Item).where(Item.study_id == study.id).group_by(Wording.item_id)
    )
    query = (
        select(WordingText.language, Wording.item_id, WordingText.title != "", WordingText.description != "")
        .join(Wording, Wording.id == WordingText.wording_id)
        .where(Wording.id.in_(newest))
    )
    titled: dict[str, set[int]] = {}
    described: dict[str, set[int]] = {}
    for language, item_id, has_title, has_description in session.execute(query):
        if has_title:
            titled.setdefault(language, set()).add(item_id)
        if has_description:
            described.setdefault(language, set()).add(item_id)
    return titled, described

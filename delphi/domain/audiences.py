"""To whom a one-off message goes, and whether somebody is still among them when it would leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from delphi.domain.standing import Stage


class Group(StrEnum):
    """All but the first are about the open round."""

    EVERYONE = "everyone"
    ASKED = "asked"
    UNOPENED = "unopened"
    NOT_DONE = "not_done"
    DONE = "done"


# These ask for answers, so they are for nobody who wants no reminders, and make no sense once the round is over.
URGES = frozenset({Group.UNOPENED, Group.NOT_DONE})


@dataclass(frozen=True)
class Audience:
    """As chosen on the page; no panel named means every panel."""

    group: Group
    panel_ids: Sequence[int] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"group": self.group.value, "panels": sorted(self.panel_ids)}


def from_dict(stored: dict[str, Any]) -> Audience:
    return Audience(Group(stored["group"]), tuple(stored["panels"]))


def fits(group: Group, stage: Stage | None) -> bool:
    """`stage` in the round it is about; None: not asked in it."""
    if group is Group.EVERYONE:
        return True
    if stage is None:
        return False
    return {
        Group.ASKED: True,
        Group.UNOPENED: stage is Stage.UNOPENED,
        Group.NOT_DONE: stage is not Stage.COMPLETED,
        Group.DONE: stage is Stage.COMPLETED,
    }[group]

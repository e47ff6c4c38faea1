"""How many experts each panel has, as far as it may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from delphi.domain.anonymity import visible_groups
from delphi.scoring.rules import POOLED
from delphi.services.reporting.record import Record


@dataclass(frozen=True)
class Membership:
    """Everybody ever entered, those who left included; `shown` are the groups whose size may be told."""

    total: int
    sizes: Mapping[str, int]
    shown: frozenset[str]
    late: int  # entered after the first round had opened
    minimum: int

    @property
    def shows_everybody(self) -> bool:
        return POOLED in self.shown

    @classmethod
    def of(cls, record: Record) -> Membership:
        codes = {panel.id: panel.code for panel in record.panels}
        held = [frozenset(codes[row.panel_id] for row in one.panels) for one in record.experts]
        minimum = record.minimum_group_size
        opened = record.rounds[0].opened_at if record.rounds else None
        return cls(
            total=len(record.experts),
            sizes=Counter(code for panels in held for code in panels),
            shown=visible_groups(held, minimum),
            late=sum(1 for one in record.experts if opened and one.created_at > opened),
            minimum=minimum,
        )

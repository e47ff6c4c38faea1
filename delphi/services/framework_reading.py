"""What templates ask about the framework, whether they make the static site or the page in the platform."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from delphi.models import Domain, Study
from delphi.reports import flower
from delphi.services.framework import Area, Entry, Final, Framework
from delphi.services.reporting import framework as told, provenance


class Reading:
    """In one language and style; where links lead is the affair of who makes it."""

    def __init__(self, framework: Framework, style: str) -> None:
        self.framework, self.style = framework, style

    title = staticmethod(told.title_of)
    counted = staticmethod(told.counted)
    named = staticmethod(told.named)
    provenance = staticmethod(provenance.sentences)

    @property
    def study(self) -> Study:
        return self.framework.study

    def explained(self) -> str:
        return told.explained(self.framework)

    def address(self, area: Area) -> str:
        return f"#area-{area.number}"

    def item_address(self, entry: Entry) -> str:
        return f"#item-{entry.item.id}"

    def flower(self, *, labels: bool = True) -> Markup:
        """Our own drawing, in which everything typed is escaped."""
        addresses = [self.address(area) for area in self.framework.areas]
        drawing = told.drawing(self.framework, "flower" if labels else "flower-alone", addresses)
        return Markup(flower.svg(drawing, labels=labels))  # noqa: S704

    def letter(self, part: Domain) -> str:
        return flower.letter(self.framework.parts.index(part))

    def group(self, group: str) -> str:
        return provenance.group_name(self.framework, group)

    @staticmethod
    def criteria(finals: Sequence[Final]) -> int:
        return len({one.criterion for one in finals})

    @staticmethod
    def shown(value: float | None) -> str:
        return "–" if value is None else provenance.one_decimal(value)

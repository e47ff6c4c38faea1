"""How a study begins: empty, with rules from the literature, with its panels; or as a copy of one there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from delphi.db import Translated
from delphi.domain import panel_lines
from delphi.domain.errors import DomainError
from delphi.models import Account, Study
from delphi.scoring import presets
from delphi.services import panels, protocols, studies


@dataclass(frozen=True)
class Beginning:
    """`preset`: the name of a set of rules that ships with the platform; `panels`: see `domain/panel_lines.py`."""

    title: Translated
    languages: Sequence[str]
    time_zone: str
    contact: str = ""
    preset: str = ""
    panels: str = ""
    names: list[panel_lines.Named] = field(init=False)

    def __post_init__(self) -> None:
        """Whatever may be refused is, before anything is written."""
        if self.preset and self.preset not in presets.names():
            raise DomainError("protocol.preset_unknown")
        object.__setattr__(self, "names", panel_lines.read(self.panels, self.languages, panels.RESERVED))
        if any(len(text) > panels.LONGEST_NAME for _code, names in self.names for text in names.values()):
            raise DomainError("panel.name_too_long", language=self.languages[0], most=panels.LONGEST_NAME)


def begin(chosen: Beginning, *, by: Account, now: datetime, once: str = "") -> Study:
    about = (chosen.title, chosen.languages, chosen.time_zone, chosen.contact)
    made = studies.create(by, *about, now=now, once=once)
    if chosen.preset:
        rules = protocols.from_preset(made, chosen.preset)
        protocols.save_draft(made, rules.to_toml(), by=by, now=now)
    for code, names in chosen.names:
        panels.add(made, code, names, by=by, now=now)
    return made

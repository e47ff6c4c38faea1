"""Studies with a framework: promoted items in parts and domains, one of them left empty on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.models import Account, Domain, Item, Study, Wording, WordingText
from delphi.models.domain import DomainLevel
from delphi.services import domains, framework_site, glossary
from tests.support import rounds as support
from tests.support.rounds import World

HIGH, LOW = [7, 8, 9, 8, 7, 9], [1, 2, 1, 2, 1, 1]

# The parts, domains and numbers of items of the model study.
MODEL = {
    "core": {"Service user-centered approaches": 26},
    "outer core": {"Recognize, assess and manage risk": 13},
    "leaf": {
        "Collaborate across systems": 9,
        "Engage in advocacy": 5,
        "Maintain empathy through reflexive practice and self-care": 7,
        "Navigate laws and ethics": 12,
    },
    "petal": {
        "Recognize and respond to infant, child and youth needs": 19,
        "Intervene to end abusive behaviour": 35,
        "Support and collaborate with survivors": 20,
    },
    "stem": {"Organizational support": 9},
}


@dataclass
class Grown:
    world: World
    part: Domain
    law: Domain
    blank: Domain

    @property
    def study(self) -> Study:
        return self.world.study


def grow(alice: Account, fay: Account, now: datetime) -> Grown:
    """A is promoted, B dropped, C (of panel W alone) promoted; panel M is too small to be shown."""
    world = support.make_world(alice, fay, now)
    study = world.study
    part = domains.add(study, None, DomainLevel.PART, {"en": "Leaf", "fr": "Feuille"}, alice, now)
    law = domains.add(study, part, DomainLevel.DOMAIN, {"en": "Law", "fr": "Droit"}, alice, now)
    blank = domains.add(study, part, DomainLevel.DOMAIN, {"en": "Online", "fr": "En ligne"}, alice, now)
    session.flush()
    courts = domains.add(study, law, DomainLevel.SUBDOMAIN, {"en": "Courts", "fr": "Tribunaux"}, alice, now)
    session.flush()
    domains.tell(
        law, study, {"en": "What the law asks.", "fr": "Ce que la loi demande."}, {}, by=alice, now=now
    )
    domains.tell(blank, study, {}, {"en": "Told elsewhere.", "fr": "Dit ailleurs."}, by=alice, now=now)
    for code, domain in (("A", law), ("B", law), ("C", courts)):
        world.items[code].domain_id = domain.id
        _say(world.items[code], f"Title of item {code}")
    glossary.add(study, {"en": "IPV", "fr": "VPI"}, {"en": "Violence", "fr": "Violences"}, by=alice, now=now)
    rated = support.open_round(world, now)
    for code, points in (("A", HIGH), ("B", LOW)):
        support.rate(world, rated, code, {"W": points, "C": points, "M": points[:3]}, now)
    support.rate(world, rated, "C", {"W": HIGH}, now)
    closed = support.close(world, rated, now + timedelta(days=7))
    support.decide_all(world, closed, now + timedelta(days=8))
    session.commit()
    return Grown(world, part, law, blank)


def _say(item: Item, title: str, description: str = "", examples: str = "") -> None:
    for text in item.wordings[-1].texts:
        text.title = f"{title} ({text.language})"
        text.description, text.examples = description, examples
    session.flush()


say = _say


def model_study(study: Study, alice: Account, now: datetime) -> None:
    """155 promoted items in 10 domains of 5 parts; what they say is nobody's."""
    number = 0
    for name, below in MODEL.items():
        part = domains.add(study, None, DomainLevel.PART, {"en": name}, alice, now)
        session.flush()
        for title, count in below.items():
            domain = domains.add(study, part, DomainLevel.DOMAIN, {"en": title}, alice, now)
            session.flush()
            for place in range(count):
                number += 1
                item = Item(
                    study_id=study.id, code=f"{name[:1].upper()}{number}.{place}", domain_id=domain.id,
                    state=ItemState.PROMOTED, position=number, created_at=now,
                )  # fmt: skip
                text = WordingText(language="en", title=f"Does thing {number}", description="Words.")
                item.wordings = [Wording(number=1, created_at=now, texts=[text])]
                session.add(item)
    session.flush()


def site_of(study: Study, folder: Path, now: datetime, style: str = "flower") -> dict[str, str]:
    """The files of the site by their path in its folder."""
    target = folder / f"{style}.zip"
    framework_site.write(study, {"style": style}, target, lambda *_told: None, now=now)
    with ZipFile(target) as archive:
        start = f"{framework_site.FOLDER}/"
        assert all(name.startswith(start) for name in archive.namelist())
        return {name.removeprefix(start): archive.read(name).decode() for name in archive.namelist()}


class Links(HTMLParser):
    """Every address in a page, and what can be reached in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "data", "poster", "action") and value is not None:
                self.addresses.append(value)
            if name == "id" and value:
                self.anchors.add(value)

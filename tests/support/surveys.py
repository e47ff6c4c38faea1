"""A running study with an open round, put together row by row, and experts who hold a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from delphi.db import session
from delphi.domain import protocols
from delphi.domain.states import ExpertState, ItemState, RoundState, StudyState
from delphi.models import (
    Consent,
    ConsentText,
    Contact,
    Domain,
    Expert,
    ExpertPanel,
    Item,
    ItemPanel,
    Panel,
    Participation,
    ParticipationPanel,
    Protocol,
    Round,
    RoundItem,
    RoundPanel,
    Study,
    Wording,
    WordingText,
)
from delphi.models.domain import DomainLevel
from delphi.services import links
from tests.support.studies import DOCUMENT

TITLE = {"en": "What specialists need", "fr": "Ce dont les spécialistes ont besoin"}
CONSENT = {
    "en": "We ask for your time.\n\n- You may stop.\n- You may stay.",
    "fr": "Nous demandons votre temps.",
}


def criterion(key: str, points: int, bands: str) -> str:
    """A TOML table; `bands` as in `low = [1, 3], high = [4, 5]`."""
    return f"""
[criteria.{key}]
scale = {{ points = {points}, bands = {{ {bands} }} }}
question = {{ en = "How about {key}?", fr = "Qu’en est-il de {key} ?" }}
band_labels = {{ low = {{ en = "Not at all" }}, high = {{ en = "Very much" }} }}
"""


@dataclass
class Survey:
    study: Study
    round: Round
    panels: dict[str, Panel]
    domains: list[Domain]
    items: list[Item]
    experts: list[Expert]
    consent: ConsentText
    tokens: dict[int, str] = field(default_factory=dict)

    @property
    def ben(self) -> Expert:
        return self.experts[0]

    @property
    def chloe(self) -> Expert:
        return self.experts[1]

    def token(self, expert: Expert) -> str:
        return self.tokens[expert.id]

    def visit(self, expert: Expert) -> links.Visit:
        found = links.visit_by(self.token(expert))
        assert found is not None
        return found


def make(
    now: datetime,
    items: int = 3,
    experts: int = 2,
    domains: int = 1,
    document: str = DOCUMENT,
    state: ExpertState = ExpertState.ACTIVE,
) -> Survey:
    """Everyone is in panel W and has agreed; the items are for every panel, spread over the domains."""
    study = Study(
        title=TITLE, languages=["en", "fr"], time_zone="America/Toronto", contact="study@example.org",
        state=StudyState.RUNNING, created_at=now,
    )  # fmt: skip
    session.add(study)
    session.flush()
    panels = {code: Panel(study_id=study.id, code=code, name={"en": f"Panel {code}"}) for code in ("W", "C")}
    tree = [
        Domain(
            study_id=study.id,
            level=DomainLevel.DOMAIN,
            name={"en": f"Domain {n}", "fr": f"Domaine {n}"},
            position=n,
        )
        for n in range(domains)
    ]
    consent = ConsentText(study_id=study.id, number=1, texts=CONSENT, created_at=now)
    session.add_all([*panels.values(), *tree, consent])
    session.flush()
    bank = [add_item(study, now, f"A{n:02}", tree[n % domains]) for n in range(items)]
    people = [_expert(study, panels["W"], n, state, now) for n in range(experts)]
    opened = open_round(study, 1, bank, [panels["W"]], people, now, document)
    survey = Survey(study, opened, panels, tree, bank, people, consent)
    survey.tokens = {one.id: links.make(one, now) for one in people}
    if state is ExpertState.ACTIVE:
        session.add_all(
            Consent(expert_id=one.id, consent_text_id=consent.id, language="en", given_at=now)
            for one in people
        )
    session.flush()
    return survey


def add_item(
    study: Study,
    now: datetime,
    code: str,
    domain: Domain | None = None,
    asked: Sequence[Panel] = (),
    languages: Sequence[str] = ("en", "fr"),
) -> Item:
    item = Item(
        study_id=study.id,
        code=code,
        domain_id=domain.id if domain else None,
        state=ItemState.IN_PLAY,
        created_at=now,
    )
    texts = [
        WordingText(language=one, title=f"Statement {code} ({one})", description=f"What {code} means.")
        for one in languages
    ]
    item.wordings = [Wording(number=1, created_at=now, texts=texts)]
    item.panels = [ItemPanel(panel_id=panel.id) for panel in asked]
    session.add(item)
    session.flush()
    return item


def open_round(
    study: Study,
    number: int,
    items: Sequence[Item],
    panels: Sequence[Panel],
    experts: Sequence[Expert],
    now: datetime,
    document: str = DOCUMENT,
) -> Round:
    protocol = Protocol(study_id=study.id, number=number, document=document, sealed_at=now, updated_at=now)
    protocol.digest = protocols.digest(document)
    session.add(protocol)
    session.flush()
    opened = Round(
        study_id=study.id, number=number, state=RoundState.OPEN, time_zone="America/Toronto", protocol_id=protocol.id,
        opened_at=now, closes_at=now + timedelta(days=7), instructions={"en": "Think of every specialist."},
    )  # fmt: skip
    session.add(opened)
    session.flush()
    for position, item in enumerate(items):
        wording = item.wordings[-1]
        opened.items.append(RoundItem(item_id=item.id, wording_id=wording.id, position=position))
    opened.panels = [RoundPanel(panel_id=panel.id) for panel in panels]
    for expert in experts:
        held = [ParticipationPanel(panel_id=panel.id) for panel in panels]
        session.add(Participation(round_id=opened.id, expert_id=expert.id, panels=held))
    session.flush()
    return opened


def _expert(study: Study, panel: Panel, number: int, state: ExpertState, now: datetime) -> Expert:
    expert = Expert(study_id=study.id, code=f"W-{number:04}", language="en", state=state, created_at=now)
    expert.panels = [ExpertPanel(panel_id=panel.id)]
    session.add(expert)
    session.flush()
    email = f"expert{number}@example.org"
    session.add(Contact(expert_id=expert.id, study_id=study.id, email=email, updated_at=now))
    return expert

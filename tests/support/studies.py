"""Studies as tests need them: made by the services where those are under test, else put together row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ExpertState
from delphi.models import (
    Account,
    Contact,
    Expert,
    ExpertPanel,
    Item,
    ItemPanel,
    Membership,
    Panel,
    Study,
    Wording,
    WordingText,
)
from delphi.services import consents, panels, protocols, studies

TITLE = {"en": "What specialists need", "fr": "Ce dont les spécialistes ont besoin"}

DOCUMENT = """
title = "COMET 70/15"

[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] } }
question = { en = "How important is this?", fr = "Est-ce important ?" }

[[rules]]
verdict = "promote"
criterion = "importance"
panels = "every"
minimum_raters = 2
all = [ { statistic = "percent_high", at_least = 70 }, { statistic = "percent_low", below = 15 } ]

[[rules]]
verdict = "drop"
criterion = "importance"
panels = "every"
minimum_raters = 2
all = [ { statistic = "percent_low", at_least = 70 }, { statistic = "percent_high", below = 15 } ]

[otherwise]
verdict = "re-rate"
"""


def make_study(by: Account, now: datetime, languages: Sequence[str] = ("en", "fr")) -> Study:
    return studies.create(by, TITLE, languages, "America/Toronto", "study@example.org", now=now)


def join(study: Study, account: Account, role: Role, now: datetime) -> Membership:
    membership = Membership(study_id=study.id, account_id=account.id, role=role, created_at=now)
    session.add(membership)
    session.flush()
    return membership


def add_panel(
    study: Study, by: Account, now: datetime, code: str = "W", name: str = "Women’s services"
) -> Panel:
    return panels.add(study, code, dict.fromkeys(study.languages, name), by=by, now=now)


def add_item(
    study: Study,
    now: datetime,
    code: str = "LAW1.01",
    languages: Sequence[str] = ("en", "fr"),
    asked: Sequence[Panel] = (),
) -> Item:
    item = Item(study_id=study.id, code=code, created_at=now)
    texts = [WordingText(language=language, title=f"Knows the law ({language})") for language in languages]
    item.wordings = [Wording(number=1, created_at=now, texts=texts)]
    item.panels = [ItemPanel(panel_id=panel.id) for panel in asked]
    session.add(item)
    session.flush()
    return item


def add_experts(
    study: Study,
    panel: Panel,
    count: int,
    now: datetime,
    state: ExpertState = ExpertState.INVITED,
    language: str = "en",
) -> list[Expert]:
    made = [
        Expert(
            study_id=study.id,
            code=f"{panel.code}-{state}{number}",
            language=language,
            state=state,
            created_at=now,
            panels=[ExpertPanel(panel_id=panel.id)],
        )
        for number in range(count)
    ]
    session.add_all(made)
    session.flush()
    for expert in made:
        email = f"{expert.code.lower()}@example.org"
        session.add(Contact(expert_id=expert.id, study_id=study.id, email=email, updated_at=now))
    session.flush()
    return made


def make_ready(study: Study, by: Account, now: datetime) -> Panel:
    """Everything a round needs but the sealing: one panel of six experts, one item, texts."""
    panel = add_panel(study, by, now)
    protocols.save_draft(study, DOCUMENT, by=by, now=now)
    add_item(study, now)
    add_experts(study, panel, 6, now)
    consents.save_text(study, {"en": "We ask for your consent.", "fr": "Votre accord."}, by=by, now=now)
    return panel

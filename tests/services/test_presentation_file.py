"""How a study presents itself, as a document."""

from __future__ import annotations

import tomllib

from delphi.domain.presentation import Choices, ItemOrder
from delphi.models import Account, Domain
from delphi.models.domain import DomainLevel
from delphi.services import domains, exports, glossary, presentations, questions
from delphi.services.questions import Draft
from tests.support.clock import Clock
from tests.support.studies import make_study


def test_a_study_that_chose_nothing_states_the_defaults(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    found = tomllib.loads(exports.file(study, "presentation.toml", now=clock()).decode())
    assert found == {
        "languages": ["en", "fr"],
        "presentation": {
            "page_size": 5,
            "item_order": "fixed",
            "suggestions": "none",
            "neutral_subjects": False,
            "weekly_mails": 3,
            "deadline_notice": 2,
        },
    }


def test_everything_that_was_chosen_is_in_it(alice: Account, clock: Clock) -> None:
    study, facts = make_study(alice, clock()), {"by": alice, "now": clock()}
    chosen = Choices(
        welcome={"en": "Two\nlines “here”"}, item_order=ItemOrder.EVERYWHERE, quiet_from=0, quiet_until=7
    )
    presentations.save(study, chosen, **facts)
    questions.add(study, "role", Draft({"en": "Role?"}, {"en": "Nurse\nTeacher"}, True), **facts)
    glossary.add(study, {"fr": "tort"}, {"fr": "Du mal."}, **facts)
    law: Domain = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    domains.change(law, study, law.name, {"en": "Hard to read."}, alice, clock())
    found = tomllib.loads(exports.file(study, "presentation.toml", now=clock()).decode())
    assert found["presentation"]["welcome"] == {"en": "Two\nlines “here”"}
    assert found["presentation"]["item_order"] == "everywhere"
    assert found["presentation"]["quiet_from"] == 0
    assert found["questions"] == [
        {
            "attribute": "role",
            "several": True,
            "text": {"en": "Role?"},
            "choices": [
                {"value": "Nurse", "label": {"en": "Nurse"}},
                {"value": "Teacher", "label": {"en": "Teacher"}},
            ],
        }
    ]
    assert found["glossary"] == [{"term": {"fr": "tort"}, "meaning": {"fr": "Du mal."}}]
    assert found["content_notes"] == [{"domain": {"en": "Law"}, "note": {"en": "Hard to read."}}]

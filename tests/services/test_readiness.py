"""What still blocks opening: each check, missing and in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask

from delphi.domain.errors import DomainError
from delphi.domain.presentation import Choices
from delphi.models import Account, Study
from delphi.models.domain import DomainLevel
from delphi.services import consents, domains, glossary, presentations, protocols, questions, readiness
from delphi.services.readiness import Check
from delphi.words import LABELS, message
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT, add_experts, add_item, add_panel, make_ready, make_study

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


@pytest.fixture
def mailbox(app: Flask) -> None:
    """Messages go to the demo mailbox, so that they can be sent."""
    chosen = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(chosen, values={**chosen.values, "demo": True})


def missing(study: Study) -> dict[str, Check]:
    return {check.code: check for check in readiness.checks(study) if not check.ok}


@pytest.mark.usefixtures("no_mail_server")
def test_an_empty_study_lacks_everything(study: Study) -> None:
    found = missing(study)
    assert set(found) == {
        "protocol.chosen",
        "panels.some",
        "items.some",
        "experts.some",
        "consent.text",
        "mail.sending",
        "seal.done",
    }
    assert all(check.blocking for check in found.values())
    assert found["mail.sending"].facts["problem"] == "message.no_mail_server"
    assert message(found["mail.sending"].facts["problem"])


@pytest.mark.usefixtures("mailbox")
def test_a_study_with_everything_is_ready(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    protocols.seal(study, by=alice, now=clock())
    assert missing(study) == {}
    readiness.require(study)


@pytest.mark.usefixtures("no_mail_server")
def test_opening_is_refused_while_something_blocks(study: Study) -> None:
    with pytest.raises(DomainError) as caught:
        readiness.require(study)
    assert (caught.value.code, caught.value.params["count"]) == ("study.not_ready", 7)


def test_wordings_block_in_the_main_language_only(study: Study, alice: Account, clock: Clock) -> None:
    add_item(study, clock(), "A", languages=["en"])
    add_item(study, clock(), "B", languages=["fr"])
    add_item(study, clock(), "C", languages=["en"])
    found = missing(study)
    assert found["items.wording"].blocking
    assert found["items.wording"].facts == {"count": 1, "language": "en"}
    assert not found["items.translation"].blocking
    assert found["items.translation"].facts == {"count": 2, "language": "fr"}


def test_a_panel_without_items_is_told(study: Study, alice: Account, clock: Clock) -> None:
    w = add_panel(study, alice, clock(), "W")
    add_panel(study, alice, clock(), "C")
    add_item(study, clock(), asked=[w])
    assert missing(study)["items.panels"].facts == {"panels": "C"}
    add_item(study, clock(), "ALL.1")
    assert "items.panels" not in missing(study)


def test_rules_name_panels_that_exist(study: Study, alice: Account, clock: Clock) -> None:
    add_panel(study, alice, clock(), "W")
    protocols.save_draft(study, DOCUMENT.replace('"every"', '["W", "X"]'), by=alice, now=clock())
    found = missing(study)["protocol.panels"]
    assert (found.blocking, found.facts) == (True, {"panels": "X"})


def test_each_criterion_has_its_question_in_each_language(study: Study, alice: Account, clock: Clock) -> None:
    protocols.save_draft(
        study, DOCUMENT.replace('fr = "Est-ce important ?"', 'fr = " "'), by=alice, now=clock()
    )
    assert missing(study)["protocol.questions"].facts == {"criteria": "importance"}


def test_small_panels_are_told(study: Study, alice: Account, clock: Clock) -> None:
    w, c = add_panel(study, alice, clock(), "W"), add_panel(study, alice, clock(), "C")
    protocols.save_draft(study, DOCUMENT.replace("raters = 2", "raters = 4"), by=alice, now=clock())
    add_experts(study, w, 4, clock())
    assert missing(study)["experts.some"].facts == {"panels": "C"}
    add_experts(study, c, 3, clock())
    found = missing(study)
    assert found["experts.minimum_raters"].facts == {"panels": "C", "least": 4}
    assert found["experts.minimum_group"].facts == {"panels": "W, C", "least": 5}
    assert not found["experts.minimum_raters"].blocking


def test_consent_is_in_every_language_without_gaps(study: Study, alice: Account, clock: Clock) -> None:
    consents.save_text(study, {"en": "Ask [name of the board].", "fr": "Demandez."}, by=alice, now=clock())
    found = missing(study)
    assert found["consent.gaps"].facts == {"gaps": "[name of the board]"}
    assert not found["consent.gaps"].blocking
    assert "consent.text" not in found
    study.languages = ["en", "fr", "es"]
    assert "consent.text" in missing(study)


def test_every_check_has_words(study: Study, alice: Account, clock: Clock) -> None:
    codes = {check.code for check in readiness.checks(study)}
    make_ready(study, alice, clock())
    codes |= {check.code for check in readiness.checks(study)}
    assert len(codes) == 15
    for code in codes:
        assert f"check.{code}.ok" in LABELS
        assert f"check.{code}.missing" in LABELS
        assert f"step.{code.partition('.')[0]}" in LABELS


def test_the_number_of_statements_does_not_grow(
    study: Study, alice: Account, clock: Clock, statements: Statements
) -> None:
    panel = make_ready(study, alice, clock())
    with statements() as few:
        readiness.checks(study)
    for number in range(20):
        add_item(study, clock(), f"MORE.{number}", asked=[panel])
    with statements() as many:
        readiness.checks(study)
    assert len(many) == len(few) <= 14


def found(study: Study, step: str) -> dict[str, tuple[bool, bool]]:
    return {check.code: (check.ok, check.blocking) for check in readiness.checks(study) if check.step == step}


def test_a_study_without_a_presentation_is_not_asked_about_it(study: Study) -> None:
    for step in ("presentation", "domains", "questions", "glossary"):
        assert found(study, step) == {}


def test_texts_in_one_language_are_worth_knowing_and_block_nothing(
    study: Study, alice: Account, clock: Clock
) -> None:
    facts = {"by": alice, "now": clock()}
    both = {"en": "Harm", "fr": "Tort"}
    lines = {"en": "A\nB", "fr": "A\nB"}
    presentations.save(study, Choices(welcome=both), **facts)
    term = glossary.add(study, both, both, **facts)
    question = questions.add(study, "role", questions.Draft(both, lines, False), **facts)
    law = domains.add(study, None, DomainLevel.DOMAIN, both, alice, clock())
    domains.change(law, study, both, both, alice, clock())
    assert found(study, "presentation") == {
        "presentation.languages": (True, False),
        "presentation.support": (False, False),
    }
    assert found(study, "glossary") == {"glossary.languages": (True, False)}
    assert found(study, "questions") == {"questions.languages": (True, False)}
    assert found(study, "domains") == {"domains.languages": (True, False)}

    presentations.save(study, Choices(support={"en": "Call 555-0100."}), **facts)
    glossary.change(term, study, {"en": "Harm"}, {"en": "Hurt."}, **facts)
    questions.change(question, study, questions.Draft(both, {"en": "A\nB"}, False), **facts)
    domains.change(law, study, both, {"fr": "Pénible."}, alice, clock())
    assert found(study, "presentation") == {
        "presentation.languages": (False, False),
        "presentation.support": (True, False),
    }
    assert found(study, "glossary") == {"glossary.languages": (False, False)}
    assert found(study, "questions") == {"questions.languages": (False, False)}
    assert found(study, "domains") == {"domains.languages": (False, False)}

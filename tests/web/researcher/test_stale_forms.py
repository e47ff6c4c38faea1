"""Of two people who have the same form open, the second to save is told of the first, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from delphi.db import session
from delphi.models import Account, Study
from delphi.services import consents, domains, glossary, questions
from delphi.services.domains import DomainLevel
from delphi.services.questions import Draft
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import make_world, plan_of
from tests.support.studies import add_item

TOLD = "Somebody else saved this after you opened it."
Make = Callable[[Study, Account, Clock], str]


def _item(study: Study, by: Account, clock: Clock) -> str:
    return f"items/{add_item(study, clock(), 'A').id}"


def _domain(study: Study, by: Account, clock: Clock) -> str:
    made = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Safety", "fr": "Sécurité"}, by, clock())
    return f"domains/{made.id}"


def _term(study: Study, by: Account, clock: Clock) -> str:
    both = {"en": "Control", "fr": "Contrôle"}
    return f"glossary/{glossary.add(study, both, both, by=by, now=clock()).id}"


def _question(study: Study, by: Account, clock: Clock) -> str:
    draft = Draft(
        {"en": "Since when?", "fr": "Depuis quand ?"}, {"en": "Yes\nNo", "fr": "Oui\nNon"}, several=False
    )
    made = questions.add(study, "since", draft, by=by, now=clock())
    return f"questions/{made.id}"


def _consent(study: Study, by: Account, clock: Clock) -> str:
    consents.save_text(study, {"en": "We ask.", "fr": "Nous demandons."}, by=by, now=clock())
    return "consent/edit"


CASES = [
    pytest.param(_item, "title_en", id="item"),
    pytest.param(_domain, "note_en", id="domain"),
    pytest.param(_term, "meaning_en", id="term"),
    pytest.param(_question, "text_en", id="question"),
    pytest.param(_consent, "text_en", id="consent"),
    pytest.param(lambda *_any: "messages/reminder_opened", "subject_en", id="message"),
    pytest.param(lambda *_any: "presentation", "welcome_en", id="presentation"),
    pytest.param(lambda *_any: "settings", "contact", id="settings"),
]


def inputs(page: str) -> dict[str, Any]:
    """What the browser would send of the form that carries the mark."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="seen"' in one)
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    lines = re.findall(r'<input[^>]*type="(?:text|hidden|url)"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    lines += re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="(?:text|hidden|url)"[^>]*value="([^"]*)"', form)
    chosen = re.findall(r'<input[^>]*checked[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    selects = re.findall(r'<select[^>]*name="([^"]+)".*?<option selected value="([^"]*)"', form, re.DOTALL)
    languages = {"languages": ["en", "fr"]} if 'name="languages"' in form else {}
    return {**dict(lines), **dict(selects), **dict(chosen), **dict(texts), **languages}


@pytest.mark.parametrize(("make", "name"), CASES)
def test_the_second_is_told_and_may_then_replace_it(
    as_alice: Browser, study: Study, alice: Account, clock: Clock, make: Make, name: str
) -> None:
    place = f"/studies/{study.id}/{make(study, alice, clock)}"
    session.commit()
    opened = inputs(as_alice.get(place).text)
    mine, theirs = {**opened, name: "Mine, typed with care"}, {**opened, name: "Theirs, saved first"}
    assert as_alice.post(place, data=theirs).status_code == 303
    refused = as_alice.post(place, data=mine)
    assert refused.status_code == 409
    assert TOLD in refused.text
    assert "Mine, typed with care" in refused.text
    assert "Theirs, saved first" in as_alice.get(place).text
    again = {**mine, "seen": inputs(refused.text)["seen"]}
    assert as_alice.post(place, data=again).status_code == 303
    assert "Mine, typed with care" in as_alice.get(place).text


@pytest.mark.parametrize(("make", "name"), CASES)
def test_pressing_save_twice_is_no_conflict(
    as_alice: Browser, study: Study, alice: Account, clock: Clock, make: Make, name: str
) -> None:
    place = f"/studies/{study.id}/{make(study, alice, clock)}"
    session.commit()
    sent = {**inputs(as_alice.get(place).text), name: "Typed once, saved twice"}
    for _twice in range(2):
        assert as_alice.post(place, data=sent).status_code == 303


def test_a_plan_of_a_round(as_fay: Browser, alice: Account, fay: Account, clock: Clock) -> None:
    world = make_world(alice, fay, clock())
    plan = plan_of(world, clock())
    place = f"/studies/{world.study.id}/rounds/1/edit"
    sent = {
        "panels": list(plan.panel_ids),
        "items": list(plan.item_ids),
        "time_zone": "America/Toronto",
        "closes_at": "2026-03-09T12:00",
        "instructions_en": "First",
    }
    new = f"/studies/{world.study.id}/rounds/new"
    assert as_fay.post(new, data=sent).status_code == 303
    seen = {"seen": inputs(as_fay.get(place).text)["seen"]}
    theirs = {**sent, **seen, "instructions_en": "Theirs, saved first"}
    for _twice in range(2):
        assert as_fay.post(place, data=theirs).status_code == 303
    refused = as_fay.post(place, data={**sent, **seen, "instructions_en": "Mine, typed with care"})
    assert refused.status_code == 409
    assert TOLD in refused.text
    assert "Mine, typed with care" in refused.text
    assert "Theirs, saved first" in as_fay.get(place).text

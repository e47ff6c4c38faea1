"""The page of how experts see the study."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Domain, Round, Study
from delphi.models.domain import DomainLevel
from delphi.services import presentations
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import make_study

SENT = {
    "welcome_en": "Welcome.",
    "welcome_fr": "Bienvenue.",
    "support_en": "Call 555-0100.",
    "page_size": "8",
    "item_order": "within_domains",
    "suggestions": "both",
    "quick_exit": "https://example.org/",
    "neutral_subjects": "y",
    "quiet_from": "21",
    "quiet_until": "8",
    "weekly_mails": "0",
    "deadline_notice": "3",
}


def path(study: Study) -> str:
    return f"/studies/{study.id}/presentation"


def test_everything_is_saved_and_shown_again(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(path(study), data=SENT)
    assert (answer.status_code, answer.location) == (303, path(study))
    chosen = presentations.of(study)
    assert chosen.welcome == {"en": "Welcome.", "fr": "Bienvenue."}
    assert (chosen.page_size, chosen.item_order, chosen.suggestions) == (8, "within_domains", "both")
    assert (chosen.quiet_from, chosen.quiet_until, chosen.weekly_mails) == (21, 8, 0)
    assert (chosen.deadline_notice, chosen.neutral_subjects) == (3, True)
    page = as_alice.get(path(study)).text
    assert "Bienvenue." in page
    assert "https://example.org/" in page
    assert '<option selected value="21">21:00</option>' in page


def test_a_box_left_empty_switches_off(as_alice: Browser, study: Study) -> None:
    as_alice.post(path(study), data=SENT)
    left = {**SENT, "quick_exit": "", "quiet_from": "", "quiet_until": "", "support_en": " "}
    left.pop("neutral_subjects")
    assert as_alice.post(path(study), data=left).status_code == 303
    chosen = presentations.of(study)
    assert (chosen.quick_exit, chosen.quiet_from, chosen.quiet_until) == ("", None, None)
    assert (chosen.neutral_subjects, chosen.support) == (False, {})


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"quick_exit": "http://example.org"}, "quick_exit", "begins with https://"),
        ({"quiet_until": ""}, "quiet_from", "Choose both hours"),
        ({"welcome_fr": "x" * 3001}, "welcome_fr", "3001 characters, of at most 3000"),
        ({"page_size": "21"}, "page_size", "Choose one of the list."),
        ({"page_size": "many"}, "page_size", "Choose one of the list."),
        ({"item_order": "backwards"}, "item_order", "Choose one of the list."),
        ({"suggestions": "all"}, "suggestions", "Choose one of the list."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, change: dict[str, str], field: str, says: str
) -> None:
    answer = as_alice.post(path(study), data={**SENT, **change})
    assert answer.status_code == 400
    assert f'<a href="#{field}">' in answer.text
    assert answer.text.count(says) == 2
    assert "Bienvenue." in answer.text or field == "welcome_fr"
    assert presentations.of(study).page_size == 5


def test_while_a_round_is_open_order_and_page_size_are_locked(as_alice: Browser, study: Study) -> None:
    as_alice.post(path(study), data=SENT)
    session.add(Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC"))
    page = as_alice.get(path(study)).text
    assert "A round is open" in page
    refused = as_alice.post(path(study), data={**SENT, "page_size": "2"})
    assert refused.status_code == 400
    assert refused.text.count("stay as they are") == 2
    locked = {name: value for name, value in SENT.items() if name not in ("page_size", "item_order")}
    assert as_alice.post(path(study), data={**locked, "weekly_mails": "2"}).status_code == 303
    chosen = presentations.of(study)
    assert (chosen.page_size, chosen.item_order, chosen.weekly_mails) == (8, "within_domains", 2)


def test_a_study_in_one_language_is_asked_in_one(as_alice: Browser, alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock(), ["fr"])
    page = as_alice.get(path(study)).text
    assert 'name="welcome_fr"' in page
    assert 'name="welcome_en"' not in page


def test_a_facilitator_reads_and_cannot_change(as_fay: Browser, study: Study) -> None:
    page = as_fay.get(path(study)).text
    assert "a researcher of the study changes it" in page
    assert "<fieldset disabled>" in page
    assert as_fay.post(path(study), data=SENT).status_code == 403


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study) -> None:
    assert as_charlie.get(path(study)).status_code == 404
    assert as_charlie.post(path(study), data=SENT).status_code == 404


def test_a_concluded_study_only_shows_what_held(as_alice: Browser, study: Study) -> None:
    study.state = StudyState.CONCLUDED
    assert "only shows what held" in as_alice.get(path(study)).text
    assert as_alice.post(path(study), data=SENT).status_code == 409
    assert presentations.of(study).page_size == 5


def test_the_overview_leads_there_and_says_what_is_missing(as_alice: Browser, study: Study) -> None:
    as_alice.post(path(study), data={**SENT, "welcome_fr": "", "support_en": ""})
    note = {"en": "Hard to read."}
    session.add(Domain(study_id=study.id, level=DomainLevel.DOMAIN, name={"en": "Law"}, content_note=note))
    page = as_alice.get(f"/studies/{study.id}/").text
    assert f'href="{path(study)}"' in page
    assert "Texts that experts read are not in every language yet: 1." in page
    assert "Content notes not in every language yet: 1." in page
    assert "there is no support page" in page

"""Pages of the consent text: offered, written, kept in versions."""

from __future__ import annotations

import pytest

from delphi.domain.states import StudyState
from delphi.models import Account, Study
from delphi.services import consents
from tests.support.client import Browser
from tests.support.clock import Clock

TEXTS = {"text_en": "We ask you.\n\nYou may <stop>.", "text_fr": "Nous vous demandons."}


def test_a_text_is_offered_in_both_languages(as_alice: Browser, study: Study) -> None:
    assert "No consent text yet" in as_alice.get(f"/studies/{study.id}/consent").text
    page = as_alice.get(f"/studies/{study.id}/consent/edit").text
    assert "What we ask of you." in page
    assert "Ce que nous vous demandons." in page
    assert "study@example.org" in page
    assert "Save as version 1" in page


def test_the_text_offered_names_the_choices_of_whoever_leaves(as_alice: Browser, study: Study) -> None:
    page = as_alice.get(f"/studies/{study.id}/consent/edit").text
    english = ("under your code", "without any link to you", "nothing is decided yet are deleted")
    french = ("sous votre code", "sans aucun lien avec vous", "rien n’est encore décidé sont supprimées")
    assert all(part in page for part in (*english, *french))


def test_a_text_is_saved_and_shown_in_paragraphs(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(f"/studies/{study.id}/consent/edit", data=TEXTS)
    assert (answer.status_code, answer.location) == (303, f"/studies/{study.id}/consent")
    page = as_alice.get(answer.location).text
    assert "<p>We ask you.</p>" in page
    assert "<p>You may &lt;stop&gt;.</p>" in page
    assert "Version 1, in force" in page


def test_gaps_that_are_left_are_told(as_alice: Browser, study: Study) -> None:
    gap = {"text_en": "It takes [number of minutes] minutes.", "text_fr": "Peu de temps."}
    told = "still has gaps to fill: [number of minutes]."
    as_alice.post(f"/studies/{study.id}/consent/edit", data=gap)
    assert told in as_alice.get(f"/studies/{study.id}/consent").text
    as_alice.post(f"/studies/{study.id}/consent/edit", data=TEXTS)
    assert told not in as_alice.get(f"/studies/{study.id}/consent").text


def test_a_change_makes_a_version_and_says_what_follows(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    consents.save_text(study, {"en": "One", "fr": "Un"}, by=alice, now=clock())
    page = as_alice.get(f"/studies/{study.id}/consent/edit").text
    assert "Saving makes version 2." in page
    assert "asked again" in page
    as_alice.post(f"/studies/{study.id}/consent/edit", data=TEXTS)
    as_alice.post(f"/studies/{study.id}/consent/edit", data=TEXTS)
    page = as_alice.get(f"/studies/{study.id}/consent").text
    assert "Version 2, in force" in page
    assert "Earlier versions" in page
    assert [text.number for text, _ in consents.versions(study)] == [2, 1]


def test_a_preview_saves_nothing_and_keeps_what_was_typed(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(f"/studies/{study.id}/consent/edit", data={**TEXTS, "action": "preview"})
    assert answer.status_code == 200
    assert "<p>We ask you.</p>" in answer.text
    assert "Nous vous demandons.</textarea>" in answer.text
    assert consents.current(study) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text_fr": "  "}, "in every language of the study"),
        ({"text_en": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_a_bad_text_is_told_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, change: dict[str, str], says: str
) -> None:
    answer = as_alice.post(f"/studies/{study.id}/consent/edit", data={**TEXTS, **change})
    assert answer.status_code == 400
    assert says in answer.text
    assert "We ask you." in answer.text or "text_en" in change
    assert consents.current(study) is None


def test_a_concluded_study_keeps_its_text(as_alice: Browser, study: Study) -> None:
    study.state = StudyState.CONCLUDED
    assert as_alice.post(f"/studies/{study.id}/consent/edit", data=TEXTS).status_code == 409
    assert consents.current(study) is None


def test_a_facilitator_reads_but_does_not_write(as_fay: Browser, study: Study) -> None:
    page = as_fay.get(f"/studies/{study.id}/consent").text
    assert "/consent/edit" not in page
    assert as_fay.get(f"/studies/{study.id}/consent/edit").status_code == 403
    assert as_fay.post(f"/studies/{study.id}/consent/edit", data=TEXTS).status_code == 403
    assert consents.current(study) is None


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study) -> None:
    assert as_charlie.get(f"/studies/{study.id}/consent").status_code == 404
    assert as_charlie.post(f"/studies/{study.id}/consent/edit", data=TEXTS).status_code == 404

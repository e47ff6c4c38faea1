"""Consent: asked first, in versions; declining is as easy."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Consent, ConsentText
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    return surveys.make(clock(), state=ExpertState.INVITED)


def _given(survey: Survey) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)))


def _state(survey: Survey) -> ExpertState:
    session.refresh(survey.ben)
    return survey.ben.state


def test_every_page_leads_to_it_first(ben: Browser, survey: Survey) -> None:
    for page in ("", "check", "thanks", f"domains/{survey.domains[0].id}"):
        answer = ben.get(f"/x/{survey.study.id}/{page}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/x/{survey.study.id}/consent")


def test_the_text_is_shown_with_its_paragraphs_and_bullets(ben: Browser, survey: Survey) -> None:
    page = ben.get(f"/x/{survey.study.id}/consent").text
    assert "<p>We ask for your time.</p>" in page
    assert "<li>You may stop.</li><li>You may stay.</li>" in page


def test_the_text_cannot_carry_markup(ben: Browser, survey: Survey) -> None:
    survey.consent.texts = {"en": "<script>alert(1)</script>"}
    session.flush()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in ben.get(f"/x/{survey.study.id}/consent").text


def test_agreeing_works(ben: Browser, survey: Survey, clock: Clock) -> None:
    answer = ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert answer.headers["Location"] == f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
    (given,) = _given(survey)
    assert (given.consent_text_id, given.language, given.given_at) == (survey.consent.id, "en", clock())
    assert _state(survey) is ExpertState.ACTIVE
    assert ben.get(answer.headers["Location"]).status_code == 200


def test_agreeing_twice_is_agreeing_once(ben: Browser, survey: Survey) -> None:
    for _ in range(2):
        assert ben.post(f"/x/{survey.study.id}/consent", data={"number": 1}).status_code == 303
    assert len(_given(survey)) == 1


def test_a_new_text_is_asked_for_again(ben: Browser, survey: Survey, clock: Clock) -> None:
    ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    session.add(
        ConsentText(study_id=survey.study.id, number=2, texts={"en": "Now read this."}, created_at=clock())
    )
    assert ben.get(f"/x/{survey.study.id}/").headers["Location"].endswith("/consent")
    page = ben.get(f"/x/{survey.study.id}/consent").text
    assert "Now read this." in page
    assert "has changed since you agreed" in page


def test_agreeing_to_an_old_text_is_refused(ben: Browser, survey: Survey, clock: Clock) -> None:
    session.add(
        ConsentText(study_id=survey.study.id, number=2, texts={"en": "Now read this."}, created_at=clock())
    )
    page = ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert page.status_code == 400
    assert "The consent text has changed meanwhile" in page.text
    assert _given(survey) == []


def test_without_a_text_nobody_can_agree(ben: Browser, survey: Survey) -> None:
    session.delete(survey.consent)
    assert "has not finished preparing" in ben.get(f"/x/{survey.study.id}/consent").text
    assert ben.post(f"/x/{survey.study.id}/consent", data={"number": 1}).status_code == 400


def test_declining_is_one_tap(ben: Browser, survey: Survey) -> None:
    answer = ben.post(f"/x/{survey.study.id}/decline")
    assert _state(survey) is ExpertState.DECLINED
    assert answer.headers["Location"] == f"/x/{survey.study.id}/declined"
    page = ben.get(answer.headers["Location"]).text
    assert "Thank you for telling us" in page
    assert "I changed my mind" in page
    assert "Should you change your mind" in ben.get(f"/x/{survey.study.id}/consent").text


def test_declining_twice_is_declining_once(ben: Browser, survey: Survey) -> None:
    for _ in range(2):
        assert ben.post(f"/x/{survey.study.id}/decline").status_code == 303
    assert _state(survey) is ExpertState.DECLINED


def _say_why(ben: Browser, survey: Survey, reason: str) -> TestResponse:
    return ben.post(f"/x/{survey.study.id}/declined", data={"reason": reason})


def test_a_reason_may_be_given_and_changed(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/decline")
    for reason in ("No <time>.", "On leave."):
        assert _say_why(ben, survey, reason).status_code == 303
    page = ben.get(f"/x/{survey.study.id}/declined").text
    assert "Your reason is with the research team" in page
    assert "On leave.</textarea>" in page
    session.refresh(survey.ben)
    assert survey.ben.decline_reason == "On leave."


def test_another_language_keeps_the_reason(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/decline")
    ben.post(f"/x/{survey.study.id}/declined", data={"reason": "No time.", "language": "fr"})
    page = ben.get(f"/x/{survey.study.id}/declined").text
    assert '<html lang="fr"' in page
    assert "No time.</textarea>" in page


def test_a_reason_given_after_the_visit_ended_is_not_lost(client: Browser, survey: Survey) -> None:
    page = _say_why(client, survey, "No time this year.")
    assert page.status_code == 401
    assert "No time this year.</textarea>" in page.text


def test_a_reason_too_long_is_not_lost(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/decline")
    page = _say_why(ben, survey, "x" * 1001)
    assert page.status_code == 400
    assert "x" * 1001 in page.text
    assert "at most 1000" in page.text
    session.refresh(survey.ben)
    assert survey.ben.decline_reason == ""


def test_a_reason_is_for_those_who_declined(ben: Browser, survey: Survey) -> None:
    assert _say_why(ben, survey, "Not at all.").status_code == 400
    assert ben.get(f"/x/{survey.study.id}/declined").headers["Location"].endswith("/consent")


def test_changing_ones_mind_takes_the_reason_back(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/decline")
    _say_why(ben, survey, "No time.")
    ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert _state(survey) is ExpertState.ACTIVE
    assert survey.ben.decline_reason == ""


def test_whoever_declined_may_come_back_by_the_same_link(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/decline")
    ben.post(f"/i/{survey.token(survey.ben)}")
    ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert _state(survey) is ExpertState.ACTIVE


def test_wrong_state_for_declining(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert ben.post(f"/x/{survey.study.id}/decline").status_code == 409
    assert _state(survey) is ExpertState.ACTIVE


def test_without_a_visit(client: Browser, survey: Survey) -> None:
    assert client.get(f"/x/{survey.study.id}/consent").status_code == 401
    assert client.post(f"/x/{survey.study.id}/consent", data={"number": 1}).status_code == 401
    assert client.post(f"/x/{survey.study.id}/decline").status_code == 401
    assert _given(survey) == []

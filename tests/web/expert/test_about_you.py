"""Questions about the expert: optional, one page, never before the first rating."""

from __future__ import annotations

from typing import Any

import pytest

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.question_answers import NOT_SAID
from delphi.domain.states import ExpertState
from delphi.models import Question
from delphi.services import about
from tests.support import answers
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey


def _choice(en: str, fr: str) -> dict[str, Any]:
    return {"value": en, "label": {"en": en, "fr": fr}}


@pytest.fixture
def questions(survey: Survey) -> list[Question]:
    asked = [
        Question(
            study_id=survey.study.id,
            position=0,
            attribute="role",
            text={"en": "What is your <main> role?", "fr": "Quel est votre rôle ?"},
            choices=[_choice("Nurse", "Infirmière"), _choice("Teacher", "Enseignante")],
        ),
        Question(
            study_id=survey.study.id,
            position=1,
            attribute="languages",
            text={"en": "Which languages do you work in?"},
            several=True,
            choices=[_choice("English", "Anglais"), _choice("French", "Français")],
        ),
    ]
    session.add_all(asked)
    session.flush()
    return asked


def _address(survey: Survey) -> str:
    return f"/x/{survey.study.id}/about-you"


def _kept(survey: Survey) -> dict[str, list[str]]:
    session.refresh(survey.ben)
    return survey.ben.attributes


def _rate(survey: Survey, clock: Clock, number: int = 0) -> None:
    item = survey.items[number]
    answers.rate(survey.visit(survey.ben), survey.round.id, item.id, "importance", 5, False, clock())


def _save_page(ben: Browser, survey: Survey, page: int = 1, domain: int = 0, **more: str) -> str:
    address = f"/x/{survey.study.id}/domains/{survey.domains[domain].id}"
    answer = ben.post(address, data={"round": survey.round.id, "page": page, **more})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_every_question_has_its_choices_and_a_way_not_to_say(
    ben: Browser, survey: Survey, questions: list[Question]
) -> None:
    page = ben.get(_address(survey)).text
    assert "What is your &lt;main&gt; role?" in page
    assert page.count('type="radio"') == page.count('type="checkbox"') == 3
    assert page.count("Prefer not to say") == 2
    assert " checked" not in page


def test_without_questions_there_is_no_page(ben: Browser, survey: Survey) -> None:
    assert ben.get(_address(survey)).headers["Location"] == f"/x/{survey.study.id}/"


def test_answers_become_attributes(ben: Browser, survey: Survey, questions: list[Question]) -> None:
    survey.ben.attributes = {"region": ["North"]}
    sent = {f"q-{questions[0].id}": "Nurse", f"q-{questions[1].id}": ["English", "French"]}
    answer = ben.post(_address(survey), data=sent)
    assert answer.headers["Location"] == f"/x/{survey.study.id}/"
    assert _kept(survey) == {"region": ["North"], "role": ["Nurse"], "languages": ["English", "French"]}
    assert "Your answers about you are saved." in ben.get(answer.headers["Location"]).text
    assert ben.get(_address(survey)).text.count(" checked") == 3


def test_they_can_be_changed_and_taken_back(ben: Browser, survey: Survey, questions: list[Question]) -> None:
    survey.ben.attributes = {"role": ["Nurse"], "languages": ["French"]}
    ben.post(_address(survey), data={f"q-{questions[0].id}": NOT_SAID})
    assert _kept(survey) == {"role": [NOT_SAID]}


def test_imported_values_that_are_no_choice_are_neither_shown_nor_lost(
    ben: Browser, survey: Survey, questions: list[Question]
) -> None:
    survey.ben.attributes = {"role": ["Registered nurse"]}
    page = ben.get(_address(survey)).text
    assert " checked" not in page
    assert "Registered nurse" not in page
    ben.post(_address(survey), data={})
    assert _kept(survey) == {"role": ["Registered nurse"]}
    ben.post(_address(survey), data={f"q-{questions[0].id}": "Nurse"})
    assert _kept(survey) == {"role": ["Nurse"]}


@pytest.mark.parametrize("sent", [["Pilot"], ["Nurse", "Teacher"]])
def test_a_bad_answer_saves_nothing_and_keeps_what_was_chosen(
    ben: Browser, survey: Survey, questions: list[Question], sent: list[str]
) -> None:
    form = {f"q-{questions[0].id}": sent, f"q-{questions[1].id}": "French"}
    page = ben.post(_address(survey), data=form)
    assert page.status_code == 400
    assert f'href="#q-{questions[0].id}"' in page.text
    assert 'value="French" checked' in page.text
    assert _kept(survey) == {}


def test_an_answer_and_not_saying_exclude_each_other(
    ben: Browser, survey: Survey, questions: list[Question]
) -> None:
    page = ben.post(_address(survey), data={f"q-{questions[1].id}": ["English", NOT_SAID]})
    assert page.status_code == 400
    assert "Choose either answers or" in page.text


def test_they_are_asked_after_the_first_page_of_answers(
    ben: Browser, survey: Survey, clock: Clock, questions: list[Question]
) -> None:
    assert "about-you" not in _save_page(ben, survey)
    assert "about-you" not in ben.get(f"/x/{survey.study.id}/").text
    _rate(survey, clock)
    onwards = _save_page(ben, survey)
    assert onwards == f"/x/{survey.study.id}/about-you?next=/x/{survey.study.id}/"
    assert f'name="next" value="/x/{survey.study.id}/"' in ben.get(onwards).text


def test_not_again_later_nor_on_the_way_back(
    ben: Browser, survey: Survey, clock: Clock, questions: list[Question]
) -> None:
    _rate(survey, clock)
    assert "about-you" not in _save_page(ben, survey, back="1")
    _rate(survey, clock, 1)
    assert "about-you" not in _save_page(ben, survey, domain=1)


def test_whoever_answered_is_not_asked(
    ben: Browser, survey: Survey, clock: Clock, questions: list[Question]
) -> None:
    survey.ben.attributes = {"role": [NOT_SAID], "languages": ["French"]}
    _rate(survey, clock)
    assert "about-you" not in _save_page(ben, survey)


def test_the_task_list_and_the_last_check_lead_there(
    ben: Browser, survey: Survey, clock: Clock, questions: list[Question]
) -> None:
    _rate(survey, clock)
    survey.ben.attributes = {"role": ["Nurse"]}
    page = ben.get(f"/x/{survey.study.id}/").text
    assert "About you" in page
    assert "1 of 2" in page
    check = ben.get(f"/x/{survey.study.id}/check").text
    assert "One question about you is still open" in check
    assert f"about-you?next=/x/{survey.study.id}/check" in check


def test_another_language_loses_nothing(ben: Browser, survey: Survey, questions: list[Question]) -> None:
    sent = {f"q-{questions[0].id}": "Nurse", "language": "fr", "next": f"/x/{survey.study.id}/check"}
    answer = ben.post(_address(survey), data=sent)
    assert answer.headers["Location"] == f"{_address(survey)}?next=/x/{survey.study.id}/check"
    page = ben.get(answer.headers["Location"]).text
    assert "Quel est votre rôle" in page
    assert 'value="Nurse" checked' in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_nowhere_else(ben: Browser, survey: Survey, questions: list[Question], target: str) -> None:
    main = ben.get(_address(survey), query_string={"next": target}).text.partition("<main")[2]
    assert "evil" not in main
    assert ben.post(_address(survey), data={"next": target}).headers["Location"] == f"/x/{survey.study.id}/"


def test_it_needs_a_visit_and_consent(client: Browser, survey: Survey, questions: list[Question]) -> None:
    assert client.get(_address(survey)).status_code == 401
    assert client.post(_address(survey), data={f"q-{questions[0].id}": "Nurse"}).status_code == 401
    assert _kept(survey) == {}


def test_whoever_has_just_left_is_not_described_again(survey: Survey) -> None:
    """Withdrawn in another tab between the page's guard and its saving."""
    visit = survey.visit(survey.ben)
    survey.ben.state = ExpertState.WITHDRAWN
    session.flush()
    with pytest.raises(DomainError) as refused:
        about.save(visit, {})
    assert refused.value.code == "consent.missing"

"""Suggesting through the pages: sent once, near-duplicates shown first, taken back, nothing of others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from delphi.db import session
from delphi.domain.presentation import Suggestions
from delphi.domain.states import ExpertState
from delphi.models import Suggestion
from delphi.services import presentations
from tests.support.client import Browser
from tests.support.rows import count
from tests.support.surveys import Survey

TEXT = "Knows where a person may sleep tonight."


@pytest.fixture(autouse=True)
def choose(survey: Survey) -> Callable[[Suggestions], None]:
    """The study takes both kinds, until a test chooses otherwise."""

    def to_take(what: Suggestions) -> None:
        chosen = presentations.of(survey.study)
        chosen.suggestions = what
        session.add(chosen)
        session.flush()

    to_take(Suggestions.BOTH)
    return to_take


def at(survey: Survey, rest: str = "") -> str:
    return f"/x/{survey.study.id}/suggest{rest}"


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_missing_item_is_sent_and_stands_on_the_own_page(ben: Browser, survey: Survey) -> None:
    key = key_on(ben.get(at(survey)).text)
    answer = ben.post(at(survey), data={"text": TEXT, "reason": "Often asked.", "key": key})
    assert answer.status_code == 303
    page = ben.get(answer.location).text
    assert "Your suggestion is with the research team" in page
    assert TEXT in page


def test_sent_twice_is_one(ben: Browser, survey: Survey) -> None:
    form = {"text": TEXT, "key": key_on(ben.get(at(survey)).text)}
    for _ in range(2):
        assert ben.post(at(survey), data={**form, "anyway": "1"}).status_code == 303
    assert count(Suggestion) == 1


def test_what_is_much_alike_is_shown_first(ben: Browser, survey: Survey) -> None:
    form = {"text": "Statement A01", "key": "k"}
    answer = ben.post(at(survey), data=form)
    assert answer.status_code == 200
    assert "Is it one of these?" in answer.text
    assert "Statement A01 (en)" in answer.text
    assert "Statement A01</textarea>" in answer.text
    assert count(Suggestion) == 0
    assert ben.post(at(survey), data={**form, "anyway": "1"}).status_code == 303
    assert count(Suggestion) == 1


def test_a_better_wording_starts_from_the_present_one(ben: Browser, survey: Survey) -> None:
    item = survey.items[2]
    page = ben.get(at(survey, f"?item={item.id}")).text
    assert "Statement A02 (en)</textarea>" in page
    answer = ben.post(at(survey), data={"text": "Statement A02, plainly", "item": item.id, "key": "k"})
    assert answer.status_code == 303
    assert session.query(Suggestion).one().item_id == item.id


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"text": " "}, "Write what you suggest."),
        ({"text": "x" * 601}, "This text is too long: 601 characters, of at most 600."),
        ({"text": TEXT, "reason": "y" * 2001}, "This text is too long: 2001 characters"),
        ({"text": TEXT, "domain": "999"}, "Choose one of the list, or leave it open."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_loses_nothing(
    ben: Browser, survey: Survey, form: dict[str, str], told: str
) -> None:
    answer = ben.post(at(survey), data={"reason": "Because.", **form, "key": "k"})
    assert answer.status_code == 400
    assert told in answer.text
    assert form.get("reason", "Because.") in answer.text
    assert form["text"].strip() in answer.text
    assert count(Suggestion) == 0


def test_the_present_wording_is_not_sent(ben: Browser, survey: Survey) -> None:
    form = {"text": "Statement A02 (en)", "item": survey.items[2].id, "key": "k"}
    answer = ben.post(at(survey), data=form)
    assert answer.status_code == 400
    assert "This is the present wording." in answer.text


@pytest.mark.parametrize("chosen", [Suggestions.NONE, Suggestions.WORDINGS])
def test_where_the_study_takes_none_there_is_no_way(
    ben: Browser, survey: Survey, choose: Callable[[Suggestions], None], chosen: Suggestions
) -> None:
    choose(chosen)
    assert "/suggest" not in ben.get(f"/x/{survey.study.id}/").text
    assert ben.get(at(survey)).status_code == 400
    assert ben.post(at(survey), data={"text": TEXT, "key": "k"}).status_code == 400
    assert count(Suggestion) == 0


def test_each_card_leads_to_a_better_wording(
    ben: Browser, survey: Survey, choose: Callable[[Suggestions], None]
) -> None:
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
    assert f"suggest?item={survey.items[0].id}" in ben.get(address).text
    choose(Suggestions.ITEMS)
    assert "suggest?item=" not in ben.get(address).text


def test_taken_back_by_its_author_alone(ben: Browser, enter: Callable[..., Browser], survey: Survey) -> None:
    ben.post(at(survey), data={"text": TEXT, "key": "k"})
    address = f"/x/{survey.study.id}/suggestions/{session.query(Suggestion.id).scalar()}/take-back"
    chloe = enter(survey.chloe)
    assert TEXT not in chloe.get(f"/x/{survey.study.id}/me").text
    assert chloe.post(address).status_code == 404
    assert count(Suggestion) == 1
    assert ben.post(address).status_code == 303
    assert count(Suggestion) == 0
    assert ben.post(address).status_code == 404


def test_who_has_not_agreed_is_asked_to(ben: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    assert ben.get(at(survey)).location == f"/x/{survey.study.id}/consent"
    assert ben.post(at(survey), data={"text": TEXT, "key": "k"}).status_code == 303
    assert count(Suggestion) == 0

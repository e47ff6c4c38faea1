"""Another language at any time, and nothing typed is lost by it."""

from __future__ import annotations

from sqlalchemy import select

from delphi.db import session
from delphi.domain.presentation import Suggestions
from delphi.domain.states import RoundState
from delphi.models import Comment, Presentation, Rating, Suggestion
from tests.support.client import Browser
from tests.support.surveys import Survey


def _address(survey: Survey) -> str:
    return f"/x/{survey.study.id}/domains/{survey.domains[0].id}"


def _typed(survey: Survey, rating: str = "7", **more: str) -> dict[str, object]:
    item = survey.items[0].id
    answers = {f"r-{item}-importance": rating, f"c-{item}": "Too narrow."}
    return {"round": survey.round.id, "page": 1, **answers, **more}


def test_the_choice_is_a_button_of_the_answers(ben: Browser, survey: Survey) -> None:
    page = ben.get(_address(survey)).text
    assert '<form id="answers"' in page
    assert (
        '<button class="link" name="language" value="fr" lang="fr" form="answers">Français</button>' in page
    )


def test_what_is_typed_is_saved_then_the_same_page_comes_in_the_other_language(
    ben: Browser, survey: Survey
) -> None:
    answer = ben.post(_address(survey), data=_typed(survey, language="fr"))
    assert answer.location == f"{_address(survey)}?page=1"
    assert '<html lang="fr">' in ben.get(answer.location).text
    assert session.scalars(select(Rating.point)).all() == [7]
    comment = session.scalars(select(Comment)).one()
    assert (comment.text, comment.language) == ("Too narrow.", "en")


def test_where_it_cannot_be_saved_what_was_typed_is_shown_in_the_other_language(
    ben: Browser, survey: Survey
) -> None:
    answer = ben.post(_address(survey), data=_typed(survey, rating="99", language="fr"))
    assert answer.status_code == 400
    assert '<html lang="fr">' in answer.text
    assert "Too narrow." in answer.text


def test_after_the_round_closed_nothing_typed_is_lost(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    session.commit()
    answer = ben.post(_address(survey), data=_typed(survey, language="fr"))
    assert '<html lang="fr">' in answer.text
    assert "Too narrow." in answer.text


def test_after_the_visit_ended_nothing_typed_is_lost(ben: Browser, survey: Survey) -> None:
    ben.post(f"/x/{survey.study.id}/leave")
    answer = ben.post(_address(survey), data=_typed(survey, language="fr"))
    assert '<html lang="fr">' in answer.text
    assert "Too narrow." in answer.text
    assert 'lang="en" form="again">English</button>' in answer.text


def test_an_unknown_language_is_no_choice(ben: Browser, survey: Survey) -> None:
    answer = ben.post(_address(survey), data=_typed(survey, language="xx"))
    assert '<html lang="en">' in ben.get(answer.location).text


def test_a_suggestion_half_written_comes_in_the_other_language_and_is_not_sent(
    ben: Browser, survey: Survey
) -> None:
    session.add(Presentation(study_id=survey.study.id, suggestions=Suggestions.BOTH))
    session.commit()
    address = f"/x/{survey.study.id}/suggest"
    assert 'form="suggestion">Français</button>' in ben.get(address).text
    answer = ben.post(address, data={"text": "Something half wri", "key": "abc", "language": "fr"})
    assert '<html lang="fr">' in answer.text
    assert "Something half wri" in answer.text
    assert session.scalars(select(Suggestion)).all() == []

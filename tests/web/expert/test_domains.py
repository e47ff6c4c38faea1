"""The item cards of a domain, and saving a page of them without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Comment, ConsentText, Feedback, Item, Rating, RatingChange, Wording, WordingText
from tests.support import answers, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT
from tests.support.surveys import Survey


def _address(survey: Survey, domain: int = 0) -> str:
    return f"/x/{survey.study.id}/domains/{survey.domains[domain].id}"


def _rating(survey: Survey, item: int) -> str:
    return f"r-{survey.items[item].id}-importance"


def _comment(survey: Survey, item: int) -> str:
    return f"c-{survey.items[item].id}"


def _post(browser: Browser, survey: Survey, page: int = 1, **fields: str) -> TestResponse:
    data = {"round": survey.round.id, "page": page, **fields}
    return browser.post(_address(survey), data=data)


def _checked(page: str) -> list[tuple[str, str]]:
    return re.findall(r'name="(r-[^"]+)" value="([^"]*)" checked', page)


def _points() -> dict[int, int | None]:
    session.expire_all()
    return {one.item_id: one.point for one in session.scalars(select(Rating))}


def test_nothing_is_preselected(ben: Browser, survey: Survey) -> None:
    page = ben.get(_address(survey)).text
    assert page.count('type="radio"') == 4 * 10
    assert _checked(page) == []


def test_what_was_answered_is_selected(ben: Browser, survey: Survey, clock: Clock) -> None:
    visit = survey.visit(survey.ben)
    answers.rate(visit, survey.round.id, survey.items[0].id, "importance", 7, False, clock())
    answers.rate(visit, survey.round.id, survey.items[2].id, "importance", None, True, clock())
    answers.comment(visit, survey.round.id, survey.items[2].id, "Too <narrow>.", "en", clock())
    page = ben.get(_address(survey)).text
    assert _checked(page) == [(_rating(survey, 0), "7"), (_rating(survey, 2), "unable")]
    assert "Too &lt;narrow&gt;." in page


def test_answers_of_others_are_not_shown(ben: Browser, survey: Survey, clock: Clock) -> None:
    visit = survey.visit(survey.chloe)
    answers.rate(visit, survey.round.id, survey.items[0].id, "importance", 7, False, clock())
    answers.comment(visit, survey.round.id, survey.items[0].id, "Chloé's secret", "en", clock())
    page = ben.get(_address(survey)).text
    assert _checked(page) == []
    assert "secret" not in page


def test_five_items_a_page(app: Flask, clock: Clock) -> None:
    survey = surveys.make(clock(), items=35)
    browser = app.test_client()
    browser.post(f"/i/{survey.token(survey.ben)}")
    last = browser.get(f"{_address(survey)}?page=7").text
    assert last.count('class="item-card"') == 5
    assert "Statement A34" in last
    assert browser.get(f"{_address(survey)}?page=99").text.count('class="item-card"') == 5
    for page in ("0", "-1", "x", "9" * 30):
        assert "Statement A00" in browser.get(f"{_address(survey)}?page={page}").text or page == "9" * 30


def test_an_unknown_domain(ben: Browser, survey: Survey) -> None:
    assert ben.get(f"/x/{survey.study.id}/domains/999999").status_code == 404
    assert ben.get(f"/x/{survey.study.id}/domains/{10**30}").status_code == 404


@pytest.mark.parametrize(
    ("points", "bands"),
    [
        (2, "low = [1, 1], high = [2, 2]"),
        (4, "low = [1, 2], high = [3, 4]"),
        (5, "low = [1, 2], middle = [3, 3], high = [4, 5]"),
        (11, "low = [1, 9], middle = [10, 10], high = [11, 11]"),
    ],
)
def test_any_scale(app: Flask, clock: Clock, points: int, bands: str) -> None:
    document = DOCUMENT + surveys.criterion("clarity", points, bands)
    survey = surveys.make(clock(), items=1, document=document)
    browser = app.test_client()
    browser.post(f"/i/{survey.token(survey.ben)}")
    page = browser.get(_address(survey)).text
    name = f'name="r-{survey.items[0].id}-clarity"'
    assert len(re.findall(rf'type="radio" {name} value="\d+"', page)) == points
    assert "How about clarity?" in page
    assert "Very much" in page
    fields = {f"r-{survey.items[0].id}-clarity": str(points), _rating(survey, 0): "9"}
    data = {"round": survey.round.id, "page": 1, **fields}
    assert browser.post(_address(survey), data=data).headers["Location"].endswith("/check")


def test_a_long_description_is_folded_without_losing_a_word(ben: Browser, survey: Survey) -> None:
    words = " ".join(f"word{n}." for n in range(500))
    survey.items[0].wordings[0].texts[0].description = words
    page = ben.get(_address(survey)).text
    assert "Read on" in page
    text = re.sub(r"<summary.*?</summary>|<[^>]+>", " ", page)
    assert words in re.sub(r"\s+", " ", unescape(text))


def test_an_item_without_the_readers_language(ben: Browser, survey: Survey, clock: Clock) -> None:
    only_french = survey.items[0].wordings[0]
    session.delete(next(text for text in only_french.texts if text.language == "en"))
    session.flush()
    page = ben.get(_address(survey)).text
    assert 'lang="fr">Statement A00 (fr)' in page
    assert "shown in French" in page


def test_a_name_in_another_language_says_which(ben: Browser, survey: Survey) -> None:
    survey.domains[0].name = {"fr": "Risque"}
    survey.round.instructions = {"fr": "Prenez votre temps."}
    session.flush()
    assert '<h1><span lang="fr">Risque</span></h1>' in ben.get(_address(survey)).text
    tasks = ben.get(f"/x/{survey.study.id}/").text
    assert '<span lang="fr">Risque</span>' in tasks
    assert re.search(r'<div class="prose instructions" lang="fr">\s*<p>Prenez votre temps.', tasks)


def test_the_language_switch_stays_on_the_page(ben: Browser, survey: Survey) -> None:
    address = f"{_address(survey)}?page=1"
    assert 'name="language" value="fr" lang="fr" form="answers"' in ben.get(address).text
    _post(ben, survey, language="fr")
    page = ben.get(address).text
    assert '<html lang="fr"' in page
    assert "Statement A00 (fr)" in page
    assert "Domaine 0" in page


# Without a script.


def test_saving_a_page_works(ben: Browser, survey: Survey) -> None:
    fields = {_rating(survey, 0): "7", _rating(survey, 2): "unable", _comment(survey, 4): "Too\r\nnarrow."}
    answer = _post(ben, survey, **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/x/{survey.study.id}/")
    assert _points() == {survey.items[0].id: 7, survey.items[2].id: None}
    assert session.scalars(select(Comment.text)).all() == ["Too\nnarrow."]


def test_it_goes_on_to_the_next_page_and_back(app: Flask, clock: Clock) -> None:
    survey = surveys.make(clock(), items=7)
    browser = app.test_client()
    browser.post(f"/i/{survey.token(survey.ben)}")
    address, data = _address(survey), {"round": survey.round.id}
    onwards = browser.post(address, data={**data, "page": 1, _rating(survey, 0): "7"})
    assert onwards.headers["Location"] == f"{address}?page=2"
    back = browser.post(address, data={**data, "page": 2, "back": "1", _rating(survey, 5): "7"})
    assert back.headers["Location"] == f"{address}?page=1"
    assert _points() == {survey.items[0].id: 7, survey.items[5].id: 7}


def test_an_answer_is_taken_back(ben: Browser, survey: Survey, clock: Clock) -> None:
    _post(ben, survey, **{_rating(survey, 0): "7"})
    _post(ben, survey, **{_rating(survey, 0): "", f"was-{_rating(survey, 0)}": "7"})
    assert _points() == {survey.items[0].id: None}


def test_a_page_left_open_does_not_undo_another(
    ben: Browser, survey: Survey, enter: Callable[..., Browser]
) -> None:
    _post(ben, survey, **{_rating(survey, 0): "5"})
    _post(enter(survey.ben), survey, **{_rating(survey, 0): "8", f"was-{_rating(survey, 0)}": "5"})
    stale = {_rating(survey, 0): "5", f"was-{_rating(survey, 0)}": "5", _rating(survey, 2): "2"}
    _post(ben, survey, **stale)
    assert _points() == {survey.items[0].id: 8, survey.items[2].id: 2}
    assert len(session.scalars(select(RatingChange)).all()) == 3


def test_a_closed_round_shows_what_was_typed_and_what_is_saved(ben: Browser, survey: Survey) -> None:
    _post(ben, survey, **{_rating(survey, 0): "3", _comment(survey, 0): "First."})
    survey.round.state = RoundState.CLOSED
    typed = {
        _rating(survey, 0): "8", f"was-{_rating(survey, 0)}": "3",
        _comment(survey, 0): "Second <thoughts>.", f"was-{_comment(survey, 0)}": "First.",
    }  # fmt: skip
    answer = _post(ben, survey, **typed)
    assert answer.status_code == 409
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert "You chose 8 Saved before, and kept 3" in text
    assert "not saved Second &lt;thoughts&gt;. Saved before, and kept First." in text
    assert "Tell the research team" in text
    assert _points() == {survey.items[0].id: 3}


def test_a_comment_too_long_saves_nothing_and_keeps_everything_typed(ben: Browser, survey: Survey) -> None:
    long = "long " * 801
    answer = _post(ben, survey, **{_rating(survey, 0): "7", _comment(survey, 2): long})
    assert answer.status_code == 400
    assert long in answer.text
    assert _checked(answer.text) == [(_rating(survey, 0), "7")]
    assert f'href="#{_comment(survey, 2)}"' in answer.text
    assert "has 4004" in answer.text
    assert _points() == {}


@pytest.mark.parametrize("value", ["0", "10", "-1", "seven", "7;8", "999"])
def test_a_bad_point(ben: Browser, survey: Survey, value: str) -> None:
    assert _post(ben, survey, **{_rating(survey, 0): value, _rating(survey, 2): "7"}).status_code == 400
    assert _points() == {}


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 10, "9" * 5000])
def test_a_bad_round(ben: Browser, survey: Survey, number: str) -> None:
    fields = {_rating(survey, 0): "7", _comment(survey, 0): "A comment that was typed."}
    answer = _post(ben, survey, **{"round": number, **fields})
    assert answer.status_code == 400
    assert "A comment that was typed." in answer.text
    assert _points() == {}


def test_new_consent_is_asked_for_without_losing_the_page(ben: Browser, survey: Survey, clock: Clock) -> None:
    session.add(ConsentText(study_id=survey.study.id, number=2, texts={"en": "New"}, created_at=clock()))
    answer = _post(ben, survey, **{_rating(survey, 0): "7", _comment(survey, 0): "Hm."})
    assert answer.status_code == 400
    assert f'name="{_rating(survey, 0)}" value="7"' in answer.text
    assert f'name="{_comment(survey, 0)}" value="Hm."' in answer.text
    assert _points() == {}


def test_an_ended_visit_can_still_save_what_was_typed(client: Browser, survey: Survey) -> None:
    fields = {_rating(survey, 0): "7", _comment(survey, 0): "Typed <before>."}
    answer = _post(client, survey, **fields)
    assert answer.status_code == 401
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
    assert "Typed &lt;before&gt;." in answer.text
    client.post(f"/i/{survey.token(survey.ben)}")
    again = {name: unescape(value) for name, value in sent.items() if name != "csrf_token"}
    assert client.post(_address(survey), data=again).status_code == 303
    assert _points() == {survey.items[0].id: 7}
    assert session.scalars(select(Comment.text)).all() == ["Typed <before>."]


def test_a_lost_cookie_is_an_ended_visit(app_with_csrf: Flask, clock: Clock) -> None:
    survey = surveys.make(clock())
    browser = app_with_csrf.test_client()
    assert isinstance(browser, Browser)
    answer = _post(browser, survey, **{_comment(survey, 0): "Typed before."})
    assert answer.status_code == 401
    assert "Typed before." in answer.text


# From the second round on.


@pytest.fixture
def second(survey: Survey, clock: Clock) -> Survey:
    """Round 2: the first item reworded, its feedback frozen, and Ben's earlier answers 5 and unable."""
    first, item, other = survey.round, survey.items[0], survey.items[2]
    visit = survey.visit(survey.ben)
    answers.rate(visit, first.id, item.id, "importance", 5, False, clock())
    answers.rate(visit, first.id, other.id, "importance", None, True, clock())
    first.state = RoundState.DECIDED
    session.add(Feedback(round_id=first.id, item_id=item.id, content=_content(), frozen_at=clock()))
    _reword(item, clock)
    opened = surveys.open_round(survey.study, 2, [item, other], [survey.panels["W"]], survey.experts, clock())
    for row in opened.items:
        row.previous_round_id = first.id
    session.flush()
    survey.round = opened
    return survey


def _content() -> dict[str, object]:
    pooled = {"n": 62, "counts": [1, 2, 2, 4, 6, 5, 13, 17, 12], "median": 7.5, "percent_high": 74.2}
    said = [
        {"text": "Keep <it>.", "language": "en", "stance": "for"},
        {"text": "Trop large.", "language": "fr", "stance": "against"},
    ]
    return {
        "round": 1,
        "wording": 1,
        "criteria": {"importance": {"groups": {"pooled": pooled}}},
        "comments": said,
    }


def _reword(item: Item, clock: Clock) -> None:
    texts = [WordingText(language="en", title="Statement A00 (en)", description="What A00 truly means.")]
    item.wordings.append(Wording(number=2, reason="It was unclear.", created_at=clock(), texts=texts))
    session.flush()


def test_feedback_is_shown_as_it_was_frozen(ben: Browser, second: Survey) -> None:
    page = ben.get(_address(second)).text
    for text in ("round 1 (62 experts)", "74%", "rated 7–9", "Median 7.5", "Your answer was 5"):
        assert text in page
    assert "What experts said (2 comments, 1 against)" in page
    assert '<span lang="fr">Trop large.</span> <span class="small muted">(French)</span>' in page
    assert "Keep &lt;it&gt;." in page


def test_the_wording_change_is_marked_with_its_reason(ben: Browser, second: Survey) -> None:
    page = ben.get(_address(second)).text
    assert "Wording changed since round 1" in page
    assert re.search(r"added: </span>\s*truly\s*<span", page)
    assert "It was unclear." in page
    assert page.count("Wording changed since") == 1


def test_the_earlier_answer_is_marked_but_not_preselected(ben: Browser, second: Survey) -> None:
    page = ben.get(_address(second)).text
    assert _checked(page) == []
    assert page.count("tile previous") == 1
    assert "Keep my round 1 answer (5)" in page
    assert "Keep my round 1 answer (unable to rate)" in page


def test_keeping_the_earlier_answer(ben: Browser, second: Survey) -> None:
    _post(ben, second, **{_rating(second, 0): "keep-5", _rating(second, 2): "keep-unable"})
    query = select(Rating).where(Rating.round_id == second.round.id)
    assert {(one.item_id, one.point, one.unable) for one in session.scalars(query)} == {
        (second.items[0].id, 5, False),
        (second.items[2].id, None, True),
    }


def test_an_answer_refers_to_the_wording_shown(ben: Browser, second: Survey) -> None:
    _post(ben, second, **{_rating(second, 0): "7"})
    saved = session.scalars(select(Rating).where(Rating.round_id == second.round.id)).one()
    assert saved.wording_id == second.items[0].wordings[1].id
    assert "In round 1 your answer was 5. What changed your mind?" in ben.get(_address(second)).text


def test_without_feedback_there_is_none(ben: Browser, second: Survey) -> None:
    session.delete(session.scalars(select(Feedback)).one())
    page = ben.get(_address(second)).text
    assert "How the panel rated it" not in page
    assert "Keep my round 1 answer (5)" in page

"""Feedback exactly as it was frozen, and keeping one's earlier answers for a page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import delete, select, update

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Feedback, Rating, StoredVerdict
from tests.support import answers, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT
from tests.support.surveys import Survey

BY_PANEL = DOCUMENT.replace("[otherwise]", "[feedback]\nby_panel = true\n\n[otherwise]")


def _group(n: int, counts: list[int], median: float, high: float) -> dict[str, object]:
    return {"n": n, "counts": counts, "median": median, "percent_high": high, "percent_low": 1.5}


POOLED = _group(41, [1, 2, 3, 4, 5, 6, 7, 8, 5], 6.5, 48.8)
OF_W = _group(23, [0, 1, 1, 2, 2, 3, 4, 6, 4], 7, 60.9)
SAID = [
    {"text": "It helps.", "language": "en", "stance": "for"},
    {"text": "Il dépend.", "language": "fr", "stance": "between"},
    {"text": "It harms.", "language": "en", "stance": "against"},
]


@pytest.fixture
def second(survey: Survey, clock: Clock) -> Survey:
    """Round 2 asks all seven items again; Ben rated the first 5 and was unable to rate the third."""
    first = survey.round
    visit = survey.visit(survey.ben)
    answers.rate(visit, first.id, survey.items[0].id, "importance", 5, False, clock())
    answers.rate(visit, first.id, survey.items[2].id, "importance", None, True, clock())
    first.state = RoundState.DECIDED
    content = {
        "round": 1,
        "wording": 1,
        "criteria": {"importance": {"groups": {"pooled": POOLED, "W": OF_W}}},
        "comments": SAID,
    }
    session.add(Feedback(round_id=first.id, item_id=survey.items[0].id, content=content, frozen_at=clock()))
    survey.round = surveys.open_round(
        survey.study, 2, survey.items, [survey.panels["W"]], survey.experts, clock(), BY_PANEL
    )
    for row in survey.round.items:
        row.previous_round_id = first.id
    session.flush()
    return survey


def _address(survey: Survey) -> str:
    return f"/x/{survey.study.id}/domains/{survey.domains[0].id}"


def _said(page: str) -> str:
    """What the first card tells of the round before, in words."""
    part = page.partition('<div class="said">')[2].partition("</div>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<svg[^>]*aria-label=\"([^\"]*)\"|<[^>]+>", r" \1 ", part)))


def _now(survey: Survey) -> dict[int, int | None]:
    session.expire_all()
    rows = session.scalars(select(Rating).where(Rating.round_id == survey.round.id))
    return {one.item_id: one.point for one in rows}


# Feedback.


def test_every_number_is_the_frozen_one_whatever_became_of_the_ratings(
    ben: Browser, second: Survey, clock: Clock
) -> None:
    before = _said(ben.get(_address(second)).text)
    session.execute(update(Rating).values(point=1, unable=False).where(Rating.point.is_not(None)))
    session.execute(delete(StoredVerdict))
    visit = second.visit(second.chloe)
    answers.rate(visit, second.round.id, second.items[0].id, "importance", 9, False, clock())
    after = _said(ben.get(_address(second)).text)
    assert after.replace("Your answer was 1", "Your answer was 5") == before
    for group, name in ((POOLED, "(41 experts) 49% rated 7–9"), (OF_W, "Panel W 61% rated 7–9 23 experts")):
        counts = ", ".join(f"{point}: {count}" for point, count in enumerate(group["counts"], 1))
        assert name in before
        assert f"Number of answers at each point. {counts}." in before
    assert "Median 6.5" in before
    assert "Median 7" in before


def test_a_change_of_the_frozen_feedback_would_show(ben: Browser, second: Survey) -> None:
    stored = session.scalars(select(Feedback)).one()
    told = {"importance": {"groups": {"pooled": {**POOLED, "median": 2.5}}}}
    stored.content = {**stored.content, "criteria": told}
    said = _said(ben.get(_address(second)).text)
    assert "Median 2.5" in said
    assert "By panel" not in said


def test_ones_own_answer_is_marked_in_the_distribution(ben: Browser, second: Survey) -> None:
    page = ben.get(_address(second)).text
    assert "Your answer was 5" in _said(page)
    assert re.search(r'<text x="[\d.]+" y="93" class="you">5</text>', page)


def test_dissent_comes_first_then_the_rest(ben: Browser, second: Survey) -> None:
    said = _said(ben.get(_address(second)).text)
    assert said.index("It harms.") < said.index("It helps.") < said.index("Il dépend.")
    assert "Il dépend. (French)" in said
    stored = session.scalars(select(Feedback)).one()
    told = {"importance": {"groups": {"pooled": {**POOLED, "percent_low": 60, "percent_high": 20}}}}
    stored.content = {**stored.content, "criteria": told}
    said = _said(ben.get(_address(second)).text)
    assert said.index("It helps.") < said.index("It harms.") < said.index("Il dépend.")


def test_a_protocol_without_distributions_tells_the_median_and_ones_own_answer(
    ben: Browser, second: Survey
) -> None:
    stored = session.scalars(select(Feedback)).one()
    told = {"importance": {"groups": {"pooled": {"n": 41, "median": 6.5}}}}
    stored.content = {**stored.content, "criteria": told}
    said = _said(ben.get(_address(second)).text)
    assert "Median 6.5 Your answer was 5" in said
    assert "rated 7–9" not in said


# Keeping the answers of a page.


def _fields(page: str) -> dict[str, str]:
    """What a browser without a script sends: hidden fields, and what is checked."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    checked = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)"[^>]* checked', page)
    return {name: unescape(value) for name, value in [*hidden, *checked] if name != "csrf_token"}


def _keep(browser: Browser, survey: Survey, **other: str) -> str:
    fields = _fields(browser.get(_address(survey)).text)
    answer = browser.post(_address(survey), data={**fields, **other, "keep": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"{_address(survey)}?page=1")
    return browser.get(_address(survey)).text


def test_it_says_how_many_and_which(ben: Browser, second: Survey) -> None:
    page = ben.get(_address(second)).text
    assert "Keep my answers for the 2 items above that I have not answered" in page
    part = page.partition('id="keep"')[2].partition("</section>")[0]
    assert re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", "", part.partition("<ul>")[2].partition("</ul>")[0])
    ).strip() == ("Statement A00 (en): 5 Statement A02 (en): unable to rate")


def test_keeping_gives_the_earlier_answers_and_stays_on_the_page(ben: Browser, second: Survey) -> None:
    page = _keep(ben, second)
    assert _now(second) == {second.items[0].id: 5, second.items[2].id: None}
    assert 'id="keep"' not in page
    unable = session.scalars(select(Rating).where(Rating.round_id == second.round.id, Rating.unable))
    assert [one.item_id for one in unable] == [second.items[2].id]


def test_what_is_answered_stays_as_it_is(ben: Browser, second: Survey) -> None:
    _keep(ben, second, **{f"r-{second.items[0].id}-importance": "9"})
    assert _now(second) == {second.items[0].id: 9, second.items[2].id: None}


def test_what_was_answered_before_the_page_was_loaded_stays_too(
    ben: Browser, second: Survey, clock: Clock
) -> None:
    answers.rate(
        second.visit(second.ben), second.round.id, second.items[0].id, "importance", 8, False, clock()
    )
    assert "Keep my answer for the 1 item above" in ben.get(_address(second)).text
    _keep(ben, second)
    assert _now(second) == {second.items[0].id: 8, second.items[2].id: None}


def test_saving_without_keeping_gives_no_answer(ben: Browser, second: Survey) -> None:
    ben.post(_address(second), data=_fields(ben.get(_address(second)).text))
    assert _now(second) == {}


def test_items_never_rated_are_not_among_them(ben: Browser, survey: Survey) -> None:
    assert 'id="keep"' not in ben.get(_address(survey)).text


def test_in_a_closed_round_nothing_is_kept_and_everything_is_shown(ben: Browser, second: Survey) -> None:
    fields = _fields(ben.get(_address(second)).text)
    second.round.state = RoundState.CLOSED
    answer = ben.post(_address(second), data={**fields, "keep": "1"})
    assert answer.status_code == 409
    assert "Statement A00" in answer.text
    assert _now(second) == {}

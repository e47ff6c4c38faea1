"""What an expert had on screen is noted once, by a script or by saving; reading a page writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import ConsentText, Exposure, Feedback, ItemPanel, RoundItem
from tests.support import surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.devices import owner_of
from tests.support.surveys import Survey
from tests.web.expert.conftest import Enter


def _tell(browser: Browser, survey: Survey, *items: Any, round_id: Any = None) -> TestResponse:
    whose = owner_of(survey, survey.ben)
    told = {"owner": whose, "round": survey.round.id if round_id is None else round_id, "items": list(items)}
    return browser.post(f"/x/{survey.study.id}/seen", json=told)


def _noted() -> list[Exposure]:
    session.expire_all()
    return list(session.scalars(select(Exposure).order_by(Exposure.item_id)))


def test_the_wording_the_language_and_the_first_time_are_noted(
    ben: Browser, survey: Survey, clock: Clock
) -> None:
    first = clock()
    item = survey.items[0]
    assert _tell(ben, survey, item.id).status_code == 200
    clock.advance(minutes=5)
    ben.post("/language", data={"language": "fr", "next": "/"})
    assert _tell(ben, survey, item.id, survey.items[1].id).status_code == 200
    one, two = _noted()
    assert (one.item_id, one.wording_id, one.feedback_round_id) == (item.id, item.wordings[0].id, None)
    assert (one.language, one.seen_at) == ("en", first)
    assert (two.language, two.seen_at) == ("fr", clock())


def test_the_feedback_beside_it_is_that_of_the_round_it_was_frozen_in(
    ben: Browser, survey: Survey, clock: Clock
) -> None:
    first = survey.round
    session.add(Feedback(round_id=first.id, item_id=survey.items[0].id, content={}, frozen_at=clock()))
    first.state = RoundState.DECIDED
    opened = surveys.open_round(survey.study, 2, survey.items, [survey.panels["W"]], survey.experts, clock())
    for row in session.scalars(select(RoundItem).where(RoundItem.round_id == opened.id)):
        row.previous_round_id = first.id
    assert _tell(ben, survey, *(item.id for item in survey.items[:2]), round_id=opened.id).status_code == 200
    assert [one.feedback_round_id for one in _noted()] == [first.id, None]


def test_what_is_not_asked_of_the_expert_is_passed_over(ben: Browser, survey: Survey) -> None:
    session.add(ItemPanel(item_id=survey.items[1].id, panel_id=survey.panels["C"].id))
    assert _tell(ben, survey, survey.items[0].id, survey.items[1].id, 999_999).status_code == 200
    assert [one.item_id for one in _noted()] == [survey.items[0].id]


def test_of_somebody_who_has_not_agreed_nothing_is_noted(ben: Browser, survey: Survey, clock: Clock) -> None:
    session.add(ConsentText(study_id=survey.study.id, number=99, texts={"en": "New."}, created_at=clock()))
    assert _tell(ben, survey, survey.items[0].id).status_code == 200
    assert _noted() == []


def test_after_the_round_has_closed_nothing_is_noted(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    assert _tell(ben, survey, survey.items[0].id).status_code == 200
    assert _noted() == []


def test_another_study_is_not_reached(ben: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    assert _tell(ben, survey, other.items[0].id, round_id=other.round.id).status_code == 200
    assert _noted() == []


@pytest.mark.parametrize("sent", [None, [], {"round": 1}, {"items": 3}, "x"])
def test_anything_else_is_refused(ben: Browser, survey: Survey, sent: Any) -> None:
    assert ben.post(f"/x/{survey.study.id}/seen", json=sent).status_code == 400


@pytest.mark.parametrize("item", ["1", True, -1, 1.5, None, 10**30])
def test_a_strange_item_is_refused(ben: Browser, survey: Survey, item: Any) -> None:
    assert _tell(ben, survey, item).status_code == 400
    assert _tell(ben, survey, *([1] * 101)).status_code == 400


def test_nothing_is_noted_of_somebody_else(survey: Survey, enter: Enter) -> None:
    """Chloé has opened her link in the browser in which Ben's page still stands."""
    assert _tell(enter(survey.chloe), survey, survey.items[0].id).status_code == 401
    assert _noted() == []


def test_without_a_visit_nothing_is_noted(client: Browser, survey: Survey) -> None:
    assert _tell(client, survey, survey.items[0].id).status_code == 401
    assert _noted() == []


def test_saving_a_page_notes_its_cards_and_reading_it_does_not(ben: Browser, survey: Survey) -> None:
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
    page = ben.get(address).text
    assert f'data-seen="/x/{survey.study.id}/seen"' in page
    assert _noted() == []
    ben.post(address, data={"round": survey.round.id, "page": 1})
    assert [one.item_id for one in _noted()] == [one.id for one in survey.items[::2]]


def test_telling_is_one_statement_beside_the_visit(ben: Browser, survey: Survey, statements: Any) -> None:
    told = {
        "owner": owner_of(survey, survey.ben),
        "round": survey.round.id,
        "items": [item.id for item in survey.items],
    }
    address = f"/x/{survey.study.id}/seen"
    with statements() as seen:
        assert ben.post(address, json=told).status_code == 200
    assert sum("INSERT" in one for one in seen) == 1
    assert len(seen) <= 4, seen

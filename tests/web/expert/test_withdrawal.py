"""Leaving for good through the pages: explained, asked once more, done, and over."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import Event, Rating
from tests.support import answers
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.devices import owner_of
from tests.support.surveys import Survey
from tests.web.expert.conftest import Enter


def at(survey: Survey, rest: str = "") -> str:
    return f"/x/{survey.study.id}/withdraw{rest}"


def test_the_page_explains_each_choice_and_ticks_none(ben: Browser, survey: Survey) -> None:
    page = ben.get(at(survey)).text
    for choice in Withdrawal:
        assert f'value="{choice}"' in page
    assert "checked" not in page.partition("<main")[2]
    assert "You can stop reminders and stay" in page


def test_looking_changes_nothing(ben: Browser, survey: Survey) -> None:
    for rest in ("", "/confirm", "/confirm?choice=deleted"):
        ben.get(at(survey, rest))
        ben.head(at(survey, rest))
    session.expire_all()
    assert survey.ben.state is ExpertState.ACTIVE
    assert session.query(Event).count() == 0


def test_a_choice_is_needed(ben: Browser, survey: Survey) -> None:
    for address in (at(survey, "/confirm"), at(survey, "/confirm?choice=gone")):
        answer = ben.get(address)
        assert answer.status_code == 400
        assert "Choose what becomes of your answers." in answer.text
    answer = ben.post(at(survey), data={"choice": "gone"})
    assert answer.status_code == 400
    session.expire_all()
    assert survey.ben.state is ExpertState.ACTIVE


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_it_is_asked_once_more_then_done(ben: Browser, survey: Survey, choice: Withdrawal) -> None:
    page = ben.get(at(survey, f"/confirm?choice={choice}")).text
    assert "This cannot be undone." in page
    answer = ben.post(at(survey), data={"choice": choice})
    assert answer.status_code == 200
    assert "You have left the study" in answer.text
    assert "change them first" not in answer.text
    session.expire_all()
    assert (survey.ben.state, survey.ben.withdrawal) == (ExpertState.WITHDRAWN, choice)


def test_the_page_of_somebody_else_withdraws_nobody(survey: Survey, enter: Enter) -> None:
    """Chloé has opened her link in the browser in which Ben was about to leave."""
    page = enter(survey.ben).get(at(survey, "/confirm?choice=deleted")).text
    whose = owner_of(survey, survey.ben)
    assert f'name="owner" value="{whose}"' in page
    answer = enter(survey.chloe).post(at(survey), data={"choice": "deleted", "owner": whose})
    assert answer.status_code == 401
    session.expire_all()
    assert {survey.ben.state, survey.chloe.state} == {ExpertState.ACTIVE}


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_another_tab_can_save_nothing_any_more(
    ben: Browser, survey: Survey, clock: Clock, choice: Withdrawal
) -> None:
    visit, item = survey.visit(survey.ben), survey.items[0].id
    answers.rate(visit, survey.round.id, item, "importance", 8, False, clock())
    left = session.query(Rating).count() if choice is not Withdrawal.DELETED else 0
    ben.post(at(survey), data={"choice": choice})
    answer = ben.post(
        f"/x/{survey.study.id}/domains/{survey.domains[0].id}", data={f"r-{item}-importance": "3"}
    )
    assert answer.status_code == 401
    assert "This visit has ended" in answer.text
    assert ben.post(at(survey), data={"choice": choice}).status_code == 401
    session.expire_all()
    assert session.query(Rating).count() == left


def test_the_link_is_dead_for_good(client: Browser, ben: Browser, survey: Survey) -> None:
    token = survey.token(survey.ben)
    ben.post(at(survey), data={"choice": "kept"})
    assert client.get(f"/i/{token}").status_code == 404
    assert client.post(f"/i/{token}").status_code == 404
    assert client.get(f"/u/{token}").status_code == 404


@pytest.mark.parametrize("state", [ExpertState.INVITED, ExpertState.DECLINED])
def test_leaving_without_ever_agreeing(ben: Browser, survey: Survey, state: ExpertState) -> None:
    survey.ben.state = state
    assert ben.get(at(survey)).status_code == 200
    assert ben.post(at(survey), data={"choice": "unlinked"}).status_code == 200
    session.expire_all()
    assert survey.ben.state is ExpertState.WITHDRAWN

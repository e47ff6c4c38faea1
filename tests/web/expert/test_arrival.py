"""Coming in: to the consent text, the practice item, the first open item, or the task list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Expert, Participation, Presentation, Rating
from tests.support import answers, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rows import count
from tests.support.surveys import Survey

Enter = Callable[[Expert], Browser]


def _way_in(browser: Browser, survey: Survey) -> str:
    return browser.post(f"/i/{survey.token(survey.ben)}").headers["Location"]


def _opened(survey: Survey) -> datetime | None:
    return session.scalar(
        select(Participation.opened_at)
        .where(Participation.expert_id == survey.ben.id)
        .execution_options(populate_existing=True)
    )


def _rate(survey: Survey, clock: Clock, count: int) -> None:
    """In the order of the pages: the items of the first domain, then of the second."""
    in_order = sorted(survey.items, key=lambda item: (item.domain_id or 0, item.id))
    for item in in_order[:count]:
        answers.rate(survey.visit(survey.ben), survey.round.id, item.id, "importance", 5, False, clock())


def _present(survey: Survey, **texts: object) -> None:
    session.add(Presentation(study_id=survey.study.id, **texts))
    session.flush()


def test_a_new_expert_comes_to_the_consent_text(client: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    assert _way_in(client, survey) == f"/x/{survey.study.id}/consent"


def test_agreeing_leads_to_the_first_item(client: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    _way_in(client, survey)
    answer = client.post(f"/x/{survey.study.id}/consent", data={"number": 1})
    assert answer.headers["Location"] == f"/x/{survey.study.id}/domains/{survey.domains[0].id}"


@pytest.mark.parametrize(("answered", "domain", "item"), [(0, 0, None), (2, 0, 4), (4, 1, None), (5, 1, 3)])
def test_coming_back_leads_to_the_first_open_item(
    client: Browser, survey: Survey, clock: Clock, answered: int, domain: int, item: int | None
) -> None:
    _rate(survey, clock, answered)
    anchor = f"#item-{survey.items[item].id}" if item else ""
    assert _way_in(client, survey) == f"/x/{survey.study.id}/domains/{survey.domains[domain].id}{anchor}"


def test_the_page_of_the_first_open_item(client: Browser, clock: Clock) -> None:
    survey = surveys.make(clock(), items=12)
    _rate(survey, clock, 6)
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}?page=2#item-{survey.items[6].id}"
    assert _way_in(client, survey) == address


def test_with_everything_answered_or_handed_in_it_is_the_task_list(
    client: Browser, survey: Survey, clock: Clock
) -> None:
    _rate(survey, clock, 7)
    assert _way_in(client, survey) == f"/x/{survey.study.id}/"
    answers.rate(
        survey.visit(survey.ben), survey.round.id, survey.items[0].id, "importance", None, False, clock()
    )
    client.post(f"/x/{survey.study.id}/check", data={"round": survey.round.id})
    assert _way_in(client, survey) == f"/x/{survey.study.id}/"


def test_with_nothing_open_it_is_the_task_list(client: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    assert _way_in(client, survey) == f"/x/{survey.study.id}/"


def test_the_task_list_leads_on(ben: Browser, survey: Survey, clock: Clock) -> None:
    address = f"/x/{survey.study.id}/"
    assert "Start with the first item" in ben.get(address).text
    _rate(survey, clock, 2)
    page = ben.get(address).text
    assert "Go on where you were" in page
    assert f"#item-{survey.items[4].id}" in page
    _rate(survey, clock, 7)
    assert "Go on where you were" not in ben.get(address).text


def test_the_first_visit_of_the_round_is_noted_once(client: Browser, survey: Survey, clock: Clock) -> None:
    first = clock()
    _way_in(client, survey)
    clock.advance(hours=3)
    _way_in(client, survey)
    assert _opened(survey) == first
    noted = select(Participation.expert_id).where(Participation.opened_at.is_not(None))
    assert session.scalars(noted).all() == [survey.ben.id]


def test_a_visit_before_or_after_the_round_is_not_noted(
    client: Browser, survey: Survey, clock: Clock
) -> None:
    assert survey.round.closes_at is not None
    clock.set(survey.round.closes_at)
    _way_in(client, survey)
    survey.round.state = RoundState.CLOSED
    _way_in(client, survey)
    assert _opened(survey) is None


def test_what_is_asked_stands_before_the_consent_text(client: Browser, survey: Survey, clock: Clock) -> None:
    survey.ben.state = ExpertState.INVITED
    _way_in(client, survey)
    page = client.get(f"/x/{survey.study.id}/consent").text
    for text in (
        "There are no right or wrong answers.",
        "7 items wait for you.",
        "This takes about 3 minutes.",
        "Only those who keep the contact list",
        "at least 5 people",
        "I agree and start",
        "I would rather not take part",
    ):
        assert text in page
    assert "Your point of view" not in page


def test_the_studys_own_words_stand_there(client: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    _present(survey, welcome={"en": "Our <own> welcome."}, viewpoint={"fr": "Comme collègue."})
    _way_in(client, survey)
    page = client.get(f"/x/{survey.study.id}/consent").text
    assert "Our &lt;own&gt; welcome." in page
    assert '<dd lang="fr"><p>Comme collègue.</p>' in page
    assert "There are no right or wrong answers." not in page


def test_without_an_open_round_no_time_is_told(client: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    survey.round.state = RoundState.CLOSED
    _way_in(client, survey)
    page = client.get(f"/x/{survey.study.id}/consent").text
    assert "How long it takes" not in page
    assert "I agree</button>" in page


# The practice item.


@pytest.fixture
def practising(survey: Survey) -> Survey:
    _present(survey, practice={"en": "Makes good coffee", "fr": "Fait du bon café"})
    return survey


def test_practice_comes_before_the_first_item(client: Browser, practising: Survey) -> None:
    address = f"/x/{practising.study.id}/practice"
    assert _way_in(client, practising) == address
    page = client.get(address).text
    for text in (
        "Makes good coffee",
        "not counted",
        "nothing of it is sent",
        "How important is this?",
        "Unable to rate",
    ):
        assert text in page
    assert page.count('type="radio"') == 10
    assert f'href="/x/{practising.study.id}/domains/{practising.domains[0].id}"' in page


def test_nothing_of_it_can_be_sent(client: Browser, practising: Survey) -> None:
    _way_in(client, practising)
    address = f"/x/{practising.study.id}/practice"
    main = client.get(address).text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert client.post(address, data={"practice": "7"}).status_code == 405
    assert count(Rating) == 0


def test_after_the_first_real_answer_it_is_over(client: Browser, practising: Survey, clock: Clock) -> None:
    _rate(practising, clock, 1)
    assert "/domains/" in _way_in(client, practising)
    gone = client.get(f"/x/{practising.study.id}/practice")
    assert gone.headers["Location"] == f"/x/{practising.study.id}/"


def test_without_a_practice_item_there_is_no_page(ben: Browser, survey: Survey) -> None:
    assert ben.get(f"/x/{survey.study.id}/practice").status_code == 303


# Content notes and support.


@pytest.fixture
def noted(survey: Survey) -> Survey:
    survey.domains[0].content_note = {"en": "These items speak of <harm>."}
    session.flush()
    return survey


def test_a_content_note_stands_before_the_items(ben: Browser, noted: Survey) -> None:
    address = f"/x/{noted.study.id}/domains/{noted.domains[0].id}"
    page = ben.get(address).text
    assert "These items speak of &lt;harm&gt;." in page
    assert "Statement A00" not in page
    assert "Show the items" in page
    assert "Back to the list" in page
    shown = ben.get(f"{address}?page=1&shown=1").text
    assert "These items speak of &lt;harm&gt;." in shown
    assert "Statement A00" in shown


def test_only_that_domain_has_the_note(ben: Browser, noted: Survey) -> None:
    assert "Statement A01" in ben.get(f"/x/{noted.study.id}/domains/{noted.domains[1].id}").text
    assert ben.get(f"/x/{noted.study.id}/").text.count("Content note") == 1


def test_the_next_page_of_the_domain_does_not_ask_again(client: Browser, clock: Clock) -> None:
    survey = surveys.make(clock(), items=12)
    survey.domains[0].content_note = {"en": "Hard to read."}
    _way_in(client, survey)
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
    onwards = client.post(address, data={"round": survey.round.id, "page": 1}).headers["Location"]
    assert onwards == f"{address}?page=2&shown=1"
    assert "Statement A05" in client.get(onwards).text


def test_support_is_there_before_consent(client: Browser, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    _present(survey, support={"en": "Call <somebody>.\n\n- At any hour"})
    _way_in(client, survey)
    page = client.get(f"/x/{survey.study.id}/support").text
    assert "Call &lt;somebody&gt;." in page
    assert "<li>At any hour</li>" in page
    assert "study@example.org" in page
    assert f'href="/x/{survey.study.id}/support"' in client.get(f"/x/{survey.study.id}/consent").text


def test_support_is_not_linked_where_nothing_is_written(ben: Browser, survey: Survey) -> None:
    assert f'href="/x/{survey.study.id}/support"' not in ben.get(f"/x/{survey.study.id}/").text
    assert "study@example.org" in ben.get(f"/x/{survey.study.id}/support").text


def test_these_pages_need_a_visit(client: Browser, survey: Survey) -> None:
    for page in ("practice", "support", "declined"):
        assert client.get(f"/x/{survey.study.id}/{page}").status_code == 401

"""The task list in every state of a study, and handing in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ItemState, RoundState, StudyState
from delphi.models import Consent, Domain, Item, ItemPanel, Participation, RoundItem
from delphi.models.domain import DomainLevel
from tests.support import answers, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey

Statements = Callable[[], AbstractContextManager[list[str]]]
Enter = Callable[..., Browser]


def _tasks(browser: Browser, survey: Survey) -> str:
    page = browser.get(f"/x/{survey.study.id}/")
    assert page.status_code == 200
    return page.text


def _rate(survey: Survey, clock: Clock, *items: Item) -> None:
    visit = survey.visit(survey.ben)
    for item in items:
        answers.rate(visit, survey.round.id, item.id, "importance", 5, False, clock())


def test_it_shows_the_round_and_its_domains(ben: Browser, survey: Survey) -> None:
    page = _tasks(ben, survey)
    for text in ("Round 1", "Think of every specialist.", "Domain 0", "0 of 4", "Domain 1", "0 of 3"):
        assert text in page
    assert "0 of 7 rated" in page
    assert "about 3 min left" in page
    assert 'data-zone="America/Toronto"' in page


def test_the_instructions_are_folded_once_begun(ben: Browser, survey: Survey, clock: Clock) -> None:
    assert "About this round" not in _tasks(ben, survey)
    _rate(survey, clock, survey.items[0])
    page = _tasks(ben, survey)
    assert page.index("About this round") < page.index("Think of every specialist.")


def test_progress(ben: Browser, survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, survey.items[0], survey.items[2], survey.items[4], survey.items[6])
    page = _tasks(ben, survey)
    assert "4 of 7 rated" in page
    assert "about 1 min left" in page
    assert "✓ 4 of 4" in page


def test_taking_an_answer_back_counts(ben: Browser, survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, survey.items[0])
    answers.rate(
        survey.visit(survey.ben), survey.round.id, survey.items[0].id, "importance", None, False, clock()
    )
    assert "0 of 7 rated" in _tasks(ben, survey)


def test_items_of_other_panels_are_not_shown(ben: Browser, survey: Survey) -> None:
    session.add(ItemPanel(item_id=survey.items[1].id, panel_id=survey.panels["C"].id))
    session.add(ItemPanel(item_id=survey.items[3].id, panel_id=survey.panels["C"].id))
    session.add(ItemPanel(item_id=survey.items[5].id, panel_id=survey.panels["C"].id))
    page = _tasks(ben, survey)
    assert "0 of 4 rated" in page
    assert "Domain 1" not in page
    assert ben.get(f"/x/{survey.study.id}/domains/{survey.domains[1].id}").status_code == 404


def test_parts_and_subdomains(ben: Browser, survey: Survey) -> None:
    part = Domain(study_id=survey.study.id, level=DomainLevel.PART, name={"en": "The stem"})
    session.add(part)
    session.flush()
    survey.domains[0].parent_id = part.id
    below = Domain(
        study_id=survey.study.id,
        level=DomainLevel.SUBDOMAIN,
        name={"en": "Noticing"},
        parent_id=survey.domains[0].id,
    )
    session.add(below)
    session.flush()
    survey.items[2].domain_id, survey.items[1].domain_id = below.id, None
    page = _tasks(ben, survey)
    assert "The stem" in page
    assert "Noticing" not in page
    assert "0 of 4" in page
    assert "Other items" in page
    domain = ben.get(f"/x/{survey.study.id}/domains/{survey.domains[0].id}").text
    assert domain.index("Statement A06") < domain.index("Noticing") < domain.index("Statement A02")
    assert "Statement A01" in ben.get(f"/x/{survey.study.id}/domains/0").text


def _lay_out(survey: Survey, phase: str) -> None:
    if phase == "scheduled":
        survey.round.state, survey.round.opens_at = RoundState.SCHEDULED, survey.round.closes_at
        for row in session.scalars(select(Participation)):
            session.delete(row)
    elif phase == "closed":
        survey.round.state = RoundState.CLOSED
    elif phase == "not asked":
        for row in session.scalars(select(Participation).where(Participation.expert_id == survey.ben.id)):
            session.delete(row)
    elif phase == "no round":
        survey.round.state = RoundState.DRAFT
    elif phase == "no items":
        session.add_all(ItemPanel(item_id=item.id, panel_id=survey.panels["C"].id) for item in survey.items)


@pytest.mark.parametrize(
    ("phase", "text"),
    [
        ("scheduled", "Round 1 opens soon"),
        ("closed", "Round 1 is closed"),
        ("not asked", "Round 1 is for other panels"),
        ("no round", "The first round has not opened yet"),
        ("no items", "Nothing for you in this round"),
    ],
)
def test_every_state_has_its_page(ben: Browser, survey: Survey, phase: str, text: str) -> None:
    _lay_out(survey, phase)
    assert text in _tasks(ben, survey)
    if phase != "no items":
        address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}"
        assert ben.get(address).headers["Location"] == f"/x/{survey.study.id}/"
        assert ben.get(f"/x/{survey.study.id}/check").headers["Location"] == f"/x/{survey.study.id}/"


def test_past_the_closing_time_it_is_closed_before_the_worker_says_so(
    survey: Survey, clock: Clock, enter: Enter
) -> None:
    assert survey.round.closes_at is not None
    clock.set(survey.round.closes_at)
    assert "Round 1 is closed" in _tasks(enter(survey.ben), survey)


def test_a_concluded_study_tells_what_became_of_the_items(ben: Browser, survey: Survey) -> None:
    survey.study.state = StudyState.CONCLUDED
    survey.items[0].state, survey.items[1].state = ItemState.PROMOTED, ItemState.DROPPED
    page = _tasks(ben, survey)
    assert "The study is concluded" in page
    assert (
        page.index("Kept")
        < page.index("Statement A00")
        < page.index("Not kept")
        < page.index("Statement A01")
    )


def test_the_number_of_statements_does_not_grow(app: Flask, clock: Clock, statements: Statements) -> None:
    seen_by_size = []
    for items, experts in ((10, 5), (40, 50)):
        survey = surveys.make(clock(), items=items, experts=experts, domains=items // 5)
        _rate(survey, clock, *survey.items[: items // 2])
        browser = app.test_client()
        browser.post(f"/i/{survey.token(survey.ben)}")
        address, counts = f"/x/{survey.study.id}/", []
        for page in (address, f"{address}check", f"{address}domains/{survey.domains[0].id}"):
            with statements() as seen:
                assert browser.get(page).status_code == 200
            counts.append(len(seen))
        seen_by_size.append(counts)
    assert seen_by_size[0] == seen_by_size[1]
    assert max(seen_by_size[0]) <= 15, seen_by_size


def test_the_check_lists_what_is_open_with_links(ben: Browser, survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, *survey.items[1:])
    page = ben.get(f"/x/{survey.study.id}/check").text
    domain, item = survey.domains[0].id, survey.items[0].id
    assert f"/x/{survey.study.id}/domains/{domain}?page=1#item-{item}" in page
    assert "Statement A00" in page
    assert "Statement A02" not in page


def test_the_check_with_everything_answered(ben: Browser, survey: Survey, clock: Clock) -> None:
    _rate(survey, clock, *survey.items)
    assert "Every item has an answer" in ben.get(f"/x/{survey.study.id}/check").text


def _hand_in(browser: Browser, survey: Survey) -> int:
    return browser.post(f"/x/{survey.study.id}/check", data={"round": survey.round.id}).status_code


def _handed_in(survey: Survey) -> object:
    query = select(Participation.submitted_at).where(Participation.expert_id == survey.ben.id)
    return session.scalar(query)


def test_handing_in_works_and_can_be_done_again(ben: Browser, survey: Survey, clock: Clock) -> None:
    assert ben.get(f"/x/{survey.study.id}/thanks").headers["Location"] == f"/x/{survey.study.id}/"
    assert _hand_in(ben, survey) == 303
    assert _handed_in(survey) == clock()
    assert "Thank you" in ben.get(f"/x/{survey.study.id}/thanks").text
    assert "You have handed in your answers" in _tasks(ben, survey)
    clock.advance(hours=1)
    assert _hand_in(ben, survey) == 303
    assert _handed_in(survey) == clock()


def test_handing_in_late_is_refused(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.CLOSED
    assert _hand_in(ben, survey) == 409
    assert _handed_in(survey) is None


def test_handing_in_without_consent_is_refused(ben: Browser, survey: Survey) -> None:
    session.delete(session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one())
    assert _hand_in(ben, survey) == 400
    assert _handed_in(survey) is None


def test_handing_in_another_studys_round_is_refused(ben: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    assert ben.post(f"/x/{survey.study.id}/check", data={"round": other.round.id}).status_code == 400
    assert ben.post(f"/x/{survey.study.id}/check").status_code == 400


def test_leaving_ends_this_study_only(ben: Browser, survey: Survey, clock: Clock) -> None:
    other = surveys.make(clock())
    ben.post(f"/i/{other.token(other.ben)}")
    page = ben.post(f"/x/{survey.study.id}/leave")
    assert "You are still part of the study" in page.text
    assert "Come back with the same link" in page.text
    assert ben.get(f"/x/{survey.study.id}/").status_code == 401
    assert ben.get(f"/x/{other.study.id}/").status_code == 200
    ben.post(f"/i/{survey.token(survey.ben)}")
    assert ben.get(f"/x/{survey.study.id}/").status_code == 200


def test_reading_changes_nothing(ben: Browser, survey: Survey, statements: Statements) -> None:
    address = f"/x/{survey.study.id}/"
    pages = [
        address,
        *(address + page for page in ("check", "consent", "support", f"domains/{survey.domains[0].id}")),
    ]
    for page in pages:
        with statements() as seen:
            ben.get(page)
        assert [one for one in seen if not one.lstrip().upper().startswith("SELECT")] == []


def test_positions_come_from_the_round(ben: Browser, survey: Survey) -> None:
    rows = session.scalars(select(RoundItem).where(RoundItem.round_id == survey.round.id)).all()
    for row in rows:
        row.position = -row.position
    page = ben.get(f"/x/{survey.study.id}/domains/{survey.domains[0].id}").text
    assert page.index("Statement A06") < page.index("Statement A00")

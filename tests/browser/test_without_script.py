"""Where no script runs, the same forms take the same answers, and what was typed outlives a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Comment, Participation, Rating
from tests.support import surveys
from tests.support.cards import box, card, choose, come_in, enter, page_of, points, stored
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture
def survey(app: Flask) -> Survey:
    session().expire_on_commit = False
    made = surveys.make(datetime.now(UTC), items=7)
    session.commit()
    return made


def test_from_invitation_to_submission_without_a_script(open_page: OpenPage, survey: Survey) -> None:
    survey.ben.state = ExpertState.INVITED
    session.commit()
    page = open_page(320, java_script_enabled=False)
    enter(page, survey)
    page.get_by_role("button", name="I agree").click()
    page.goto(page_of(survey))
    choose(page, 0, 7)
    card(page, 1).get_by_label("Unable to rate").check()
    card(page, 1).get_by_label("Why can you not rate it?").fill("Not my field.")
    box(page, 2).fill("Who is meant?")
    card(page, 2).get_by_label("What kind of comment is it?").select_option("a question")
    for item in (2, 3, 4):
        choose(page, item, 5)
    page.get_by_role("button", name="Save and continue").click()
    for item in (0, 1):
        choose(page, item, 6)
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert points() == [7, None, 5, 5, 5, 6, 6]
    assert [one.unable_reason for one in stored(select(Rating).where(Rating.unable))] == ["Not my field."]
    assert [(one.text, one.kind) for one in stored(select(Comment))] == [("Who is meant?", "question")]
    assert stored(select(Participation.submitted_at).where(Participation.expert_id == survey.ben.id)) != [
        None
    ]


def test_a_visit_that_ends_without_a_script(open_page: OpenPage, survey: Survey) -> None:
    page = come_in(open_page(java_script_enabled=False), survey)
    choose(page, 0, 7)
    card(page, 1).get_by_label("Unable to rate").check()
    card(page, 1).get_by_label("Why can you not rate it?").fill("Not my field.")
    box(page, 0).fill("A long thought.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This visit has ended")
    expect(page.get_by_label("Your comment")).to_have_value("A long thought.")
    expect(page.get_by_label("Your reason")).to_have_value("Not my field.")
    other = page.context.new_page()
    enter(other, survey)
    page.get_by_role("button", name="Save it now").click()
    assert points() == [7, None]
    assert [one.text for one in stored(select(Comment))] == ["A long thought."]

"""Stop reminders: GET shows, POST acts, one click works, and it is no withdrawal."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.domain.states import ExpertState
from delphi.models import Expert
from delphi.services import links
from tests.support import posting


@pytest.fixture
def ben(app_with_csrf, clock):
    return posting.make_expert(posting.make_study(clock()), clock(), "Ben", "ben@example.org")


@pytest.fixture
def path(ben, clock):
    token = links.make(ben, clock())
    session.commit()
    return f"/u/{token}"


@pytest.fixture
def browser(app_with_csrf):
    return app_with_csrf.test_client()


def reminders(expert: Expert) -> bool:
    session.rollback()
    session.expire_all()
    return expert.reminders


def test_opening_the_link_changes_nothing(browser, ben, path):
    page = browser.get(path)
    assert page.status_code == 200
    assert "Stop reminders?" in page.text
    assert "not a withdrawal" in page.text
    assert "Training of crisis line staff" in page.text
    assert browser.head(path).status_code == 200
    assert reminders(ben) is True


def test_the_button_stops_reminders_and_nothing_else(browser, ben, path):
    page = browser.post(path)
    assert page.status_code == 200
    assert "Reminders are stopped" in page.text
    assert "not a withdrawal" in page.text
    assert reminders(ben) is False
    assert ben.state == ExpertState.INVITED
    assert links.visit_by(path.removeprefix("/u/")) is not None


def test_one_click_from_a_mail_program(browser, ben, path):
    """RFC 8058: no cookie, no form token, its own body, and no redirect."""
    answer = browser.post(
        path, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
    )
    assert answer.status_code == 200
    assert reminders(ben) is False


def test_twice_is_as_good_as_once(browser, ben, path):
    assert browser.post(path).status_code == 200
    assert browser.post(path).status_code == 200
    assert "Reminders are stopped" in browser.get(path).text
    assert reminders(ben) is False


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["unknown", "x" * 500, "%00", "é"])
def test_an_unknown_link_gets_a_polite_page(app_with_csrf, browser, ben, method, token):
    answer = getattr(browser, method)(f"/u/{token}")
    assert answer.status_code == 404
    assert "not known here" in answer.text
    assert reminders(ben) is True


def test_a_revoked_link_stops_nothing(browser, ben, path, clock):
    links.revoke_all(ben, clock())
    assert browser.post(path).status_code == 404
    assert reminders(ben) is True


def test_the_page_is_in_the_experts_language(browser, ben, path):
    ben.language = "fr"
    assert '<html lang="fr">' in browser.get(path).text
    assert '<html lang="fr">' in browser.post(path).text


def test_one_expert_only(browser, ben, path, clock):
    chloe = posting.make_expert(
        session.get(posting.Study, ben.study_id), clock(), "Chloé", "chloe@example.org"
    )
    browser.post(path)
    assert reminders(chloe) is True

"""Leaving in one tap, for studies that switch it on."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.models import Presentation
from tests.conftest import MakeApp
from tests.support.client import Browser
from tests.support.devices import owner_of
from tests.support.surveys import Survey
from tests.web.expert.conftest import Enter

OUT = "https://weather.example.org/today?a=1&b=2"


@pytest.fixture
def switched_on(survey: Survey) -> Survey:
    session.add(Presentation(study_id=survey.study.id, quick_exit=OUT))
    session.commit()
    return survey


def _exit(survey: Survey) -> str:
    return f"/x/{survey.study.id}/exit"


def _pages(survey: Survey) -> list[str]:
    base = f"/x/{survey.study.id}"
    return [f"/i/{survey.token(survey.ben)}", f"{base}/", f"{base}/consent", f"{base}/check"]


def test_every_page_of_the_expert_has_it_first(switched_on: Survey, ben: Browser) -> None:
    for address in _pages(switched_on):
        page = ben.get(address).text
        body = page.partition("<body>")[2]
        assert body.index("Quick exit") < body.index("Skip to the content"), address
        assert 'data-address="https://weather.example.org/today?a=1&amp;b=2"' in page


def test_no_page_has_it_where_it_is_switched_off(survey: Survey, ben: Browser) -> None:
    for address in _pages(survey):
        assert "Quick exit" not in ben.get(address).text, address


def test_it_ends_the_visit_and_leads_out(switched_on: Survey, ben: Browser) -> None:
    answer = ben.post(_exit(switched_on))
    assert answer.status_code == 200
    assert (
        '<meta http-equiv="refresh" content="0; url=https://weather.example.org/today?a=1&amp;b=2">'
        in answer.text
    )
    assert "What specialists need" not in answer.text
    assert "Delphi" not in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert ben.get(f"/x/{switched_on.study.id}/").status_code == 401


def test_after_the_visit_ended_it_still_leads_out(switched_on: Survey, ben: Browser) -> None:
    ben.post(f"/x/{switched_on.study.id}/leave")
    assert "Quick exit" in ben.get(f"/x/{switched_on.study.id}/").text
    answer = ben.post(_exit(switched_on))
    assert answer.status_code == 401
    assert OUT.replace("&", "&amp;") in answer.text


def test_from_the_page_of_somebody_else_it_leads_out_and_ends_the_visit(
    switched_on: Survey, enter: Enter
) -> None:
    """Chloé has opened her link in the browser in which Ben's page still stands."""
    chloe = enter(switched_on.chloe)
    answer = chloe.post(_exit(switched_on), data={"owner": owner_of(switched_on, switched_on.ben)})
    assert OUT.replace("&", "&amp;") in answer.text
    assert chloe.get(f"/x/{switched_on.study.id}/").status_code == 401


def test_a_page_whose_form_expired_still_leads_out(switched_on: Survey, make_app: MakeApp) -> None:
    browser = make_app(csrf=True).test_client()
    assert OUT.replace("&", "&amp;") in browser.post(_exit(switched_on)).text


def test_switched_off_meanwhile_it_still_ends_the_visit(survey: Survey, ben: Browser) -> None:
    assert ben.post(_exit(survey)).location == "/"
    assert ben.get(f"/x/{survey.study.id}/").status_code == 401


def test_another_study_keeps_its_visit(switched_on: Survey, enter: Enter) -> None:
    browser = enter(switched_on.ben)
    with browser.session_transaction() as cookie:
        cookie["visits"] = {**cookie["visits"], "77": 5}
    browser.post(_exit(switched_on))
    with browser.session_transaction() as cookie:
        assert cookie["visits"] == {"77": 5}

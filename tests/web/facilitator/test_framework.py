"""The framework in the platform: its page, in either style, for whoever may see the study."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import StudyState
from delphi.models import Account, Work
from tests.support import frameworks
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.frameworks import Grown
from tests.support.studies import join, make_study

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def grown(alice: Account, fay: Account, clock: Clock) -> Grown:
    return frameworks.grow(alice, fay, clock())


def test_it_shows_what_was_promoted_and_how(
    client: Browser, grown: Grown, alice: Account, sign_in: SignIn
) -> None:
    text = sign_in(client, alice).get(f"/studies/{grown.study.id}/framework").text
    for told in ("Title of item A", "What the law asks.", "Told elsewhere.", "left empty on purpose", "<svg"):
        assert told in text
    assert "Promoted after round 1" in text
    for hidden in ("Title of item B", "Panel M"):
        assert hidden not in text


def test_the_style_stands_in_the_address(
    client: Browser, grown: Grown, alice: Account, sign_in: SignIn
) -> None:
    alices = sign_in(client, alice)
    plain = alices.get(f"/studies/{grown.study.id}/framework?style=list").text
    assert "<svg" not in plain
    assert "Title of item A" in plain
    assert "<svg" in alices.get(f"/studies/{grown.study.id}/framework?style=nonsense").text


@pytest.mark.parametrize("role", [Role.OBSERVER, None])
def test_whoever_sees_the_study_sees_it(
    client: Browser, grown: Grown, charlie: Account, clock: Clock, sign_in: SignIn, role: Role | None
) -> None:
    if role:
        join(grown.study, charlie, role, clock())
    page = sign_in(client, charlie).get(f"/studies/{grown.study.id}/framework")
    assert page.status_code == (200 if role else 404)
    assert "Change what is said of it" not in page.text


def test_a_study_without_items_says_so(
    client: Browser, alice: Account, clock: Clock, sign_in: SignIn
) -> None:
    text = sign_in(client, alice).get(f"/studies/{make_study(alice, clock()).id}/framework").text
    assert "No item has been promoted so far" in text


def test_what_is_said_of_areas_may_change_after_the_end(
    client: Browser, grown: Grown, alice: Account, sign_in: SignIn
) -> None:
    grown.study.state = StudyState.CONCLUDED
    alices = sign_in(client, alice)
    change = f"/studies/{grown.study.id}/domains/{grown.law.id}"
    assert change in alices.get(f"/studies/{grown.study.id}/framework").text
    assert alices.post(change, data={"narrative_en": "Said afterwards."}).status_code == 303
    assert "Said afterwards." in alices.get(f"/studies/{grown.study.id}/framework").text


def test_its_site_is_made_in_the_style_that_is_looked_at(
    client: Browser, grown: Grown, alice: Account, sign_in: SignIn
) -> None:
    alices = sign_in(client, alice)
    page = alices.get(f"/studies/{grown.study.id}/framework?style=list").text
    assert 'name="style" value="list"' in page
    sent = {"kind": "framework.site", "style": "list"}
    assert alices.post(f"/studies/{grown.study.id}/files", data=sent).status_code == 303
    work = session.scalars(select(Work).where(Work.kind == "framework.site")).one()
    assert work.options == {"style": "list"}
    assert "Framework as a site" in alices.get(f"/studies/{grown.study.id}/files").text
    assert alices.post(f"/studies/{grown.study.id}/files", data={**sent, "style": "cake"}).status_code == 400

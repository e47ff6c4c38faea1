"""Ending the news of a study from a mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.news import News
from delphi.models import Account, Membership
from delphi.services import news
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import make_study


@pytest.fixture
def mine(alice: Account, clock: Clock) -> Membership:
    study = make_study(alice, clock())
    return session.scalars(select(Membership).where(Membership.study_id == study.id)).one()


def wish(mine: Membership) -> News:
    session.refresh(mine)
    return mine.news


def test_looking_changes_nothing(client: Browser, mine: Membership) -> None:
    page = client.get(f"/news/{news.stop_token(mine)}")
    assert "Stop the news by mail?" in page.text
    assert wish(mine) is News.DAILY


def test_one_click_ends_them(client: Browser, mine: Membership) -> None:
    address = f"/news/{news.stop_token(mine)}"
    page = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert "No more news by mail" in page.text
    assert wish(mine) is News.NEVER
    assert client.post(address).status_code == 200


@pytest.mark.parametrize("token", ["x", "WzEsMV0.x", "WzEsMV0"])
def test_any_other_address_ends_nothing(client: Browser, mine: Membership, token: str) -> None:
    assert client.get(f"/news/{token}").status_code == 404
    assert client.post(f"/news/{token}").status_code == 404
    assert wish(mine) is News.DAILY

"""The order an expert meets items in: drawn when they are asked, the same on every page and on return."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.presentation import ItemOrder
from delphi.models import Participation, Presentation
from tests.support import rounds
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.surveys import Survey
from tests.web.expert.conftest import Enter


def _present(survey: Survey, order: ItemOrder, page_size: int, seed: int) -> None:
    session.add(Presentation(study_id=survey.study.id, item_order=order, page_size=page_size))
    for number, one in enumerate(session.scalars(select(Participation).order_by(Participation.id))):
        one.seed = seed + number
    session.flush()


def _items(browser: Browser, survey: Survey, pages: int) -> list[list[str]]:
    address = f"/x/{survey.study.id}/domains/{survey.domains[0].id}?page="
    texts = [browser.get(f"{address}{page}").text for page in range(1, pages + 1)]
    return [re.findall(r'class="statement"[^>]*>Statement (A\d+)', text) for text in texts]


def test_pages_follow_the_drawn_order_and_it_stays(ben: Browser, enter: Enter, survey: Survey) -> None:
    _present(survey, ItemOrder.WITHIN_DOMAINS, 3, seed=5)
    pages = _items(ben, survey, 2)
    assert [len(page) for page in pages] == [3, 1]
    assert sorted(pages[0] + pages[1]) == ["A00", "A02", "A04", "A06"]
    assert pages[0] + pages[1] != ["A00", "A02", "A04", "A06"]
    assert _items(enter(survey.ben), survey, 2) == pages
    assert _items(enter(survey.chloe), survey, 2) != pages


def test_the_check_leads_to_the_page_an_item_is_on(ben: Browser, survey: Survey) -> None:
    _present(survey, ItemOrder.EVERYWHERE, 1, seed=5)
    first = _items(ben, survey, 1)[0][0]
    item = next(one for one in survey.items if one.code == first)
    check = ben.get(f"/x/{survey.study.id}/check").text
    assert f"domains/{survey.domains[0].id}?page=1#item-{item.id}" in check


@pytest.fixture
def world(alice: object, fay: object, clock: Clock) -> World:
    return rounds.make_world(alice, fay, clock())  # type: ignore[arg-type]


def test_each_expert_gets_a_number_of_their_own_in_each_round(world: World, clock: Clock) -> None:
    first = rounds.open_round(world, clock(), ["A", "B"])
    rounds.decide_all(world, rounds.close(world, first, clock()), clock())
    rounds.open_round(world, clock(), ["A", "B"])
    seeds = list(session.scalars(select(Participation.seed)))
    assert len(seeds) == 34
    assert len(set(seeds)) == 34
    assert all(0 <= seed < 2**31 for seed in seeds)

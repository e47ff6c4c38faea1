"""Near-duplicates, merging and splitting, page by page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState
from delphi.models import Account, Item, Study
from tests.support import rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import make_world
from tests.support.rows import count
from tests.support.studies import add_item, join


@pytest.fixture
def items(study: Study, clock: Clock) -> dict[str, Item]:
    titles = {
        "A": "Assesses danger to children",
        "B": "Assesses the danger to children",
        "C": "Keeps accounts",
    }
    made = {code: add_item(study, clock(), code, ["en"]) for code in titles}
    for code, item in made.items():
        item.wordings[0].texts[0].title = titles[code]
    session.commit()
    return made


def url(study: Study, path: str) -> str:
    return f"/studies/{study.id}/items/{path}"


def state(item: Item) -> str:
    session.expire_all()
    return item.state


def test_a_pair_leads_to_a_filled_form_and_is_merged(
    as_fay: Browser, study: Study, items: dict[str, Item]
) -> None:
    page = as_fay.get(url(study, "near-duplicates")).text
    assert "1 pair" in page
    merge = f"merge?item={items['A'].id}&amp;item={items['B'].id}"
    assert merge in page
    form = as_fay.get(url(study, merge.replace("&amp;", "&"))).text
    assert "Assesses danger to children" in form
    other = as_fay.get(url(study, merge.replace("&amp;", "&") + f"&start={items['B'].id}")).text
    assert f'value="{items["B"].id}" checked' in other
    sent = {
        "item": [items["A"].id, items["B"].id],
        "into": items["A"].id,
        "title_en": "Assesses the danger to children",
        "reason": "Same idea",
    }
    response = as_fay.post(url(study, "merge"), data=sent)
    assert response.status_code == 303
    assert (state(items["A"]), state(items["B"])) == (ItemState.CANDIDATE, ItemState.MERGED)
    assert "Same idea" in as_fay.get(url(study, str(items["B"].id))).text
    assert "0 pairs" in as_fay.get(url(study, "near-duplicates")).text
    again = as_fay.post(url(study, "merge"), data={**sent, "into": items["B"].id})
    assert again.status_code == 409
    assert "Same idea" in again.text


def test_a_pair_is_noted_as_different(as_fay: Browser, study: Study, items: dict[str, Item]) -> None:
    place = url(study, "near-duplicates")
    for _twice in range(2):
        assert as_fay.post(place, data={"first": "A", "second": "B"}).status_code == 303
    assert "0 pairs" in as_fay.get(place).text
    assert "Noted as different" in as_fay.get(place + "?all=1").text
    assert as_fay.post(place, data={"first": "A", "second": "Z"}).status_code == 400


def test_a_refused_merge_keeps_what_was_typed(as_fay: Browser, study: Study, items: dict[str, Item]) -> None:
    sent = {
        "item": [items["A"].id, items["B"].id],
        "into": "new",
        "code": "C",
        "title_en": "Typed with care",
        "reason": "Same idea",
    }
    response = as_fay.post(url(study, "merge"), data=sent)
    assert response.status_code == 400
    for kept in ("Typed with care", "Same idea", 'value="new" checked', "already has an item"):
        assert kept in response.text
    made = as_fay.post(url(study, "merge"), data={**sent, "code": "AB"})
    assert made.status_code == 303
    assert session.scalars(select(Item.state).where(Item.code == "AB")).one() is ItemState.CANDIDATE


def test_merging_needs_items(as_fay: Browser, study: Study, items: dict[str, Item]) -> None:
    assert "Choose two items at least" in as_fay.get(url(study, "merge")).text
    assert as_fay.post(url(study, "merge"), data={"item": items["A"].id, "reason": "x"}).status_code == 400
    assert as_fay.post(url(study, "merge"), data={"item": [items["A"].id, 999]}).status_code == 404


def test_an_item_is_split(as_fay: Browser, study: Study, items: dict[str, Item]) -> None:
    place = url(study, f"{items['A'].id}/split")
    form = as_fay.get(place).text
    assert 'value="Aa"' in form
    sent = {
        "parts": 2,
        "p1_code": "A1",
        "p1_title_en": "Assesses danger",
        "p2_code": "A2",
        "reason": "Two ideas",
    }
    more = as_fay.post(place, data={**sent, "more": "1"})
    assert "New item 3" in more.text
    assert "Assesses danger" in more.text
    refused = as_fay.post(place, data=sent)
    assert refused.status_code == 400
    assert 'id="p2_title_en-error"' in refused.text
    assert "Two ideas" in refused.text
    done = as_fay.post(place, data={**sent, "p2_title_en": "Protects children"})
    assert done.status_code == 303
    assert "A1" in as_fay.get(done.location).text
    assert state(items["A"]) == ItemState.SPLIT
    assert count(Item) == 5


def test_an_item_that_is_asked_is_neither_merged_nor_split(
    as_fay: Browser, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    support.open_round(world, clock())
    session.commit()
    a, b = world.items["A"], world.items["B"]
    for page in (f"merge?item={a.id}&item={b.id}", f"{a.id}/split"):
        assert "finish its decisions first" in as_fay.get(url(world.study, page)).text
    sent = {"item": [a.id, b.id], "into": a.id, "title_en": "One", "reason": "x"}
    assert as_fay.post(url(world.study, "merge"), data=sent).status_code == 400
    assert state(b) == ItemState.IN_PLAY


def test_an_observer_reads_pairs_and_changes_nothing(
    as_charlie: Browser, study: Study, charlie: Account, items: dict[str, Item], clock: Clock
) -> None:
    join(study, charlie, Role.OBSERVER, clock())
    page = as_charlie.get(url(study, "near-duplicates"))
    assert page.status_code == 200
    assert "Merge these two" not in page.text
    for path in ("merge", f"{items['A'].id}/split", "near-duplicates"):
        assert as_charlie.post(url(study, path), data={"reason": "x"}).status_code == 403


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study, items: dict[str, Item]) -> None:
    for path in ("merge", f"{items['A'].id}/split", "near-duplicates"):
        assert as_charlie.get(url(study, path)).status_code == 404
        assert as_charlie.post(url(study, path), data={"reason": "x"}).status_code == 404


def merged(browser: Browser, study: Study, items: dict[str, Item]) -> str:
    """Merges B into A and reads the page that follows."""
    chosen = [items["A"].id, items["B"].id]
    sent = {"item": chosen, "into": chosen[0], "title_en": "Assesses danger", "reason": "Same idea"}
    return browser.post(url(study, "merge"), data=sent, follow_redirects=True).text


def event_in(page: str) -> str:
    found = re.search(r'name="event" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_merge_is_undone_from_the_message_and_from_every_page_of_it(
    as_fay: Browser, study: Study, items: dict[str, Item]
) -> None:
    first = merged(as_fay, study, items)
    assert first.count('name="event"') == 2, "in the message and on the item’s page"
    pages = [
        as_fay.get(url(study, f"{items[code].id}{page}")).text for code in "AB" for page in ("", "/genealogy")
    ]
    assert {event_in(page) for page in pages} == {event_in(first)}
    done = as_fay.post(url(study, "undo"), data={"event": event_in(first)}, follow_redirects=True).text
    assert "The merge is undone" in done
    assert (state(items["A"]), state(items["B"])) == (ItemState.CANDIDATE, ItemState.CANDIDATE)
    assert "was undone" in as_fay.get(url(study, f"{items['B'].id}/genealogy")).text
    again = as_fay.post(url(study, "undo"), data={"event": event_in(first)}, follow_redirects=True).text
    assert "This was undone already." in again


def test_a_split_is_undone(as_fay: Browser, study: Study, items: dict[str, Item]) -> None:
    sent = {
        "parts": 2,
        "p1_code": "A1",
        "p1_title_en": "One",
        "p2_code": "A2",
        "p2_title_en": "Two",
        "reason": "x",
    }
    page = as_fay.post(url(study, f"{items['A'].id}/split"), data=sent, follow_redirects=True).text
    undone = as_fay.post(url(study, "undo"), data={"event": event_in(page)}, follow_redirects=True).text
    assert "The split is undone. Back in the bank: A." in undone
    assert 'name="event"' not in undone
    assert state(items["A"]) is ItemState.CANDIDATE
    assert session.scalar(select(Item.id).where(Item.code == "A1")) is None


def test_an_undo_that_comes_too_late_is_refused_and_no_longer_offered(
    as_fay: Browser, study: Study, items: dict[str, Item]
) -> None:
    event = event_in(merged(as_fay, study, items))
    as_fay.post(url(study, f"{items['A'].id}/drop"), data={"reason": "x"})
    refused = as_fay.post(url(study, "undo"), data={"event": event}, follow_redirects=True).text
    assert "something was done with A since" in refused
    assert state(items["B"]) is ItemState.MERGED
    for code in "AB":
        assert 'name="event"' not in as_fay.get(url(study, str(items[code].id))).text
    assert "something was done with A since" in as_fay.get(url(study, f"{items['B'].id}/genealogy")).text


def test_undoing_is_for_those_who_edit_items_and_for_acts_of_the_study(
    as_fay: Browser, as_charlie: Browser, study: Study, charlie: Account, items: dict[str, Item], clock: Clock
) -> None:
    event = event_in(merged(as_fay, study, items))
    assert as_charlie.post(url(study, "undo"), data={"event": event}).status_code == 404
    join(study, charlie, Role.OBSERVER, clock())
    session.commit()
    assert as_charlie.post(url(study, "undo"), data={"event": event}).status_code == 403
    assert 'name="event"' not in as_charlie.get(url(study, str(items["A"].id))).text
    for wrong in ("0", "9999", "x"):
        assert as_fay.post(url(study, "undo"), data={"event": wrong}).status_code == 404

"""Suggestions and notes read by the team: by code, answered in both languages, counted in the menu."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import SuggestionState
from delphi.models import Item, Note, Suggestion
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, open_round


@pytest.fixture
def suggestion(world: World, clock: Clock) -> Suggestion:
    ben = world.experts["W"][0]
    about = {"study_id": world.study.id, "expert_id": ben.id}
    made = Suggestion(
        **about, text="Knows <b>where</b> to sleep", reason="Asked.", language="en", created_at=clock()
    )
    session.add_all([made, Note(**about, text="I came too late.", sent_at=clock())])
    session.flush()
    return made


def at(world: World, rest: str = "from-experts") -> str:
    return f"/studies/{world.study.id}/{rest}"


def test_by_code_and_counted_in_the_menu(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    page = as_fay.get(at(world)).text
    assert "Knows &lt;b&gt;where&lt;/b&gt; to sleep" in page
    assert "I came too late." in page
    assert world.experts["W"][0].code in page
    assert "example.org" not in page.partition("<main")[2]
    assert "2 wait" in as_fay.get(at(world, "items")).text


def test_nothing_waits(as_fay: Browser, world: World) -> None:
    page = as_fay.get(at(world)).text
    assert "No suggestions so far" in page
    assert "No notes so far" in page
    assert "wait</span>" not in page


@pytest.mark.parametrize("state", ["accepted", "merged", "declined"])
def test_it_is_answered_in_both_languages(
    as_fay: Browser, world: World, suggestion: Suggestion, state: str
) -> None:
    form = {"state": state, "reply_en": "Thank you.", "reply_fr": "Merci."}
    assert as_fay.post(at(world, f"suggestions/{suggestion.id}"), data=form).status_code == 303
    session.expire_all()
    assert (suggestion.state, suggestion.reply) == (
        SuggestionState(state),
        {"en": "Thank you.", "fr": "Merci."},
    )
    assert "1 waits" in as_fay.get(at(world)).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reply_en": "Thank you."}, "Choose what becomes of the suggestion."),
        ({"state": "waiting", "reply_en": "Thank you."}, "Choose what becomes of the suggestion."),
        ({"state": "accepted", "reply_en": "Thank you." + "x" * 2000}, "This reply is too long: 2010"),
    ],
)
def test_a_refused_answer_loses_nothing(
    as_fay: Browser, world: World, suggestion: Suggestion, form: dict[str, str], told: str
) -> None:
    answer = as_fay.post(at(world, f"suggestions/{suggestion.id}"), data=form)
    assert answer.status_code == 400
    assert told in answer.text
    assert "Thank you." in answer.text
    session.expire_all()
    assert suggestion.state is SuggestionState.WAITING


def test_a_note_is_read_and_unread(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    note = session.query(Note).one()
    for read in ("yes", "no"):
        assert as_fay.post(at(world, f"notes/{note.id}"), data={"read": read}).status_code == 303
        session.expire_all()
        assert (note.read_at is not None) is (read == "yes")


def accepted(as_fay: Browser, world: World, suggestion: Suggestion, **more: str) -> Any:
    sent = {"code": "NEW1", "title_en": "Knows where to sleep tonight", "reply_en": "Thank you."} | more
    return as_fay.post(at(world, f"suggestions/{suggestion.id}/accept"), data=sent)


def test_an_item_is_made_of_it_once(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    page = as_fay.get(at(world, f"suggestions/{suggestion.id}")).text
    assert "Knows &lt;b&gt;where&lt;/b&gt; to sleep</textarea>" in page
    taken = accepted(as_fay, world, suggestion, code="A")
    assert taken.status_code == 400
    for typed in ("Knows where to sleep tonight", "Thank you.", "already has an item"):
        assert typed in taken.text
    assert accepted(as_fay, world, suggestion).status_code == 303
    session.expire_all()
    made = session.scalars(select(Item).where(Item.code == "NEW1")).one()
    assert (suggestion.became_id, suggestion.state) == (made.id, SuggestionState.ACCEPTED)
    assert suggestion.reply == {"en": "Thank you."}
    again = accepted(as_fay, world, suggestion, code="NEW2")
    assert (again.status_code, session.query(Item).count()) == (400, 4)
    assert "An expert suggested" in as_fay.get(at(world, f"items/{made.id}/genealogy")).text


def test_its_wording_is_taken_over(
    as_fay: Browser, world: World, suggestion: Suggestion, clock: Clock
) -> None:
    item = world.items["A"]
    suggestion.item_id = item.id
    close(world, open_round(world, clock(), ["A"]), clock())
    page = as_fay.get(at(world, f"suggestions/{suggestion.id}")).text
    for text in ("to sleep</textarea>", "Knows the law (fr)", "Proposed by an expert."):
        assert text in page
    assert accepted(as_fay, world, suggestion).status_code == 400
    assert accepted(as_fay, world, suggestion, reason="Clearer").status_code == 303
    session.expire_all()
    assert suggestion.became_id == item.id
    assert [wording.number for wording in item.wordings] == [1, 2]


def test_it_is_merged_into_an_item(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    suggestion.text = "Knows the laws"
    page = as_fay.get(at(world, f"suggestions/{suggestion.id}")).text
    assert 'name="into" value="A"' in page
    place = at(world, f"suggestions/{suggestion.id}/merge")
    unknown = as_fay.post(place, data={"into": "A", "other": "Z9", "reply_en": "Kept words"})
    assert unknown.status_code == 400
    assert "Kept words" in unknown.text
    assert as_fay.post(place, data={"into": "A", "reply_en": "It is there."}).status_code == 303
    session.expire_all()
    assert (suggestion.became_id, suggestion.state) == (world.items["A"].id, SuggestionState.MERGED)


def test_declining_needs_an_answer(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    place = at(world, f"suggestions/{suggestion.id}")
    refused = as_fay.post(place, data={"state": "declined", "reply_en": " "})
    assert refused.status_code == 400
    assert "Say why it is declined" in refused.text


def test_observers_read_neither(as_observer: Browser, world: World, suggestion: Suggestion) -> None:
    assert as_observer.get(at(world)).status_code == 403
    mine = f"suggestions/{suggestion.id}"
    assert as_observer.get(at(world, mine)).status_code == 403
    for rest in (mine, f"{mine}/accept", f"{mine}/merge", "notes/1"):
        assert as_observer.post(at(world, rest), data={"state": "accepted"}).status_code == 403
    assert "From experts" not in as_observer.get(at(world, "items")).text


def test_outsiders_find_nothing(as_charlie: Browser, world: World, suggestion: Suggestion) -> None:
    assert as_charlie.get(at(world)).status_code == 404
    assert as_charlie.post(at(world, f"suggestions/{suggestion.id}")).status_code == 404


def test_the_way_to_decline_opens_the_form(as_fay: Browser, world: World, suggestion: Suggestion) -> None:
    page = as_fay.get(at(world, f"suggestions/{suggestion.id}")).text
    found = re.search(r'href="([^"]+)">Or decline it', page)
    assert found
    assert "<details open><summary>Decline" in as_fay.get(found[1].replace("&amp;", "&")).text
    assert "<details><summary>Decline" in as_fay.get(at(world)).text

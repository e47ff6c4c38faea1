"""The bank and an item's page, action by action."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState, StudyState
from delphi.domain.wordings import ItemText
from delphi.importers.tables import read_table
from delphi.models import Account, Item, Study, Wording
from delphi.models.domain import DomainLevel
from delphi.services import domains, item_imports, items
from tests.support import rounds as round_support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world
from tests.support.rows import count
from tests.support.studies import add_item, add_panel, join, make_study

SignIn = Callable[[Browser, Account], Browser]
Counter = Callable[[], AbstractContextManager[list[str]]]

WORDING = {
    "title_en": "Assesses danger",
    "title_fr": "Évalue le danger",
    "description_en": "Always",
    "examples_en": "One\r\n\r\nTwo",
}


@pytest.fixture
def study(alice: Account, fay: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    join(study, fay, Role.FACILITATOR, clock())
    add_panel(study, alice, clock(), "W", "Women’s services")
    add_panel(study, alice, clock(), "C", "Children’s services")
    session.commit()
    return study


@pytest.fixture
def item(study: Study, clock: Clock) -> Item:
    made = add_item(study, clock(), "LAW1.01")
    session.commit()
    return made


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    world = make_world(alice, fay, clock())
    round_support.open_round(world, clock(), ["A", "B"])
    session.commit()
    return world


@pytest.fixture
def alices(client: Browser, alice: Account, sign_in: SignIn) -> Browser:
    return sign_in(client, alice)


def bank(study: Study) -> str:
    return f"/studies/{study.id}/items"


def page(study: Study, item: Item, action: str = "") -> str:
    return f"{bank(study)}/{item.id}{action}"


# The bank.


def test_an_empty_bank_invites_to_import(alices: Browser, study: Study) -> None:
    response = alices.get(bank(study))
    assert "No items yet" in response.text
    assert f"{bank(study)}/import" in response.text


def test_the_bank_shows_items_in_the_tree(
    alices: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    table = b"code,domain,title_en,panels\nLAW1,Law,Knows the law,W\nRISK1,Risk,Sees <danger>,all\n"
    item_imports.import_table(study, read_table(table, "items.csv"), alice, clock())
    response = alices.get(bank(study))
    assert response.status_code == 200
    for text in (
        "2 items",
        "Law",
        "LAW1",
        "Knows the law",
        "Sees &lt;danger&gt;",
        "every panel",
        "Candidate",
    ):
        assert text in response.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=danger", {"RISK1"}),
        ("state=dropped", set()),
        ("untranslated=fr", {"LAW1", "RISK1"}),
        ("q=nothing+like+it", set()),
        ("state=nonsense&panel=x&domain=x&untranslated=xx", {"LAW1", "RISK1"}),
    ],
)
def test_the_bank_is_searched_and_filtered(
    alices: Browser, study: Study, alice: Account, clock: Clock, query: str, shown: set[str]
) -> None:
    table = b"code,title_en\nLAW1,Knows the law\nRISK1,Sees danger\n"
    item_imports.import_table(study, read_table(table, "items.csv"), alice, clock())
    text = alices.get(f"{bank(study)}?{query}").text
    assert {code for code in ("LAW1", "RISK1") if code in text} == shown
    assert shown or "No item fits" in text


def test_the_bank_of_many_items_takes_few_statements(
    alices: Browser, study: Study, alice: Account, clock: Clock, statements: Counter
) -> None:
    rows = "".join(f"I{n},Part {n % 3},Domain {n % 9},Sub {n % 27},Title {n},W;C\n" for n in range(400))
    table = "code,part,domain,subdomain,title,panels\n" + rows
    item_imports.import_table(study, read_table(table.encode(), "items.csv"), alice, clock())
    with statements() as seen:
        response = alices.get(bank(study))
    assert "400 items" in response.text
    assert len(seen) <= 12


def test_an_observer_sees_the_bank_and_no_buttons(
    client: Browser, study: Study, item: Item, charlie: Account, clock: Clock, sign_in: SignIn
) -> None:
    join(study, charlie, Role.OBSERVER, clock())
    observer = sign_in(client, charlie)
    assert "Add an item" not in observer.get(bank(study)).text
    text = observer.get(page(study, item)).text
    assert "Knows the law" in text
    assert "<textarea" not in text


# Adding.


def test_an_item_is_added(alices: Browser, study: Study, alice: Account, clock: Clock) -> None:
    law = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    session.flush()
    panel = item_imports.panels.list_of(study)[0]
    assert alices.get(f"{bank(study)}/new").status_code == 200
    sent = {**WORDING, "code": "LAW1", "domain": law.id, "panels": [panel.id], "with_panels": "1"}
    response = alices.post(f"{bank(study)}/new", data=sent)
    assert response.status_code == 303
    (added,) = session.scalars(select(Item)).all()
    assert (added.code, added.domain_id) == ("LAW1", law.id)
    assert [row.panel_id for row in added.panels] == [panel.id]
    assert items.texts_of(added.wordings[0]) == {
        "en": ItemText("Assesses danger", "Always", "One\nTwo"),
        "fr": ItemText("Évalue le danger"),
    }
    assert "LAW1" in alices.get(response.location).text


def test_ticking_every_panel_is_every_panel(alices: Browser, study: Study) -> None:
    every = [panel.id for panel in item_imports.panels.list_of(study)]
    alices.post(f"{bank(study)}/new", data={**WORDING, "code": "LAW1", "panels": every})
    assert session.scalars(select(Item)).one().panels == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"code": "LAW1.01"}, "already has an item with the code"),
        ({"code": ""}, "The code is empty"),
        ({"title_en": "", "title_fr": ""}, "The title is empty"),
        ({"title_en": "x" * 501}, "The title is too long: 501"),
    ],
)
def test_a_bad_item_is_refused_and_what_was_typed_is_kept(
    alices: Browser, study: Study, item: Item, change: dict[str, str], text: str
) -> None:
    response = alices.post(
        f"{bank(study)}/new", data={**WORDING, "code": "LAW9", "description_fr": "Gardé", **change}
    )
    assert response.status_code == 400
    assert text in response.text
    assert "Gardé" in response.text
    assert count(Item) == 1


def test_a_domain_or_panel_of_another_study_is_not_found(
    alices: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    other = make_study(alice, clock())
    law = domains.add(other, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    panel = add_panel(other, alice, clock())
    session.commit()
    for sent in ({"domain": law.id}, {"panels": [panel.id]}):
        response = alices.post(f"{bank(study)}/new", data={**WORDING, "code": "LAW1", **sent})
        assert response.status_code == 404
    assert count(Item) == 0


# Rewording.


def test_an_unseen_wording_is_corrected(alices: Browser, study: Study, item: Item) -> None:
    response = alices.post(page(study, item), data=WORDING)
    assert response.status_code == 303
    session.expire_all()
    assert (count(Wording), item.wordings[0].texts[0].title) == (1, "Assesses danger")
    assert "The wording is corrected" in alices.get(response.location).text


def test_a_seen_item_gets_a_numbered_wording_and_shows_what_changed(alices: Browser, world: World) -> None:
    item = world.items["A"]
    sent = {"title_en": "Knows all the law (en)", "title_fr": "Knows the law (fr)", "reason": "Too narrow"}
    response = alices.post(page(world.study, item), data=sent)
    assert response.status_code == 303
    text = alices.get(response.location).text
    for part in (
        "new wording, number 2",
        "Wording 2",
        "Wording 1",
        "Too narrow",
        "Alice",
        "wording 1 was shown",
    ):
        assert part in text
    assert "<ins>" in text
    session.expire_all()
    assert [wording.number for wording in item.wordings] == [1, 2]


def test_a_seen_item_needs_a_reason_and_nothing_typed_is_lost(alices: Browser, world: World) -> None:
    response = alices.post(page(world.study, world.items["A"]), data=WORDING)
    assert response.status_code == 400
    assert "Say why its wording changes" in response.text
    assert "Évalue le danger" in response.text
    assert count(Wording) == 3


def test_saving_the_same_words_says_so(alices: Browser, world: World) -> None:
    sent = {"title_en": "Knows the law (en)", "title_fr": "Knows the law (fr)"}
    response = alices.post(page(world.study, world.items["A"]), data=sent)
    assert "Nothing has changed" in alices.get(response.location).text
    assert count(Wording) == 3


def test_a_promoted_item_cannot_be_reworded(alices: Browser, study: Study, item: Item) -> None:
    item.state = ItemState.PROMOTED
    assert "title_en" not in alices.get(page(study, item)).text
    assert alices.post(page(study, item), data=WORDING).status_code == 409


# Place and panels.


def test_place_and_panels_are_saved(
    alices: Browser, study: Study, item: Item, alice: Account, clock: Clock
) -> None:
    law = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    session.flush()
    panel = item_imports.panels.list_of(study)[1]
    sent = {"domain": law.id, "panels": [panel.id], "with_panels": "1"}
    assert alices.post(page(study, item, "/place"), data=sent).status_code == 303
    session.expire_all()
    assert (item.domain_id, [row.panel_id for row in item.panels]) == (law.id, [panel.id])
    alices.post(page(study, item, "/place"), data={"domain": "", "with_panels": "1"})
    session.expire_all()
    assert (item.domain_id, item.panels) == (None, [])


def test_the_panels_of_a_seen_item_are_fixed_and_its_place_is_not(
    alices: Browser, world: World, clock: Clock
) -> None:
    law = domains.add(world.study, None, DomainLevel.DOMAIN, {"en": "Law"}, world.alice, clock())
    session.flush()
    item = world.items["A"]
    refused = alices.post(
        page(world.study, item, "/place"),
        data={"domain": law.id, "panels": [world.panels["W"].id], "with_panels": "1"},
    )
    assert refused.status_code == 400
    session.expire_all()
    assert item.domain_id is None
    assert alices.post(page(world.study, item, "/place"), data={"domain": law.id}).status_code == 400
    moved = {"domain": law.id, "reason": "It is about the law."}
    assert alices.post(page(world.study, item, "/place"), data=moved).status_code == 303
    session.expire_all()
    assert item.domain_id == law.id


def test_items_are_moved_up_and_down(alices: Browser, study: Study, item: Item, clock: Clock) -> None:
    add_item(study, clock(), "LAW1.02").position = 1
    assert alices.post(page(study, item, "/move"), data={"to": "down"}).status_code == 303
    order = select(Item.code).order_by(Item.position)
    assert list(session.scalars(order)) == ["LAW1.02", "LAW1.01"]
    alices.post(page(study, item, "/move"), data={"to": "up"})
    assert list(session.scalars(order)) == ["LAW1.01", "LAW1.02"]


# Setting aside and deleting.


def test_a_candidate_is_set_aside_and_taken_back(alices: Browser, study: Study, item: Item) -> None:
    nothing_said = alices.post(page(study, item, "/drop"), data={"reason": " "})
    assert nothing_said.status_code == 400
    assert "Say why" in nothing_said.text
    assert alices.post(page(study, item, "/drop"), data={"reason": "Too broad"}).status_code == 303
    session.expire_all()
    assert item.state is ItemState.DROPPED
    assert "Make it a candidate again" in alices.get(page(study, item)).text
    again = alices.post(page(study, item, "/drop"), data={"reason": "Too broad a claim"})
    assert again.status_code == 409
    assert alices.post(page(study, item, "/restore"), data={"reason": "Wanted"}).status_code == 303
    session.expire_all()
    assert item.state is ItemState.CANDIDATE


def test_what_is_being_asked_is_not_set_aside(alices: Browser, world: World) -> None:
    item = world.items["A"]
    response = alices.post(page(world.study, item, "/drop"), data={"reason": "Nobody understands it"})
    assert response.status_code == 400
    assert "finish its decisions first" in response.text
    session.expire_all()
    assert item.state is ItemState.IN_PLAY


def test_an_unseen_item_is_deleted(alices: Browser, study: Study, item: Item) -> None:
    response = alices.post(page(study, item, "/delete"))
    assert response.status_code == 303
    assert "is deleted" in alices.get(response.location).text
    assert count(Item) == 0


def test_nothing_that_was_seen_can_be_deleted(alices: Browser, world: World) -> None:
    item = world.items["A"]
    assert "Delete the item" not in alices.get(page(world.study, item)).text
    response = alices.post(page(world.study, item, "/delete"))
    assert response.status_code == 400
    assert "cannot be deleted" in response.text
    assert count(Item) == 3


# Who may, and where.

WRITING = ["/new", "/{id}", "/{id}/place", "/{id}/move", "/{id}/drop", "/{id}/restore", "/{id}/delete"]


@pytest.mark.parametrize("action", WRITING)
def test_an_observer_changes_nothing(
    client: Browser, study: Study, item: Item, charlie: Account, clock: Clock, sign_in: SignIn, action: str
) -> None:
    join(study, charlie, Role.OBSERVER, clock())
    sent = {**WORDING, "code": "NEW", "to": "up", "reason": "x"}
    response = sign_in(client, charlie).post(bank(study) + action.format(id=item.id), data=sent)
    assert response.status_code == 403
    assert_unchanged(item)


@pytest.mark.parametrize("action", WRITING)
def test_an_outsider_finds_nothing(
    client: Browser, study: Study, item: Item, charlie: Account, sign_in: SignIn, action: str
) -> None:
    outsider = sign_in(client, charlie)
    assert outsider.post(bank(study) + action.format(id=item.id), data=WORDING).status_code == 404
    assert outsider.get(page(study, item)).status_code == 404
    assert_unchanged(item)


@pytest.mark.parametrize("action", WRITING[1:])
def test_an_item_is_not_found_through_another_study(
    alices: Browser, study: Study, item: Item, alice: Account, clock: Clock, action: str
) -> None:
    other = make_study(alice, clock())
    session.commit()
    assert alices.post(bank(other) + action.format(id=item.id), data=WORDING).status_code == 404
    assert alices.get(page(other, item)).status_code == 404
    assert_unchanged(item)


@pytest.mark.parametrize("action", WRITING)
def test_nothing_changes_in_a_concluded_study(alices: Browser, study: Study, item: Item, action: str) -> None:
    study.state = StudyState.CONCLUDED
    sent = {**WORDING, "code": "NEW", "to": "up", "with_panels": "1", "domain": ""}
    response = alices.post(bank(study) + action.format(id=item.id), data=sent)
    assert response.status_code == 409
    assert_unchanged(item)


def test_a_facilitator_edits_items(
    client: Browser, study: Study, item: Item, fay: Account, sign_in: SignIn
) -> None:
    assert sign_in(client, fay).post(page(study, item), data=WORDING).status_code == 303


def test_whoever_is_not_signed_in_is_asked_to(client: Browser, study: Study) -> None:
    assert "/sign-in" in client.get(bank(study)).location


def assert_unchanged(item: Item) -> None:
    session.expire_all()
    assert (count(Item), item.state, item.domain_id) == (1, ItemState.CANDIDATE, None)
    assert items.texts_of(item.wordings[0])["en"] == ItemText("Knows the law (en)")

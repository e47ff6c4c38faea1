"""The bank at work: bulk actions, order, the study's own fields, and an item's genealogy."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState
from delphi.domain.wordings import ItemText
from delphi.importers.tables import read_table
from delphi.models import Account, Comment, CommentAnswer, Item, ItemField, Study
from delphi.models.domain import DomainLevel
from delphi.scoring.rules import Verdict
from delphi.services import decisions, domains, exports, item_fields, item_imports, item_lives, items
from tests.support import rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world
from tests.support.rows import count
from tests.support.studies import join

MIXED = {"W": [1, 9, 5, 5, 5, 5, 5, 9], "C": [2, 8, 5, 5, 5, 5], "M": [3, 5, 7]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    """Round 1 was decided on A; B and C were never asked."""
    made = make_world(alice, fay, clock())
    opened = support.open_round(made, clock(), ["A"])
    support.rate(made, opened, "A", MIXED, clock())
    session.add(
        Comment(
            round_id=opened.id,
            expert_id=made.experts["W"][0].id,
            item_id=made.items["A"].id,
            wording_id=made.items["A"].wordings[0].id,
            text="Say which law.",
            language="en",
            updated_at=clock(),
        )
    )
    closed = support.close(made, opened, clock())
    decisions.decide(
        made.study, closed.id, made.items["A"].id, Verdict.REVISE, "Say more.", by=fay, now=clock()
    )
    support.decide_all(made, closed, clock())
    session.commit()
    return made


def url(study: Study, path: str = "") -> str:
    return f"/studies/{study.id}/items{path}"


def ids(world: World, codes: str) -> list[int]:
    return [world.items[code].id for code in codes]


# Bulk actions.


def test_ticked_items_lead_to_the_form_of_the_action(as_fay: Browser, world: World) -> None:
    sent = {"item": ids(world, "AB"), "act": "drop"}
    response = as_fay.post(url(world.study, "/ticked"), data=sent)
    form = as_fay.get(response.location).text
    assert "2 items are chosen" in form
    merging = as_fay.post(url(world.study, "/ticked"), data={**sent, "act": "merge"})
    assert "Merge 2 items" in as_fay.get(merging.location).text
    nothing = as_fay.post(url(world.study, "/ticked"), data={"act": "drop"})
    assert "tick the items first" in as_fay.get(nothing.location).text


def test_what_was_left_and_why_is_said(as_fay: Browser, world: World, clock: Clock) -> None:
    support.open_round(world, clock(), ["C"])
    session.commit()
    sent = {"item": ids(world, "ABC"), "act": "drop", "reason": "Out of scope"}
    response = as_fay.post(url(world.study, "/act"), data=sent)
    told = as_fay.get(response.location).text
    assert "2 items are set aside. They can be taken back." in told
    assert "Left as they are: C." in told
    session.expire_all()
    assert [world.items[code].state for code in "ABC"] == ["dropped", "dropped", "in_play"]
    back = as_fay.post(url(world.study, "/act"), data={**sent, "act": "restore"})
    assert back.status_code == 303
    session.expire_all()
    assert [world.items[code].state for code in "ABC"] == ["in_play", "candidate", "in_play"]


def test_a_bulk_move_without_a_needed_reason_keeps_the_choice(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    law = domains.add(world.study, None, DomainLevel.DOMAIN, {"en": "Law"}, world.alice, clock())
    sent = {"item": ids(world, "AB"), "act": "move", "domain": law.id}
    refused = as_fay.post(url(world.study, "/act"), data=sent)
    assert refused.status_code == 400
    assert f'value="{law.id}" selected' in refused.text
    assert as_fay.post(url(world.study, "/act"), data={**sent, "reason": "Law"}).status_code == 303
    session.expire_all()
    assert [world.items[code].domain_id for code in "ABC"] == [law.id, law.id, None]


def test_panels_are_set_where_nobody_has_seen_the_item(as_fay: Browser, world: World) -> None:
    panel = world.panels["M"]
    sent = {"item": ids(world, "ABC"), "act": "panels", "panels": panel.id}
    response = as_fay.post(url(world.study, "/act"), data=sent)
    assert "Left as they are: A." in as_fay.get(response.location).text
    session.expire_all()
    assert [[row.panel_id for row in world.items[code].panels] for code in "AB"] == [[], [panel.id]]


@pytest.mark.parametrize("sent", [{"act": "delete"}, {"act": ""}, {"act": "drop"}])
def test_a_bulk_action_without_sense_does_nothing(
    as_fay: Browser, world: World, sent: dict[str, str]
) -> None:
    assert as_fay.post(url(world.study, "/act"), data={"item": ids(world, "A"), **sent}).status_code == 400
    session.expire_all()
    assert world.items["A"].state is ItemState.IN_PLAY


# Order.


def test_the_order_is_saved_as_after_which_item(as_fay: Browser, world: World) -> None:
    a, b, c = ids(world, "ABC")
    order = select(Item.code).order_by(Item.position)
    for moved, after, expected in ((a, c, "BCA"), (c, "", "CBA"), (c, c, "CBA")):
        assert as_fay.post(url(world.study, f"/{moved}/move"), data={"after": after}).json == {"saved": True}
        session.expire_all()
        assert "".join(session.scalars(order)) == expected
    gone = as_fay.post(
        url(world.study, f"/{b}/move"), data={"after": 999}, headers={"Accept": "application/json"}
    )
    assert (gone.status_code, gone.json["error"]) == (400, "item.order_changed")
    odd = as_fay.post(url(world.study, f"/{a}/move"), data={"number": "x"}, follow_redirects=True)
    assert "write the place as a number" in odd.text
    assert as_fay.post(url(world.study, f"/{a}/move"), data={"number": "1"}).status_code == 303
    session.expire_all()
    assert "".join(session.scalars(order)) == "ACB"


# Fields.


def test_a_field_is_added_filled_found_shown_and_exported(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    study, item = world.study, world.items["A"]
    sent = {"key": "source", "name_en": "Source", "name_fr": "Provenance"}
    assert as_fay.post(url(study, "/fields"), data=sent).status_code == 303
    filled = as_fay.post(
        url(study, f"/{item.id}/fields"), data={"field-source": "Interview 7", "field-x": "y"}
    )
    assert filled.status_code == 303
    session.expire_all()
    assert item.fields == {"source": "Interview 7"}
    assert 'value="Interview 7"' in as_fay.get(url(study, f"/{item.id}")).text
    found = as_fay.get(url(study, "?field-source=interview&column=source")).text
    assert "1 of 3 items" in found
    assert "Interview 7" in found
    rows = list(
        csv.DictReader(io.StringIO(exports.file(study, "items.csv", now=clock()).decode("utf-8-sig")))
    )
    assert [row["field:source"] for row in rows] == ["Interview 7", "", ""]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"key": "Source!", "name_en": "Typed name"}, "small letters"),
        ({"key": "taken", "name_en": "Typed name"}, "already a field with the key"),
        ({"key": "other", "name_en": "Taken"}, "already a field called"),
        ({"key": "other"}, "Write a name"),
    ],
)
def test_a_bad_field_is_refused(
    as_fay: Browser, world: World, clock: Clock, sent: dict[str, str], told: str
) -> None:
    item_fields.add(world.study, "taken", {"en": "Taken"}, by=world.fay, now=clock())
    refused = as_fay.post(url(world.study, "/fields"), data=sent)
    assert refused.status_code == 400
    assert told in refused.text
    assert sent["key"] in refused.text
    assert count(ItemField) == 1


def test_a_field_with_values_stays(as_fay: Browser, world: World, clock: Clock) -> None:
    field = item_fields.add(world.study, "source", {"en": "Source"}, by=world.fay, now=clock())
    item_fields.fill(world.study, world.items["A"].id, {"source": "x"}, by=world.fay, now=clock())
    place = url(world.study, f"/fields/{field.id}")
    refused = as_fay.post(place, data={"remove": "1"})
    assert refused.status_code == 400
    assert "1 items have a value" in refused.text
    assert as_fay.post(place, data={"name_en": "Origin"}).status_code == 303
    session.expire_all()
    assert field.name == {"en": "Origin"}
    item_fields.fill(world.study, world.items["A"].id, {"source": ""}, by=world.fay, now=clock())
    assert as_fay.post(place, data={"remove": "1"}).status_code == 303
    assert count(ItemField) == 0


@pytest.mark.parametrize("header", ["field:source", "Source", "provenance", "field_source"])
def test_fields_are_imported_from_columns(world: World, clock: Clock, header: str) -> None:
    names = {"en": "Source", "fr": "Provenance"}
    item_fields.add(world.study, "source", names, by=world.fay, now=clock())
    table = read_table(f"code,title_en,{header}\nN1,New,Interview 3\n".encode(), "items.csv")
    (made,) = item_imports.import_table(world.study, table, world.fay, clock())
    assert made.fields == {"source": "Interview 3"}


# Genealogy.


def test_the_genealogy_tells_everything_on_one_page(as_fay: Browser, world: World, clock: Clock) -> None:
    study, fay = world.study, world.fay
    a, b = world.items["A"], world.items["B"]
    wording = items.reword(
        items.get(study, a.id), {"en": ItemText("Knows family law")}, "Which law", fay, clock.advance(hours=1)
    )
    comment = session.scalars(select(Comment)).one()
    answer = {"comment_id": comment.id, "text": {"en": "Done."}, "made_by_id": fay.id, "made_at": clock()}
    session.add(CommentAnswer(**answer, wording_id=wording.id))
    who = {"by": fay, "now": clock.advance(hours=1)}
    into = (a.id, {"en": ItemText("Knows family and criminal law")})
    item_lives.merge(study, [a.id, b.id], into, "One idea", **who)
    clock.advance(hours=1)
    parts = [item_lives.Draft(f"A{part}", None, {"en": ItemText(f"Part {part}")}) for part in (1, 2)]
    item_lives.split(study, a.id, parts, "Two after all", by=fay, now=clock())
    session.commit()
    page = as_fay.get(url(study, f"/{a.id}/genealogy")).text
    for told in (
        *("Wording 1", "Wording 2", "Wording 3", "Which law", "Say which law.", "Round 1, wording 1"),
        *("Say more.", "One idea", "Two after all", "Came from", "Became", "A1", "A2", "<ins>"),
        *("not shown, to protect a small group", "Number of answers at each point"),
    ):
        assert told in page, told
    assert [expert.code for group in world.experts.values() for expert in group if expert.code in page] == []
    part = session.scalars(select(Item).where(Item.code == "A1")).one()
    younger = as_fay.get(url(study, f"/{part.id}/genealogy")).text
    assert f"/items/{b.id}/genealogy" in younger
    table = exports.file(study, "descent.csv", now=clock()).decode("utf-8-sig")
    assert [row["into"] for row in csv.DictReader(io.StringIO(table))] == ["A", "A1", "A2"]


def test_an_observer_reads_the_genealogy_without_comments(
    as_charlie: Browser, world: World, charlie: Account, clock: Clock
) -> None:
    join(world.study, charlie, Role.OBSERVER, clock())
    item = items.get(world.study, world.items["A"].id)
    wording = items.reword(item, {"en": ItemText("Knows family law")}, "Which", world.fay, clock())
    comment = session.scalars(select(Comment)).one()
    answer = {"comment_id": comment.id, "text": {}, "made_by_id": world.fay.id, "made_at": clock()}
    session.add(CommentAnswer(**answer, wording_id=wording.id))
    page = as_charlie.get(url(world.study, f"/{item.id}/genealogy"))
    assert page.status_code == 200
    assert "Say which law." not in page.text
    assert as_charlie.get(url(world.study, "/fields")).status_code == 200
    for path in ("/ticked", "/act", "/fields", f"/{item.id}/fields"):
        assert as_charlie.post(url(world.study, path), data={"act": "drop"}).status_code == 403


def test_an_outsider_finds_nothing(as_charlie: Browser, world: World) -> None:
    item = world.items["A"]
    for path in ("/act", "/fields", f"/{item.id}/genealogy"):
        assert as_charlie.get(url(world.study, path)).status_code == 404
    for path in ("/ticked", "/act", "/fields", f"/{item.id}/fields"):
        assert as_charlie.post(url(world.study, path)).status_code == 404

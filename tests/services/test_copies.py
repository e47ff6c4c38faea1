"""Duplicating a study: all that was set up, nothing that was answered, and the original as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, inspect, select

from delphi.db import Base, session
from delphi.domain.presentation import Choices
from delphi.domain.states import ExpertState, ItemState, StudyState
from delphi.domain.wordings import ItemText
from delphi.models import (
    Account,
    Contact,
    Domain,
    Expert,
    GlossaryTerm,
    Item,
    ItemField,
    MessageTemplate,
    Panel,
    Presentation,
    Protocol,
    Question,
    Study,
    Theme,
)
from delphi.models.domain import DomainLevel
from delphi.services import copies, glossary, items, presentations, protocols, questions, wordings
from delphi.services.copies import COPIED, LEFT, WITH_EXPERTS
from tests.support import rounds as support
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.rows import everything

TITLE = {"en": "Again", "fr": "Encore"}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    """Everything a study can be set up with, and a round with answers."""
    made = support.make_world(alice, fay, clock())
    study, now = made.study, clock()
    part = Domain(study_id=study.id, level=DomainLevel.DOMAIN, name={"en": "Law", "fr": "Droit"}, position=1)
    session.add(part)
    session.flush()
    below = {"study_id": study.id, "parent_id": part.id, "level": DomainLevel.SUBDOMAIN}
    session.add(Domain(**below, name={"en": "Courts", "fr": "Tribunaux"}))
    session.flush()
    part.narrative, part.left_empty = {"en": "The law."}, {"en": "On purpose."}
    made.items["A"].domain_id, made.items["A"].fields = part.id, {"source": "interviews"}
    session.add(ItemField(study_id=study.id, key="source", name={"en": "Source"}))
    session.add(Theme(study_id=study.id, name="Clarity", meaning="Hard to read", created_at=now))
    presentations.save(study, Choices(welcome={"en": "Hello", "fr": "Bonjour"}), by=alice, now=now)
    session.add(
        MessageTemplate(
            study_id=study.id, kind="thank_you", language="en", subject="S", body="B", updated_at=now
        )
    )
    glossary.add(study, {"en": "IPV", "fr": "VPI"}, {"en": "Violence", "fr": "Violences"}, by=alice, now=now)
    lines = {"en": "Nurse\nOther", "fr": "Infirmière\nAutre"}
    questions.add(
        study, "role", questions.Draft({"en": "Role?", "fr": "Rôle ?"}, lines, False), by=alice, now=now
    )
    opened = support.open_round(made, now)
    support.rate(made, opened, "A", {"W": [7, 8]}, now)
    text = ItemText("Knows the law well")
    items.reword(made.items["B"], {"en": text, "fr": text}, "Asked for", by=alice, now=now)
    return made


def tables_of_studies() -> set[str]:
    """Every table with rows that belong to a study, along foreign keys."""
    found = {"study"}

    def belongs(table: Table) -> bool:
        return any(key.column.table.name in found for key in table.foreign_keys)

    while new := {name for name, table in Base.metadata.tables.items() if belongs(table)} - found:
        found |= new
    return found


def test_every_table_of_a_study_is_copied_or_said_not_to_be() -> None:
    assert tables_of_studies() == COPIED | WITH_EXPERTS | LEFT
    assert not COPIED & LEFT
    assert not WITH_EXPERTS & (COPIED | LEFT)


def test_the_original_is_left_as_it_is(world: World, alice: Account, clock: Clock) -> None:
    session.commit()
    before = everything()
    copies.duplicate(world.study, TITLE, by=alice, now=clock(), experts=True)
    session.commit()
    after = everything()
    assert before["rating"]
    assert {name: [row for row in rows if row not in after[name]] for name, rows in before.items()} == {
        name: [] for name in before
    }
    assert {name for name in before if len(after[name]) > len(before[name])} == (
        COPIED | WITH_EXPERTS | {"event", "membership"}
    )


@pytest.mark.parametrize(
    "model", [Panel, Presentation, Question, GlossaryTerm, MessageTemplate, ItemField, Theme]
)
def test_each_row_is_copied_value_by_value(model: Any, world: World, alice: Account, clock: Clock) -> None:
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    assert _values(model, world.study) != []
    assert _values(model, made) == _values(model, world.study)


def _values(model: Any, study: Study) -> list[dict[str, Any]]:
    own = {"id", "study_id", "created_at", "updated_at", "item_id", "parent_id"}
    names = [column.key for column in inspect(model).column_attrs if column.key not in own]
    rows = session.scalars(select(model).where(model.study_id == study.id)).all()
    return sorted(({name: getattr(row, name) for name in names} for row in rows), key=str)


def test_items_come_as_candidates_in_their_present_wording(
    world: World, alice: Account, clock: Clock
) -> None:
    world.items["C"].state = ItemState.DROPPED
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    again = {item.code: item for item in session.scalars(select(Item).where(Item.study_id == made.id))}
    assert set(again) == {"A", "B"}
    assert {item.state for item in again.values()} == {ItemState.CANDIDATE}
    assert again["A"].fields == {"source": "interviews"}
    place = session.get(Domain, again["A"].domain_id or 0)
    assert place is not None
    assert (place.study_id, place.name["en"]) == (made.id, "Law")
    wording = wordings.current([again["B"].id])[again["B"].id]
    assert (wording.number, wording.reason) == (1, "")
    assert {text.language: text.title for text in wording.texts}["en"] == "Knows the law well"


def test_domains_hang_in_their_own_tree(world: World, alice: Account, clock: Clock) -> None:
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    rows = {row.name["en"]: row for row in session.scalars(select(Domain).where(Domain.study_id == made.id))}
    assert rows["Courts"].parent_id == rows["Law"].id
    assert (rows["Law"].narrative, rows["Law"].left_empty) == ({"en": "The law."}, {"en": "On purpose."})


def test_items_for_one_panel_stay_for_that_panel(world: World, alice: Account, clock: Clock) -> None:
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    item = session.scalars(select(Item).where(Item.study_id == made.id, Item.code == "C")).one()
    panel = session.get(Panel, item.panels[0].panel_id)
    assert panel is not None
    assert (panel.study_id, panel.code) == (made.id, "W")


def test_the_protocol_is_a_draft_again(world: World, alice: Account, clock: Clock) -> None:
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    (draft,) = session.scalars(select(Protocol).where(Protocol.study_id == made.id))
    assert (draft.number, draft.sealed_at, draft.digest) == (1, None, None)
    assert draft.document == protocols.current(world.study).document
    assert made.state is StudyState.DRAFT


def test_nobody_comes_along_unless_asked(world: World, alice: Account, clock: Clock) -> None:
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock())
    assert session.scalars(select(Expert).where(Expert.study_id == made.id)).all() == []


def test_experts_come_along_under_other_codes(world: World, alice: Account, clock: Clock) -> None:
    world.experts["W"][0].state = ExpertState.WITHDRAWN
    made = copies.duplicate(world.study, TITLE, by=alice, now=clock(), experts=True)
    again = session.scalars(select(Expert).where(Expert.study_id == made.id)).all()
    assert len(again) == sum(map(len, world.experts.values())) - 1
    assert {one.state for one in again} == {ExpertState.INVITED}
    old = set(session.scalars(select(Expert.code).where(Expert.study_id == world.study.id)))
    assert not old & {one.code for one in again}
    emails = select(Contact.email).where(Contact.study_id == made.id)
    assert "w-active1@example.org" in set(session.scalars(emails))

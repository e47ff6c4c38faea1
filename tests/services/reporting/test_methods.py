"""How the study was done, section by section: what the record shows, in words, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from delphi import __version__
from delphi.db import session
from delphi.domain.presentation import Choices, ItemOrder, Suggestions
from delphi.domain.states import ExpertState, Invited
from delphi.models import Account, Expert, Participation
from delphi.reports.document import Points
from delphi.scoring.rules import Verdict
from delphi.services import board, decisions, presentations, protocols, reopening, results
from delphi.services.framework import Framework
from delphi.services.reporting import (
    analysis,
    availability,
    comments,
    expert_flow,
    item_flow,
    limits,
    procedure,
    provenance,
    registration,
    rules,
    selection,
    wordings,
)
from delphi.services.reporting.record import Record
from tests.support import reported, studies
from tests.support.clock import Clock
from tests.support.reported import rows, table, texts
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate
from tests.support.studies import DOCUMENT

SECTIONS = {
    "registration": registration,
    "selection": selection,
    "procedure": procedure,
    "rules": rules,
    "analysis": analysis,
    "expert_flow": expert_flow,
    "item_flow": item_flow,
    "comments": comments,
    "limits": limits,
    "availability": availability,
    "wordings": wordings,
}


# When the protocol was sealed.


def test_the_seal_and_each_amendment_stand_with_their_digest_and_reason(record: Record, world: World) -> None:
    blocks = registration.write(record)
    told = texts(blocks)
    assert "sealed on March 2, 2026, 04:00 (America/Toronto)" in told
    assert "Round 1, the first, opened on March 2, 2026, 04:00" in told
    assert "It was amended once." in told
    assert "after data. Reason: “Seventy per cent proved too easy”. Round 1 had opened last." in told
    found = table(blocks, "protocol-versions")
    assert rows(found, "SHA-256", "After data") == [
        (record.sealed[0].digest, "no"),
        (record.sealed[1].digest, "yes"),
    ]


def test_an_amendment_before_data_is_not_called_after_data(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    protocols.amend(world.study, reported.AMENDED, "A slip.", by=alice, now=clock())
    with app.test_request_context():
        told = texts(registration.write(Record(world.study, clock())))
    assert "This was before any round had opened." in told
    assert "after data. Reason" not in told


def test_a_protocol_that_is_not_sealed_is_said_not_to_be(empty: Record) -> None:
    assert "is not sealed" in texts(registration.write(empty))


# The rules.


def test_rules_stand_as_they_were_sealed_not_as_they_were_amended(record: Record) -> None:
    blocks = rules.write(record)
    points = next(block for block in blocks if isinstance(block, Points))
    assert list(points.items) == [
        "at least 70 % of raters choose 7–9",
        "less than 15 % of raters choose 1–3",
    ]
    assert "Protocol as sealed: round 1; Amendment 1: round 2" in texts(blocks)


def test_an_amendment_shows_what_it_changed_and_nothing_else(record: Record) -> None:
    found = table(rules.write(record), "amendment-1")
    ((what, before, after),) = rows(found, "What", "Before", "After")
    assert what == "Rule 1"
    assert "at least 70 %" in str(before)
    assert "at least 75 %" in str(after)


def test_rules_that_come_and_go_have_an_empty_side(record: Record) -> None:
    before = record.parsed(record.sealed[0])
    after = replace(before, rules=replace(before.rules, rules=before.rules.rules[:1]))
    assert [(what, new) for what, _old, new in rules.changes(before, after, {})] == [("Rule 2", None)]
    assert [(what, old) for what, old, _new in rules.changes(after, before, {})] == [("Rule 2", None)]


def test_an_amendment_that_reads_the_same_is_said_to(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    protocols.amend(world.study, "# a remark\n" + DOCUMENT, "A remark.", by=alice, now=clock())
    with app.test_request_context():
        assert "reads otherwise than before" in texts(rules.write(Record(world.study, clock())))


# Who was chosen, and how rounds were run.


def test_panels_too_small_to_tell_have_no_size(record: Record) -> None:
    found = table(selection.write(record), "panels")
    assert rows(found, "Panel", "Experts") == [
        ("Panel W", 8),
        ("Panel C", "not shown"),
        ("Panel M", "not shown"),
        ("All experts", 17),
    ]


def test_a_round_for_respondents_is_told_apart(record: Record) -> None:
    record.rounds[1].invited = Invited.RESPONDENTS
    told = texts(selection.write(record))
    assert "Round 1: everybody of Panel W" in told
    assert "Round 2: those of Panel W, Panel C, and Panel M who had answered in the round before." in told


def test_who_joined_late_is_counted(record: Record, world: World, clock: Clock) -> None:
    assert "joined after" not in texts(selection.write(record))
    studies.add_experts(world.study, world.panels["W"], 2, clock(), ExpertState.INVITED)
    assert "2 of the experts joined after the first round had opened." in texts(
        selection.write(Record(world.study, clock()))
    )


def test_rounds_stand_with_their_days_items_and_experts(record: Record) -> None:
    found = table(procedure.write(record), "rounds")
    assert rows(found, "Round", "Opened", "Closed", "Items", "Experts asked", "Under") == [
        (1, "March 2, 2026, 04:00", "March 4, 2026, 04:00", 3, 17, "Protocol as sealed"),
        (2, "March 6, 2026, 04:00", "March 8, 2026, 05:00", 1, 16, "Amendment 1"),
    ]


def test_what_was_changed_while_rounds_were_running_is_told(
    record: Record, world: World, clock: Clock
) -> None:
    told = texts(procedure.write(record))
    assert "the end of round 1 was moved from March 9, 2026, 05:00 to March 12, 2026, 05:00." in told
    assert "17 | 0 | 0 | 0" in told  # invitations and reminders of round 1
    assert "was concluded" not in told
    results.conclude(world.study, by=world.alice, now=clock())
    assert "The study was concluded on March 8, 2026" in texts(procedure.write(Record(world.study, clock())))


def test_a_round_opened_again_tells_why(app: Flask, alice: Account, fay: Account, clock: Clock) -> None:
    world = make_world(alice, fay, clock())
    opened = close(world, open_round(world, clock()), clock())
    later = clock() + timedelta(days=4)
    reopening.reopen(world.study, opened.id, later, "Closed too soon.", by=fay, now=clock())
    with app.test_request_context():
        told = texts(procedure.write(Record(world.study, clock())))
    assert "was opened again after closing" in told
    assert "“Closed too soon”" in told
    assert "Round 1 is still open, and nothing of its answers is told." in told


def test_nothing_out_of_the_way_is_said_to_be_so(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    close(world, open_round(world, clock()), clock())
    with app.test_request_context():
        told = texts(procedure.write(Record(world.study, clock())))
    assert "No round was extended or opened again" in told
    assert "no feedback was fixed" in told


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (ItemOrder.FIXED, "Items stood in one order for everybody."),
        (ItemOrder.WITHIN_DOMAINS, "within each domain was drawn by lot"),
        (ItemOrder.EVERYWHERE, "order of domains and of items was drawn by lot"),
    ],
)
def test_the_order_of_items_is_told_as_it_was_chosen(
    record: Record, world: World, clock: Clock, order: ItemOrder, said: str
) -> None:
    chosen = Choices(item_order=order, suggestions=Suggestions.ITEMS)
    presentations.save(world.study, chosen, by=world.alice, now=clock.advance(hours=1))
    told = texts(procedure.write(Record(world.study, clock())))
    assert said in told
    assert "Experts could propose missing items." in told
    assert "was changed 1 time after the first round had opened" in told


# What was computed.


def test_the_analysis_names_the_statistics_of_the_sealed_rules_and_the_versions(record: Record) -> None:
    told = texts(analysis.write(record))
    assert "share in the high band (%) and share in the low band (%)" in told
    assert "Definition 7" in told
    assert f"made with Delphi {__version__}" in told
    assert "Kruskal-Wallis" not in told  # one panel can be shown, so nothing was compared


def test_what_was_not_computed_is_not_told(app: Flask, alice: Account, fay: Account, clock: Clock) -> None:
    world = make_world(alice, fay, clock())
    close(world, open_round(world, clock()), clock())
    with app.test_request_context():
        told = texts(analysis.write(Record(world.study, clock())))
    assert "Wilson" in told
    assert "Fragility" not in told
    assert "computed with version" not in told


# Limits.


def test_limits_follow_from_the_record(record: Record) -> None:
    blocks = limits.write(record)
    told = texts(blocks)
    assert "In rounds 1 and 2 not every panel could be shown" in told
    assert "those who answered went from 17 to 16" in told
    assert "amended once after data" in told
    assert "1 of 2 promoted items were rated in one round only" in told
    assert rows(table(blocks, "overrides"), "Item", "Round", "The rules said", "Decided", "Reason") == [
        ("A", 2, "Re-rate", "Promote", reported.WHY_OVERRIDDEN)
    ]


def test_a_reason_for_following_the_rules_is_not_against_them(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock(), {"W": 10})
    opened = open_round(world, clock())
    rate(world, opened, "A", {"W": [9] * 10}, clock())
    closed, item_id = close(world, opened, clock()), world.items["A"].id
    decisions.decide(
        world.study, closed.id, item_id, Verdict.PROMOTE, "All agree.", by=world.fay, now=clock()
    )
    with app.test_request_context():
        record = Record(world.study, clock())
        assert not [one for one in limits.points(record) if "against the rules" in one]
        assert not any(one.overridden for one in board.rows(closed))
        decide_all(world, closed, clock())
        [entry] = Framework(world.study).entries.values()
        assert "Promoted after round 1, as the rules say." in provenance.sentences(entry)


def test_low_response_is_a_limit_and_seventy_per_cent_is_not_low(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock(), {"W": 10})
    opened = open_round(world, clock())
    for code in ("A", "B"):
        rate(world, opened, code, {"W": [9] * 7}, clock())
    rate(world, opened, "C", {"W": [9] * 6}, clock())
    close(world, opened, clock())
    with app.test_request_context():
        told = texts(limits.write(Record(world.study, clock())))
        assert "Round 1 was completed by 6 of 10 asked (60%; all experts): less than 70%." in told
        first = session.scalars(select(Participation).order_by(Participation.id)).all()[6]
        first.submitted_at = clock()
        session.flush()
        assert "less than 70%" not in " ".join(limits.points(Record(world.study, clock())))


def test_without_limits_the_report_says_which_were_looked_for(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock(), {"W": 10})
    opened = open_round(world, clock())
    for code in ("A", "B", "C"):
        rate(world, opened, code, {"W": [5] * 10}, clock())
    close(world, opened, clock())
    with app.test_request_context():
        told = texts(limits.write(Record(world.study, clock())))
    assert "The record shows none of these: less than 70%" in told


def test_data_and_code_name_the_program_and_the_sealed_digest(record: Record) -> None:
    told = texts(availability.write(record))
    assert str(record.sealed[-1].digest) in told
    assert __version__ in told


# Whatever the study.


@pytest.mark.parametrize("key", SECTIONS)
def test_a_study_without_anything_does_not_stop_a_section(empty: Record, key: str) -> None:
    assert "None" not in texts(SECTIONS[key].write(empty))


def test_no_section_names_an_expert(record: Record, world: World) -> None:
    codes = session.scalars(select(Expert.code).where(Expert.study_id == world.study.id)).all()
    for key, section in SECTIONS.items():
        told = texts(section.write(record))
        assert [code for code in (*codes, "@") if code in told] == [], key

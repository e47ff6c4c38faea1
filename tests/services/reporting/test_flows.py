"""How far experts came, what became of items, and what was written about them: counted as the record has it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.wordings import ItemText
from delphi.models import Account
from delphi.reports.document import Drawing
from delphi.services import (
    comment_answers,
    comment_review,
    item_lives,
    outbox,
    progress,
    redactions,
    standing,
)
from delphi.services.reporting import comments, expert_flow, item_flow, procedure, selection, wordings
from delphi.services.reporting.record import Record
from tests.support.clock import Clock
from tests.support.comments import write as write_comment
from tests.support.reported import rows, table, texts
from tests.support.rounds import World, make_world, open_round

# How far experts came.


def test_the_flow_has_the_counts_of_the_round_page(record: Record, world: World) -> None:
    found = rows(table(expert_flow.write(record), "expert-flow"), "Round", "Panel", "Asked", "Completed")
    for opened in record.rounds:
        stands = standing.of_round(opened, progress.by_expert(opened), outbox.of_round(opened))
        counts = standing.counted(stands)
        assert (opened.number, "All experts", counts.asked, counts.completed) in found


def test_the_flow_of_panels_too_small_is_nowhere(record: Record) -> None:
    blocks = expert_flow.write(record)
    for panel in ("Panel C", "Panel M"):
        hidden = [row for row in table(blocks, "expert-flow").rows if row[1] == panel]
        assert {row[2:] for row in hidden} == {("not shown", *[None] * 7)}
    drawn = next(block for block in blocks if isinstance(block, Drawing))
    written = json.dumps([drawn.figure.spec, [list(row) for row in drawn.figure.rows], drawn.figure.caption])
    assert "Panel W" in written
    assert "Panel C" not in written
    assert "Panel M" not in written


def test_panels_large_enough_stand_side_by_side(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock(), {"W": 8, "C": 6})
    open_round(world, clock())
    with app.test_request_context():
        found = table(expert_flow.write(Record(world.study, clock())), "expert-flow")
    assert rows(found, "Panel", "Asked") == [("All experts", 14), ("Panel W", 8), ("Panel C", 6)]


def test_a_study_of_too_few_tells_no_number(app: Flask, alice: Account, fay: Account, clock: Clock) -> None:
    world = make_world(alice, fay, clock(), {"W": 4})
    open_round(world, clock())
    with app.test_request_context():
        record = Record(world.study, clock())
        told = texts(expert_flow.write(record))
        assert "Round 1 asked fewer experts than may be told." in told
        assert "Flow of the experts" not in told
        assert table(expert_flow.write(record), "expert-flow").rows[0][2] == "not shown"
        assert rows(table(procedure.write(record), "rounds"), "Experts asked") == [("not shown",)]
        assert "fewer than may be told" in texts(selection.write(record))


def test_who_left_is_told_with_what_became_of_the_answers(record: Record) -> None:
    told = texts(expert_flow.write(record))
    assert "1 expert withdrew from the study" in told
    assert "1 left the answers, without any link to the person." in told
    assert "deliveries and consent are no longer on record" in told


# What became of items.


def test_items_are_counted_as_they_stand(record: Record) -> None:
    blocks = item_flow.write(record)
    assert "The study has had 3 items." in texts(blocks)
    assert "2 were promoted and 1 was dropped" in texts(blocks)
    found = table(blocks, "item-flow")
    assert rows(found, "Round", "Items", "promoted", "dropped") == [(1, 3, 1, 1), (2, 1, 1, 0)]


def test_merging_splitting_and_setting_aside_stand_with_their_reasons(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    ids = {code: item.id for code, item in world.items.items()}
    text = {"en": ItemText("Knows both laws"), "fr": ItemText("Connaît les deux lois")}
    draft = item_lives.Draft("AB", None, text)
    item_lives.merge(world.study, [ids["A"], ids["B"]], draft, "They say the same.", by=fay, now=clock())
    item_lives.drop(world.study, [ids["C"]], "Nobody needs it.", by=fay, now=clock())
    with app.test_request_context():
        blocks = item_flow.write(Record(world.study, clock()))
    merged, aside = table(blocks, "merged-and-split"), table(blocks, "set-aside")
    assert rows(merged, "Items", "Result", "Reason") == [("A, B", "AB", "They say the same.")]
    assert rows(aside, "What was done", "Items", "Reason") == [("set aside", "C", "Nobody needs it.")]


def test_every_wording_stands_with_its_rounds_and_reason(record: Record) -> None:
    found = table(wordings.write(record), "wordings")
    assert rows(found, "Item", "No.", "Rounds", "Why it was changed") == [
        ("A", 1, "1", None),
        ("A", 2, "2", "Says which law."),
        ("B", 1, "1", None),
        ("C", 1, "1", None),
    ]


# What experts wrote.


def test_comments_are_counted_by_kind_and_coded_by_two(record: Record) -> None:
    blocks = comments.write(record)
    assert "Experts wrote 3 comments." in texts(blocks)
    assert "on 2 of these they gave the same themes" in texts(blocks)
    by_kind = rows(table(blocks, "comments"), "Round", "Comments", "a question", "not said")
    assert by_kind == [(1, 3, 1, 1), (2, 0, 0, 0)]
    assert rows(table(blocks, "themes"), "Theme", "Comments", "Coded twice") == [("Clarity", 2, 3)]


def test_an_answered_comment_stands_with_the_wording_it_led_to(record: Record) -> None:
    found = table(comments.write(record), "answered-comments")
    assert rows(found, "Item", "Comment", "Answer of the team", "New wording") == [
        ("A", "Which law is meant?", "The item now says which.", 2)
    ]


@pytest.mark.parametrize("how", ["redacted", "waiting", "hidden"])
def test_words_taken_out_of_a_comment_or_kept_from_experts_are_not_told(
    record: Record, world: World, clock: Clock, how: str
) -> None:
    asked = record.rounds[0]
    of = comment_review.total(asked)
    found = next(one for one in comment_review.of_round(asked) if "Anna" in one.text)
    _round, comment = comment_review.at(world.study, 1, found.number, of)
    reply = {"en": "Thank you.", "fr": "Merci."}
    comment_answers.answer(world.study, asked, comment, reply, None, by=world.fay, now=clock())
    if how == "hidden":
        comment.hidden = True
    else:
        world.study.release_redactions = how == "waiting"
        redactions.redact(
            world.study, asked, comment, "[Somebody] taught me this.", "A name.", by=world.fay, now=clock()
        )
    session.flush()
    told = texts(comments.write(Record(world.study, clock())))
    assert "Anna" not in told
    assert ("[Somebody] taught me this." if how == "redacted" else "not told here") in told


def test_an_open_round_tells_nothing_of_its_comments(
    app: Flask, alice: Account, fay: Account, clock: Clock
) -> None:
    world = make_world(alice, fay, clock())
    opened = open_round(world, clock())
    write_comment(world, opened, "A", "W", 0, "Not yet for others.", clock())
    with app.test_request_context():
        assert comments.write(Record(world.study, clock())) == []

"""What was taken out of a comment is read by nobody else: not in feedback, not in exports, not on experts' pages."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import Account, Comment, Event, Feedback, Redaction, Round
from delphi.services import comment_review, exports, feedback, redactions
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

NEEDLE = "Quillfeather"
ORIGINAL = f"Ask {NEEDLE}, she runs the shelter."
REDACTED = "Ask [name], she runs the shelter."
SPLIT = {"W": [9, 9, 9, 9, 9, 2, 2, 2], "C": [9, 9, 9, 9, 1, 1]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "B", SPLIT, clock())
    write(world, opened, "B", "W", 0, ORIGINAL, clock())
    write(world, opened, "B", "W", 5, "Not needed.", clock())
    return close(world, opened, clock.advance(days=7))


@pytest.fixture
def comment(closed: Round) -> Comment:
    return session.scalars(select(Comment).where(Comment.text == ORIGINAL)).one()


def redact(world: World, closed: Round, comment: Comment, clock: Clock, text: str = REDACTED) -> Redaction:
    return redactions.redact(world.study, closed, comment, text, "A name.", by=world.fay, now=clock())


def choose_all(world: World, closed: Round, clock: Clock) -> None:
    numbers = [one.number for one in comment_review.of_round(closed)]
    comment_review.choose(
        world.study, closed.id, numbers, numbers, [], total=len(numbers), by=world.fay, now=clock()
    )


def exported(world: World, clock: Clock) -> str:
    names = [name for name in exports.names(world.study) if not name.endswith(".zip")]
    return "".join(exports.file(world.study, name, now=clock()).decode() for name in names)


def frozen(world: World, closed: Round) -> list[str]:
    session.expire_all()
    content = session.get_one(Feedback, (closed.id, world.items["B"].id)).content
    return [one["text"] for one in content["comments"]]


def test_the_original_stays_and_only_the_redacted_text_leaves(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    redact(world, closed, comment, clock)
    choose_all(world, closed, clock)
    assert comment.text == ORIGINAL
    assert NEEDLE not in json.dumps(feedback.preview(closed))
    assert NEEDLE not in exported(world, clock)
    assert REDACTED in exported(world, clock)
    assert [one.text for one in comment_review.of_round(closed)] == [REDACTED, "Not needed."]


def test_while_a_release_is_waited_for_the_comment_goes_nowhere(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    world.study.release_redactions = True
    assert redact(world, closed, comment, clock).released_at is None
    choose_all(world, closed, clock)
    for text in (NEEDLE, "[name]"):
        assert text not in json.dumps(feedback.preview(closed))
        assert text not in exported(world, clock)


def test_nobody_releases_their_own_redaction(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    world.study.release_redactions = True
    redact(world, closed, comment, clock)
    with pytest.raises(DomainError) as refused:
        redactions.release(world.study, closed, comment, by=world.fay, now=clock())
    assert refused.value.code == "redaction.own_release"
    for _ in range(2):
        redactions.release(world.study, closed, comment, by=world.alice, now=clock())
    assert [one.told for one in comment_review.of_round(closed)] == [REDACTED, "Not needed."]
    kinds = session.scalars(select(Event.kind).where(Event.kind.startswith("comment."))).all()
    assert kinds == ["comment.redacted", "comment.released"]


@pytest.mark.parametrize("wait", [False, True])
def test_a_name_leaves_frozen_feedback_too(
    world: World, closed: Round, comment: Comment, clock: Clock, wait: bool
) -> None:
    choose_all(world, closed, clock)
    decide_all(world, closed, clock())
    assert frozen(world, closed) == [ORIGINAL, "Not needed."]
    world.study.release_redactions = wait
    redact(world, closed, comment, clock)
    if wait:
        assert frozen(world, closed) == ["", "Not needed."]
        redactions.release(world.study, closed, comment, by=world.alice, now=clock())
    assert frozen(world, closed) == [REDACTED, "Not needed."]


def test_what_is_released_after_the_round_was_decided_comes_in_at_its_place(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    world.study.release_redactions = True
    redact(world, closed, comment, clock)
    choose_all(world, closed, clock)
    decide_all(world, closed, clock())
    assert frozen(world, closed) == ["", "Not needed."]
    redactions.release(world.study, closed, comment, by=world.alice, now=clock())
    assert frozen(world, closed) == [REDACTED, "Not needed."]


def test_the_latest_redaction_counts_and_the_same_again_changes_nothing(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    redact(world, closed, comment, clock)
    redact(world, closed, comment, clock)
    redact(world, closed, comment, clock, "Ask [somebody].")
    assert session.query(Redaction).count() == 2
    assert comment_review.of_round(closed)[0].text == "Ask [somebody]."


@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "redaction.empty"), (ORIGINAL, "redaction.unchanged"), ("x" * 5000, "redaction.too_long")],
)
def test_what_is_no_redaction_is_refused(
    world: World, closed: Round, comment: Comment, clock: Clock, text: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        redact(world, closed, comment, clock, text)
    assert refused.value.code == code


def test_what_was_never_redacted_cannot_be_released(
    world: World, closed: Round, comment: Comment, clock: Clock
) -> None:
    with pytest.raises(DomainError) as refused:
        redactions.release(world.study, closed, comment, by=world.alice, now=clock())
    assert refused.value.code == "redaction.not_found"

"""Themes, coding apart, settling, exports, and what leaves with an expert."""

from __future__ import annotations

import csv
import io

import pytest

from delphi.db import session
from delphi.domain import codings as rules
from delphi.domain.errors import DomainError
from delphi.domain.withdrawals import Withdrawal
from delphi.models import (
    Account,
    Coding,
    CodingTheme,
    Comment,
    CommentAnswer,
    Redaction,
    Round,
    Settlement,
    SettlementTheme,
    Theme,
)
from delphi.services import (
    codings,
    comment_answers,
    comment_review,
    exports,
    redactions,
    similar_comments,
    themes,
    withdrawals,
)
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, make_world, open_round, rate
from tests.support.rows import count

POINTS = {"W": [9, 9, 9, 8, 8, 8, 2, 2], "C": [9, 9, 5, 5, 1, 1]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "A", POINTS, clock())
    write(world, opened, "A", "W", 0, "One: the wording is hard to read.", clock())
    write(world, opened, "A", "W", 1, "Three: too much work.", clock())
    write(world, opened, "A", "C", 0, "Two: the wording is so hard to read.", clock())
    return close(world, opened, clock())


@pytest.fixture
def listed(world: World, clock: Clock) -> list[Theme]:
    return [themes.add(world.study, name, "", by=world.fay, now=clock()) for name in ("Wording", "Work")]


def code(world: World, by: Account, clock: Clock, given: dict[int, list[Theme]]) -> int:
    chosen = {place: [one.id for one in picked] for place, picked in given.items()}
    return codings.code(world.study, 1, chosen, 3, by=by, now=clock())


def refusal(world: World, by: Account, clock: Clock, given: dict[int, list[Theme]]) -> str:
    with pytest.raises(DomainError) as refused:
        code(world, by, clock, given)
    return refused.value.code


def test_codes_change_until_somebody_else_has_coded_too(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    assert code(world, world.fay, clock, {1: [listed[0]], 2: []}) == 2
    assert code(world, world.fay, clock, {1: [listed[0]]}) == 0
    assert code(world, world.fay, clock, {1: listed}) == 1
    assert code(world, world.alice, clock, {1: [listed[0]]}) == 1
    assert refusal(world, world.fay, clock, {1: []}) == "coding.fixed"
    book = codings.book(world.study)
    assert sorted(len(one.themes) for one in book.codings) == [0, 1, 2]


def test_only_the_study_s_own_themes_that_are_offered(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    themes.retire(world.study, listed[1].id, True, by=world.fay, now=clock())
    assert refusal(world, world.fay, clock, {1: [listed[1]]}) == "theme.not_found"


def test_the_agreement_is_scoring_s_own(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    from delphi.scoring.two_raters import two_raters

    code(world, world.fay, clock, {1: [listed[0]], 2: [listed[1]], 3: [listed[0]]})
    code(world, world.alice, clock, {1: [listed[0]], 2: [listed[1]], 3: []})
    book = codings.book(world.study)
    offered = [rules.Offered(one.id, one.created_at) for one in themes.offered(world.study)]
    row = rules.report(book.codings, offered, sorted(book.coders)).themes[0]
    assert row.n == 3
    assert row.kappa in {
        two_raters([[1, 1], [0, 1]], (0, 1)).cohen,
        two_raters([[1, 0], [1, 1]], (0, 1)).cohen,
    }  # type: ignore[arg-type]


def test_settling_leaves_what_each_coded_apart(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    code(world, world.fay, clock, {1: [listed[0]]})
    with pytest.raises(DomainError) as refused:
        codings.settle(world.study, 1, 1, [listed[0].id], 3, by=world.fay, now=clock())
    assert refused.value.code == "coding.nothing_to_settle"
    code(world, world.alice, clock, {1: [listed[1]]})
    before = codings.book(world.study).codings
    for picked in ([listed[1].id], [listed[0].id]):
        codings.settle(world.study, 1, 1, picked, 3, by=world.fay, now=clock())
    book = codings.book(world.study)
    assert book.codings == before
    assert list(book.settled.values()) == [{listed[0].id}]
    assert dict(book.seen_by(world.fay.id)[next(iter(book.settled))]) == {listed[0].id: 1}


def rows(world: World, name: str, clock: Clock) -> list[dict[str, str]]:
    text = exports.file(world.study, name, now=clock()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_exports_name_no_coder(world: World, closed: Round, listed: list[Theme], clock: Clock) -> None:
    code(world, world.fay, clock, {1: listed, 2: []})
    code(world, world.alice, clock, {1: [listed[0]]})
    codings.settle(world.study, 1, 1, [listed[0].id], 3, by=world.fay, now=clock())
    found = {(row["comment"], row["coder"], row["theme"]) for row in rows(world, "codings.csv", clock)}
    numbers = {who for _comment, who, _theme in found}
    assert numbers == {"1", "2", "agreed"}
    assert ("1", "agreed", "Wording") in found
    assert [row["theme"] for row in rows(world, "themes.csv", clock)] == ["Wording", "Work"]
    assert "Fay" not in str(found)


def test_what_waits_for_release_has_no_codes_in_the_export(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    code(world, world.fay, clock, {1: [listed[0]]})
    world.study.release_redactions = True
    asked, comment = comment_review.at(world.study, 1, 1, 3)
    redactions.redact(world.study, asked, comment, "[gone]", "", by=world.fay, now=clock())
    assert rows(world, "codings.csv", clock) == []


def test_comments_alike_are_grouped_with_their_likeness(world: World, closed: Round) -> None:
    found = similar_comments.groups(comment_review.of_round(closed), 0.5)
    assert len(found) == 1
    assert {one.text[:3] for one in found[0].comments} == {"One", "Two"}
    assert 0.5 <= found[0].others[0][1] < 1


def _handled(world: World, closed: Round, listed: list[Theme], clock: Clock) -> None:
    """The first expert's comment is coded twice, settled, redacted and answered."""
    code(world, world.fay, clock, {1: listed})
    code(world, world.alice, clock, {1: []})
    codings.settle(world.study, 1, 1, [listed[0].id], 3, by=world.fay, now=clock())
    asked, comment = comment_review.at(world.study, 1, 1, 3)
    redactions.redact(world.study, asked, comment, "[name]", "", by=world.fay, now=clock())
    comment_answers.answer(world.study, asked, comment, {"en": "Reworded."}, None, by=world.fay, now=clock())


LEFT_BEHIND = (Coding, CodingTheme, Settlement, SettlementTheme, Redaction, CommentAnswer)


def test_who_deletes_their_answers_takes_all_that_hangs_on_them(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    _handled(world, closed, listed, clock)
    ben = world.experts["W"][0]
    withdrawals.withdraw(world.study, ben, Withdrawal.DELETED, by=None, now=clock())
    assert count(Comment) == 2
    assert [count(model) for model in LEFT_BEHIND] == [0] * 6
    assert refusal(world, world.fay, clock, {1: []}) == "comment.list_changed"


def test_what_is_said_of_an_unlinked_comment_stays_with_nobody(
    world: World, closed: Round, listed: list[Theme], clock: Clock
) -> None:
    _handled(world, closed, listed, clock)
    before = [count(model) for model in LEFT_BEHIND]
    ben = world.experts["W"][0]
    withdrawals.withdraw(world.study, ben, Withdrawal.UNLINKED, by=None, now=clock())
    session.expire_all()
    assert [count(model) for model in LEFT_BEHIND] == before
    assert session.query(Comment).filter_by(expert_id=ben.id).count() == 0


def test_themes_keep_their_order_and_names_apart(world: World, listed: list[Theme], clock: Clock) -> None:
    with pytest.raises(DomainError) as refused:
        themes.add(world.study, " wording ", "", by=world.fay, now=clock())
    assert refused.value.code == "theme.name_taken"
    themes.shift(world.study, listed[1].id, -1)
    assert [one.name for one in themes.of_study(world.study)] == ["Work", "Wording"]
    themes.retire(world.study, listed[1].id, True, by=world.fay, now=clock())
    assert [one.name for one in themes.of_study(world.study)] == ["Wording", "Work"]
    later = clock.advance(days=1)
    themes.retire(world.study, listed[1].id, False, by=world.fay, now=later)
    assert listed[1].created_at == later


@pytest.mark.parametrize(
    ("name", "meaning", "reason"),
    [
        ("", "", "theme.name_missing"),
        ("x" * 81, "", "theme.name_too_long"),
        ("X", "x" * 1001, "theme.meaning_too_long"),
    ],
)
def test_what_is_no_theme_is_refused(
    world: World, listed: list[Theme], clock: Clock, name: str, meaning: str, reason: str
) -> None:
    with pytest.raises(DomainError) as refused:
        themes.change(world.study, listed[0].id, name, meaning, by=world.fay, now=clock())
    assert refused.value.code == reason

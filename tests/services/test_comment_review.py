"""Reading, narrowing and choosing comments, without telling who wrote them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from delphi.db import session
from delphi.domain.comments import CommentKind
from delphi.domain.errors import DomainError
from delphi.models import Account, ExpertPanel, Feedback, Participation, ParticipationPanel, Round
from delphi.services import comment_choice, comment_reading as reading, comment_review
from delphi.services.comment_reading import Filters
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

POINTS = {"W": [9, 9, 9, 8, 8, 8, 2, 2], "C": [9, 9, 5, 5, 1, 1], "M": [9, 9, 1]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    """W is large enough to be told apart from the others; C is not, as M would be left over."""
    opened = open_round(world, clock())
    rate(world, opened, "A", POINTS, clock())
    rate(world, opened, "B", {"W": [9, 1]}, clock())
    write(world, opened, "A", "W", 0, "Needed at work.", clock(), CommentKind.FOR)
    write(world, opened, "A", "W", 6, "Not needed, too costly.", clock(), CommentKind.AGAINST)
    write(world, opened, "A", "C", 4, "A question of words?", clock(), CommentKind.QUESTION)
    write(world, opened, "A", "M", 2, "Mostly useless.", clock())
    write(world, opened, "B", "W", 1, "Against it.", clock(), CommentKind.AGAINST)
    return close(world, opened, clock())


def found(world: World, **filters: object) -> list[str]:
    page = reading.page(reading.shelf(world.study), Filters(**filters), {})  # type: ignore[arg-type]
    return [one.text for one in page.comments]


def test_filters_can_be_joined(world: World, closed: Round) -> None:
    assert found(world, search="NEEDED") == ["Needed at work.", "Not needed, too costly."]
    assert found(world, search="needed work") == ["Needed at work."]
    assert found(world, kind="question") == ["A question of words?"]
    assert found(world, kind="none") == ["Mostly useless."]
    assert found(world, item=world.items["B"].id) == ["Against it."]
    assert found(world, round=2) == []
    assert found(world, kind="against", band="low") == ["Not needed, too costly."]


def test_the_band_of_an_item_that_few_rated_is_not_found_either(world: World, closed: Round) -> None:
    assert "Against it." not in found(world, band="low")


def test_a_panel_is_told_where_every_group_that_is_left_is_large(world: World, closed: Round) -> None:
    assert found(world, panel="W") == ["Needed at work.", "Not needed, too costly."]
    assert found(world, panel="C") == found(world, panel="M") == []
    page = reading.page(reading.shelf(world.study), Filters(), {})
    told = {one.text: one.panels for one in page.comments}
    assert told["A question of words?"] == told["Mostly useless."] == told["Against it."] == ()


def test_no_panel_is_told_where_two_share_a_member(world: World, clock: Clock) -> None:
    """Both names beside a comment would be those of one person."""
    shared = world.experts["W"][7]
    session.add(ExpertPanel(expert_id=shared.id, panel_id=world.panels["C"].id))
    session.flush()
    session.expire_all()
    opened = open_round(world, clock(), ("A",))
    assert session.query(ParticipationPanel).join(Participation).filter_by(expert_id=shared.id).count() == 2
    rate(world, opened, "A", {"W": [9] * 8, "C": [9] * 6}, clock())
    write(world, opened, "A", "W", 7, "I sit in both.", clock())
    write(world, opened, "A", "C", 0, "I sit in one.", clock())
    close(world, opened, clock())
    page = reading.page(reading.shelf(world.study), Filters(), {})
    assert {one.panels for one in page.comments} == {("W",), ()}
    assert found(world, panel="C") == []


def test_places_do_not_depend_on_the_filter(world: World, closed: Round) -> None:
    everything = {
        one.text: one.number for one in reading.page(reading.shelf(world.study), Filters(), {}).comments
    }
    one = reading.page(reading.shelf(world.study), Filters(kind="question"), {}).comments[0]
    assert one.number == everything[one.text]
    _asked, comment = comment_review.at(world.study, 1, one.number, len(everything))
    assert comment.text == one.text


@pytest.mark.parametrize(
    ("place", "of", "code"), [(9, 5, "comment.not_found"), (1, 4, "comment.list_changed")]
)
def test_a_place_that_is_another_s_is_refused(
    world: World, closed: Round, place: int, of: int, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        comment_review.at(world.study, 1, place, of)
    assert refused.value.code == code


def test_nothing_is_done_to_comments_that_may_still_change(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    write(world, opened, "A", "W", 0, "Early.", clock())
    assert found(world) == ["Early."]
    with pytest.raises(DomainError) as refused:
        comment_review.at(world.study, 1, 1, 1)
    assert refused.value.code == "round.wrong_state"


def test_no_field_of_a_read_comment_is_its_author(world: World, closed: Round) -> None:
    one = comment_review.of_round(closed)[0]
    assert not [field.name for field in fields(one) if "expert" in field.name]
    assert "comment_id" not in repr(one)
    assert "rated_in" not in repr(one)


def choose(
    world: World, closed: Round, texts: list[str], clock: Clock, places: dict[str, int] | None = None
) -> None:
    numbers = {one.text: one.number for one in comment_review.of_round(closed)}
    comment_review.choose(
        world.study,
        closed.id,
        list(numbers.values()),
        [numbers[text] for text in texts],
        [],
        {numbers[text]: place for text, place in (places or {}).items()},
        total=len(numbers),
        by=world.fay,
        now=clock(),
    )


def test_feedback_freezes_in_the_order_chosen(world: World, closed: Round, clock: Clock) -> None:
    texts = ["A question of words?", "Needed at work.", "Not needed, too costly."]
    choose(world, closed, texts, clock, {"Not needed, too costly.": 1, "Needed at work.": 7})
    decide_all(world, closed, clock())
    content = session.get_one(Feedback, (closed.id, world.items["A"].id)).content
    assert [one["text"] for one in content["comments"]] == [
        "Not needed, too costly.",
        "Needed at work.",
        "A question of words?",
    ]


def test_a_selection_without_the_smaller_side_is_pointed_out(
    world: World, closed: Round, clock: Clock
) -> None:
    assert comment_choice.of_round(closed).missing == 0  # nothing is chosen yet
    choose(world, closed, ["Needed at work."], clock)
    choice = comment_choice.of_round(closed, missing=True)
    assert choice.missing == 1
    assert [(one.item.code, one.missing) for one in choice.found] == [("A", CommentKind.AGAINST)]
    choose(world, closed, ["Needed at work.", "Mostly useless."], clock)
    assert comment_choice.of_round(closed).missing == 0
    choose(world, closed, ["Mostly useless."], clock)  # the greater side may go without
    assert comment_choice.of_round(closed).missing == 0

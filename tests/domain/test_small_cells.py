"""No count of a few people can be computed from the others, whoever counts."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings, strategies as st

from delphi.domain.small_cells import told_choices, told_parts

counts = st.lists(st.integers(0, 12), min_size=1, max_size=6)
minimums = st.integers(2, 5)


@given(counts, minimums)
def test_no_part_of_a_few_is_shown(given_counts: list[int], minimum: int) -> None:
    told = told_parts(given_counts, minimum)
    assert all(not 0 < count < minimum for count, one in zip(given_counts, told, strict=True) if one)


@given(counts, minimums)
def test_what_is_hidden_together_is_no_few_either(given_counts: list[int], minimum: int) -> None:
    told = told_parts(given_counts, minimum)
    if any(told) and not all(told):
        assert sum(count for count, one in zip(given_counts, told, strict=True) if not one) >= minimum


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=4), minimums)
def test_every_hidden_part_can_be_more_than_one_number(given_counts: list[int], minimum: int) -> None:
    """Every table with the same total and the same shown parts is written down."""
    told = told_parts(given_counts, minimum)
    total, hidden = sum(given_counts), [place for place, one in enumerate(told) if not one]
    if not hidden or not total:
        return
    rest = total - sum(count for count, one in zip(given_counts, told, strict=True) if one)
    least = 1 if any(told) else 0
    tables = [one for one in product(range(least, rest + 1), repeat=len(hidden)) if sum(one) == rest]
    for place in range(len(hidden)):
        assert len({one[place] for one in tables}) > 1


@given(counts)
def test_large_parts_are_all_shown(given_counts: list[int]) -> None:
    grown = [count + 5 for count in given_counts]
    assert all(told_parts(grown, 5))


def test_a_single_small_part_takes_another_with_it() -> None:
    assert told_parts([20, 9, 1, 0], 5) == [True, False, False, True]


def test_two_small_parts_that_are_a_few_together_take_a_third() -> None:
    """1 and 2 hidden alone would be 3 people in plain view."""
    assert told_parts([20, 9, 1, 2], 5) == [True, False, False, False]


def test_a_few_people_in_all_are_not_shown() -> None:
    assert told_parts([2, 0, 1], 5) == [False] * 3


people = st.lists(
    st.one_of(
        st.sets(st.integers(0, 2), min_size=1).map(frozenset), st.sampled_from(["not said", "no answer"])
    ),
    min_size=1,
    max_size=9,
)


def _counted(given_people: list[frozenset[int] | str]) -> tuple[list[int], list[int]]:
    choices = [
        sum(1 for one in given_people if not isinstance(one, str) and place in one) for place in range(3)
    ]
    return choices, [given_people.count("not said"), given_people.count("no answer")]


@given(people, minimums)
def test_no_choice_of_a_few_nor_of_all_but_a_few_is_shown(
    given_people: list[frozenset[int] | str], minimum: int
) -> None:
    choices, outside = _counted(given_people)
    total, inside = len(given_people), len(given_people) - sum(outside)
    told, beside = told_choices(choices, outside, total, minimum)
    for count, one in zip([*choices, *outside], [*told, *beside], strict=True):
        if one:
            assert not 0 < count < minimum
            assert not 0 < total - count < minimum
    for count, one in zip(choices, told, strict=True):
        assert not (one and 0 < inside - count < minimum)


@settings(max_examples=200, deadline=None)
@given(people, minimums)
def test_every_hidden_choice_can_be_more_than_one_number(
    given_people: list[frozenset[int] | str], minimum: int
) -> None:
    """Every set of counts that people could have made is looked at: choices of all inside, by as many as there are."""
    choices, outside = _counted(given_people)
    total = len(given_people)
    told, beside = told_choices(choices, outside, total, minimum)
    shown = [*told, *beside]
    if all(shown) or not any(shown):
        return
    real = [*choices, *outside]
    ranges = [
        [count] if one else range(0 if place < len(choices) else 1, total + 1)
        for place, (count, one) in enumerate(zip(real, shown, strict=True))
    ]
    tables = [one for one in product(*ranges) if _possible(one, total)]
    assert tuple(real) in tables
    for place, one in enumerate(shown):
        if not one:
            assert len({table[place] for table in tables}) > 1


def _possible(table: tuple[int, ...], total: int) -> bool:
    *choices, not_said, no_answer = table
    inside = total - not_said - no_answer
    return inside >= 0 and all(count <= inside for count in choices) and sum(choices) >= inside


def test_the_only_one_who_would_not_say_is_not_shown() -> None:
    told, beside = told_choices([30, 25, 20], [1, 0], 40, 5)
    assert told == [True, True, True]
    assert beside == [False, True]

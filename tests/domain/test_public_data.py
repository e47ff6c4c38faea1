"""What of answers may be published: everybody alike is k or more, whatever the panels."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from delphi.domain.anonymity import visible_groups
from delphi.domain.public_data import public_minimum, publishable, recomputable
from delphi.scoring import presets
from delphi.scoring.protocol import Protocol

PANELS = st.frozensets(st.sampled_from("WCMX"), max_size=3)
MEMBERSHIPS = st.lists(st.tuples(PANELS, st.integers(1, 9)), max_size=6).map(
    lambda kinds: [panels for panels, count in kinds for _ in range(count)]
)


@given(st.lists(MEMBERSHIPS, min_size=1, max_size=3), st.integers(2, 7))
def test_everybody_alike_is_k_or_more(answered: list[list[frozenset[str]]], k: int) -> None:
    told = publishable(answered, k)
    for memberships in answered if told else []:
        assert min(Counter(panels & told for panels in memberships).values()) >= k
        assert told <= visible_groups(memberships, k)


@given(MEMBERSHIPS, st.integers(2, 7))
def test_nobody_is_left_with_a_whole_small_panel(memberships: list[frozenset[str]], k: int) -> None:
    told = publishable([memberships], k)
    if not told:
        return
    for panel in {name for panels in memberships for name in panels}:
        members = [panels for panels in memberships if panel in panels]
        classes = {panels & told for panels in members}
        alike = [panels for panels in memberships if panels & told in classes]
        assert len(alike) == len(members) or len(alike) - 1 > len(members) or len(members) >= k


def test_a_panel_that_would_give_another_away_is_not_told() -> None:
    everybody = [frozenset("W")] * 24 + [frozenset("C")] * 16 + [frozenset("M")] * 3
    assert publishable([everybody], 5) == {"pooled", "W"}


def test_too_few_tell_nothing() -> None:
    assert publishable([[frozenset("W")] * 4], 5) == frozenset()


@pytest.mark.parametrize(("minimum", "k"), [(2, 5), (5, 5), (8, 8)])
def test_k_is_never_under_five(minimum: int, k: int) -> None:
    assert public_minimum(minimum) == k


def _rules(name: str) -> Protocol:
    return Protocol.from_dict(presets.load(name))


def test_rules_for_every_panel_need_every_panel() -> None:
    rules = _rules("comet_70_15").rules
    assert recomputable(rules, 0, "WC", {"pooled", "W", "C"}, {})
    assert not recomputable(rules, 0, "WC", {"pooled", "W"}, {})


def test_an_average_over_the_round_needs_all_its_answers() -> None:
    rules = _rules("apmo").rules
    assert recomputable(rules, 0, "WC", {"pooled"}, {"B": {"C"}})
    assert not recomputable(rules, 0, "WC", {"pooled"}, {"B": {"pooled", "W", "C"}})

"""What rules would do before anybody answered: votes needed, verdicts on invented items."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from delphi.domain.previews import EVERYWHERE, Votes, examples, votes
from delphi.domain.protocols import from_dict
from delphi.scoring.presets import load, names
from delphi.scoring.rules import Condition
from delphi.scoring.scales import Bands, Scale

NINE = Scale.default(9)


@pytest.mark.parametrize(
    ("statistic", "comparison", "threshold", "n", "least", "most"),
    [
        ("percent_high", "at_least", Fraction(70), 31, 22, 31),
        ("percent_high", "at_least", Fraction(70), 10, 7, 10),
        ("percent_high", "above", Fraction(70), 10, 8, 10),
        ("percent_low", "below", Fraction(15), 20, 0, 2),
        ("percent_low", "at_most", Fraction(15), 20, 0, 3),
        ("percent_middle", "at_least", Fraction(0), 5, 0, 5),
        ("percent_high", "above", Fraction(100), 5, None, None),
        ("cvr", "at_least", "critical", 10, 9, 10),
        ("cvr", "at_least", "critical", 4, None, None),
        ("icvi", "at_least", Fraction(78, 100), 6, 5, 6),
    ],
)
def test_votes_are_counted_exactly(
    statistic: str, comparison: str, threshold: Fraction | str, n: int, least: int | None, most: int | None
) -> None:
    condition = Condition(statistic, comparison, threshold)  # type: ignore[arg-type]
    assert votes(condition, NINE, n) == Votes(n, least, most)


@given(st.integers(1, 60), st.integers(1, 100))
def test_the_least_share_is_the_smallest_that_reaches_the_threshold(n: int, percent: int) -> None:
    found = votes(Condition("percent_high", "at_least", Fraction(percent)), NINE, n)
    assert found is not None
    assert found.least is not None
    assert 100 * found.least >= percent * n > 100 * (found.least - 1)


@pytest.mark.parametrize(
    "condition",
    [
        Condition("median", "at_least", Fraction(7)),
        Condition("percent_high", "at_least", "apmo"),
        Condition("ipras_disagreement", "at_most", Fraction(0)),
    ],
)
def test_what_counts_no_votes_says_none(condition: Condition) -> None:
    assert votes(condition, NINE, 10) is None


def test_a_scale_without_a_middle_has_no_votes_in_it() -> None:
    scale = Scale(4, Bands((1, 2), None, (3, 4)))
    assert votes(Condition("percent_middle", "at_least", Fraction(1)), scale, 10) is None


def test_examples_are_judged_by_the_rules() -> None:
    found = examples(from_dict(load("comet_70_15")).rules, {"W": 31, "C": 16, "M": 25})
    assert [(one.code, one.judgement.verdict.value, one.judgement.rule) for one in found] == [
        ("agree_high", "promote", 0),
        ("just_high", "promote", 0),
        ("objectors", "re-rate", None),
        ("dissent", "re-rate", None),
        ("split", "re-rate", None),
        ("undecided", "re-rate", None),
        ("agree_low", "drop", 1),
        ("few", "insufficient", None),
    ]


def test_examples_have_every_rater_but_where_few_answer() -> None:
    for example in examples(from_dict(load("comet_70_15")).rules, {"W": 31, "C": 16}):
        assert sum(example.counts("importance")) == (6 if example.code == "few" else 47)


def test_one_panel_cannot_dissent() -> None:
    found = examples(from_dict(load("comet_70_15")).rules, {"W": 20})
    assert {one.code for one in found} == set(EVERYWHERE) - {"dissent"}


@pytest.mark.parametrize("preset", names())
def test_every_preset_tells_agreement_from_its_opposite(preset: str) -> None:
    found = {
        one.code: one.judgement.verdict.value for one in examples(from_dict(load(preset)).rules, {"A": 15})
    }
    assert (found["agree_high"], found["agree_low"]) == ("promote", "drop")

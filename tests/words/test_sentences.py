"""Rules in sentences."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from flask import Flask
from flask_babel import force_locale

from delphi.domain.previews import Votes
from delphi.domain.protocols import from_dict, from_toml
from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.presets import load, names
from delphi.scoring.rules import COMPARISONS, Condition, Criterion, Rule, Verdict
from delphi.scoring.scales import Scale
from delphi.words import in_turn, sentences

IMPORTANCE = Criterion("importance", Scale.default(9))
MOST = Condition("percent_high", "at_least", Fraction(70))
FEW = Condition("percent_low", "below", Fraction(15))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            Rule(Verdict.PROMOTE, "importance", "every", (MOST, FEW)),
            "An item is promoted when, in every panel, all of this holds for importance:",
        ),
        (
            Rule(Verdict.DROP, "importance", "any", (MOST, FEW), mode="any"),
            "An item is dropped when, in at least one panel, at least one of these holds for importance:",
        ),
        (
            Rule(Verdict.REVISE, "importance", "pooled", (MOST,)),
            "An item is revised when, among all experts together, this holds for importance:",
        ),
        (
            Rule(Verdict.RE_RATE, "importance", ("W",), (MOST,)),
            "An item is rated again when, in the panel Shelters (W), this holds for importance:",
        ),
        (
            Rule(Verdict.PROMOTE, "importance", ("W", "X"), (MOST,)),
            "An item is promoted when, in each of the panels Shelters (W), X, this holds for importance:",
        ),
    ],
)
def test_a_rule_opens_with_what_it_does_and_where(app: Flask, rule: Rule, says: str) -> None:
    with app.test_request_context():
        assert sentences.opening(rule, {"W": "Shelters"}) == says


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (MOST, "at least 70 % of raters choose 7–9"),
        (Condition("percent_low", "below", Fraction(31, 2)), "less than 15.5 % of raters choose 1–3"),
        (Condition("percent_high", "above", Fraction(200, 3)), "more than 200/3 % of raters choose 7–9"),
        (
            Condition("percent_high", "at_least", "apmo"),
            "the share of raters who choose 7–9 is at least the average of majority opinions in the round (APMO)",
        ),
        (Condition("median", "at_least", Fraction(13, 2)), "the median is at least 6.5"),
        (
            Condition("cvr", "at_least", "critical"),
            "the content validity ratio is at least the critical value for the number of raters",
        ),
        (
            Condition("ipras_disagreement", "at_most", Fraction(0)),
            "the answers spread no wider than IPRAS allows (no disagreement)",
        ),
        (
            Condition("rand_agreement", "at_least", Fraction(1)),
            "nearly all raters choose the band of the median (RAND/UCLA agreement)",
        ),
    ],
)
def test_a_condition_in_words(app: Flask, condition: Condition, says: str) -> None:
    with app.test_request_context():
        assert sentences.condition(condition, IMPORTANCE) == says


def test_every_statistic_with_every_comparison_has_words(app: Flask) -> None:
    with app.test_request_context():
        for statistic, comparison in product(STATISTICS, COMPARISONS):
            asked = Condition(statistic, comparison, Fraction(1))  # type: ignore[arg-type]
            text = sentences.condition(asked, IMPORTANCE)
            assert text
            assert statistic not in text or statistic == "median"
            assert "%(" not in text


@pytest.mark.parametrize("preset", names())
def test_every_preset_reads_as_sentences(app: Flask, preset: str) -> None:
    protocol = from_dict(load(preset)).rules
    with app.test_request_context():
        for rule in protocol.rules:
            assert sentences.opening(rule, {}).endswith(":")
            assert str(rule.minimum_raters) in sentences.raters(rule)
            assert all(sentences.condition(one, protocol.criteria[rule.criterion]) for one in rule.conditions)


@pytest.mark.parametrize(
    ("votes", "says"),
    [
        (Votes(31, 22, 31), "at least 22 of 31"),
        (Votes(31, 0, 4), "at most 4 of 31"),
        (Votes(31, 0, 31), "any number of 31"),
        (Votes(31, 3, 9), "3 to 9 of 31"),
        (Votes(31, None, None), "no number of 31 is enough"),
    ],
)
def test_votes_in_words(app: Flask, votes: Votes, says: str) -> None:
    with app.test_request_context():
        assert sentences.votes(votes) == says


RULES_ON_TWO = """
    criteria = { importance = {}, clarity = {} }
    otherwise = { verdict = "re-rate" }
    [[rules]]
    verdict = "promote"
    criterion = "importance"
    panels = "every"
    all = [ { statistic = "percent_high", at_least = 70 } ]
    [[rules]]
    verdict = "revise"
    criterion = "clarity"
    panels = "every"
    all = [ { statistic = "median", below = 4 } ]
    [stability]
    criterion = "cv_change"
    minimum_pairs = 1
"""


def test_when_an_item_has_settled(app: Flask) -> None:
    with app.test_request_context():
        assert sentences.stability(from_dict(load("comet_70_15")).rules) == (
            "Between two rounds, an item has settled when the share of experts who changed their answer (%) "
            "is less than 15. With fewer than 5 experts who answered both rounds it cannot be told."
        )
        assert sentences.stability(from_toml(RULES_ON_TWO).rules) == (
            "Between two rounds, an item has settled when the coefficient of variation changed by at most 0.2. "
            "It must have settled on every criterion that the rules look at."
        )


def test_texts_in_turn_are_set_apart_as_the_language_does_it(app: Flask) -> None:
    with app.test_request_context():
        assert in_turn(["W"]) == "W"
        assert in_turn(["W", "C", "M"]) == "W; C; M"
    with app.test_request_context(), force_locale("fr"):
        assert in_turn(["W", "C"]) == "W\u00a0; C"

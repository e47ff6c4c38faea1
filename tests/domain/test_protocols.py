"""The whole protocol document: read, written, refused with places."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest

from delphi.domain.protocols import FeedbackPolicy, StoppingRule, StudyProtocol, digest, from_toml
from delphi.scoring.problems import ProtocolError
from delphi.scoring.stability_criteria import StabilityRule

RULES = """
[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] } }
question = { en = "How important is it?", fr = "Est-ce important ?" }
labels = { 1 = { en = "Not at all" }, 9 = { en = "Essential", fr = "Essentiel" } }
band_labels = { low = { en = "Of little importance" } }

[[rules]]
verdict = "promote"
criterion = "importance"
panels = "every"
all = [ { statistic = "percent_high", at_least = 70.5 }, { statistic = "percent_low", below = 15 } ]
minimum_raters = 10

[otherwise]
verdict = "re-rate"
"""

OVER = "rules[0].all[0].at_least"

WHOLE = (
    """
title = "COMET 70/15"
source = "Trials 2015"
minimum_group_size = 7
quartiles = 6

[feedback]
by_panel = true
comments = false

[stopping]
maximum_rounds = 3

[stability]
criterion = "scheibe"
threshold = 12.5
"""
    + RULES
)


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ProtocolError) as caught:
        from_toml(text)
    assert all(str(problem) for problem in caught.value.problems)
    return [(problem.where, problem.code) for problem in caught.value.problems]


def test_a_document_with_rules_alone_gets_the_defaults() -> None:
    protocol = from_toml(RULES)
    assert protocol.minimum_group_size == 5
    assert protocol.feedback == FeedbackPolicy(distribution=True, median=True, by_panel=False, comments=True)
    assert protocol.stopping == StoppingRule(None)
    assert list(protocol.rules.criteria) == ["importance"]


def test_everything_is_read() -> None:
    protocol = from_toml(WHOLE)
    assert (protocol.title, protocol.source, protocol.minimum_group_size) == ("COMET 70/15", "Trials 2015", 7)
    assert protocol.feedback == FeedbackPolicy(by_panel=True, comments=False)
    assert protocol.stopping.maximum_rounds == 3
    assert protocol.rules.quartiles == 6
    assert protocol.rules.stability == StabilityRule("scheibe", Fraction(25, 2), 5)


@pytest.mark.parametrize("text", [RULES, WHOLE])
def test_what_is_written_reads_back_the_same(text: str) -> None:
    protocol = from_toml(text)
    again = from_toml(protocol.to_toml())
    assert isinstance(again, StudyProtocol)
    assert again == protocol
    assert again.to_toml() == protocol.to_toml()


def test_the_texts_of_a_criterion_are_by_language() -> None:
    texts = from_toml(RULES).texts("importance")
    assert texts.question["fr"] == "Est-ce important ?"
    assert texts.labels[9] == {"en": "Essential", "fr": "Essentiel"}
    assert texts.band_labels == {"low": {"en": "Of little importance"}}


def test_the_digest_is_of_the_exact_bytes() -> None:
    assert digest("é\n") == hashlib.sha256("é\n".encode()).hexdigest()
    assert digest("a = 1") != digest("a = 1\n")


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ("minimum_group_size = 1\n" + RULES, "minimum_group_size", "whole_number"),
        ("minimum_group_size = true\n" + RULES, "minimum_group_size", "whole_number"),
        ('minimum_group_size = "5"\n' + RULES, "minimum_group_size", "whole_number"),
        ("title = 3\n" + RULES, "title", "not_text"),
        ("minimum_group = 5\n" + RULES, "minimum_group", "key_unknown"),
        (RULES + "[feedback]\nmeans = true", "feedback.means", "key_unknown"),
        (RULES + '[feedback]\nmedian = "yes"', "feedback.median", "not_yes_or_no"),
        ("feedback = true\n" + RULES, "feedback", "not_a_table"),
        (RULES + "[stopping]\nmaximum_rounds = 0", "stopping.maximum_rounds", "whole_number"),
        (RULES + "[stopping]\nrounds = 3", "stopping.rounds", "key_unknown"),
        (RULES.replace("importance", "Importance"), "criteria.Importance", "criterion_key"),
        (RULES.replace("labels = { 1", "labels = { 0"), "criteria.importance.labels.0", "point_unknown"),
        (RULES.replace("{ low = { en", "{ top = { en"), "criteria.importance.band_labels.top", "key_unknown"),
        (RULES.replace('"How important is it?"', "5"), "criteria.importance.question.en", "not_text"),
        (RULES.replace("at_least = 70.5", "at_least = 101"), OVER, "threshold_out_of_range"),
        (RULES + '[stability]\ncriterion = "kappa"', "stability.criterion", "stability_unknown"),
        ("stabilty = 3\n" + RULES, "stabilty", "key_unknown"),
        ("not toml", "", "toml_invalid"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, where: str, code: str) -> None:
    assert problems(text) == [(where, code)]


def test_everything_wrong_is_told_at_once() -> None:
    text = "minimum_group_size = 0\nfoo = 1\n" + RULES.replace("promote", "keep").replace(
        "labels = { 1", "labels = { 0"
    )
    found = {code for _, code in problems(text)}
    assert found == {"whole_number", "key_unknown", "verdict_unknown", "point_unknown"}

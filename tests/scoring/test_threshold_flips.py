"""Votes to spare, and where a moved threshold turns the verdict, against judging again."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from delphi.scoring.engine import judge
from delphi.scoring.exact import Undefined
from delphi.scoring.rules import Verdict
from delphi.scoring.threshold_flips import threshold_flips, votes_needed
from tests.scoring.building import bands, item, one_rule
from tests.scoring.random_rounds import all_presets, random_protocol, random_round


def moved(protocol, index, place, threshold):
    rule = protocol.rules[index]
    conditions = list(rule.conditions)
    conditions[place] = replace(conditions[place], threshold=threshold)
    rules = list(protocol.rules)
    rules[index] = replace(rule, conditions=tuple(conditions))
    return replace(protocol, rules=tuple(rules))


@pytest.mark.parametrize("seed", range(30))
def test_nothing_turns_before_it_and_the_verdict_turns_there(seed):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random, apmo=False)
    for own in random_round(random, protocol, items=2).item_ratings():
        (given,) = judge(protocol, [own])
        flips = threshold_flips(protocol, own, given)
        assert flips == sorted(flips, key=lambda flip: flip.distance)
        for flip in flips:
            if flip.at == flip.threshold:
                assert not flip.inclusive
                continue
            little = Fraction(1 if flip.at > flip.threshold else -1, 10**6)
            turned = flip.at + (0 if flip.inclusive else little)
            (there,) = judge(moved(protocol, flip.rule, flip.condition, turned), [own])
            assert there.verdict == flip.becomes != given.verdict
            (before,) = judge(
                moved(protocol, flip.rule, flip.condition, (flip.at + flip.threshold) / 2), [own]
            )
            assert before.verdict == given.verdict
        check_all_found(protocol, own, given, flips)


def check_all_found(protocol, own, given, flips):
    """A threshold on a grid that turns the verdict lies beyond a flip that was found."""
    for index, rule in enumerate(protocol.rules):
        for place, condition in enumerate(rule.conditions):
            if isinstance(condition.threshold, str):
                continue
            here = [flip for flip in flips if (flip.rule, flip.condition) == (index, place)]
            for step in range(-12, 13):
                other = condition.threshold + Fraction(step, 3)
                (again,) = judge(moved(protocol, index, place, other), [own])
                if again.verdict != given.verdict:
                    assert any(flip.distance <= abs(Fraction(step, 3)) for flip in here)


def test_percent_agreement():
    rules = all_presets()["agreement_75"]
    own = item("A", W=bands(20, 1, 16))
    (given,) = judge(rules, [own])
    votes = votes_needed(given)
    assert [(v.statistic, v.count, v.needed, v.holds) for v in votes] == [
        ("percent_high", 16, 14, True),
        ("percent_low", 1, 15, False),
    ]
    (nearest,) = threshold_flips(rules, own, given)
    assert (nearest.rule, nearest.at, nearest.inclusive, nearest.distance) == (0, 80, False, 5)
    assert nearest.becomes is Verdict.RE_RATE


def test_the_panel_with_the_smallest_share_decides():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }', panels='"every"')
    own = item("A", W=bands(20, 0, 18), C=bands(20, 0, 13))
    (given,) = judge(rules, [own])
    (flip,) = threshold_flips(rules, own, given)
    assert (flip.at, flip.inclusive, flip.becomes) == (65, True, Verdict.PROMOTE)


def test_out_of_reach_and_below_the_minimum():
    rules = one_rule('{ statistic = "percent_high", at_least = 0 }')
    (given,) = judge(rules, [item("A", W=bands(4, 0, 4))])
    assert isinstance(votes_needed(given)[0].needed, Undefined)
    strict = one_rule('{ statistic = "percent_high", at_least = 70 }', minimum_raters=9)
    own = item("A", W=bands(4, 0, 4))
    (short,) = judge(strict, [own])
    assert votes_needed(short) == []
    assert threshold_flips(strict, own, short) == []

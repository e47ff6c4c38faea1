"""What holds of every verdict, and of what is said about how sure it is, whatever rules and ratings."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given, settings, strategies as st

from delphi.scoring.engine import judge
from delphi.scoring.fragility import fragility
from delphi.scoring.leave_one_out import leave_one_out
from delphi.scoring.multiverse import multiverse
from delphi.scoring.resampling import verdict_stability
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Rule
from tests.scoring.properties import NAN, check_leaves
from tests.scoring.random_rounds import random_protocol, random_round

SHARES = ["percent_high", "percent_middle", "percent_low", "cvr", "icvi", "median"]
BANDS = ["percent_high", "percent_middle", "percent_low"]
TURNED = {"percent_high": "percent_low", "percent_low": "percent_high"}
seeds = st.integers(0, 2**32 - 1)
unhurried = settings(deadline=None, max_examples=40)


def drawn(seed, names=None, **options):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random, names=names, **options)
    return protocol, random_round(random, protocol, raters=9, items=4, partly=bool(seed % 2)), random


def verdicts(protocol, ratings):
    return [one.verdict for one in judge(protocol, ratings.item_ratings())]


def picked(ratings, raters, items):
    """The round with these raters and items, in this order."""
    return RoundRatings(
        tuple(ratings.items[item] for item in items),
        {key: matrix[np.ix_(raters, items)] for key, matrix in ratings.values.items()},
        {name: members[raters] for name, members in ratings.panels.items()},
        None if ratings.asked is None else ratings.asked[np.ix_(raters, items)],
    )


def with_rules(protocol, change):
    return replace(protocol, rules=tuple(map(change, protocol.rules)))


def from_one(rule: Rule) -> Rule:
    named = [c for c in rule.conditions if c.threshold != "critical"]
    return replace(rule, minimum_raters=1, conditions=tuple(named) or (fixed(rule.conditions[0]),))


def fixed(condition):
    return replace(condition, threshold=Fraction(1, 2))


@unhurried
@given(seeds)
def test_neither_the_order_of_raters_nor_of_items_matters(seed):
    protocol, ratings, random = drawn(seed)
    raters, items = random.permutation(ratings.raters), random.permutation(len(ratings.items))
    mixed = picked(ratings, raters, items)
    assert verdicts(protocol, mixed) == [verdicts(protocol, ratings)[item] for item in items]
    before, after = leave_one_out(protocol, ratings), leave_one_out(protocol, mixed)
    for place, item in enumerate(items):
        assert sorted(raters[list(after[place].flipping)]) == sorted(before[item].flipping)
        assert after[place].share == before[item].share


@unhurried
@given(seeds)
def test_panels_may_have_other_names(seed):
    protocol, ratings, _ = drawn(seed)

    def renamed(rule: Rule) -> Rule:
        names = rule.panels
        return rule if isinstance(names, str) else replace(rule, panels=tuple(f"{name}'" for name in names))

    other = replace(ratings, panels={f"{name}'": members for name, members in ratings.panels.items()})
    assert verdicts(with_rules(protocol, renamed), other) == verdicts(protocol, ratings)


@unhurried
@given(seeds, st.integers(2, 3))
def test_a_panel_several_times_over_is_judged_alike_by_shares(seed, times):
    protocol, ratings, _ = drawn(seed, SHARES)
    protocol = with_rules(protocol, from_one)
    everybody = np.tile(np.arange(ratings.raters), times)
    several = picked(ratings, everybody, range(len(ratings.items)))
    assert verdicts(protocol, several) == verdicts(protocol, ratings)


@unhurried
@given(seeds)
def test_the_scale_from_its_other_end_with_the_bands_of_rules_exchanged(seed):
    protocol, ratings, _ = drawn(seed, BANDS)

    def turned(rule: Rule) -> Rule:
        conditions = (
            replace(one, statistic=TURNED.get(one.statistic, one.statistic)) for one in rule.conditions
        )
        return replace(rule, conditions=tuple(conditions))

    ends = {key: criterion.scale.points + 1 for key, criterion in protocol.criteria.items()}
    other = replace(ratings, values={key: ends[key] - matrix for key, matrix in ratings.values.items()})
    assert verdicts(with_rules(protocol, turned), other) == verdicts(protocol, ratings)


@unhurried
@given(seeds)
def test_a_rater_in_no_panel_who_says_nothing_changes_nothing(seed):
    protocol, ratings, _ = drawn(seed)
    more = RoundRatings(
        ratings.items,
        {key: np.vstack([matrix, np.full(matrix.shape[1], NAN)]) for key, matrix in ratings.values.items()},
        {name: np.append(members, False) for name, members in ratings.panels.items()},
        None if ratings.asked is None else np.vstack([ratings.asked, np.ones(len(ratings.items), bool)]),
    )
    assert verdicts(protocol, more) == verdicts(protocol, ratings)
    assert leave_one_out(protocol, more) == leave_one_out(protocol, ratings)


@unhurried
@given(seeds)
def test_all_that_is_said_of_a_verdict_is_of_the_same_verdict(seed):
    protocol, ratings, _ = drawn(seed)
    given_ = verdicts(protocol, ratings)
    resampled = verdict_stability(protocol, ratings, seed=1, resamples=25)
    left_out, fragile = leave_one_out(protocol, ratings), fragility(protocol, ratings.item_ratings())
    for found in (resampled, left_out, fragile):
        assert [one.verdict for one in found] == given_
    for one in resampled:
        assert abs(sum(one.distribution.values()) - 1) < 1e-9
        check_leaves("stability", (one.probability, one.standard_error), 0, 1)
    for one in left_out:
        check_leaves("leave one out", one.share, 0, 1)
        assert one.verdict not in one.becomes
    for one in fragile:
        assert one.becomes != one.verdict
        check_leaves("fragility", one.raters, 1, max(one.at_least, 2 * ratings.raters))


@unhurried
@given(seeds)
def test_the_sealed_rules_stand_in_the_multiverse_as_they_judge(seed):
    protocol, ratings, _ = drawn(seed, criteria=1)
    found = multiverse(ratings.item_ratings(), protocol, next(iter(protocol.criteria)))
    assert [one.sealed for one in found.items] == verdicts(protocol, ratings)

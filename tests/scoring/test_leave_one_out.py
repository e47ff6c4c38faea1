"""Every single deletion, against judging again without the rater."""

import numpy as np
import pytest

from delphi.scoring.engine import judge
from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.leave_one_out import leave_one_out
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from tests.scoring.building import bands, one_rule
from tests.scoring.random_rounds import all_presets, random_protocol, random_round


def by_hand(protocol, ratings):
    given = [judgement.verdict for judgement in judge(protocol, ratings.item_ratings())]
    answered = ratings.answered()
    flips = [[] for _ in ratings.items]
    for row in range(ratings.raters):
        weights = np.ones(ratings.raters, int)
        weights[row] = 0
        for column, judgement in enumerate(judge(protocol, ratings.item_ratings(weights))):
            if answered[row, column] and judgement.verdict != given[column]:
                flips[column].append(row)
    return given, flips, answered.sum(axis=0).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_brute_force(seed):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random)
    ratings = random_round(random, protocol, raters=8, items=4, partly=seed % 2 > 0)
    given, flips, answered = by_hand(protocol, ratings)
    found = leave_one_out(protocol, ratings)
    assert [item.verdict for item in found] == given
    assert [list(item.flipping) for item in found] == flips
    assert [item.deletions for item in found] == answered


def test_the_share():
    rules = all_presets()["agreement_75"]
    ratings = RoundRatings(("A",), {"importance": np.array([bands(12, 3, 9)]).T})
    (item,) = leave_one_out(rules, ratings)
    assert item.share == 9 / 12  # 8 of 11 is below 75 %
    assert item.becomes == (Verdict.RE_RATE,)


def test_nobody_answered():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    (item,) = leave_one_out(rules, RoundRatings(("A",), {"importance": np.full((3, 1), np.nan)}))
    assert (item.deletions, item.flipping, item.share) == (0, (), NO_RATINGS)


def test_the_only_member_of_a_panel_leaves_it_short_of_raters():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }', panels='"every"')
    panels = {"W": np.array([1, 1, 0], bool), "C": np.array([0, 0, 1], bool)}
    (item,) = leave_one_out(rules, RoundRatings(("A",), {"importance": np.full((3, 1), 8.0)}, panels))
    assert item.flipping == (2,)
    assert item.becomes == (Verdict.INSUFFICIENT,)

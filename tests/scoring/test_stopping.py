"""What has settled, what another round would settle, and what to do."""

from dataclasses import replace

import numpy as np
import pytest

from delphi.scoring.exact import NOT_BOTH_ROUNDS
from delphi.scoring.next_round import Pairs, transition_matrix
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.stability_criteria import StabilityRule
from delphi.scoring.stopping import STOPPING_REASONS, stopping
from tests.scoring.building import bands, protocol
from tests.scoring.random_rounds import all_presets

COMET = all_presets()["agreement_75"]


def rated(*columns, **panels):
    values = {"importance": np.array(columns, float).T}
    return RoundRatings(tuple("ABCDEFG"[: len(columns)]), values, panels)


SURE, OPEN = bands(20, 0, 18), bands(20, 6, 8)


def test_all_settled():
    found = stopping(COMET, rated(SURE, OPEN), rated(SURE, OPEN), seed=1)
    assert [item.status for item in found.items] == ["decided", "stable"]
    assert (found.stop, found.reasons, found.expected, found.dropout) == (True, ("all_settled",), 0, 0)


@pytest.mark.parametrize(("movers", "status"), [(2, "stable"), (3, "moving")])
def test_stable_is_below_15_percent(movers, status):
    before = list(OPEN)
    before[:movers] = [2.0] * movers  # within the band: the verdict stays
    assert before[0] != OPEN[0]
    (item,) = stopping(COMET, rated(OPEN), rated(before), seed=1).items
    assert (item.status, item.changed, item.paired) == (status, movers / 20, 20)


def test_stable_is_what_the_protocol_calls_stable():
    before = list(OPEN)
    before[:3] = [2.0] * 3  # 15 of 100 changed, by a point: the mean hardly moves
    by_mean = replace(COMET, stability=StabilityRule.usual("mean_change"))
    assert [item.status for item in stopping(by_mean, rated(OPEN), rated(before), seed=1).items] == ["stable"]
    many = replace(COMET, stability=StabilityRule.usual(minimum_pairs=21))
    assert [item.status for item in stopping(many, rated(OPEN), rated(OPEN), seed=1).items] == ["moving"]


def test_an_item_is_stable_when_it_is_on_every_criterion_that_rules_look_at():
    two = protocol(
        """
        criteria = { importance = {}, clarity = {}, comment = {} }
        otherwise = { verdict = "re-rate" }
        [[rules]]
        verdict = "promote"
        criterion = "importance"
        panels = "pooled"
        all = [ { statistic = "percent_high", at_least = 75 } ]
        [[rules]]
        verdict = "drop"
        criterion = "clarity"
        panels = "pooled"
        all = [ { statistic = "percent_low", at_least = 75 } ]
        """
    )
    moved = bands(20, 6, 8)
    moved[:3] = [2.0] * 3

    def status(**before):
        now = dict.fromkeys(("importance", "clarity", "comment"), np.array([OPEN]).T)
        earlier = now | {key: np.array([column]).T for key, column in before.items()}
        rounds = [RoundRatings(("A",), values, {}) for values in (now, earlier)]
        return stopping(two, *rounds, seed=1).items[0].status

    assert status() == status(comment=moved) == "stable"
    assert status(importance=moved) == status(clarity=moved) == "moving"


def test_the_first_round():
    found = stopping(COMET, rated(SURE, OPEN, bands(5, 0, 5) + [np.nan] * 15), None, seed=1)
    assert [item.status for item in found.items] == ["decided", "first", "insufficient"]
    assert (found.stop, found.reasons) == (False, ("first_round",))
    assert found.expected == found.dropout == found.items[0].changed == NOT_BOTH_ROUNDS


def test_no_rounds_left():
    found = stopping(COMET, rated(OPEN), None, seed=1, rounds_left=0)
    assert (found.stop, found.reasons) == (True, ("no_rounds_left",))


def test_movement_toward_consensus_is_expected_to_go_on():
    before, now = bands(20, 0, 4), bands(20, 0, 4)
    for row in range(10):  # half of the middle rise by three points
        before[row], now[row] = 4.0, 7.0
    found = stopping(COMET, rated(now), rated(before), seed=1)
    assert found.items[0].status == "moving"
    assert sum(found.items[0].next_verdicts.values()) == pytest.approx(1)
    assert found.items[0].settles == found.expected
    assert found == stopping(COMET, rated(now), rated(before), seed=1)


def test_nobody_who_moved_settles_nothing():
    now = list(OPEN)
    now[0] = 9.0  # one moves up, and re-rating would settle nothing
    before = list(OPEN)
    before[1:4] = [2.0] * 3
    found = stopping(COMET, rated(now), rated(before), seed=1)
    assert (found.stop, found.reasons) == (True, ("little_to_gain",))


def test_dropout_leaves_too_few():
    before = rated(bands(20, 2, 8))
    now = np.array(bands(20, 5, 9))
    now[10:] = np.nan
    found = stopping(COMET, rated(now), before, seed=1)
    assert found.dropout == 0.5
    assert {"much_dropout", "too_few_would_stay"} <= set(found.reasons) <= set(STOPPING_REASONS)
    assert found.items[0].next_verdicts[Verdict.INSUFFICIENT] > 0.9


def test_steps_are_counted_by_the_distance_from_the_median():
    """Two below the median of 7: all eight of A rose to it, none of B."""
    before = rated([7.0] * 12 + [5.0] * 8, [7.0] * 12 + [5.0] * 8)
    now = rated([7.0] * 20, [7.0] * 12 + [5.0] * 8)
    matrix = transition_matrix(Pairs(before, now), "importance", 9)
    assert matrix.shape == (17, 17)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(17))
    assert matrix[8 - 2, 8] == matrix[8 - 2, 8 + 2] == 0.5
    assert matrix[8, 8] == 1


def test_the_probability_of_settling_is_the_binomial_s():
    """A: of eight experts two below the median of 7, four rose to it. B, new: three of its eight must."""
    from scipy.stats import binom

    low, risen = [7.0] * 12 + [5.0] * 8, [7.0] * 16 + [5.0] * 4
    found = stopping(COMET, rated(risen, low), rated(low, [np.nan] * 20), seed=5, simulations=4000)
    assert [item.status for item in found.items] == ["decided", "moving"]
    assert found.items[1].settles == pytest.approx(binom.sf(2, 8, 0.5), abs=0.025)
    assert found.reasons == ("little_to_gain",)
    assert found.expected == found.items[1].settles


def test_progress_and_what_is_refused():
    calls = []
    before = list(OPEN)
    before[:5] = [1.0] * 5
    before[5:9] = [5.0] * 4
    stopping(COMET, rated(OPEN), rated(before), seed=1, simulations=7, progress=lambda *c: calls.append(c))
    assert calls == [(done, 7) for done in range(1, 8)]
    with pytest.raises(ValueError, match="same raters"):
        stopping(COMET, rated(OPEN), rated(OPEN, OPEN), seed=1)
    with pytest.raises(ValueError, match="one simulation"):
        stopping(COMET, rated(OPEN), None, seed=1, simulations=0)

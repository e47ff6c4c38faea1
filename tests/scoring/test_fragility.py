"""The fewest changes of answer that flip a verdict, against trying them all."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from delphi.scoring import fragility as module
from delphi.scoring.engine import judge
from delphi.scoring.exact import Undefined
from delphi.scoring.fragility import NO_FLIP, Move, fragility
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import groups_of
from tests.scoring.building import bands, item, one_rule
from tests.scoring.random_rounds import all_presets, random_protocol, random_round

BANDS = [
    "percent_high",
    "percent_low",
    "percent_middle",
    "cvr",
    "icvi",
    "modified_kappa",
    "rand_disagreement",
]


def judged(protocol, items, place):
    return judge(protocol, items)[place].verdict


def brute_force(protocol, items, place, most):
    """The smallest number of raters whose answers, changed in every way, flip the verdict; None: more."""
    own = items[place]
    given = judged(protocol, items, place)
    (criterion,) = own.values
    points = range(1, protocol.criteria[criterion].scale.points + 1)
    answered = np.flatnonzero(~np.isnan(own.values[criterion])).tolist()
    for size in range(1, min(most, len(answered)) + 1):
        for rows, answers in product(combinations(answered, size), product(points, repeat=size)):
            values = own.values[criterion].copy()
            values[list(rows)] = answers
            changed = [*items[:place], replace(own, values={criterion: values}), *items[place + 1 :]]
            if judged(protocol, changed, place) != given:
                return size
    return None


def check(protocol, items, most):
    for place, found in enumerate(fragility(protocol, items)):
        fewest = brute_force(protocol, items, place, most)
        assert found.verdict == judged(protocol, items, place)
        if found.exact and isinstance(found.raters, int) and found.raters <= most:
            assert found.raters == fewest
        elif fewest is None:
            assert isinstance(found.raters, Undefined) or found.raters > most
        else:
            assert found.at_least <= fewest <= found.raters
            assert not found.exact


@pytest.mark.parametrize("seed", range(24))
def test_bands_against_brute_force(seed):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random, criteria=1, names=BANDS)
    while next(iter(protocol.criteria.values())).scale.points > 4:
        protocol = random_protocol(random, criteria=1, names=BANDS)
    ratings = random_round(random, protocol, raters=5, items=2, partly=False)
    check(protocol, ratings.item_ratings(), most=2 + seed % 2)


@pytest.mark.parametrize("seed", range(100, 116))
def test_quantiles_against_brute_force(seed):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random, criteria=1, names=["median", "iqr", "percent_high"], apmo=False)
    while next(iter(protocol.criteria.values())).scale.points > 4:
        protocol = random_protocol(random, criteria=1, names=["median", "iqr"], apmo=False)
    ratings = random_round(random, protocol, raters=5, items=2, partly=False)
    check(protocol, ratings.item_ratings(), most=2)


@pytest.mark.parametrize("seed", range(24))
def test_the_changes_it_names_do_flip(seed):
    """Also with several criteria, where the number is a bound, and with all statistics."""
    random = np.random.default_rng(seed)
    protocol = random_protocol(random)
    items = random_round(random, protocol, raters=12, items=3).item_ratings()
    for place, found in enumerate(fragility(protocol, items)):
        if isinstance(found.raters, Undefined):
            assert found.changes == ()
            continue
        changed = [*items[:place], applied(protocol, items[place], found.changes), *items[place + 1 :]]
        assert judged(protocol, changed, place) == found.becomes != found.verdict
        assert sum(move.raters for change in found.changes for move in change.moves) == found.raters


def applied(protocol, own, changes):
    values = {criterion: column.copy() for criterion, column in own.values.items()}
    for change in changes:
        column = values[change.criterion]
        before = own.values[change.criterion]
        present = own.panels_present()
        rules = [rule for rule in protocol.rules if rule.criterion == change.criterion]
        looked_at = {group for rule in rules for group in groups_of(rule, present)} - {"pooled"}
        for move in change.moves:
            first, last = move.source
            rows = (before >= first) & (before <= last) & (column == before)
            if change.panels != ("pooled",):
                for name in looked_at:
                    rows &= own.panels[name] == (name in change.panels)
            chosen = np.flatnonzero(rows)[: move.raters]
            assert len(chosen) == move.raters
            column[chosen] = move.target[0]
    return replace(own, values=values)


def test_percent_agreement_by_hand():
    rules = all_presets()["agreement_75"]
    (promoted,) = fragility(rules, [item("A", W=bands(20, 0, 17))])
    assert (promoted.raters, promoted.exact, promoted.becomes) == (3, True, Verdict.RE_RATE)
    (open_,) = fragility(rules, [item("A", W=bands(20, 2, 12))])
    assert (open_.raters, open_.becomes) == (3, Verdict.PROMOTE)
    assert sum(move.raters for move in open_.changes[0].moves) == 3
    assert {move.target for move in open_.changes[0].moves} == {(7, 9)}


def test_the_panel_that_decides():
    """One panel at its limit: it alone breaks "every"; both must move to make it."""
    rules = all_presets()["comet_70_15"]
    (found,) = fragility(rules, [item("A", W=bands(20, 2, 14), C=bands(10, 0, 10))])
    assert found.raters == 1
    assert [change.panels for change in found.changes] == [("W",)]
    (both,) = fragility(rules, [item("A", W=bands(20, 2, 12), C=bands(10, 0, 6))])
    assert (both.raters, both.becomes, both.exact) == (3, Verdict.PROMOTE, True)
    moved = {change.panels: sum(move.raters for move in change.moves) for change in both.changes}
    assert moved == {("W",): 2, ("C",): 1}


def test_a_large_panel_is_exact_and_a_verdict_out_of_reach_is_said():
    rules = all_presets()["agreement_75"]
    (large,) = fragility(rules, [item("A", W=bands(300, 150, 75))])
    assert (large.raters, large.exact, large.becomes) == (75, True, Verdict.DROP)
    (few,) = fragility(rules, [item("A", W=bands(5, 0, 5))])
    assert (few.verdict, few.raters, few.exact) == (Verdict.INSUFFICIENT, NO_FLIP, True)


def test_a_bound_beyond_the_exhaustive_search(monkeypatch):
    rules = all_presets()["iqr_2_of_9"]
    own = item("A", W=[1.0] * 15 + [9.0] * 15)
    monkeypatch.setattr(module, "MOST_DISTRIBUTIONS", 3000)
    (found,) = fragility(rules, [own])
    assert not found.exact
    assert found.at_least <= 8 <= found.raters <= 9  # 8 low ones at 7 and up: Q1 = 7, Q3 = 9


def test_apmo_moves_with_the_item():
    rules = all_presets()["apmo"]
    random = np.random.default_rng(3)
    items = random_round(random, rules, raters=7, items=3, partly=False).item_ratings()
    named = {rule.minimum_raters for rule in rules.rules}
    smaller = replace(rules, rules=tuple(replace(rule, minimum_raters=3) for rule in rules.rules))
    assert named == {10}
    check(smaller, items, most=2)


def test_nobody_and_no_panel():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }', panels='"every"')
    (silent,) = fragility(rules, [item("A", W=[float("nan")] * 3)])
    assert (silent.verdict, silent.raters) == (Verdict.INSUFFICIENT, NO_FLIP)
    (nowhere,) = fragility(rules, [item("A")])
    assert (nowhere.verdict, nowhere.raters, nowhere.exact) == (Verdict.INSUFFICIENT, NO_FLIP, True)


def test_moves_are_between_cells():
    (found,) = fragility(one_rule('{ statistic = "median", at_least = 7 }'), [item("A", W=[6.0])])
    (move,) = found.changes[0].moves
    assert move in [Move(1, (6, 6), (point, point)) for point in (7, 8, 9)]


def test_too_many_combinations_of_panels_give_a_bound(monkeypatch):
    rules = all_presets()["comet_70_15"]
    own = item("A", W=bands(20, 2, 12), C=bands(20, 2, 11), M=bands(20, 2, 13))
    (whole,) = fragility(rules, [own])
    assert (whole.raters, whole.exact) == (2 + 3 + 1, True)
    monkeypatch.setattr(module, "MOST_COMBINATIONS", 8)
    (cut,) = fragility(rules, [own])
    assert cut.at_least <= 6
    assert isinstance(cut.raters, Undefined) or cut.raters >= 6
    assert cut.exact is (cut.raters == cut.at_least)

"""Exact probabilities of verdicts, against sums over every way raters can answer."""

from itertools import product
from math import prod

import numpy as np
import pytest
from scipy.stats import binom, multinomial

from delphi.scoring.engine import ItemRatings, judge
from delphi.scoring.operating_characteristic import PanelDesign, operating_characteristic, pass_probability
from delphi.scoring.rules import Verdict
from tests.scoring.building import one_rule
from tests.scoring.random_rounds import all_presets, random_protocol

NINE = (0.02, 0.03, 0.05, 0.1, 0.1, 0.1, 0.3, 0.2, 0.1)


def by_hand(protocol, panels):
    """Every sequence of answers, judged by the engine."""
    (criterion,) = {rule.criterion for rule in protocol.rules}
    owners = [name for name, design in panels.items() for _ in range(design.raters)]
    masks = {name: np.array([owner == name for owner in owners]) for name in panels if name != "pooled"}
    found = {}
    for answers in product(*(range(1, len(panels[owner].shares) + 1) for owner in owners)):
        item = ItemRatings("A", {criterion: np.array(answers, float)}, panels=masks)
        chance = prod(panels[owner].shares[a - 1] for owner, a in zip(owners, answers, strict=True))
        verdict = judge(protocol, [item])[0].verdict
        found[verdict] = found.get(verdict, 0) + chance
    return {verdict: pytest.approx(chance, abs=1e-12) for verdict, chance in found.items() if chance}


def test_one_threshold_is_a_binomial_tail():
    found = operating_characteristic(all_presets()["agreement_75"], {"pooled": PanelDesign(40, NINE)})
    assert found[Verdict.PROMOTE] == pytest.approx(binom.sf(29, 40, 0.6), abs=1e-12)
    assert found[Verdict.DROP] == pytest.approx(binom.sf(29, 40, 0.1), abs=1e-12)
    assert sum(found.values()) == pytest.approx(1)
    assert pass_probability(30, 40, 0.6) == pytest.approx(found[Verdict.PROMOTE], abs=1e-12)


def test_two_bands_are_a_multinomial_sum():
    rules = all_presets()["comet_70_15"]
    found = operating_characteristic(rules, {"W": PanelDesign(31, NINE), "C": PanelDesign(16, NINE)})
    expected = prod(
        sum(
            multinomial.pmf([low, n - low - high, high], n, [0.1, 0.3, 0.6])
            for low in range(n + 1)
            for high in range(n - low + 1)
            if 100 * high >= 70 * n and 100 * low < 15 * n
        )
        for n in (31, 16)
    )
    assert found[Verdict.PROMOTE] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_against_every_sequence(seed):
    random = np.random.default_rng(seed)
    protocol = None
    while protocol is None or protocol.criteria["c0"].scale.points > 4 or mixed(protocol):
        protocol = random_protocol(random, criteria=1, apmo=False)
    points = protocol.criteria["c0"].scale.points
    pooled = protocol.rules[0].panels == "pooled"
    sizes = {"pooled": 5} if pooled else {"W": 3, "C": 2}
    panels = {name: PanelDesign(n, random.dirichlet(np.ones(points)).tolist()) for name, n in sizes.items()}
    assert operating_characteristic(protocol, panels) == by_hand(protocol, panels)


def mixed(protocol):
    return len({rule.panels == "pooled" for rule in protocol.rules}) > 1


def test_certainty_and_nobody():
    rules = one_rule('{ statistic = "median", at_least = 7 }')
    sure = [0.0] * 8 + [1.0]
    assert operating_characteristic(rules, {"pooled": PanelDesign(5, sure)}) == {Verdict.PROMOTE: 1.0}
    assert operating_characteristic(rules, {"pooled": PanelDesign(0, sure)}) == {Verdict.INSUFFICIENT: 1.0}
    assert pass_probability(0, 0, 0.5) == 1


@pytest.mark.parametrize(
    ("preset", "panels", "message"),
    [
        ("apmo", {"pooled": PanelDesign(5, [0.2] * 5)}, "APMO"),
        ("agreement_75", {"W": PanelDesign(5, NINE)}, "pooled"),
        ("comet_70_15", {"pooled": PanelDesign(5, NINE)}, "pooled"),
        ("agreement_75", {"pooled": PanelDesign(5, NINE[:8])}, "shares"),
        ("agreement_75", {"pooled": PanelDesign(5, [0.2] * 9)}, "shares"),
        ("rand_ucla_classic", {"pooled": PanelDesign(100, NINE)}, "too many"),
    ],
)
def test_what_is_refused(preset, panels, message):
    with pytest.raises(ValueError, match=message):
        operating_characteristic(all_presets()[preset], panels)


def test_shares_and_criteria_are_checked():
    with pytest.raises(ValueError, match=r"share of 1\.2"):
        pass_probability(1, 2, 1.2)
    random = np.random.default_rng(0)
    several = random_protocol(random)
    while len({rule.criterion for rule in several.rules}) < 2:
        several = random_protocol(random)
    with pytest.raises(ValueError, match="one criterion"):
        operating_characteristic(several, {"pooled": PanelDesign(1, [1.0])})

"""Every item under every rule."""

from dataclasses import replace

import numpy as np
import pytest

from delphi.scoring.engine import judge
from delphi.scoring.multiverse import LEFT_OUT, SEALED, multiverse
from delphi.scoring.rules import Verdict
from delphi.scoring.scales import Bands, Scale
from tests.scoring.building import bands, item, one_rule
from tests.scoring.random_rounds import all_presets, random_round

NINE = {
    "agreement_75",
    "agreement_80",
    "comet_70_15",
    "comet_70_15_out_50",
    "iqr_2_of_9",
    "rand_ucla_classic",
    "rand_ucla_ipras",
}


def fates():
    """20 experts: one item that all rules take, one that some take, one that the sealed rule cannot judge."""
    return [
        item("sure", W=bands(20, 0, 20)),
        item("split", W=bands(20, 2, 15)),
        item("few", W=bands(8, 0, 8)),
    ]


def test_the_sealed_rule_stands_first_and_every_preset_of_the_scale_beside_it():
    found = multiverse(fates(), all_presets()["comet_70_15"])
    assert found.rules[0] == SEALED
    assert set(found.rules) >= NINE
    assert found.left_out["cvr_ayre_scally"] == "other_points"
    assert set(found.left_out.values()) <= set(LEFT_OUT)
    assert set(found.rules[1:]) | set(found.left_out) == set(all_presets())


def test_who_depends_on_the_rule():
    found = multiverse(fates(), all_presets()["comet_70_15"])
    sure, split, few = found.items
    assert (sure.depends, sure.against) == (False, ())
    assert split.sealed is Verdict.PROMOTE
    assert split.verdicts["agreement_80"] is Verdict.RE_RATE
    assert split.depends
    assert "agreement_80" in split.against
    # With 8 raters the sealed rule says nothing, and those that do agree among themselves.
    assert few.sealed is Verdict.INSUFFICIENT
    assert few.verdicts["rand_ucla_classic"] is Verdict.PROMOTE
    assert (few.depends, few.against) == (False, ())
    assert found.dependent == ("split",)
    assert found.count == 1


def test_revise_and_re_rate_are_one_fate():
    sealed = replace(all_presets()["agreement_75"], otherwise=Verdict.REVISE)
    found = multiverse([item("A", W=bands(20, 6, 7))], sealed, others={"a": all_presets()["agreement_80"]})
    assert found.items[0].verdicts == {SEALED: Verdict.REVISE, "a": Verdict.RE_RATE}
    assert found.count == 0


@pytest.mark.parametrize("name", sorted(NINE))
def test_each_preset_says_what_the_engine_says(name):
    preset = all_presets()[name]
    (criterion,) = preset.criteria
    items = random_round(np.random.default_rng(2), preset, raters=40, items=10).item_ratings()
    found = multiverse(items, preset, criterion)
    expected = [judgement.verdict for judgement in judge(preset, items)]
    assert [one.verdicts[name] for one in found.items] == expected
    assert [one.sealed for one in found.items] == expected


def test_another_criterion_and_other_bands():
    sealed = one_rule('{ statistic = "percent_high", at_least = 70 }')
    scale = Scale(9, Bands((1, 2), (3, 7), (8, 9)))
    own = sealed.criteria["importance"]
    both = replace(sealed, criteria={"importance": own, "clarity": replace(own, key="clarity", scale=scale)})
    assert multiverse([], both, "clarity").left_out["comet_70_15"] == "other_bands"
    assert multiverse([], both, "clarity").rules == (SEALED,)
    several = multiverse([], both, others={"two": both})
    assert several.left_out == {"two": "several_criteria"}


def test_what_is_refused():
    sealed = all_presets()["comet_70_15"]
    with pytest.raises(KeyError):
        multiverse([], sealed, "clarity")
    with pytest.raises(ValueError, match="sealed"):
        multiverse([], sealed, others={SEALED: sealed})

"""Any protocol that can be said is the same again after it was written and read."""

from fractions import Fraction

import tomli_w
from hypothesis import given, strategies as st

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.protocol import (
    COMPARISONS,
    PANEL_WORDS,
    Condition,
    Criterion,
    Protocol,
    Rule,
    Verdict,
    parse_toml,
)
from delphi.scoring.scales import Scale
from delphi.scoring.stability_criteria import CRITERIA, StabilityRule


def scales():
    return st.integers(2, 11).map(Scale.default)


@st.composite
def conditions(draw, scale):
    names = [name for name, entry in STATISTICS.items() if entry.fits(scale)]
    name = draw(st.sampled_from(names))
    minimum, maximum = STATISTICS[name].limits(scale)
    numbers = st.fractions(minimum, maximum, max_denominator=60) | st.decimals(
        minimum, maximum, places=2
    ).map(Fraction)
    threshold = draw(numbers | st.sampled_from(STATISTICS[name].threshold_names or (Fraction(minimum),)))
    return Condition(name, draw(st.sampled_from(COMPARISONS)), threshold)


@st.composite
def protocols(draw):
    criteria = {
        key: Criterion(key, draw(scales()), draw(st.sampled_from([{}, {"question": {"en": "How clear?"}}])))
        for key in draw(st.sets(st.sampled_from(["importance", "clarity"]), min_size=1))
    }
    rules = []
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(sorted(criteria)))
        rules.append(
            Rule(
                verdict=draw(st.sampled_from(Verdict)),
                criterion=key,
                panels=draw(st.sampled_from([*PANEL_WORDS, ("W",), ("W", "C")])),
                conditions=tuple(draw(st.lists(conditions(criteria[key].scale), min_size=1, max_size=3))),
                mode=draw(st.sampled_from(["all", "any"])),
                minimum_raters=draw(st.integers(1, 20)),
                name=draw(st.none() | st.just("Consensus in")),
            )
        )
    name = draw(st.sampled_from(sorted(CRITERIA)))
    limits = CRITERIA[name].limits(max(criterion.scale.points for criterion in criteria.values()))
    threshold = draw(st.fractions(*limits, max_denominator=60))
    return Protocol(
        criteria,
        tuple(rules),
        draw(st.sampled_from(Verdict)),
        draw(st.sampled_from([6, 7, 8])),
        StabilityRule(name, threshold, draw(st.integers(1, 30))),
    )


@given(protocols())
def test_a_protocol_survives_being_written_and_read(protocol):
    assert Protocol.from_dict(parse_toml(tomli_w.dumps(protocol.to_dict()))) == protocol

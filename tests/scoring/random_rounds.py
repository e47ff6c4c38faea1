"""Random protocols and rounds, to compare fast ways of judging with the engine."""

from fractions import Fraction

import numpy as np

from delphi.scoring import presets
from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.protocol import Protocol
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import COMPARISONS, Condition, Criterion, Rule, Verdict
from delphi.scoring.scales import Scale

PANELS = ("W", "C", "M")
GIVEN = [verdict for verdict in Verdict if verdict is not Verdict.INSUFFICIENT]


def all_presets() -> dict[str, Protocol]:
    return {name: Protocol.from_dict(presets.load(name)) for name in presets.names()}


def random_protocol(
    random: np.random.Generator, criteria: int = 2, names: list[str] | None = None, apmo: bool = True
) -> Protocol:
    """Rules of every kind, thresholds in fractions, some on panels that no item knows."""
    scales = [Scale.default(int(random.choice([2, 3, 4, 5, 7, 9, 9, 11]))) for _ in range(criteria)]
    own = {f"c{i}": Criterion(f"c{i}", scale) for i, scale in enumerate(scales)}
    return Protocol(
        own,
        tuple(
            _rule(random, own[str(random.choice(list(own)))], names, apmo)
            for _ in range(random.integers(1, 5))
        ),
        GIVEN[random.integers(len(GIVEN))],
        int(random.choice([6, 7, 8])),
    )


def _rule(random: np.random.Generator, criterion: Criterion, names: list[str] | None, apmo: bool) -> Rule:
    fitting = [name for name in names or STATISTICS if STATISTICS[name].fits(criterion.scale)]
    panels = ["pooled", "every", "any", ("W",), ("C", "M"), ("nobody",), ("W", "nobody")]
    return Rule(
        GIVEN[random.integers(len(GIVEN))],
        criterion.key,
        panels[random.integers(len(panels))],
        tuple(_condition(random, criterion, fitting, apmo) for _ in range(random.integers(1, 4))),
        "all" if random.random() < 0.6 else "any",
        int(random.integers(1, 6)),
    )


def _condition(random: np.random.Generator, criterion: Criterion, names: list[str], apmo: bool) -> Condition:
    name = str(random.choice(names))
    statistic = STATISTICS[name]
    low, high = statistic.limits(criterion.scale)
    threshold = low + (high - low) * Fraction(int(random.integers(0, 13)), 12)
    named = [word for word in statistic.threshold_names if apmo or word != "apmo"]
    chosen = named[0] if named and random.random() < 0.4 else threshold
    return Condition(name, COMPARISONS[random.integers(4)], chosen)


def random_round(
    random: np.random.Generator, protocol: Protocol, raters: int = 14, items: int = 5, partly: bool = True
) -> RoundRatings:
    """Overlapping panels, missing answers, items put to some only, one item nobody rated."""
    shape = (raters, items)
    asked = random.random(shape) < (0.8 if partly else 1.1)
    values = {}
    for key, criterion in protocol.criteria.items():
        centre = random.integers(1, criterion.scale.points + 1, items)
        spread = random.integers(-2, 3, shape)
        points = np.clip(centre + spread, 1, criterion.scale.points).astype(float)
        points[~asked | (random.random(shape) < 0.15)] = np.nan
        points[:, 0] = np.nan
        values[key] = points
    panels = {name: random.random(raters) < 0.5 for name in PANELS}
    return RoundRatings(tuple(f"I{i}" for i in range(items)), values, panels, asked if partly else None)

"""Rounds of random ratings, and how large those are that benchmarks use."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring import presets
from delphi.scoring.protocol import Protocol
from delphi.scoring.round_ratings import RoundRatings

Matrix = NDArray[np.float64]

PANELS: Final = 3
SEED: Final = 1


@dataclass(frozen=True)
class Sizes:
    experts: int = 300
    items: int = 500
    resamples: int = 2000
    many_experts: int = 10_000
    many_items: int = 1000


def random_ratings(experts: int, items: int) -> Matrix:
    """Points 1 to 9, 10 % missing; items lean to a level of their own, so that verdicts and agreement vary.

    Made row by row: the memory measured is that of the statistics, not of the drawing.
    """
    random = np.random.default_rng(SEED)
    level = random.uniform(1, 9, items)
    ratings = np.empty((experts, items))
    for row in ratings:
        np.clip(np.round(level + random.normal(0, 2, items)), 1, 9, out=row)
        row[random.random(items) < 0.1] = np.nan
    return ratings


def round_under(preset: str, ratings: Matrix) -> tuple[Protocol, RoundRatings]:
    """A preset's protocol, and its round of `ratings` by experts who are dealt to the panels in turn."""
    protocol = Protocol.from_dict(presets.load(preset))
    (criterion,) = protocol.criteria
    experts, items = ratings.shape
    panels = {f"panel {k}": np.arange(experts) % PANELS == k for k in range(PANELS)}
    return protocol, RoundRatings(tuple(f"item {k}" for k in range(items)), {criterion: ratings}, panels)

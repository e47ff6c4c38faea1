"""Short ways to write ratings, protocols and verdicts in tests."""

import numpy as np

from delphi.scoring.engine import ItemRatings, judge
from delphi.scoring.protocol import Protocol, parse_toml
from delphi.scoring.scales import Scale

NO_ANSWER = float("nan")


def points_for(scale: Scale, low: int, middle: int, high: int) -> list[float]:
    """So many ratings in each band, all on its first point."""
    wanted = (("low", low), ("middle", middle), ("high", high))
    return [float(scale.range_of(band)[0]) for band, count in wanted for _ in range(count)]


def bands(n: int, low: int, high: int) -> list[float]:
    """n ratings on 1-9, `low` of them in 1-3 and `high` in 7-9."""
    return points_for(Scale.default(9), low, n - low - high, high)


def item(code: str, criterion: str = "importance", **panels: list[float]) -> ItemRatings:
    """An item rated by separate panels, one list of ratings each."""
    owners = [name for name, ratings in panels.items() for _ in ratings]
    values = np.array([rating for ratings in panels.values() for rating in ratings], float)
    masks = {name: np.array([owner == name for owner in owners], bool) for name in panels}
    return ItemRatings(code, {criterion: values}, panels=masks)


def protocol(text: str) -> Protocol:
    return Protocol.from_dict(parse_toml(text))


def one_rule(condition: str, panels: str = '"pooled"', minimum_raters: int = 1, points: int = 9) -> Protocol:
    """Promote when the one condition holds, else re-rate."""
    return protocol(f"""
        [criteria.importance]
        scale = {{ points = {points} }}
        [[rules]]
        verdict = "promote"
        criterion = "importance"
        panels = {panels}
        minimum_raters = {minimum_raters}
        all = [ {condition} ]
        [otherwise]
        verdict = "re-rate"
    """)


def verdict(rules: Protocol, *items: ItemRatings) -> str:
    """The verdict on the first item."""
    return judge(rules, items)[0].verdict.value

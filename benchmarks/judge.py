"""How long a round of 500 items, 300 experts and 3 panels takes to judge, beside numpy's own percentiles.

Run: python -m benchmarks.judge
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from delphi.scoring import presets
from delphi.scoring.engine import ItemRatings, judge
from delphi.scoring.protocol import Protocol

ITEMS, RATERS, PANELS = 500, 300, 3


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The fastest of a few runs."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    draw = np.random.default_rng(1)
    ratings = draw.integers(1, 10, (ITEMS, RATERS)).astype(float)
    ratings[draw.random(ratings.shape) < 0.1] = np.nan
    membership = draw.integers(0, PANELS, RATERS)
    groups = [np.ones(RATERS, bool), *(membership == panel for panel in range(PANELS))]
    panels = {f"panel {panel}": mask for panel, mask in enumerate(groups[1:], 1)}

    def numpy_percentiles() -> None:
        for row in ratings:
            for mask in groups:
                np.nanpercentile(row[mask], [25, 50, 75])

    reference = seconds(numpy_percentiles)
    print(f"numpy.nanpercentile, three per item and group: {reference:.2f} s")
    for name in ("comet_70_15", "rand_ucla_ipras", "apmo"):
        protocol = Protocol.from_dict(presets.load(name))
        (criterion,) = protocol.criteria.values()
        values = np.minimum(ratings, criterion.scale.points)
        items = [ItemRatings(str(row), {criterion.key: values[row]}, panels=panels) for row in range(ITEMS)]
        taken = seconds(lambda items=items, protocol=protocol: judge(protocol, items))
        stored = seconds(lambda items=items, protocol=protocol: [j.to_dict() for j in judge(protocol, items)])
        print(
            f"{name}: {taken:.2f} s, {taken / reference:.1f} times that; with the stored form {stored:.2f} s"
        )


if __name__ == "__main__":
    main()

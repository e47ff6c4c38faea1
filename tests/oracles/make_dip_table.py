"""Makes the rows of `delphi/scoring/dip_table.py` again, digit by digit: quantiles of the dip of uniform values.

Run: python -m tests.oracles.make_dip_table 4 5 6, or without sizes for all (about an hour). The dip is diptest's,
which finds the same as ours a hundred times faster.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from diptest import dipstat
from numpy.typing import NDArray

from delphi.scoring.dip_table import DIP_PROBABILITIES

SAMPLES: Final[Mapping[int, int]] = {
    **dict.fromkeys((4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50, 100, 200), 1_000_000),
    500: 400_000,
    1000: 300_000,
    2000: 600_000,
    5000: 500_000,
    10_000: 400_000,
    20_000: 200_000,
}
# From this size on the values are not drawn and sorted, but built up in order from the gaps between them.
BY_GAPS: Final = 2000


def simulated_dips(n: int, samples: int, seed: Sequence[int]) -> NDArray[np.float64]:
    """The dips of `samples` draws of n uniform values.

    Gaps between ordered uniform values are exponential ones but for their sum, which the dip does not depend on.
    """
    random = np.random.default_rng(seed)
    dips = np.empty(samples)
    for place in range(samples):
        ordered = np.cumsum(random.standard_exponential(n)) if n >= BY_GAPS else np.sort(random.random(n))
        dips[place] = dipstat(ordered, sort_x=False)
    return dips


def row(n: int) -> tuple[float, ...]:
    """The quantiles of the dip of n values, as the table has them."""
    quantiles = np.quantile(simulated_dips(n, SAMPLES[n], (1985, n)), DIP_PROBABILITIES)
    return tuple(round(float(quantile), 6) for quantile in quantiles)


def main() -> None:
    for n in map(int, sys.argv[1:] or SAMPLES):
        sys.stdout.write(f"    {n}: {row(n)},\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

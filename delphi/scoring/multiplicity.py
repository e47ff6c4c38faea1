"""Many tests at once: p-values adjusted over the family of a study's items.

Each function takes the p-values of one family, in any order, and gives the adjusted ones in the same order. A
test that could not be made (`Undefined`, or NaN, which becomes "no_test") stays so and does not count in the
family's size m. ValueError for a p-value outside 0 to 1. p_(j) is the j-th smallest of the m.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.exact import Number, Undefined

Adjustment = Literal["bh", "by", "holm", "bonferroni"]
Floats = NDArray[np.float64]

NO_TEST: Final = Undefined("no_test")


def adjust(p_values: Sequence[Number], method: Adjustment = "bh") -> list[Number]:
    """Adjusted p-values by `method`: "bh", "by", "holm" or "bonferroni", defined below; ValueError for another."""
    if method not in ADJUSTMENTS:
        raise ValueError(f"{method} is not one of {tuple(ADJUSTMENTS)}")
    found = [p if isinstance(p, Undefined) or p == p else NO_TEST for p in p_values]
    made = np.array([p for p in found if not isinstance(p, Undefined)], dtype=np.float64)
    if not ((made >= 0) & (made <= 1)).all():
        raise ValueError("a p-value is not between 0 and 1")
    adjusted = iter(ADJUSTMENTS[method](made).tolist() if len(made) else [])
    return [p if isinstance(p, Undefined) else next(adjusted) for p in found]


def benjamini_hochberg(p_values: Floats) -> Floats:
    """False discovery rate: the smallest of m p_(j) / j over j >= i, at most 1.

    Benjamini and Hochberg (1995), JRSS B 57:289-300.
    """
    return _step_up(p_values, 1.0)


def benjamini_yekutieli(p_values: Floats) -> Floats:
    """As Benjamini-Hochberg, times 1 + 1/2 + ... + 1/m: holds under any dependence between tests.

    Benjamini and Yekutieli (2001), Annals of Statistics 29:1165-1188.
    """
    return _step_up(p_values, float((1 / np.arange(1, len(p_values) + 1)).sum()))


def holm(p_values: Floats) -> Floats:
    """Family-wise error: the largest of (m - j + 1) p_(j) over j <= i, at most 1.

    Holm (1979), Scand J Stat 6:65-70.
    """
    m, order = len(p_values), np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate((m - np.arange(m)) * p_values[order])
    return _back(np.minimum(stepped, 1), order)


def bonferroni(p_values: Floats) -> Floats:
    """Family-wise error: m p, at most 1."""
    return np.minimum(len(p_values) * p_values, 1)


def _step_up(p_values: Floats, factor: float) -> Floats:
    m, order = len(p_values), np.argsort(p_values, kind="stable")
    scaled = factor * m / np.arange(1, m + 1) * p_values[order]
    stepped = np.minimum.accumulate(scaled[::-1])[::-1]
    return _back(np.minimum(stepped, 1), order)


def _back(ordered: Floats, order: NDArray[np.intp]) -> Floats:
    result = np.empty_like(ordered)
    result[order] = ordered
    return result


ADJUSTMENTS: Final[dict[Adjustment, Callable[[Floats], Floats]]] = {
    "bh": benjamini_hochberg,
    "by": benjamini_yekutieli,
    "holm": holm,
    "bonferroni": bonferroni,
}

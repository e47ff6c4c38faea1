"""Sample quantiles by the definitions a protocol may name: those that change published decisions.

6 = SPSS, Minitab; 7 = R, numpy, Excel QUARTILE.INC; 8 = median-unbiased. All nine are in `quantile_definitions`.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from delphi.scoring.exact import Exact
from delphi.scoring.quantile_definitions import quantile_of_type

QUARTILE_DEFINITIONS: Final = (6, 7, 8)


def quantile(values: Sequence[int | Fraction], p: Fraction, definition: int = 7) -> Exact:
    """The p-quantile (0 <= p <= 1) of `values`, in any order, by Hyndman-Fan `definition` 6, 7 or 8.

    With x sorted, the value at place n p + p, n p + 1 - p or n p + (1 + p) / 3 for definitions 6, 7, 8, by linear
    interpolation between its neighbours, the first and last standing in beyond the ends (Hyndman & Fan 1996,
    The American Statistician 50:361-365). No values: undefined. ValueError for another definition or p.
    """
    if definition not in QUARTILE_DEFINITIONS:
        raise ValueError(f"quantile definition {definition} is not one of {QUARTILE_DEFINITIONS}")
    return quantile_of_type(values, p, definition)

"""Pearson's chi-square test that rows and columns of a table of counts are independent, sparse tables too."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE, Undefined

Table = NDArray[np.int64]
PMethod = Literal["chi-square", "exact", "simulated"]

SMALLEST_EXPECTED: Final = 5  # a cell with less makes a table sparse
EXACT_TABLES: Final = 20_000  # where the exact distribution gives way to simulation
SHUFFLES: Final = (99, 101)  # of the rows and of the columns
SIMULATED: Final = SHUFFLES[0] * SHUFFLES[1]


@dataclass(frozen=True)
class Independence:
    """Pearson's chi-square of a table, unused rows and columns left out.

    `p_chi_square` is the large-sample p-value; `p_value` the one to use: the same, unless the table is sparse
    (an expected count below 5). `method` says where it comes from: "exact" is over all tables with these
    margins, "simulated" over a random sample of them.
    """

    n: int
    chi2: float
    df: int
    p_chi_square: float
    p_value: float
    sparse: bool
    method: PMethod


def independence(table: ArrayLike, *, seed: int = 0) -> Independence | Undefined:
    """Chi-square sum (o - e)^2 / e, e = n_i. n_.j / n, of a rows x columns table of counts, and its p-value.

    In a sparse table the p-value is the probability, among the tables with the same margins, of a chi-square
    at least as large: exactly (Freeman and Halton 1951), or where there may be more than `EXACT_TABLES` of
    them, by `SIMULATED` = 9,999 random ones, as (1 + as large) / (1 + drawn); `seed` gives the same ones again.
    An empty table, or one with a single row or column in use: undefined. ValueError unless `table` is 2-D and
    holds counts. Pearson (1900), Philosophical Magazine 50:157-175.
    """
    from scipy.special import chdtrc

    counts = _counts(table)
    used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if not used.size:
        return NO_RATINGS
    if min(used.shape) < 2:
        return NO_VARIANCE
    n, rows, columns = int(used.sum()), used.sum(axis=1), used.sum(axis=0)
    expected = np.outer(rows, columns) / n
    chi2 = float(((used - expected) ** 2 / expected).sum())
    df = (len(rows) - 1) * (len(columns) - 1)
    asymptotic, sparse = float(chdtrc(df, chi2)), bool((expected < SMALLEST_EXPECTED).any())
    if not sparse:
        return Independence(n, chi2, df, asymptotic, asymptotic, sparse, "chi-square")
    if _most_tables(rows.tolist(), columns.tolist()) <= EXACT_TABLES:
        return Independence(n, chi2, df, asymptotic, _exact_p(used), sparse, "exact")
    return Independence(n, chi2, df, asymptotic, _simulated_p(used, chi2, seed), sparse, "simulated")


def _counts(table: ArrayLike) -> Table:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("a table of rows and columns must hold counts")
    return counts.astype(np.int64)


def _most_tables(rows: Sequence[int], columns: Sequence[int]) -> float:
    """No fewer than the tables with these margins: each row but the last dealt as if it were the first."""
    dealt = np.ones(1)
    for column in columns:
        dealt = np.convolve(dealt, np.ones(column + 1))
    return float(np.prod(dealt[rows[:-1]]))


def _exact_p(table: Table) -> float:
    """Row by row: the probability of every (column totals left, statistic so far).

    chi2 grows with sum n_ij^2 / (n_i. n_.j), here over its common denominator, so that ties are seen exactly.
    A row of r is dealt from columns with c_j left with probability prod C(c_j, x_j) / C(sum c_j, r).
    """
    if table.shape[1] > table.shape[0]:
        return _exact_p(table.T)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    whole = lcm(*(r * c for r in rows.tolist() for c in columns.tolist()))
    place = np.cumprod([1, *(columns + 1).tolist()], dtype=object)  # column totals written as one number
    kind = np.int64 if whole * len(columns) * place[-1] < 2**62 else object
    weights = whole // np.outer(rows, columns).astype(kind)
    observed = (table**2 * weights).sum()
    left, statistic = columns[None], np.zeros(1, kind)
    probability: NDArray[np.float64] = np.ones(1)
    for row, weight in zip(rows[:-1].tolist(), weights, strict=False):
        dealt, source, share = _deals(row, left)
        left = left[source] - dealt
        statistic = statistic[source] + (dealt**2 * weight).sum(axis=1)
        reached = statistic * place[-1] + (left * place[:-1].astype(kind)).sum(axis=1)
        _, first, same = np.unique(reached, return_index=True, return_inverse=True)
        probability = np.asarray(np.bincount(same, probability[source] * share), np.float64)
        left, statistic = left[first], statistic[first]
    statistic = statistic + (left**2 * weights[-1]).sum(axis=1)
    return float(min(1.0, probability[statistic >= observed].sum()))


def _deals(size: int, left: Table) -> tuple[Table, Table, NDArray[np.float64]]:
    """Every way to deal `size` from each row of `left`: what is dealt, from which row, with what probability."""
    source, dealt = np.arange(len(left)), np.zeros((len(left), 0), np.int64)
    for column in range(left.shape[1]):
        rest = size - dealt.sum(axis=1)
        fewest = np.maximum(0, rest - left[source, column + 1 :].sum(axis=1))
        ways = np.minimum(rest, left[source, column]) - fewest + 1
        again = np.repeat(np.arange(len(source)), ways)
        more = np.arange(len(again)) - np.repeat(np.cumsum(ways) - ways, ways) + fewest[again]
        source, dealt = source[again], np.column_stack([dealt[again], more])
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, left[0].sum() + 1)))])

    def log_choose(n: Table, k: Table | int) -> NDArray[np.float64]:
        return np.asarray(factorials[n] - factorials[k] - factorials[n - k])

    chosen = log_choose(left[source], dealt).sum(axis=1)
    return dealt, source, np.exp(chosen - log_choose(left[source].sum(axis=1), size))


def _simulated_p(table: Table, chi2: float, seed: int) -> float:
    """Each shuffle of the raters' rows against each shuffle of their columns: pairwise independent tables.

    So many pairwise independent tables estimate p as well as independent ones, and one matrix product makes
    them all: chi2 is n times the sum of squares of one set of contrasts times the other.
    """
    random, n = np.random.default_rng(seed), int(table.sum())
    ours, theirs = (
        _contrasts(margin)[:, random.permuted(np.tile(np.arange(n), (shuffles, 1)), axis=1)]
        for margin, shuffles in zip((table.sum(axis=1), table.sum(axis=0)), SHUFFLES, strict=True)
    )
    products = ours.reshape(-1, n) @ theirs.reshape(-1, n).T
    squares = (products**2).reshape(len(ours), SHUFFLES[0], len(theirs), SHUFFLES[1])
    statistics = n * squares.sum(axis=0).sum(axis=1)
    # Single precision: what is as large as observed may come out smaller by some millionths.
    return float((1 + (statistics >= chi2 * (1 - 1e-5)).sum()) / (1 + SIMULATED))


def _contrasts(margin: Table) -> NDArray[np.float32]:
    """Orthonormal contrasts between the classes of a margin, (classes - 1) x n, its raters in order of class."""
    classes = np.repeat(np.eye(len(margin)), margin, axis=0)[:, 1:]
    basis, _ = np.linalg.qr(classes - classes.mean(axis=0))
    return basis.T.astype(np.float32)

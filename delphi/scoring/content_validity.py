"""Content validity of one item: how many of n raters call it essential, or relevant."""

from fractions import Fraction
from functools import cache
from math import comb
from typing import Final

from delphi.scoring.exact import NO_RATINGS, TOO_FEW_RATERS, Exact, share

ALPHA: Final = Fraction(1, 20)


def cvr(essential: int, n: int) -> Exact:
    """Content validity ratio (n_e - n/2) / (n/2), from -1 to 1; n = those who answered, not those invited.

    Lawshe (1975), Personnel Psychology 28:563-575. Undefined when n is 0; ValueError when more than n, or fewer
    than none, call the item essential.
    """
    _check(essential, n)
    return Fraction(2 * essential - n, n) if n else NO_RATINGS


@cache
def cvr_critical(n: int, alpha: Fraction | float = ALPHA) -> Exact:
    """The smallest CVR that chance (p = 1/2) reaches with a probability of at most `alpha`, one-tailed, exact.

    CVR of the smallest n_e with P(Bin(n, 1/2) >= n_e) <= alpha, 0.05 unless said; for a two-tailed level give
    half of it. Ayre & Scally (2014), Measurement and Evaluation in Counseling and Development 47:79-86.
    Undefined where even unanimity is not unlikely enough: below 5 raters at 0.05, below 7 at 0.01. ValueError
    for a negative n or an alpha outside 0 to 1.
    """
    if n < 0 or not 0 < alpha < 1:
        raise ValueError(f"{n} raters at a level of {alpha}")
    if not n:
        return NO_RATINGS
    most = Fraction(alpha) * 2**n // 1
    critical, tail, ways = n + 1, 0, 1  # ways: C(n, critical - 1)
    while critical > 0 and tail + ways <= most:
        critical -= 1
        tail += ways
        ways = ways * critical // (n - critical + 1)
    return cvr(critical, n) if critical <= n else TOO_FEW_RATERS


def icvi(relevant: int, n: int) -> Exact:
    """Item content validity index: the share of raters who call the item relevant (3 or 4 of 4).

    Lynn (1986), Nursing Research 35:382-385. Undefined when n is 0; ValueError as `cvr`.
    """
    _check(relevant, n)
    return share(relevant, n)


def modified_kappa(relevant: int, n: int) -> Exact:
    """I-CVI corrected for chance: (I-CVI - Pc) / (1 - Pc), Pc = C(n, A) / 2^n; from -1 to 1.

    Polit, Beck & Owen (2007), Research in Nursing & Health 30:459-467, whose printed table starts from I-CVI
    rounded to two decimals and so can differ in the second decimal. Undefined when n is 0; ValueError as `cvr`.
    """
    _check(relevant, n)
    if not n:
        return NO_RATINGS
    chance = chance_of_votes(relevant, n)
    return (Fraction(relevant, n) - chance) / (1 - chance)


def chance_of_votes(relevant: int, n: int) -> Fraction:
    """Pc = C(n, A) / 2^n: the probability of exactly A of n votes when each rater tosses a coin."""
    _check(relevant, n)
    return Fraction(comb(n, relevant), 2**n)


def _check(count: int, n: int) -> None:
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} raters")

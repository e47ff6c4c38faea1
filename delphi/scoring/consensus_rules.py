"""Consensus rules on the counts of one item: COMET's 70/15 in both its forms, and the AWMF's strength of consensus.

They compare whole numbers (100 k against t n), never rounded percentages. A protocol says the same with conditions;
here each rule is one function.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from delphi.scoring.exact import NO_RATINGS, Undefined

Consensus = Literal["in", "out", "none"]
OutRule = Literal["symmetric", "at_most_half"]
Strength = Literal["strong consensus", "consensus", "majority", "dissent"]

HALF_IN_PERCENT: Final = 50


class Votes(NamedTuple):
    """Raters of one group: all who scored the item, and those in the high (7-9) and the low band (1-3)."""

    n: int
    high: int
    low: int


def comet_consensus(
    votes: Votes,
    enough: Fraction = Fraction(70),
    few: Fraction = Fraction(15),
    out_rule: OutRule = "symmetric",
) -> Consensus | Undefined:
    """In: at least 70 % in 7-9 and fewer than 15 % in 1-3. Out: the reverse, or at most 50 % in 7-9. Else none.

    out_rule "symmetric": at least `enough` percent low and fewer than `few` percent high (Harman 2013; the ELICIT
    protocol, Trials 2015;16:495, Table 1). "at_most_half": at most 50 % high (PMC10860107, Table 2). "In" is asked
    first. Undefined when nobody scored the item. ValueError when the bands hold more raters than there are.
    """
    n, high, low = votes
    if min(votes) < 0 or high + low > n:
        raise ValueError(f"{high} high and {low} low ratings among {n}")
    if not n:
        return NO_RATINGS
    if 100 * high >= enough * n and 100 * low < few * n:
        return "in"
    symmetric = 100 * low >= enough * n and 100 * high < few * n
    out = symmetric if out_rule == "symmetric" else 100 * high <= HALF_IN_PERCENT * n
    return "out" if out else "none"


def comet_in_every_group(
    groups: Iterable[Votes],
    enough: Fraction = Fraction(70),
    few: Fraction = Fraction(15),
    out_rule: OutRule = "symmetric",
) -> Consensus | Undefined:
    """In or out when the item is so in every stakeholder group, else none.

    Each group by `comet_consensus`, with its sources and errors. Undefined without groups, or when nobody in one of
    them scored the item.
    """
    found = [comet_consensus(votes, enough, few, out_rule) for votes in groups]
    undefined = next((one for one in found if isinstance(one, Undefined)), None)
    if undefined is not None or not found:
        return undefined or NO_RATINGS
    return found[0] if len(set(found)) == 1 else "none"


def awmf_strength(agree: int, n: int) -> Strength | Undefined:
    """Strength of consensus among German guideline authors: how many of n agree.

    More than 95 % strong consensus, more than 75 % consensus, more than 50 % majority, else dissent.
    AWMF-Regelwerk Leitlinien; PMC11409209, Table 5. Print leaves exactly 50 % unassigned: it is no majority, hence
    dissent here. Undefined when n is 0; ValueError when more agree than there are.
    """
    if not 0 <= agree <= n:
        raise ValueError(f"{agree} of {n} agree")
    if not n:
        return NO_RATINGS
    steps: tuple[tuple[int, Strength], ...] = ((95, "strong consensus"), (75, "consensus"), (50, "majority"))
    return next((name for percent, name in steps if 100 * agree > percent * n), "dissent")

"""Average percent of majority opinions: the cut-off a round sets for itself."""

from collections.abc import Iterable
from typing import NamedTuple

from delphi.scoring.exact import Exact, percent


class Opinions(NamedTuple):
    """One item: raters who agree, who disagree, and all who answered, neutral ones included."""

    agree: int
    disagree: int
    n: int


def apmo(table: Iterable[Opinions]) -> Exact:
    """100 (majority agreements + majority disagreements) / all opinions, over every item of the round.

    An item adds its agreements when more than half of its opinions agree, its disagreements when more than
    half disagree, nothing otherwise; all its opinions, neutral ones too, enter the denominator.
    Kapoor (1987); Cottam et al. (2004). An item passes when its own percent reaches it. Undefined without
    opinions; ValueError when an item has more opinions for or against than in all.
    """
    majority = opinions = 0
    for agree, disagree, n in table:
        if min(agree, disagree) < 0 or agree + disagree > n:
            raise ValueError(f"{agree} agree and {disagree} disagree among {n}")
        majority += sum(count for count in (agree, disagree) if 2 * count > n)
        opinions += n
    return percent(majority, opinions)

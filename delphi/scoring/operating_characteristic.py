"""How often rules would pass an item whose true shares were known: exact, without simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.protocol import Protocol
from delphi.scoring.reachable_answers import compositions
from delphi.scoring.rules import POOLED, Verdict
from delphi.scoring.vectorised import VERDICTS, RuleCodes, groups_of, levels_of
from delphi.scoring.vectorised_conditions import Codes

MOST_DISTRIBUTIONS: Final = 2_000_000


@dataclass(frozen=True)
class PanelDesign:
    """A panel of which `raters` will answer, each giving point j with probability `shares`[j - 1]."""

    raters: int
    shares: Sequence[float]


def pass_probability(needed: int, n: int, share: float) -> float:
    """P(Bin(n, share) >= needed): that at least so many of n raters vote for an item, each with `share`.

    ValueError for a share outside 0..1 or a negative n.
    """
    from scipy.stats import binom

    if not 0 <= share <= 1 or n < 0:
        raise ValueError(f"{n} raters with a share of {share}")
    return float(binom.sf(needed - 1, n, share))


def operating_characteristic(protocol: Protocol, panels: Mapping[str, PanelDesign]) -> dict[Verdict, float]:
    """The exact probability of each verdict on an item put to `panels`, raters answering independently.

    The sum of multinomial probabilities over every distribution of answers for which the rules give the
    verdict; panels are independent. The rules are of one criterion. They look either at panels or only at
    "pooled", which is then the one panel to give: {"pooled": PanelDesign(...)}. Rules that look at bands are
    summed over numbers in bands, with quantiles over points. ValueError for rules with APMO, several criteria,
    pooled and panels mixed, shares that are not one a point and sum to 1, or more distributions than
    `MOST_DISTRIBUTIONS` (about 25 raters on nine points with quantiles; 2,000 with bands).
    """
    criterion = _checked(protocol, panels)
    rules = RuleCodes(protocol, max((design.raters for design in panels.values()), default=0))
    names = [name for name in panels if name != POOLED]
    present = {name: np.array([panels[name].raters > 0]) for name in names}
    outcomes = [_outcomes(rules, criterion, name, design) for name, design in panels.items()]
    found = dict.fromkeys(VERDICTS, 0.0)
    for rows in product(*outcomes):
        in_groups: list[dict[str, Codes]] = [{} for _ in protocol.rules]
        for name, (codes, _) in zip(panels, rows, strict=True):
            for index, code in codes.items():
                in_groups[index][name] = np.array([code], np.int8)
        verdict = VERDICTS[int(rules.verdicts(in_groups, present)[0])]
        found[verdict] += float(np.prod([probability for _, probability in rows]))
    return {verdict: probability for verdict, probability in found.items() if probability}


def _outcomes(
    rules: RuleCodes, criterion: str, panel: str, design: PanelDesign
) -> list[tuple[dict[int, int], float]]:
    """What each rule can say in one panel, together, with the probability."""
    ends = levels_of(rules.protocol, criterion)
    edges = (0, *ends)
    shares = np.array([sum(design.shares[a:b]) for a, b in zip(edges, ends, strict=False)])
    states = compositions(design.raters, len(ends))
    at_most = dict(zip(ends, states.cumsum(axis=1, dtype=np.int32).T, strict=True))
    counts = rules.counts(criterion, at_most)
    own = [index for index, rule in enumerate(rules.protocol.rules) if panel in groups_of(rule, [panel])]
    codes = np.array([rules.in_group(index, counts) for index in own]).reshape(len(own), len(states))
    distinct, which = np.unique(codes, axis=1, return_inverse=True)
    weights = np.bincount(
        which.reshape(-1), weights=_multinomial(states, shares), minlength=distinct.shape[1]
    )
    return [
        (dict(zip(own, column, strict=True)), weight)
        for column, weight in zip(distinct.T.tolist(), weights.tolist(), strict=True)
    ]


def _multinomial(states: NDArray[np.int32], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """n! / prod k! prod p^k of each row, in logarithms."""
    from scipy.special import gammaln, xlogy

    n = states[0].sum()
    logarithms = gammaln(n + 1) - gammaln(states + 1).sum(axis=1) + xlogy(states, shares).sum(axis=1)
    return np.asarray(np.exp(logarithms))


def _checked(protocol: Protocol, panels: Mapping[str, PanelDesign]) -> str:
    """The one criterion of the rules."""
    criteria = {rule.criterion for rule in protocol.rules}
    if len(criteria) != 1:
        raise ValueError("the rules must be of one criterion")
    if any(condition.threshold == "apmo" for rule in protocol.rules for condition in rule.conditions):
        raise ValueError("APMO depends on the other items of the round")
    pooled = {rule.panels == POOLED for rule in protocol.rules}
    if len(pooled) != 1 or pooled != {set(panels) == {POOLED}} or (len(panels) > 1 and POOLED in panels):
        raise ValueError("either every rule is pooled and so is the one panel, or none is")
    (criterion,) = criteria
    scale, cells = protocol.criteria[criterion].scale, len(levels_of(protocol, criterion))
    for name, design in panels.items():
        if len(design.shares) != scale.points or min(design.shares) < 0 or abs(sum(design.shares) - 1) > 1e-9:
            raise ValueError(
                f"{name}: the shares are not one for each of {scale.points} points, summing to 1"
            )
        if design.raters < 0 or comb(design.raters + cells - 1, cells - 1) > MOST_DISTRIBUTIONS:
            raise ValueError(f"{name}: {design.raters} raters are too many to go through every distribution")
    return criterion

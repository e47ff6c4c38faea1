"""Named statistics of one item in two rounds, over the raters who answered both."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from delphi.scoring import change, paired, stability, two_raters
from delphi.scoring.named.statistic import NamedStatistic
from delphi.scoring.scales import Scale
from delphi.scoring.stability_criteria import DEFAULT_CRITERION, DEFAULT_PAIRS, StabilityRule
from delphi.scoring.stability_rules import ItemStability, settle


def settled(
    earlier: Any,
    later: Any,
    points: int,
    criterion: str = DEFAULT_CRITERION,
    threshold: Fraction | None = None,
    minimum_pairs: int = DEFAULT_PAIRS,
) -> ItemStability:
    """`stability_rules.settle` by `criterion`, with its usual threshold if none is given."""
    usual = StabilityRule.usual(criterion, minimum_pairs)
    rule = usual if threshold is None else StabilityRule(criterion, threshold, minimum_pairs)
    return settle(rule, "", earlier, later, Scale.default(points))


def _rounds(name: str, line: str, function: Callable[..., Any]) -> NamedStatistic:
    return NamedStatistic(name, line, "rounds", function)


ROUNDS: Final = (
    _rounds("change", "percent changed, toward the median, change of IQR and CV", change.change),
    _rounds("wilcoxon", "Wilcoxon's signed rank test", paired.wilcoxon),
    _rounds("mcnemar", "McNemar's test of a 2 x 2 table", paired.mcnemar),
    _rounds("bowker", "Bowker's test of symmetry", paired.bowker),
    _rounds("stuart_maxwell", "Stuart and Maxwell's test of equal margins", paired.stuart_maxwell),
    _rounds("spearman", "Spearman's rho", paired.spearman),
    _rounds("kendall_tau_b", "Kendall's tau-b", paired.kendall_tau_b),
    _rounds("quadratic_kappa", "kappa with quadratic weights", paired.quadratic_kappa),
    _rounds("cohen_kappa", "Cohen's kappa of a square table, weighted or not", two_raters.cohen_kappa),
    _rounds("cohen_test", "Cohen's kappa with its z test", two_raters.cohen_test),
    _rounds("two_raters", "all coefficients of two raters from their square table", two_raters.two_raters),
    _rounds("chaffin_talley", "Chaffin and Talley's individual stability", stability.chaffin_talley),
    _rounds("dajani_stability", "Dajani's group stability", stability.dajani_stability),
    _rounds("settled", "has it settled, by any criterion of stability?", settled),
    _rounds("scheibe", "Scheibe's percent of change of the histogram", stability.scheibe_of_pairs),
)

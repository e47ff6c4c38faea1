"""What a protocol may call stable: the criteria by name, and the rule that picks one of them.

Standard library only, so that any page can read a protocol at no cost; `stability_rules` measures.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from delphi.scoring.rules import Comparison, plain

Kind = Literal["percent", "distance", "cv", "coefficient", "p"]

# On points from 1 to 11 the coefficient of variation stays under 2.
_RATIO_LIMITS: Final = {"percent": (0, 100), "cv": (0, 2), "coefficient": (-1, 1), "p": (0, 1)}


@dataclass(frozen=True)
class StabilityCriterion:
    """An item is stable when the measure is `side` of the threshold, `usual` if none is said.

    kind: percent (0 to 100), distance (in points), cv (difference of two), coefficient (-1 to 1), or p (of a test).
    """

    kind: Kind
    side: Comparison
    usual: Fraction

    def limits(self, points: int) -> tuple[int, int]:
        """Lowest and highest threshold that makes sense on a scale of so many points."""
        return _RATIO_LIMITS.get(self.kind, (0, points - 1))


# A test whose null hypothesis is "no change" never proves stability: few pairs make it silent. Hence
# `minimum_pairs`, and measures of size before tests.
CRITERIA: Final[dict[str, StabilityCriterion]] = {
    "percent_changed": StabilityCriterion("percent", "below", Fraction(15)),
    "scheibe": StabilityCriterion("percent", "below", Fraction(15)),
    "median_change": StabilityCriterion("distance", "at_most", Fraction(0)),
    "iqr_change": StabilityCriterion("distance", "at_most", Fraction(1)),
    "mean_change": StabilityCriterion("distance", "at_most", Fraction(1, 2)),
    "cv_change": StabilityCriterion("cv", "at_most", Fraction(1, 5)),
    "quadratic_kappa": StabilityCriterion("coefficient", "at_least", Fraction(3, 5)),
    "spearman": StabilityCriterion("coefficient", "at_least", Fraction(3, 4)),
    "kendall_tau_b": StabilityCriterion("coefficient", "at_least", Fraction(3, 4)),
    "wilcoxon": StabilityCriterion("p", "at_least", Fraction(1, 20)),
    "mcnemar": StabilityCriterion("p", "at_least", Fraction(1, 20)),
    "bowker": StabilityCriterion("p", "at_least", Fraction(1, 20)),
    "stuart_maxwell": StabilityCriterion("p", "at_least", Fraction(1, 20)),
    "dajani": StabilityCriterion("p", "at_least", Fraction(1, 20)),
    "chaffin_talley": StabilityCriterion("p", "below", Fraction(1, 20)),
}

DEFAULT_CRITERION: Final = "percent_changed"
DEFAULT_PAIRS: Final = 5


@dataclass(frozen=True)
class StabilityRule:
    """What a protocol calls stable: one of `CRITERIA` and its threshold, over at least `minimum_pairs` raters.

    ValueError for a criterion that is not known, or fewer than one pair.
    """

    criterion: str
    threshold: Fraction
    minimum_pairs: int = DEFAULT_PAIRS

    def __post_init__(self) -> None:
        if self.criterion not in CRITERIA:
            raise ValueError(f"{self.criterion} is not one of {tuple(CRITERIA)}")
        if self.minimum_pairs < 1:
            raise ValueError("a rule needs at least one pair of answers")

    @classmethod
    def usual(cls, criterion: str = DEFAULT_CRITERION, minimum_pairs: int = DEFAULT_PAIRS) -> "StabilityRule":
        """The rule with the criterion's usual threshold; ValueError as for any rule."""
        known = CRITERIA.get(criterion, CRITERIA[DEFAULT_CRITERION])
        return cls(criterion, known.usual, minimum_pairs)

    @property
    def side(self) -> Comparison:
        """On which side of the threshold an item is stable."""
        return CRITERIA[self.criterion].side

    def to_dict(self) -> dict[str, Any]:
        """As in TOML."""
        return {
            "criterion": self.criterion,
            "threshold": plain(self.threshold),
            "minimum_pairs": self.minimum_pairs,
        }

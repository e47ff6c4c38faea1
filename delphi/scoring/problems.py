"""What can be wrong with a protocol: the table of codes, and the error that carries them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# %(name)s stands for a parameter of the Problem; a door translates by code.
PROBLEMS: Final[dict[str, str]] = {
    "toml_invalid": "This is not valid TOML: %(detail)s.",
    "not_a_table": "A table is needed here.",
    "not_a_list": "A list is needed here.",
    "not_text": "Text is needed here, not %(value)s.",
    "key_unknown": "%(value)s is not a key of this table; its keys are %(allowed)s.",
    "key_missing": "%(value)s is missing.",
    "criteria_empty": "At least one criterion is needed.",
    "rules_empty": "At least one rule is needed.",
    "conditions_empty": "At least one condition is needed.",
    "conditions_mode": "A rule has its conditions under all or under any, one of the two.",
    "comparison_one": "A condition has exactly one of %(allowed)s.",
    "verdict_unknown": "%(value)s is not a verdict; verdicts are %(allowed)s.",
    "criterion_unknown": "%(value)s is not a criterion of this protocol; its criteria are %(allowed)s.",
    "statistic_unknown": "%(value)s is not a statistic; statistics are %(allowed)s.",
    "statistic_scale": "%(value)s is defined only on a scale of 1 to 9 in bands 1-3, 4-6 and 7-9.",
    "panels_unknown": "Panels are every, any, pooled or a list of panel names, not %(value)s.",
    "panels_reserved": "%(value)s has a meaning of its own and cannot be the name of a panel.",
    "panels_repeated": "A panel is listed twice in %(value)s.",
    "threshold_not_number": "%(value)s is not a number.",
    "threshold_name": "%(value)s cannot be the threshold of %(statistic)s.",
    "threshold_out_of_range": "%(value)s is outside the range of %(statistic)s, %(minimum)s to %(maximum)s.",
    "raters_invalid": "The number of raters is a whole number from 1 up, not %(value)s.",
    "quartiles_unknown": "%(value)s is not a quartile definition; definitions are %(allowed)s.",
    "stability_unknown": "%(value)s is not a criterion of stability; criteria of stability are %(allowed)s.",
    "pairs_invalid": "The number of raters who answered both rounds is a whole number from 1 up, not %(value)s.",
    "points_invalid": "The number of points is a whole number, not %(value)s.",
    "points_out_of_range": "A scale has %(minimum)s to %(maximum)s points, not %(points)s.",
    "band_invalid": "A band is written as its first and last point, not %(value)s.",
    "band_reversed": "The band starts at %(first)s, after its last point %(last)s.",
    "band_outside": "The band %(first)s to %(last)s leaves the scale of 1 to %(points)s.",
    "bands_overlap": "The band starts at %(first)s, but the bands before it reach %(covered)s.",
    "bands_gap": "No band holds the points from %(first)s to %(last)s.",
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where (`rules[0].all[1].at_least`), a code of `PROBLEMS`, its parameters."""

    where: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        message = PROBLEMS[self.code] % self.params
        return f"{self.where}: {message}" if self.where else message


class ProtocolError(ValueError):
    """Everything wrong with a protocol, at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

"""A verdict as its thresholds move: votes to spare, and where it would have been another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from delphi.scoring.engine import COMPARE, Judgement
from delphi.scoring.exact import Exact, Undefined
from delphi.scoring.judgements import ConditionTrace, GroupTrace
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings, Mask
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import VERDICTS, RuleCodes, combine
from delphi.scoring.vectorised_conditions import BAND_VALUES, NO, UNKNOWN, YES, Codes

NO_VOTES: Final = Undefined("no_flip")


@dataclass(frozen=True)
class VotesNeeded:
    """One condition in one group: with `needed` raters of n in the band it would turn, `count` are there now.

    `holds` is how it stands. The threshold is taken as it is, APMO too. Undefined: no number turns it.
    """

    rule: int
    group: str
    statistic: str
    count: int
    n: int
    threshold: Fraction
    holds: bool
    needed: int | Undefined


@dataclass(frozen=True)
class ThresholdFlip:
    """Moving the threshold of one condition (of a rule, by its place) up or down to where the verdict turns.

    `at` is a value that a group attained: with `inclusive` the verdict is `becomes` for a threshold of exactly
    `at`, otherwise only for thresholds beyond it. `distance` is how far that is from the protocol's threshold.
    """

    rule: int
    condition: int
    statistic: str
    threshold: Fraction
    at: Fraction
    inclusive: bool
    distance: Fraction
    becomes: Verdict


def votes_needed(judgement: Judgement) -> list[VotesNeeded]:
    """For each condition that counts a band, the nearest number of votes at which it would turn.

    n stays as it is, so only n + 1 values can be attained. Conditions with an undefined value or threshold, or
    in a group below the minimum of raters, are left out.
    """
    return [
        VotesNeeded(
            trace.rule, name, own.statistic, own.count, own.n, own.threshold, own.holds, _turning(own)
        )
        for trace in judgement.trace
        for name, group in trace.groups.items()
        for own in group.conditions
        if own.count is not None and own.holds is not None and isinstance(own.threshold, Fraction)
    ]


def _turning(own: ConditionTrace) -> int | Undefined:
    count = own.count or 0
    for votes in sorted(range(own.n + 1), key=lambda votes: abs(votes - count)):
        if _holds(own, BAND_VALUES[own.statistic](votes, own.n), own.threshold) is not own.holds:
            return votes
    return NO_VOTES


def threshold_flips(protocol: Protocol, item: ItemRatings, judgement: Judgement) -> list[ThresholdFlip]:
    """The smallest moves up and down that turn the verdict on `item`, for each threshold that is a number.

    Every attained value is tried as the threshold, and a little beyond it on either side: between two
    neighbouring attained values nothing can change. The nearest come first; a condition whose threshold turns
    nothing is left out. Named thresholds (critical, APMO) do not move.
    """
    present = {panel: np.array([True]) for panel in item.panels_present()}
    found = [
        flip
        for index, rule in enumerate(protocol.rules)
        for place, condition in enumerate(rule.conditions)
        if isinstance(condition.threshold, Fraction)
        for flip in _moves(_Traced(protocol, judgement, present), index, place, condition.threshold)
    ]
    return sorted(found, key=lambda flip: flip.distance)


@dataclass(frozen=True)
class _Traced:
    """A judgement that can be made again with one threshold moved, from the values in its trace."""

    protocol: Protocol
    judgement: Judgement
    present: Mapping[str, Mask]

    def verdict(self, index: int, place: int, threshold: Fraction) -> Verdict:
        in_groups: list[dict[str, Codes]] = []
        for trace in self.judgement.trace:
            moved = (place, threshold) if trace.rule == index else None
            any_will_do = trace.mode == "any"
            in_groups.append({name: _code(own, any_will_do, moved) for name, own in trace.groups.items()})
        return VERDICTS[int(RuleCodes(self.protocol, 0).verdicts(in_groups, self.present)[0])]


def _moves(traced: _Traced, index: int, place: int, threshold: Fraction) -> Iterator[ThresholdFlip]:
    groups = traced.judgement.trace[index].groups.values()
    values = {group.conditions[place].value for group in groups if group.conditions}
    attained = sorted(value for value in values if isinstance(value, Fraction))
    gaps = [right - left for left, right in pairwise(attained)]
    little = (
        min([*gaps, *(abs(value - threshold) for value in attained if value != threshold), Fraction(1)]) / 2
    )
    statistic = traced.protocol.rules[index].conditions[place].statistic
    for beyond in (little, -little):
        tries = [(at, step) for at in attained for step in (Fraction(0), beyond)]
        ahead = [
            (abs(at + step - threshold), at, step)
            for at, step in tries
            if (at + step - threshold) * beyond > 0
        ]
        for _, at, step in sorted(ahead):
            verdict = traced.verdict(index, place, at + step)
            if verdict is not traced.judgement.verdict:
                distance = abs(at - threshold)
                yield ThresholdFlip(index, place, statistic, threshold, at, not step, distance, verdict)
                break


def _code(group: GroupTrace, any_will_do: bool, moved: tuple[int, Fraction] | None) -> Codes:
    if not group.conditions:  # fewer raters than the minimum
        return np.array([UNKNOWN], np.int8)
    codes = []
    for number, own in enumerate(group.conditions):
        against = moved[1] if moved and moved[0] == number else own.threshold
        holds = _holds(own, own.value, against)
        codes.append(np.array([UNKNOWN if holds is None else YES if holds else NO], np.int8))
    return combine(codes, any_will_do=any_will_do)


def _holds(own: ConditionTrace, value: Exact, threshold: Exact) -> bool | None:
    if isinstance(value, Undefined) or isinstance(threshold, Undefined):
        return None
    return COMPARE[own.comparison](value, threshold)

"""The engine's verdicts over arrays: every item under every resample, exactly as `engine.judge` would say.

`engine.judge` stays the definition; this is the same three-valued logic on whole arrays of codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.cumulative_counts import CumulativeCounts
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings, Mask, count_points
from delphi.scoring.round_ratings import RoundRatings, Weights
from delphi.scoring.rules import POOLED, Rule, Verdict
from delphi.scoring.vectorised_conditions import (
    NO,
    UNKNOWN,
    YES,
    Average,
    Codes,
    VectorisedCondition,
    by_bands,
)

VERDICTS: Final = tuple(Verdict)
Place = tuple[str, str]  # criterion, group


def combine(codes: Sequence[Codes], *, any_will_do: bool) -> Codes:
    """All of the codes, or any of them; UNKNOWN when what is missing could have mattered or was asked for."""
    if any_will_do:
        return reduce(np.maximum, codes)
    missing = reduce(np.logical_or, (code == UNKNOWN for code in codes))
    return np.where(missing, np.int8(UNKNOWN), reduce(np.minimum, codes))


def groups_of(rule: Rule, panels: Iterable[str]) -> tuple[str, ...]:
    """The groups a rule looks at, given the panels there are."""
    if rule.panels == POOLED:
        return (POOLED,)
    return tuple(panel for panel in panels if isinstance(rule.panels, str) or panel in rule.panels)


def levels_of(protocol: Protocol, criterion: str) -> tuple[int, ...]:
    """The levels of cumulative counts that the rules need: ends of bands, or every point for quantiles."""
    scale = protocol.criteria[criterion].scale
    conditions = [c for rule in protocol.rules if rule.criterion == criterion for c in rule.conditions]
    if not all(by_bands(condition) for condition in conditions):
        return tuple(range(1, scale.points + 1))
    return tuple(last for _, (_, last) in scale.bands.named())


class RuleCodes:
    """A protocol's rules, ready to be asked of arrays of counts; `largest` is more than any n will be."""

    def __init__(self, protocol: Protocol, largest: int) -> None:
        self.protocol, self.largest = protocol, largest
        self.conditions = [
            [
                VectorisedCondition(condition, protocol.criteria[rule.criterion], largest, protocol.quartiles)
                for condition in rule.conditions
            ]
            for rule in protocol.rules
        ]

    def counts(self, criterion: str, at_most: Mapping[int, NDArray[np.int32]]) -> CumulativeCounts:
        """Cumulative counts of one criterion in the form the rules take."""
        scale = self.protocol.criteria[criterion].scale
        return CumulativeCounts(scale, at_most, self.largest, self.protocol.quartiles)

    def in_group(self, index: int, counts: CumulativeCounts, average: Average | None = None) -> Codes:
        """Whether rule `index` holds in one group; UNKNOWN where it has fewer raters than the minimum."""
        rule = self.protocol.rules[index]
        codes = [condition(counts, average) for condition in self.conditions[index]]
        holds = combine(codes, any_will_do=rule.mode == "any")
        return np.where(counts.n < rule.minimum_raters, np.int8(UNKNOWN), holds)

    def verdicts(self, in_groups: Sequence[Mapping[str, Codes]], present: Mapping[str, Mask]) -> Codes:
        """Indices into `VERDICTS`; `in_groups[rule][group]` from `in_group`, `present[panel]` from the items.

        `present` says of each item whether it was put to the panel, and is broadcast against the codes.
        """
        holds = [
            self._over_groups(rule, groups, present)
            for rule, groups in zip(self.protocol.rules, in_groups, strict=True)
        ]
        shape = np.broadcast_shapes(
            *(code.shape for code in holds), *(mask.shape for mask in present.values())
        )
        found = np.full(shape, VERDICTS.index(self.protocol.otherwise), np.int8)
        for code in holds:
            found = np.where(code == UNKNOWN, np.int8(VERDICTS.index(Verdict.INSUFFICIENT)), found)
        for rule, code in reversed(list(zip(self.protocol.rules, holds, strict=True))):
            found = np.where(code == YES, np.int8(VERDICTS.index(rule.verdict)), found)
        return found

    def of_round(self, counts: Mapping[Place, CumulativeCounts], present: Mapping[str, Mask]) -> Codes:
        """Verdicts of a round whose items are the last axis of the counts."""
        in_groups: list[dict[str, Codes]] = []
        for index, rule in enumerate(self.protocol.rules):
            own = {group: counts[rule.criterion, group] for group in groups_of(rule, present)}
            by_average = any(condition.threshold == "apmo" for condition in rule.conditions)
            in_groups.append(
                {
                    group: self.in_group(index, count, average_over_items(count) if by_average else None)
                    for group, count in own.items()
                }
            )
        return self.verdicts(in_groups, present)

    def _over_groups(self, rule: Rule, groups: Mapping[str, Codes], present: Mapping[str, Mask]) -> Codes:
        if rule.panels == POOLED:
            return groups[POOLED]
        any_will_do = rule.panels == "any"
        absent = np.int8(NO if any_will_do else YES)  # what leaves the other panels to decide
        codes = [np.where(present[panel], code, absent) for panel, code in groups.items()]
        named = _at_least_one(present[panel] for panel in groups)
        nowhere = np.where(_at_least_one(present.values()), np.int8(NO), np.int8(UNKNOWN))
        return np.where(named, combine(codes, any_will_do=any_will_do), nowhere) if codes else nowhere


def _at_least_one(masks: Iterable[Mask]) -> Mask:
    return reduce(np.logical_or, masks, np.zeros(1, np.bool_))


@dataclass(frozen=True)
class _Members:
    """Who is in a group, and 0 or 1 for each member x item and each level: did they rate at most so much."""

    rows: NDArray[np.int64]
    levels: Mapping[int, NDArray[np.float32]]


class VectorisedRound:
    """A round under a protocol, to be judged again and again with raters weighted differently."""

    def __init__(self, protocol: Protocol, ratings: RoundRatings, largest: int | None = None) -> None:
        """`largest`: the most that the weights of a resample sum to; the number of raters if left out.

        ValueError for a rating off its scale.
        """
        self.rules = RuleCodes(protocol, ratings.raters if largest is None else largest)
        self.items = len(ratings.items)
        self.present = {panel: ratings.put_to(panel) for panel in ratings.panels}
        self.members = {
            place: _members(protocol, ratings, place) for place in _places(protocol, ratings.panels)
        }

    def verdicts(self, weights: Weights) -> Codes:
        """Resamples x items, indices into `VERDICTS`; `weights`: resamples x raters, whole numbers.

        Row r is what `engine.judge` says of `ratings.item_ratings(weights[r])`. The counts are one matrix
        product a group and level, exact in single precision below 2^24 raters.
        """
        drawn = weights.astype(np.float32)
        counts = {place: self._counts(place, members, drawn) for place, members in self.members.items()}
        found = self.rules.of_round(counts, self.present)
        return np.broadcast_to(found, (len(weights), self.items))

    def _counts(self, place: Place, members: _Members, drawn: NDArray[np.float32]) -> CumulativeCounts:
        own = np.ascontiguousarray(drawn[:, members.rows])
        at_most = {level: (own @ rated).astype(np.int32) for level, rated in members.levels.items()}
        return self.rules.counts(place[0], at_most)


def judge_items(protocol: Protocol, items: Sequence[ItemRatings]) -> list[Verdict]:
    """The verdicts of `engine.judge` without their traces, many times faster for a whole round."""
    panels = list(dict.fromkeys(panel for item in items for panel in item.panels))
    tables = {place: _point_counts(protocol, items, place) for place in _places(protocol, panels)}
    largest = max((int(table.sum(axis=1).max(initial=0)) for table in tables.values()), default=0)
    rules = RuleCodes(protocol, largest)
    counts = {
        (criterion, group): rules.counts(criterion, dict(enumerate(np.cumsum(table, axis=1).T, 1)))
        for (criterion, group), table in tables.items()
    }
    present = {
        panel: np.array([panel in item.panels and bool(item.panels[panel].any()) for item in items], np.bool_)
        for panel in panels
    }
    codes = np.broadcast_to(rules.of_round(counts, present), (len(items),))
    return [VERDICTS[code] for code in codes.tolist()]


def opinions_of(counts: CumulativeCounts) -> Average:
    """What each item adds to the sums of APMO (see `apmo.apmo`)."""
    n, high, low = (c.astype(np.int64) for c in (counts.n, counts.in_band("high"), counts.in_band("low")))
    return Average(np.where(2 * high > n, high, 0) + np.where(2 * low > n, low, 0), n)


def average_over_items(counts: CumulativeCounts) -> Average:
    """The sums of APMO over the last axis, which is kept."""
    own = opinions_of(counts)
    return Average(own.majority.sum(axis=-1, keepdims=True), own.opinions.sum(axis=-1, keepdims=True))


def _places(protocol: Protocol, panels: Iterable[str]) -> set[Place]:
    names = tuple(panels)
    return {(rule.criterion, group) for rule in protocol.rules for group in groups_of(rule, names)}


def _members(protocol: Protocol, ratings: RoundRatings, place: Place) -> _Members:
    criterion, group = place
    scale = protocol.criteria[criterion].scale
    mask = np.ones(ratings.raters, np.bool_) if group == POOLED else ratings.panels[group]
    values = ratings.values.get(criterion, np.full((ratings.raters, len(ratings.items)), np.nan))
    count_points(values.ravel(), scale)  # every rating is a point of the scale
    own = values[mask]
    levels = {level: (own <= level).astype(np.float32) for level in levels_of(protocol, criterion)}
    return _Members(np.flatnonzero(mask), levels)


def _point_counts(protocol: Protocol, items: Sequence[ItemRatings], place: Place) -> NDArray[np.int32]:
    criterion, group = place
    scale = protocol.criteria[criterion].scale
    rows = []
    for item in items:
        values = item.values.get(criterion, np.empty(0))
        everyone = np.ones(len(values), np.bool_)
        mask = everyone if group == POOLED else item.panels.get(group, ~everyone)
        rows.append(count_points(values[mask[: len(values)]], scale))
    return np.array(rows, np.int32).reshape(len(items), scale.points)

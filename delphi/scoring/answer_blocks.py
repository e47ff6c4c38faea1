"""The raters of one item in blocks whose answers count together: how rules see what they could answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from delphi.scoring.cumulative_counts import CumulativeCounts
from delphi.scoring.ratings import ItemRatings, Mask, Values, count_points
from delphi.scoring.reachable_answers import Distribution, Distributions
from delphi.scoring.rules import POOLED
from delphi.scoring.scales import Span
from delphi.scoring.vectorised import Place, RuleCodes, groups_of, levels_of, opinions_of
from delphi.scoring.vectorised_conditions import Average, Codes

Key = tuple[int, str]  # rule, group


@dataclass(frozen=True)
class Move:
    """So many raters from a point in `source` to one in `target` (first and last point of each)."""

    raters: int
    source: Span
    target: Span


@dataclass(frozen=True)
class Change:
    """What changes on a criterion among the raters who are in exactly `panels`.

    Only panels that rules on the criterion look at are told apart; ("pooled",) is anybody, () is in none.
    """

    criterion: str
    panels: tuple[str, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Block:
    """Raters of one criterion whose answers count together: `now` is patterns of panels x cells of the scale."""

    criterion: str
    patterns: tuple[tuple[str, ...], ...]
    now: Distribution
    keys: tuple[Key, ...]
    rules: RuleCodes
    others: Mapping[Place, Average]

    @property
    def ends(self) -> tuple[int, ...]:
        """The last point of each cell."""
        return levels_of(self.rules.protocol, self.criterion)

    def codes(self, distributions: Distributions) -> Codes:
        """Distributions x keys: whether each rule holds in each group."""
        groups = {group: self._counts(distributions, group) for _, group in self.keys}
        columns = [
            self.rules.in_group(rule, groups[group], self._average(groups[group], group))
            for rule, group in self.keys
        ]
        return np.stack(columns, axis=-1)

    def _counts(self, distributions: Distributions, group: str) -> CumulativeCounts:
        members = [group in (POOLED, *pattern) for pattern in self.patterns]
        at_most = distributions[:, members].sum(axis=1, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
        return self.rules.counts(self.criterion, dict(zip(self.ends, at_most.T, strict=True)))

    def _average(self, counts: CumulativeCounts, group: str) -> Average:
        own, others = opinions_of(counts), self.others[self.criterion, group]
        return Average(own.majority + others.majority, own.opinions + others.opinions)

    def change(self, after: Distribution) -> list[Change]:
        """What moved, one change a pattern; raters leave the lowest cells for the lowest."""
        changes = []
        for panels, gained in zip(self.patterns, (after - self.now).tolist(), strict=True):
            spans = [(end + 1, last) for end, last in zip((0, *self.ends), self.ends, strict=False)]
            leaving = [cell for cell, more in enumerate(gained) for _ in range(-more)]
            joining = [cell for cell, more in enumerate(gained) for _ in range(more)]
            moves = Counter(zip(leaving, joining, strict=True))
            if moves:
                listed = tuple(Move(raters, spans[a], spans[b]) for (a, b), raters in moves.items())
                changes.append(Change(self.criterion, panels, listed))
        return changes


def blocks_of(rules: RuleCodes, item: ItemRatings, others: Mapping[Place, Average]) -> list[Block]:
    """The blocks of one item, criterion by criterion; `others` are APMO's sums over the other items."""
    present = item.panels_present()
    looked_at: dict[str, list[Key]] = {}
    for index, rule in enumerate(rules.protocol.rules):
        looked_at.setdefault(rule.criterion, []).extend((index, group) for group in groups_of(rule, present))
    blocks = []
    for criterion, keys in looked_at.items():
        for patterns in _separate(item, criterion, {group for _, group in keys}):
            own = tuple(key for key in keys if any(key[1] in (POOLED, *pattern) for pattern in patterns))
            now = np.array([_cells(rules, item, criterion, rows) for rows in patterns.values()], np.int32)
            blocks.append(Block(criterion, tuple(patterns), now, own, rules, others))
    return blocks


def _separate(item: ItemRatings, criterion: str, groups: set[str]) -> list[dict[tuple[str, ...], Mask]]:
    """The raters of each block by pattern: panel by panel where that is enough."""
    raters = len(item.values.get(criterion, ()))
    everyone = np.ones(raters, np.bool_)
    if groups == {POOLED}:
        return [{(POOLED,): everyone}]
    panels = sorted(groups - {POOLED})
    if not panels:
        return []
    members = np.array([item.panels[panel][:raters] for panel in panels], np.bool_).reshape(
        len(panels), raters
    )
    if POOLED not in groups and (members.sum(axis=0) <= 1).all():
        return [{(panel,): mask} for panel, mask in zip(panels, members, strict=True)]
    patterns, which = np.unique(members, axis=1, return_inverse=True)
    names = [
        tuple(panel for panel, own in zip(panels, row, strict=True) if own) for row in patterns.T.tolist()
    ]
    names = names or [tuple(panels)]
    together = {name: np.asarray(which.reshape(-1) == place) for place, name in enumerate(names)}
    # A panel that kept silent has a pattern of its own, with nobody in it.
    silent = [panel for panel in panels if not any(panel in name for name in names)]
    return [together | {(panel,): ~everyone for panel in silent}]


def _cells(rules: RuleCodes, item: ItemRatings, criterion: str, rows: Mask) -> list[int]:
    values = item.values.get(criterion, np.empty(0))
    points = np.cumsum((0, *count_points(values[rows], rules.protocol.criteria[criterion].scale)))
    ends = [0, *levels_of(rules.protocol, criterion)]
    return [int(points[last] - points[first]) for first, last in pairwise(ends)]


def without_each(rules: RuleCodes, place: Place, items: Sequence[ItemRatings]) -> list[Average]:
    """APMO's sums over the round less each item in turn."""
    criterion, group = place
    scale = rules.protocol.criteria[criterion].scale
    table = np.array([count_points(_ratings(item, criterion, group), scale) for item in items], np.int32)
    counts = rules.counts(criterion, dict(enumerate(np.cumsum(table, axis=1).T, 1)))
    own = opinions_of(counts)
    majority, opinions = own.majority.sum() - own.majority, own.opinions.sum() - own.opinions
    return [Average(majority[row], opinions[row]) for row in range(len(items))]


def _ratings(item: ItemRatings, criterion: str, group: str) -> Values:
    values = item.values.get(criterion, np.empty(0))
    if group == POOLED:
        return values
    return values[item.panels[group]] if group in item.panels and len(values) else np.empty(0)

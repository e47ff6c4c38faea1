"""The fewest experts whose change of answer would give an item another verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.answer_blocks import Block, Change, Move, blocks_of, without_each
from delphi.scoring.exact import Undefined
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings
from delphi.scoring.reachable_answers import (
    Distribution,
    Distributions,
    after_changes,
    changes_between,
    number_after_changes,
    unanimous_moves,
)
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import VERDICTS, Place, RuleCodes, groups_of
from delphi.scoring.vectorised_conditions import Average, Codes

__all__ = ["Change", "Fragility", "Move", "each_fragility", "fragility"]

MOST_DISTRIBUTIONS: Final = 100_000  # of one block, looked at exhaustively
MOST_COMBINATIONS: Final = 400_000  # of the blocks' outcomes
NO_FLIP: Final = Undefined("no_flip")
NO_FLIP_FOUND: Final = Undefined("no_flip_found")


@dataclass(frozen=True)
class Fragility:
    """`raters` changing as in `changes` turn `verdict` into `becomes`.

    `exact`: fewer never do; else `raters` is an upper bound and `at_least` a lower one. Undefined when no
    change of answers gives another verdict, or none was found.
    """

    item: str
    verdict: Verdict
    raters: int | Undefined
    at_least: int
    exact: bool
    becomes: Verdict | None
    changes: tuple[Change, ...]


def fragility(protocol: Protocol, items: Sequence[ItemRatings]) -> list[Fragility]:
    """The fragility of each item of a round, in order (Walsh et al. 2014, J Clin Epidemiol 67:622-628, whose
    index counts patients; here raters and any rules).

    Who answered stays as it is: raters change to another point, not to silence, so n and the minimum of raters
    do not move. Answers to other items stay, but APMO follows the item's own. Where rules look only at bands,
    a change within a band is none, and the search goes over numbers in bands; with quantiles it goes over
    points. Panels without common members, and no pooled rule, are searched one by one and put together;
    otherwise raters are searched by the exact set of panels they are in, together.

    The search is exhaustive, by number of changes, up to `MOST_DISTRIBUTIONS`; beyond it tries unanimous moves
    only, and the result is a bound. So it is with several criteria, since one rater may change several
    answers: the upper bound counts them as different raters. ValueError for a rating off its scale.
    """
    return list(each_fragility(protocol, items))


def each_fragility(protocol: Protocol, items: Sequence[ItemRatings]) -> Iterator[Fragility]:
    """As `fragility`, one item after the other, for those who tell how far they are."""
    places = {
        (rule.criterion, group)
        for rule in protocol.rules
        for item in items
        for group in groups_of(rule, item.panels_present())
    }
    largest = max((len(values) for item in items for values in item.values.values()), default=0)
    rules = RuleCodes(protocol, largest)
    others = {place: without_each(rules, place, items) for place in places}
    for row, item in enumerate(items):
        yield _fragility(rules, item, {place: averages[row] for place, averages in others.items()})


def _fragility(rules: RuleCodes, item: ItemRatings, others: Mapping[Place, Average]) -> Fragility:
    search = _Search(item, rules, blocks_of(rules, item, others))
    flip, least = search.cheapest()
    verdict = VERDICTS[search.verdict]
    if flip is None:
        reason = NO_FLIP if search.exhausted else NO_FLIP_FOUND
        return Fragility(item.item, verdict, reason, least, search.exhausted, None, ())
    changes = [
        change
        for block, after in zip(search.blocks, flip.after, strict=True)
        for change in block.change(after)
    ]
    exact = flip.raters <= least
    return Fragility(
        item.item,
        verdict,
        flip.raters,
        min(least, flip.raters),
        exact,
        VERDICTS[flip.becomes],
        tuple(changes),
    )


@dataclass(frozen=True)
class _Flip:
    raters: int
    becomes: int
    after: Sequence[Distribution]


@dataclass(frozen=True)
class _Outcomes:
    """What a block can come to: distinct rows of codes, each with the fewest changes found and their result.

    Every distribution with up to `depth` changes was looked at, and there are `raters` who could change.
    """

    codes: Codes
    changes: NDArray[np.int64]
    after: Distributions
    depth: int
    raters: int


class _Search:
    """The blocks of one item, put together."""

    def __init__(self, item: ItemRatings, rules: RuleCodes, blocks: Sequence[Block]) -> None:
        self.rules, self.blocks = rules, blocks
        self.present = {panel: np.ones(1, np.bool_) for panel in item.panels_present()}
        self.now = [block.codes(block.now[None]) for block in blocks]
        self.verdict = int(self.verdicts(self.now)[0])
        self.tables = self._explore()

    @property
    def exhausted(self) -> bool:
        """Whether everything that could be answered was looked at."""
        return all(table.depth >= table.raters for table in self.tables)

    def verdicts(self, codes: Sequence[Codes]) -> Codes:
        """Verdicts from each block's rows of codes, in parallel (one row of a block goes with all)."""
        in_groups: list[dict[str, Codes]] = [{} for _ in self.rules.protocol.rules]
        for block, rows in zip(self.blocks, codes, strict=True):
            for column, (rule, group) in enumerate(block.keys):
                in_groups[rule][group] = rows[:, column]
        return self.rules.verdicts(in_groups, self.present)

    def cheapest(self) -> tuple[_Flip | None, int]:
        """The flip with the fewest raters that was found, and how few could ever do."""
        tables = _trimmed(self.tables)
        if not tables:  # put to no panel that a rule looks at
            return None, 0
        places = np.indices([len(table.changes) for table in tables]).reshape(len(tables), -1)
        chosen = list(zip(tables, places, strict=True))
        verdicts = np.broadcast_to(
            self.verdicts([table.codes[row] for table, row in chosen]), places.shape[1:]
        )
        flips = np.flatnonzero(verdicts != self.verdict)
        beyond = [table.depth + 1 for table in tables if table.depth < table.raters]
        if not len(flips):
            return None, min(beyond, default=0)
        total = {block.criterion: np.zeros(places.shape[1], np.int64) for block in self.blocks}
        for block, (table, row) in zip(self.blocks, chosen, strict=True):
            total[block.criterion] += table.changes[row]
        by_criterion = np.array(list(total.values()))[:, flips]
        apart = by_criterion.sum(axis=0)  # at worst, other raters change on each criterion
        together = by_criterion.max(axis=0)  # at best, the same
        best = int(np.argmin(apart))
        flip = flips[best]
        after = [table.after[row[flip]] for table, row in chosen]
        found = _Flip(int(apart[best]), int(verdicts[flip]), after)
        return found, min(int(together.min()), *beyond) if beyond else int(together.min())

    def _explore(self) -> list[_Outcomes]:
        tables: list[_Outcomes] = []
        most = sum(int(block.now.sum()) for block in self.blocks)
        for place in range(len(self.blocks)):
            table, alone = self._outcomes(place, most)
            tables.append(table)
            most = min(most, alone)
        return tables

    def _outcomes(self, place: int, most: int) -> tuple[_Outcomes, int]:
        """What block `place` can come to with up to `most` changes, and with how many it flips alone."""
        block = self.blocks[place]
        raters = int(block.now.sum())
        found, seen, depth = [block.now[None]], [self.now[place]], 0
        for layers in _batches(block.now.shape, min(most, raters)):
            found.append(np.concatenate([after_changes(block.now, changes) for changes in layers]))
            seen.append(block.codes(found[-1]))
            depth = layers[-1]
            if self._flips(place, seen[-1]).any():
                break
        else:
            if depth < min(most, raters):
                found.append(unanimous_moves(block.now))
                seen.append(block.codes(found[-1]))
        states, codes = np.concatenate(found), np.concatenate(seen)
        changes = changes_between(block.now, states)
        alone = changes[self._flips(place, codes)].min(initial=most)
        return _nearest(states, codes, changes, depth, raters), int(alone)

    def _flips(self, place: int, codes: Codes) -> NDArray[np.bool_]:
        """Which rows of a block's codes give another verdict, the other blocks staying as they are."""
        verdicts = self.verdicts([*self.now[:place], codes, *self.now[place + 1 :]])
        return np.asarray(np.broadcast_to(verdicts, len(codes)) != self.verdict)


def _batches(shape: tuple[int, ...], most: int) -> Iterator[range]:
    """Numbers of changes 1, 2, ... in growing batches, as far as `MOST_DISTRIBUTIONS` allows."""
    patterns, cells = shape
    start, room = 1, MOST_DISTRIBUTIONS
    while start <= most:
        stop = start
        while stop <= min(most, 2 * start - 1):
            room -= number_after_changes(patterns, cells, stop)
            if room < 0:
                break
            stop += 1
        if stop > start:
            yield range(start, stop)
        if room < 0:
            return
        start = stop


def _nearest(
    states: Distributions, codes: Codes, changes: NDArray[np.int64], depth: int, raters: int
) -> _Outcomes:
    """Of the states with the same codes, one with the fewest changes."""
    order = np.argsort(changes, kind="stable")
    _, first = np.unique(codes[order], axis=0, return_index=True)
    kept = order[np.sort(first)]
    return _Outcomes(codes[kept], changes[kept], states[kept], depth, raters)


def _trimmed(tables: Sequence[_Outcomes]) -> list[_Outcomes]:
    """The cheapest outcomes of each block where all combinations would be too many; what is cut limits depth."""
    if np.prod([float(len(table.changes)) for table in tables]) <= MOST_COMBINATIONS:
        return list(tables)
    most = int(MOST_COMBINATIONS ** (1 / len(tables)))
    return [
        replace(
            table,
            codes=table.codes[:most],
            changes=table.changes[:most],
            after=table.after[:most],
            depth=min(table.depth, *(table.changes[most : most + 1] - 1).tolist(), table.raters - 1),
        )
        if len(table.changes) > most
        else table
        for table in tables
    ]

"""What of single answers to an item may be published: which panels may stand beside them, or that none may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from delphi.domain.anonymity import visible_groups
from delphi.scoring.rules import POOLED, Rule

SMALLEST_PUBLIC_GROUP: Final = 5

Memberships = Sequence[frozenset[str]]
NOTHING: Final[frozenset[str]] = frozenset()


def public_minimum(minimum_group_size: int) -> int:
    """k: everybody alike in what is published of an answer is at least this many."""
    return max(minimum_group_size, SMALLEST_PUBLIC_GROUP)


def publishable(answered: Sequence[Memberships], minimum: int) -> frozenset[str]:
    """The groups, of "pooled" and the panels, that the answers to one item may be published by; empty: no answers.

    Each member of `answered` has the panels of each rater who answered in one way of counting (a criterion, with or
    without those unable to rate); what holds for one must hold for all. The panels told beside an answer split
    the raters into classes of people alike in them, and every class has at least `minimum` raters, nor could one of
    them, knowing their own answer, be left with a whole panel. The largest panel comes first, by name among equals.
    """
    shown = [visible_groups(memberships, minimum) for memberships in answered]
    allowed = frozenset.intersection(*shown) if shown else NOTHING
    if POOLED not in allowed or not all(_safe(NOTHING, one, minimum) for one in answered):
        return NOTHING
    sizes = Counter(panel for memberships in answered for panels in memberships for panel in panels)
    told = NOTHING
    for panel in sorted(allowed - {POOLED}, key=lambda panel: (-sizes[panel], panel)):
        if all(_safe(told | {panel}, memberships, minimum) for memberships in answered):
            told |= {panel}
    return told | {POOLED}


def _safe(told: frozenset[str], memberships: Memberships, minimum: int) -> bool:
    classes = Counter(panels & told for panels in memberships)
    if not classes or min(classes.values()) < minimum:
        return False
    sizes = Counter(panel for panels in memberships for panel in panels)
    small = {panel for panel, size in sizes.items() if size == minimum - 1}
    # A class of exactly the minimum could be such a panel and one reader more.
    return not any(
        size == minimum and _within(panel, alike, told, memberships)
        for alike, size in classes.items()
        for panel in small
    )


def _within(panel: str, alike: frozenset[str], told: frozenset[str], memberships: Memberships) -> bool:
    return all(panels & told == alike for panels in memberships if panel in panels)


def needs(rules: Collection[Rule], asked: Collection[str]) -> frozenset[str]:
    """The groups that these rules look at, in an item put to the panels `asked`."""
    found: set[str] = set()
    for rule in rules:
        if rule.panels == POOLED:
            found.add(POOLED)
        elif isinstance(rule.panels, str):
            found.update(asked)
        else:
            found.update(panel for panel in rule.panels if panel in asked)
    return frozenset(found)


def recomputable(
    rules: Sequence[Rule],
    deciding: int | None,
    asked: Collection[str],
    told: Collection[str],
    others: Mapping[str, Collection[str]],
) -> bool:
    """Whether the published answers are enough for the verdict that the rule at `deciding` (from 0) gave.

    `others`: of each item in the round, the panels it was put to that are not told, and "pooled" where no answers are:
    a threshold that is the round's average needs all of them.
    """
    tried = rules if deciding is None else rules[: deciding + 1]
    if POOLED not in told or not needs(tried, asked) <= set(told):
        return False
    if set(told) == {POOLED} and any(not needs([rule], asked) for rule in tried):
        return False  # a rule for panels that were not asked does not apply, which takes one that was to be known
    averaged = [rule for rule in tried if any(one.threshold == "apmo" for one in rule.conditions)]
    looked_at = needs(averaged, asked)
    return not any(looked_at & set(missing) for missing in others.values())

"""What is said of an item of a closed round beside its verdict: put together once, safe to show as it stands.

`analyse` gives of each item:

    fragility       {"raters", "becomes", "exact", "at_least"}: the fewest experts whose change of answer gives another
                    verdict, and which; raters None: no change does. None where a hidden group would tell.
    holds           share of 1,000 draws of experts like these with the same verdict; None as above
    presets         {rule: verdict}, the sealed rules first under "sealed", then every preset that fits the scale;
                    without those that a hidden group would tell
    against         the presets that make something else of the item (in, open, out) than the sealed rules do
    criteria        by criterion:
        rule_splits     panels of which a rule holds in one and not in another, as [[holds in], [does not]]; or None
        groups_p        p-value of panels answering alike, over all items (false discovery rate); None without test
        groups_differ   whether it is at most 5 %
        camps           groups split in two camps ("pooled" or a panel)
        opposed         pairs of panels that oppose each other or are far apart
        since           number of the round it was rated in before; None: never
        high_change     percentage points gained in the high band since then; None where not shown
        stability       {"verdict", "reason", "n", "value"} of those who answered both; None below the minimum
        movement        {"n", "up", "down", "stayed", "crossed", "table"} of the same; crossed: to another band;
                        table: 3 x 3 counts, bands low to high, before in rows; None where it would tell of few
        departures      those who rated it then and not now, see `delphi/domain/departures.py`; or None
    flags           of FLAGS, what the board can be searched by

Nothing in it rests on a group that is too small to show, nor can such a group be computed from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from delphi.domain.anonymity import may_also_show
from delphi.domain.departures import departures
from delphi.domain.protocols import StudyProtocol
from delphi.domain.works import Progress, untold
from delphi.scoring.rules import POOLED, Criterion, Rule

if TYPE_CHECKING:
    from delphi.scoring.polarisation import Camps, Opposition
    from delphi.scoring.ratings import ItemRatings

FRAGILE: Final = 2  # experts
FALSE_DISCOVERY: Final = Fraction(1, 20)
RESAMPLES: Final = 1000
SEED: Final = 0
BANDS: Final = ("low", "middle", "high")

FLAGS: Final = ("fragile", "panels_disagree", "unstable", "polarised", "rule_sensitive")

Content = dict[str, Any]


@dataclass(frozen=True)
class Put:
    """An item as it was put to experts in one round: `ratings` has a row for each of `experts`, in order."""

    number: int
    experts: Sequence[int]
    ratings: ItemRatings
    shown: Collection[str]
    judgement: Mapping[str, Any]

    def held(self, criterion: str) -> dict[int, frozenset[str]]:
        """The panels of each expert who rated."""
        return {
            expert: frozenset(name for name, members in self.ratings.panels.items() if members[row])
            for row, expert in enumerate(self.experts)
            if self.point(row, criterion) is not None
        }

    def points(self, criterion: str) -> dict[int, int]:
        rows = ((expert, self.point(row, criterion)) for row, expert in enumerate(self.experts))
        return {expert: point for expert, point in rows if point is not None}

    def point(self, row: int, criterion: str) -> int | None:
        value = float(self.ratings.values[criterion][row])
        return None if value != value else int(value)

    @property
    def hides(self) -> bool:
        """Whether a group of which somebody rated is not shown."""
        groups = {
            name for own in self.judgement["summaries"].values() for name, one in own.items() if one["n"]
        }
        return not groups <= set(self.shown)


@dataclass(frozen=True)
class Case:
    """An item of the round, and as it was put to experts in the round it was rated in before."""

    now: Put
    before: Put | None = None


def analyse(protocol: StudyProtocol, cases: Sequence[Case], progress: Progress = untold) -> list[Content]:
    """The content of each item, in order; numpy and scipy are loaded, so never on a page."""
    if not cases:
        return []
    found = []
    parts = zip(
        _fragilities(protocol, cases), _draws(protocol, cases), _presets(protocol, cases), strict=True
    )
    for done, (fragility, holds, presets) in enumerate(parts, 1):
        found.append({"fragility": fragility, "holds": holds, **presets})
        progress("items", done, len(cases))  # nearly all the time goes into fragilities
    for key, criterion in protocol.rules.criteria.items():
        left = departures(protocol, cases, key, _told)
        for content, case, p, gone in zip(found, cases, _groups_p(cases, key), left, strict=True):
            own = content.setdefault("criteria", {})
            own[key] = _of_criterion(protocol, case, criterion, p) | {"departures": gone}
    return [content | {"flags": list(_flags(content))} for content in found]


def _flags(content: Content) -> Iterator[str]:
    criteria = content["criteria"].values()
    flip = content["fragility"]
    raised = {
        "fragile": flip and flip["raters"] is not None and flip["raters"] <= FRAGILE,
        "panels_disagree": any(one["rule_splits"] or one["groups_differ"] for one in criteria),
        "unstable": any(one["stability"] and one["stability"]["verdict"] == "not stable" for one in criteria),
        "polarised": any(one["camps"] or one["opposed"] for one in criteria),
        "rule_sensitive": content["rule_sensitive"],
    }
    return (name for name in FLAGS if raised[name])


def _fragilities(protocol: StudyProtocol, cases: Sequence[Case]) -> Iterator[Content | None]:
    from delphi.scoring.exact import Undefined
    from delphi.scoring.fragility import each_fragility

    flips = each_fragility(protocol.rules, [case.now.ratings for case in cases])
    for case, flip in zip(cases, flips, strict=True):
        raters = None if isinstance(flip.raters, Undefined) else flip.raters
        yield (
            None
            if case.now.hides
            else {
                "raters": raters,
                "becomes": flip.becomes.value if flip.becomes else None,
                "exact": flip.exact,
                "at_least": flip.at_least,
            }
        )


def _draws(protocol: StudyProtocol, cases: Sequence[Case]) -> Iterator[float | None]:
    from delphi.scoring.resampling import verdict_stability
    from delphi.scoring.round_ratings import RoundRatings

    values, panels, asked = _matrices(cases, list(protocol.rules.criteria))
    items = tuple(case.now.ratings.item for case in cases)
    ratings = RoundRatings(items, values, panels, asked)
    if not ratings.raters:
        yield from (None for _ in cases)
        return
    drawn = verdict_stability(protocol.rules, ratings, seed=SEED, resamples=RESAMPLES)
    for case, one in zip(cases, drawn, strict=True):
        # Where an item was limited to panels that share experts, the whole round as one matrix cannot tell.
        told = not case.now.hides and one.verdict.value == case.now.judgement["verdict"]
        yield round(one.probability, 3) if told else None


def _matrices(cases: Sequence[Case], criteria: Sequence[str]) -> tuple[Any, Any, Any]:
    """The round as raters x items, with the panels of each rater and who was asked what."""
    import numpy as np

    experts = sorted({expert for case in cases for expert in case.now.experts})
    rows = {expert: row for row, expert in enumerate(experts)}
    shape = len(experts), len(cases)
    values = {key: np.full(shape, np.nan) for key in criteria}
    asked = np.zeros(shape, np.bool_)
    for column, case in enumerate(cases):
        places = [rows[expert] for expert in case.now.experts]
        asked[places, column] = True
        for key in criteria:
            values[key][places, column] = case.now.ratings.values[key]
    members: dict[str, set[int]] = {}
    for case in cases:
        for name, mask in case.now.ratings.panels.items():
            own = {expert for expert, held in zip(case.now.experts, mask, strict=True) if held}
            members.setdefault(name, set()).update(own)
    panels = {name: np.array([one in own for one in experts], np.bool_) for name, own in members.items()}
    return values, panels, asked


def _presets(protocol: StudyProtocol, cases: Sequence[Case]) -> Iterator[Content]:
    """Each item's verdict under every preset that fits, as far as no hidden group tells it."""
    from delphi.scoring.multiverse import FATES, SEALED, multiverse, shipped

    found = multiverse([case.now.ratings for case in cases], protocol.rules)
    pooled = {name for name, preset in shipped().items() if _looks_at_everyone(preset.rules)}
    for case, one in zip(cases, found.items, strict=True):
        told = {
            name: verdict
            for name, verdict in one.verdicts.items()
            if name == SEALED or not case.now.hides or (name in pooled and POOLED in case.now.shown)
        }
        fates = {name: FATES[verdict] for name, verdict in told.items() if verdict in FATES}
        own = fates.get(SEALED)
        yield {
            "presets": {name: verdict.value for name, verdict in told.items()},
            "against": [name for name, fate in fates.items() if own is not None and fate != own],
            "rule_sensitive": len(set(fates.values())) > 1,
        }


def _looks_at_everyone(rules: Iterable[Rule]) -> bool:
    return all(rule.panels == POOLED for rule in rules)


def _groups_p(cases: Sequence[Case], criterion: str) -> list[float | None]:
    """Kruskal and Wallis' test of the panels that are shown, Benjamini and Hochberg over the items."""
    from delphi.scoring.exact import Undefined
    from delphi.scoring.groups import kruskal_wallis, p_value
    from delphi.scoring.multiplicity import adjust

    tests = [kruskal_wallis(list(_groups(case.now, criterion).values())) for case in cases]
    adjusted = adjust([p_value(test) for test in tests], "bh")
    return [None if isinstance(p, Undefined) else round(float(p), 4) for p in adjusted]


def _groups(put: Put, criterion: str) -> dict[str, Any]:
    """Ratings by panel that is shown, without those of experts in several: groups must not share anybody."""
    import numpy as np

    values, panels = put.ratings.values[criterion], put.ratings.panels
    once = np.sum(list(panels.values()), axis=0) == 1 if panels else np.zeros(len(values), np.bool_)
    return {name: values[mask & once] for name, mask in panels.items() if name in put.shown}


def _of_criterion(
    protocol: StudyProtocol, case: Case, criterion: Criterion, groups_p: float | None
) -> Content:
    camps, opposed = _divisions(case.now, criterion)
    return {
        "rule_splits": _rule_splits(protocol, case.now, criterion.key),
        "groups_p": groups_p,
        "groups_differ": groups_p is not None and groups_p <= FALSE_DISCOVERY,
        "camps": camps,
        "opposed": opposed,
        **_since(protocol, case, criterion),
    }


def _rule_splits(protocol: StudyProtocol, put: Put, criterion: str) -> list[list[str]] | None:
    """Of the shown panels, those in which the first rule that divides them holds, and those in which it does not."""
    for trace in put.judgement["trace"]:
        own = {name: group["holds"] for name, group in trace["groups"].items() if name in put.shown}
        sides = [[name for name, holds in own.items() if holds is side] for side in (True, False)]
        if protocol.rules.rules[trace["rule"]].criterion == criterion and all(sides):
            return sides
    return None


def _divisions(put: Put, criterion: Criterion) -> tuple[list[str], list[list[str]]]:
    """Groups in two camps, and pairs of panels that oppose each other or are far apart."""
    from delphi.scoring.exact import Undefined
    from delphi.scoring.polarisation import camps, opposition

    counts = {
        name: own["counts"]
        for name, own in put.judgement["summaries"][criterion.key].items()
        if name in put.shown and own["n"]
    }
    split: dict[str, Camps | Undefined] = {name: camps(own, criterion.scale) for name, own in counts.items()}
    pairs: dict[tuple[str, str], Opposition | Undefined] = {
        (one, other): opposition(counts[one], counts[other], criterion.scale)
        for one, other in combinations([name for name in counts if name != POOLED], 2)
    }
    return (
        [name for name, found in split.items() if not isinstance(found, Undefined) and found.two_camps],
        [
            list(pair)
            for pair, found in pairs.items()
            if not isinstance(found, Undefined) and (found.opposite or found.apart)
        ],
    )


def _since(protocol: StudyProtocol, case: Case, criterion: Criterion) -> Content:
    """What changed since the item was rated before, among those who answered both times."""
    nothing = {"since": None, "high_change": None, "stability": None, "movement": None}
    now, before = case.now, case.before
    if before is None:
        return nothing
    found = nothing | {"since": before.number, "high_change": _high_change(now, before, criterion.key)}
    earlier, later = before.points(criterion.key), now.points(criterion.key)
    both = sorted(earlier.keys() & later.keys())
    if len(both) < protocol.minimum_group_size or not (POOLED in now.shown and POOLED in before.shown):
        return found
    table = _told(before, now, criterion.key, both, protocol.minimum_group_size)
    pairs = [(earlier[expert], later[expert]) for expert in both]
    return found | {
        "stability": _stability(protocol, pairs, criterion, table),
        "movement": _movement(pairs, criterion, table),
    }


def _high_change(now: Put, before: Put, criterion: str) -> float | None:
    shares = []
    for put in (now, before):
        summary = put.judgement["summaries"].get(criterion, {}).get(POOLED)
        if POOLED not in put.shown or not summary or not summary["n"]:
            return None
        shares.append(float(summary["high"]["percent"]["value"]))
    return round(shares[0] - shares[1], 2)


def _told(before: Put, now: Put, criterion: str, both: Sequence[int], minimum: int) -> bool:
    """Whether counts of those who answered both rounds, less all, leave nobody who answered one alone in view."""
    for put in (before, now):
        held = put.held(criterion)
        members = [panels | ({_BOTH} if expert in both else set()) for expert, panels in held.items()]
        if not may_also_show(put.shown, _BOTH, members, minimum):
            return False
    return True


_BOTH: Final = " answered both"  # no panel's code begins with a space


def _stability(
    protocol: StudyProtocol, pairs: Sequence[tuple[int, int]], criterion: Criterion, table: bool
) -> Content:
    import numpy as np

    from delphi.scoring.documents import to_document
    from delphi.scoring.stability_rules import settle

    earlier, later = np.array(pairs, np.float64).T
    rules = protocol.rules
    found = settle(rules.stability, "", earlier, later, criterion.scale, quartiles=rules.quartiles)
    # Any measure of the two distributions could be tried out against what one expert more would make of them.
    told = table or rules.stability.criterion == "percent_changed"
    value = to_document(found.value) if told else None
    return {"verdict": found.verdict.value, "reason": found.reason, "n": found.n, "value": value}


def _movement(pairs: Sequence[tuple[int, int]], criterion: Criterion, table: bool) -> Content:
    banded = [(_band(criterion, one), _band(criterion, other)) for one, other in pairs]
    return {
        "n": len(pairs),
        "up": sum(later > earlier for earlier, later in pairs),
        "down": sum(later < earlier for earlier, later in pairs),
        "stayed": sum(later == earlier for earlier, later in pairs),
        "crossed": sum(one != other for one, other in banded),
        "table": [[banded.count((row, column)) for column in range(3)] for row in range(3)]
        if table
        else None,
    }


def _band(criterion: Criterion, point: int) -> int:
    return BANDS.index(criterion.scale.band_of(point))

"""Recomputes every verdict of this bundle from its tables, and tells each difference.

    python3 recompute.py [FOLDER]       FOLDER: where the bundle was unpacked; else the folder of this script

Needs Python 3.10 or newer and nothing else: it shares no code with the program that made the bundle. It reads

    data/ratings.csv                                  what each expert answered
    data/protocols.csv, criteria.csv, rules.csv, conditions.csv, rounds.csv     the sealed rules
    data/summaries.csv, verdicts.csv                  what is to be reproduced

Shares, quartiles and thresholds are fractions, so that nothing turns on rounding: 7 of 10 is at least 70 %.
It ends with 0 if everything was reproduced, else with 1.

How a verdict comes about. Raters are counted over everyone ("pooled") and in each panel the item was put to. A
condition compares a statistic of a group with a threshold. A rule holds in a group when all (or any) of its conditions
hold there, and for the item when it holds in every panel, in any panel, for everyone pooled, or in each panel it lists.
With fewer raters than its minimum, it cannot be evaluated in the group. The first rule that holds gives the verdict.
If none does, it is "insufficient" when a rule could not be evaluated, else what the protocol says under "otherwise".

Three values are used throughout: True, False, and None for what cannot be said.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, comb
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Any, NamedTuple

POOLED, UNABLE = "pooled", "unable"
COMPARE = {"at_least": ge, "at_most": le, "above": gt, "below": lt}
QUARTER, HALF = Fraction(1, 4), Fraction(1, 2)
Row = dict[str, str]
Value = Fraction | None  # None: undefined, such as a share of nobody


# --- The tables -------------------------------------------------------------------------------------------------------


def rows(folder: Path, name: str) -> Iterator[Row]:
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


class Criterion(NamedTuple):
    """The points of a scale, and the first and last point of each band; a scale may have no middle band."""

    points: int
    bands: dict[str, range]


class Condition(NamedTuple):
    statistic: str
    comparison: str
    named: str  # "critical", "apmo", or "" where the threshold is a number
    threshold: Value


class Rule(NamedTuple):
    number: int
    verdict: str
    criterion: str
    panels: str  # every, any, pooled or listed
    listed: list[str]
    mode: str  # all or any
    minimum_raters: int
    conditions: list[Condition]


class Protocol(NamedTuple):
    criteria: dict[str, Criterion]
    rules: list[Rule]
    otherwise: str
    quartiles: int


def read_protocols(folder: Path) -> dict[str, Protocol]:
    found = {
        row["protocol"]: Protocol({}, [], row["otherwise"], int(row["quartiles"]))
        for row in rows(folder, "protocols")
    }
    for row in rows(folder, "criteria"):
        bands = {
            band: range(int(row[f"{band}_from"]), int(row[f"{band}_to"]) + 1)
            if row[f"{band}_from"]
            else range(0)
            for band in ("low", "middle", "high")
        }
        found[row["protocol"]].criteria[row["criterion"]] = Criterion(int(row["points"]), bands)
    conditions = defaultdict(list)
    for row in sorted(rows(folder, "conditions"), key=lambda row: int(row["condition"])):
        number = None if row["named"] else Fraction(int(row["numerator"]), int(row["denominator"]))
        condition = Condition(row["statistic"], row["comparison"], row["named"], number)
        conditions[row["protocol"], row["rule"]].append(condition)
    for row in sorted(rows(folder, "rules"), key=lambda row: int(row["rule"])):
        rule = Rule(
            int(row["rule"]),
            row["verdict"],
            row["criterion"],
            row["panels"],
            names(row["listed"]),
            row["mode"],
            int(row["minimum_raters"]),
            conditions[row["protocol"], row["rule"]],
        )
        found[row["protocol"]].rules.append(rule)
    return found


def names(cell: str) -> list[str]:
    return [name for name in cell.split(";") if name]


class Group:
    """Raters on one criterion of one item: how many chose each point, and how many were unable to rate."""

    def __init__(self, criterion: Criterion, quartiles: int) -> None:
        self.criterion, self.quartiles = criterion, quartiles
        self.counts = [0] * criterion.points
        self.unable = 0

    def add(self, rating: str) -> None:
        if rating == UNABLE:
            self.unable += 1
        elif rating:
            if not 1 <= int(rating) <= self.criterion.points:
                raise SystemExit(f"ratings.csv: {rating} is not a point of its scale")
            self.counts[int(rating) - 1] += 1

    @property
    def n(self) -> int:
        return sum(self.counts)

    def in_band(self, band: str) -> int:
        return sum(self.counts[point - 1] for point in self.criterion.bands[band])

    def percent(self, band: str) -> Value:
        return Fraction(100 * self.in_band(band), self.n) if self.n else None

    def quantile(self, p: Fraction) -> Value:
        """By definition 6, 7 or 8 of Hyndman and Fan (1996), linear between neighbours."""
        n = self.n
        if not n:
            return None
        values = [point for point, count in enumerate(self.counts, 1) for _ in range(count)]
        place = n * p + {6: p, 7: 1 - p, 8: (1 + p) / 3}[self.quartiles]
        below = place.numerator // place.denominator
        lower, upper = (values[min(max(j, 1), n) - 1] for j in (below, below + 1))
        return lower + (place - below) * (upper - lower)

    @property
    def iqr(self) -> Value:
        q1, q3 = self.quantile(QUARTER), self.quantile(1 - QUARTER)
        return None if q1 is None or q3 is None else q3 - q1


class Item:
    """One item in one round: its groups by criterion and name. Panels without anybody asked are not there."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.groups: dict[str, dict[str, Group]] = {key: {} for key in protocol.criteria}
        self.panels: set[str] = set()

    def group(self, criterion: str, name: str) -> Group:
        """An empty one where nobody answered."""
        groups = self.groups[criterion]
        if name not in groups:
            groups[name] = Group(self.protocol.criteria[criterion], self.protocol.quartiles)
        return groups[name]

    def add(self, row: Row) -> None:
        panels = names(row["panels"])
        self.panels.update(panels)
        for name in (POOLED, *panels):
            self.group(row["criterion"], name).add(row["rating"])


def read_items(folder: Path, protocols: dict[str, Protocol]) -> dict[tuple[str, str], Item]:
    """Every item of verdicts.csv or ratings.csv, by round and code."""
    in_force = {row["round"]: protocols[row["protocol"]] for row in rows(folder, "rounds")}
    items = {(row["round"], row["item"]): Item(in_force[row["round"]]) for row in rows(folder, "verdicts")}
    for row in rows(folder, "ratings"):
        place = row["round"], row["item"]
        if place not in items:
            items[place] = Item(in_force[row["round"]])
        items[place].add(row)
    return items


# --- The statistics that rules may name -------------------------------------------------------------------------------


def rand_threshold(n: int) -> int:
    """RAND/UCLA: ratings in each outer third that make disagreement; the manual's table as a formula."""
    return max(1, (n + 1) // 3)


def rand_disagreement(group: Group) -> Value:
    least = rand_threshold(group.n)
    return truth(group.in_band("low") >= least and group.in_band("high") >= least) if group.n else None


def rand_agreement(group: Group) -> Value:
    """Fewer than the threshold outside the third (1-3, 4-6, 7-9) of the median; 3.5 and 6.5 go up."""
    median = group.quantile(HALF)
    if median is None:
        return None
    first = 3 * ((ceil(median) - 1) // 3)
    inside = sum(group.counts[first : first + 3])
    return truth(group.n - inside < rand_threshold(group.n))


def disagreement_index(group: Group) -> Value:
    """RAND/UCLA: the range from the 30th to the 70th percentile over the same adjusted for symmetry (IPRAS)."""
    p30, p70 = group.quantile(Fraction(3, 10)), group.quantile(Fraction(7, 10))
    if p30 is None or p70 is None:
        return None
    adjusted = Fraction(235, 100) + Fraction(3, 2) * abs(5 - (p30 + p70) / 2)
    return (p70 - p30) / adjusted


def ipras_disagreement(group: Group) -> Value:
    index = disagreement_index(group)
    return None if index is None else truth(index > 1)


def cvr(group: Group) -> Value:
    """Content validity ratio (Lawshe 1975)."""
    return Fraction(2 * group.in_band("high") - group.n, group.n) if group.n else None


def cvr_critical(n: int) -> Value:
    """Ayre and Scally (2014): the CVR of the smallest number that a coin reaches with probability 0.05 at most."""
    tail, critical = 0, n + 1
    while critical > 0 and 20 * (tail + comb(n, critical - 1)) <= 2**n:
        critical -= 1
        tail += comb(n, critical)
    return Fraction(2 * critical - n, n) if n and critical <= n else None


def icvi(group: Group) -> Value:
    return Fraction(group.in_band("high"), group.n) if group.n else None


def modified_kappa(group: Group) -> Value:
    """I-CVI corrected for chance (Polit, Beck and Owen 2007)."""
    agree, n = group.in_band("high"), group.n
    if not n:
        return None
    chance = Fraction(comb(n, agree), 2**n)
    return (Fraction(agree, n) - chance) / (1 - chance)


def truth(holds: bool) -> Fraction:
    return Fraction(int(holds))


STATISTICS = {
    "percent_low": lambda group: group.percent("low"),
    "percent_middle": lambda group: group.percent("middle"),
    "percent_high": lambda group: group.percent("high"),
    "median": lambda group: group.quantile(HALF),
    "iqr": lambda group: group.iqr,
    "rand_disagreement": rand_disagreement,
    "rand_agreement": rand_agreement,
    "ipras_disagreement": ipras_disagreement,
    "disagreement_index": disagreement_index,
    "cvr": cvr,
    "icvi": icvi,
    "modified_kappa": modified_kappa,
}


def average_of_majorities(items: list[Item], criterion: str, name: str) -> Value:
    """APMO: of all opinions of the round in the group, the percent that are with a majority of their item."""
    majority = opinions = 0
    for item in items:
        if name == POOLED or name in item.panels:
            group = item.group(criterion, name)
            sides = group.in_band("high"), group.in_band("low")
            majority += sum(count for count in sides if 2 * count > group.n)
            opinions += group.n
    return Fraction(100 * majority, opinions) if opinions else None


# --- The rules --------------------------------------------------------------------------------------------------------


class Judge:
    """All items of one round, because APMO looks at all of them."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.averages: dict[tuple[str, str], Value] = {}

    def verdict(self, item: Item) -> tuple[str, str]:
        """The verdict, and the place of the rule that gave it ("" for none)."""
        lacking = False
        for rule in item.protocol.rules:
            holds = self.rule_holds(rule, item)
            if holds:
                return rule.verdict, str(rule.number)
            lacking = lacking or holds is None
        return ("insufficient" if lacking else item.protocol.otherwise), ""

    def rule_holds(self, rule: Rule, item: Item) -> bool | None:
        if rule.panels == POOLED:
            groups = [POOLED]
        elif rule.panels == "listed":
            groups = [name for name in rule.listed if name in item.panels]
        else:
            groups = sorted(item.panels)
        if not groups:  # put to panels, but to none of these: it does not apply; put to no panel: unknown
            return False if item.panels else None
        return combine([self.holds_in(rule, item, name) for name in groups], any_will_do=rule.panels == "any")

    def holds_in(self, rule: Rule, item: Item, name: str) -> bool | None:
        group = item.group(rule.criterion, name)
        if group.n < rule.minimum_raters:
            return None
        results = [self.condition_holds(condition, rule, group, name) for condition in rule.conditions]
        return combine(results, any_will_do=rule.mode == "any")

    def condition_holds(self, condition: Condition, rule: Rule, group: Group, name: str) -> bool | None:
        value = STATISTICS[condition.statistic](group)
        threshold = self.threshold(condition, rule, group, name)
        if value is None or threshold is None:
            return None
        return bool(COMPARE[condition.comparison](value, threshold))

    def threshold(self, condition: Condition, rule: Rule, group: Group, name: str) -> Value:
        if condition.named == "critical":
            return cvr_critical(group.n)
        if condition.named != "apmo":
            return condition.threshold
        place = rule.criterion, name
        if place not in self.averages:
            self.averages[place] = average_of_majorities(self.items, *place)
        return self.averages[place]


def combine(results: list[bool | None], *, any_will_do: bool) -> bool | None:
    """All of them, or any; None when what is not known could have mattered or was asked for."""
    if any_will_do and True in results:
        return True
    if None in results:
        return None
    return any(results) if any_will_do else all(results)


# --- What is compared -------------------------------------------------------------------------------------------------


def differing_numbers(folder: Path, items: dict[tuple[str, str], Item]) -> Iterator[str]:
    for row in rows(folder, "summaries"):
        item = items.get((row["round"], row["item"]))
        if item is None:
            yield f"{place_of(row)}: summaries.csv has numbers, but there is no such verdict"
            continue
        for name, told in numbers(item.group(row["criterion"], row["group"])).items():
            if not same(told, row[name]):
                shown = "nothing" if told is None else str(told)
                where = f"{place_of(row)}, {row['criterion']}, {row['group']}"
                yield f"{where}: {name} is {shown}, summaries.csv says {row[name] or 'nothing'}"


def numbers(group: Group) -> dict[str, Any]:
    bands = ("low", "middle", "high")
    return {
        "n": group.n,
        "unable": group.unable,
        "counts": ";".join(map(str, group.counts)),
        **{band: group.in_band(band) for band in bands},
        **{f"percent_{band}": group.percent(band) for band in bands},
        "median": group.quantile(HALF),
        "q1": group.quantile(QUARTER),
        "q3": group.quantile(1 - QUARTER),
        "iqr": group.iqr,
    }


def same(told: Any, cell: str) -> bool:
    """To the last digit: the nearest decimal to the fraction is what the table holds."""
    if told is None:
        return cell == ""
    if isinstance(told, Fraction):
        return cell != "" and float(told) == float(cell)
    return str(told) == cell


def place_of(row: Row) -> str:
    return f"Round {row['round']}, item {row['item']}"


def ruled(verdict: str, rule: str) -> str:
    return f"{verdict} (rule {rule})" if rule else f"{verdict} (no rule held)"


def differing_protocols(folder: Path) -> Iterator[str]:
    for row in rows(folder, "protocols"):
        path = folder / row["file"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            yield f"{row['file']}: not the document that was sealed (SHA-256 in protocols.csv)"


def unknown_statistics(protocols: dict[str, Protocol]) -> dict[str, set[str]]:
    """By protocol, what its rules use and this script does not compute."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, protocol in protocols.items():
        for rule in protocol.rules:
            found[number] |= {one.statistic for one in rule.conditions} - set(STATISTICS)
    return found


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(folder: Path) -> int:
    protocols = read_protocols(folder)
    items = read_items(folder, protocols)
    unknown = unknown_statistics(protocols)
    by_round: dict[str, list[Item]] = defaultdict(list)
    for (number, _code), item in items.items():
        by_round[number].append(item)
    judges = {number: Judge(own) for number, own in by_round.items()}

    problems = [*differing_protocols(folder), *differing_numbers(folder, items)]
    reproduced = asked = left = 0
    listed = set()
    for row in rows(folder, "verdicts"):
        place = row["round"], row["item"]
        listed.add(place)
        if row["recomputable"] != "true":
            left += 1
            continue
        asked += 1
        if unknown[row["protocol"]]:
            statistics = ", ".join(sorted(unknown[row["protocol"]]))
            problems.append(f"{place_of(row)}: a rule uses {statistics}, not recomputed here")
            continue
        found = judges[row["round"]].verdict(items[place])
        if found == (row["verdict"], row["deciding_rule"]):
            reproduced += 1
        else:
            stated = ruled(row["verdict"], row["deciding_rule"])
            problems.append(f"{place_of(row)}: the ratings give {ruled(*found)}, verdicts.csv says {stated}")
    problems += [
        f"Round {number}, item {code}: ratings, but no verdict" for number, code in items.keys() - listed
    ]

    for problem in problems:
        tell(problem)
    tell(f"{reproduced} of {asked} verdicts reproduced.")
    if left:
        tell(f"{left} more cannot be recomputed from this bundle: they rest on panels too small to be shown.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))

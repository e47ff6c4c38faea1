"""Applies a protocol's rules to a whole round."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Final

from delphi.scoring.apmo import Opinions, apmo
from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.content_validity import cvr_critical
from delphi.scoring.exact import NO_RATINGS, Exact, Undefined
from delphi.scoring.judgements import ConditionTrace, GroupTrace, Judgement, RuleTrace
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings, count_points
from delphi.scoring.rules import POOLED, Comparison, Condition, Criterion, Rule, Verdict
from delphi.scoring.summaries import Summary, summarise_counts

__all__ = ["ItemRatings", "Judgement", "judge"]

Summaries = Mapping[str, Mapping[str, Summary]]
Averages = Mapping[tuple[str, str], Exact]

COMPARE: Final[Mapping[Comparison, Callable[[Fraction, Fraction], bool]]] = {
    "at_least": ge,
    "at_most": le,
    "above": gt,
    "below": lt,
}


def judge(protocol: Protocol, items: Sequence[ItemRatings]) -> list[Judgement]:
    """The verdict on each item, in order; `items` is the whole round, because APMO looks at all of it.

    Rules are tried in order and the first that holds gives the verdict. When none holds, the verdict is
    "insufficient" if any rule could not be evaluated for lack of raters, else the protocol's `otherwise`.
    A criterion an item has no values for counts as answered by nobody. ValueError for a rating off its scale.
    """
    tallies = [_summaries(protocol, item) for item in items]
    averages = _averages(protocol, tallies)
    return [
        _judge_item(protocol, item, summaries, averages)
        for item, summaries in zip(items, tallies, strict=True)
    ]


def _summaries(protocol: Protocol, item: ItemRatings) -> Summaries:
    return {
        criterion.key: dict(_group_summaries(criterion, protocol.quartiles, item))
        for criterion in protocol.criteria.values()
    }


def _group_summaries(
    criterion: Criterion, quartiles: int, item: ItemRatings
) -> Iterable[tuple[str, Summary]]:
    scale, values = criterion.scale, item.values.get(criterion.key)
    unable = item.unable.get(criterion.key)
    for group, mask in item.groups():
        counts = (0,) * scale.points if values is None else count_points(values[mask], scale)
        cannot = 0 if unable is None else int(unable[mask].sum())
        yield group, summarise_counts(counts, scale, unable=cannot, quartiles=quartiles)


def _averages(protocol: Protocol, tallies: Sequence[Summaries]) -> Averages:
    """APMO by criterion and group, for the criteria whose rules compare with it."""
    criteria = {
        rule.criterion
        for rule in protocol.rules
        if any(condition.threshold == "apmo" for condition in rule.conditions)
    }
    table: dict[tuple[str, str], list[Opinions]] = {}
    for summaries in tallies:
        for criterion in criteria:
            for group, summary in summaries[criterion].items():
                opinions = Opinions(summary.count_high, summary.count_low, summary.n)
                table.setdefault((criterion, group), []).append(opinions)
    return {place: apmo(opinions) for place, opinions in table.items()}


def _judge_item(protocol: Protocol, item: ItemRatings, summaries: Summaries, averages: Averages) -> Judgement:
    present = item.panels_present()
    trace = tuple(
        _Evaluation(rule, summaries[rule.criterion], averages).trace(index, present)
        for index, rule in enumerate(protocol.rules)
    )
    deciding = next((rule for rule in trace if rule.holds), None)
    if deciding is not None:
        return Judgement(item.item, deciding.verdict, deciding.rule, summaries, trace)
    unevaluated = any(rule.holds is None for rule in trace)
    return Judgement(
        item.item, Verdict.INSUFFICIENT if unevaluated else protocol.otherwise, None, summaries, trace
    )


@dataclass(frozen=True)
class _Evaluation:
    """One rule on one item."""

    rule: Rule
    summaries: Mapping[str, Summary]
    averages: Averages

    def trace(self, index: int, present: Sequence[str]) -> RuleTrace:
        rule = self.rule
        groups = {name: self._group(name) for name in self._group_names(present)}
        return RuleTrace(
            rule=index,
            verdict=rule.verdict,
            panels=rule.panels,
            mode=rule.mode,
            minimum_raters=rule.minimum_raters,
            holds=self._holds(groups, present),
            groups=groups,
        )

    def _group_names(self, present: Sequence[str]) -> Iterable[str]:
        if self.rule.panels == POOLED:
            return (POOLED,)
        if isinstance(self.rule.panels, str):
            return present
        return tuple(name for name in self.rule.panels if name in present)

    def _holds(self, groups: Mapping[str, GroupTrace], present: Sequence[str]) -> bool | None:
        if not groups:
            # Put to panels, but to none that the rule names: it does not apply. Put to no panel: unknown.
            return False if present else None
        return _combine([group.holds for group in groups.values()], any_will_do=self.rule.panels == "any")

    def _group(self, name: str) -> GroupTrace:
        summary = self.summaries[name]
        if summary.n < self.rule.minimum_raters:
            return GroupTrace(summary.n, None, ())
        average = self.averages.get((self.rule.criterion, name), NO_RATINGS)
        conditions = tuple(_compare(condition, summary, average) for condition in self.rule.conditions)
        holds = _combine([condition.holds for condition in conditions], any_will_do=self.rule.mode == "any")
        return GroupTrace(summary.n, holds, conditions)


def _combine(results: Sequence[bool | None], *, any_will_do: bool) -> bool | None:
    """All of the results, or any of them; None when what is missing could have mattered or was asked for.

    With `any_will_do` one True is enough whatever the others; otherwise every result must be known.
    """
    if any_will_do and True in results:
        return True
    if None in results:
        return None
    return any(results) if any_will_do else all(results)


def _compare(condition: Condition, summary: Summary, average: Exact) -> ConditionTrace:
    statistic = STATISTICS[condition.statistic]
    value = statistic.value(summary)
    threshold = _threshold(condition, summary, average)
    holds = None
    if not isinstance(value, Undefined) and not isinstance(threshold, Undefined):
        holds = COMPARE[condition.comparison](value, threshold)
    return ConditionTrace(
        statistic=condition.statistic,
        comparison=condition.comparison,
        value=value,
        count=statistic.count(summary),
        n=summary.n,
        threshold=threshold,
        threshold_name=condition.threshold if isinstance(condition.threshold, str) else None,
        holds=holds,
    )


def _threshold(condition: Condition, summary: Summary, average: Exact) -> Exact:
    if condition.threshold == "critical":
        return cvr_critical(summary.n)
    return average if isinstance(condition.threshold, str) else condition.threshold

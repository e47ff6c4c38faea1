"""What experts may see of a decided round: built once, then frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from delphi.domain.protocols import FeedbackPolicy
from delphi.scoring.rules import POOLED

STANCES = {"high": "for", "low": "against", "middle": "between"}


@dataclass(frozen=True)
class ChosenComment:
    """A comment picked for feedback; `band` is where its author rated the item, None when they did not.

    `answer`: what the team did with it, in each language.
    """

    comment_id: int
    text: str
    language: str
    band: str | None
    answer: Mapping[str, str] | None = None


def content(
    judgement: Mapping[str, Any],
    *,
    number: int,
    wording: int,
    shown_groups: Collection[str],
    policy: FeedbackPolicy,
    comments: Iterable[ChosenComment],
) -> dict[str, Any]:
    """The frozen feedback on one item; groups that may not be shown leave no trace in it."""
    criteria = {
        key: {"groups": _groups(groups, shown_groups, policy)}
        for key, groups in judgement["summaries"].items()
    }
    # Where too few rated for numbers, the side a comment takes would be a number too.
    chosen = [_comment(one, POOLED in shown_groups) for one in comments] if policy.comments else []
    return {"round": number, "wording": wording, "criteria": criteria, "comments": chosen}


def _groups(
    groups: Mapping[str, Mapping[str, Any]], shown: Collection[str], policy: FeedbackPolicy
) -> dict[str, dict[str, Any]]:
    wanted = [name for name in groups if name in shown and (name == POOLED or policy.by_panel)]
    return {name: _numbers(groups[name], policy) for name in wanted}


def _numbers(summary: Mapping[str, Any], policy: FeedbackPolicy) -> dict[str, Any]:
    numbers: dict[str, Any] = {"n": summary["n"]}
    if policy.distribution:
        numbers["counts"] = summary["counts"]
        numbers["percent_high"] = summary["high"]["percent"].get("value")
        numbers["percent_low"] = summary["low"]["percent"].get("value")
    if policy.median:
        numbers |= {name: summary[name].get("value") for name in ("median", "q1", "q3")}
    return numbers


def _comment(one: ChosenComment, take_sides: bool) -> dict[str, Any]:
    """`comment` finds it again should words be taken out later; it is on no page."""
    stance = STANCES.get(one.band or "", "between") if take_sides else "between"
    answer = {"answer": dict(one.answer)} if one.answer else {}
    return {
        "comment": one.comment_id,
        "text": one.text,
        "language": one.language,
        "stance": stance,
        **answer,
    }

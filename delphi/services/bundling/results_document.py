"""`results.json`: the stored verdicts in the schema that `delphi score` writes (docs/results.md)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any, TextIO

from delphi.services import protocols
from delphi.services.bundling import stored
from delphi.services.bundling.scope import Scope
from delphi.services.bundling.stored import Stored

NAME = "results.json"
SCHEMA = 2  # of `delphi.scoring.results`, which loads more than a bundle needs


def write(scope: Scope, stream: TextIO) -> None:
    """An item at a time. Only what is stored: whatever else the schema has, `delphi score` computes."""
    read = {str(one.number): protocols.parsed(one).rules.to_dict() for one in scope.sealed}
    in_force = str(scope.protocol_numbers[scope.rounds[-1].protocol_id or 0])
    head = {"schema": SCHEMA, "protocol": read[in_force], "protocols": read}
    stream.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rounds": [')
    for place, (number, verdicts) in enumerate(
        groupby(stored.of_study(scope), key=lambda one: (one.round, one.protocol))
    ):
        stream.write(",\n" if place else "\n")
        start = {"round": str(number[0]), "protocol": number[1]}
        stream.write("  " + json.dumps(start)[:-1] + ', "items": [')
        stream.writelines(
            (",\n" if item_place else "\n") + "   " + text
            for item_place, text in enumerate(_items(scope, verdicts))
        )
        stream.write("\n  ]}")
    stream.write("\n ]\n}\n")


def _items(scope: Scope, verdicts: Iterator[Stored]) -> Iterator[str]:
    for one in verdicts:
        groups = scope.groups.of_numbers(one.place, one.shown_groups)
        yield json.dumps(item_document(one, groups), ensure_ascii=False)


def item_document(one: Stored, groups: Collection[str]) -> dict[str, Any]:
    """Of one item, without the groups that are too small to be shown."""
    judgement = one.judgement
    return {
        "item": one.item,
        "verdict": one.verdict,
        "rule": judgement["rule"],
        "summaries": {
            criterion: {group: summaries[group] for group in summaries if group in groups}
            for criterion, summaries in judgement["summaries"].items()
        },
        "trace": [_rule(trace, groups, judgement["rule"]) for trace in judgement["trace"]],
    }


def _rule(trace: Mapping[str, Any], groups: Collection[str], deciding: int | None) -> dict[str, Any]:
    """Whether a rule held would tell of a group that is left out, unless it is the one that decided."""
    shown = {name: group for name, group in trace["groups"].items() if name in groups}
    told = {key: value for key, value in trace.items() if key != "groups"} | {"groups": shown}
    if len(shown) < len(trace["groups"]) and trace["rule"] != deciding:
        del told["holds"]
    return told

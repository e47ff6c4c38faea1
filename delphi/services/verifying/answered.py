"""The data against themselves: files and answers as they left the platform, and every verdict recomputed from them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol, from_toml
from delphi.scoring.judgements import Judgement
from delphi.services.bundling.digests import EXPERT, ITEM, MODULUS, Answer, digest_of
from delphi.services.registration import protocol_file
from delphi.services.verifying.archives import Files
from delphi.services.verifying.finding import Finding
from delphi.services.verifying.told_apart import Place, told_apart

DESCRIPTOR = "datapackage.json"
RATINGS = "data/ratings.csv"
DIGESTS = "data/digests.csv"
VERDICTS = "data/verdicts.csv"
SUMMARIES = "data/summaries.csv"
ROUNDS = "data/rounds.csv"
UNABLE = "unable"
MISSING = {EXPERT: "expert_missing", ITEM: "item_missing_answers"}
ADDED = {EXPERT: "expert_added", ITEM: "item_added_answers"}
NAMES = (
    "n",
    "unable",
    "low",
    "middle",
    "high",
    "percent_low",
    "percent_middle",
    "percent_high",
    "median",
    "q1",
    "q3",
    "iqr",
)


def descriptor(data: Files) -> dict[str, Any]:
    if DESCRIPTOR not in data.names or RATINGS not in data.names:
        raise DomainError("archive.no_bundle", place=data.place)
    found: dict[str, Any] = json.loads(data.text(DESCRIPTOR))
    return found


def files(data: Files) -> Iterator[Finding]:
    """Each table against the SHA-256 that the bundle was made with."""
    for resource in descriptor(data)["resources"]:
        name, told = resource["path"], resource["hash"].removeprefix("sha256:")
        if name not in data.names:
            yield Finding("file_missing", {"file": name})
        elif hashlib.sha256(data.read(name)).hexdigest() != told:
            yield Finding("file_changed", {"file": name})


def read(data: Files) -> list[Answer]:
    return [Answer(*(row[column] for column in Answer._fields)) for row in data.rows(RATINGS)]


def answers(data: Files, cells: Sequence[Answer]) -> Iterator[Finding]:
    """The digest of each expert's and of each item's answers, and where some are off, which answers were changed."""
    by: dict[tuple[str, str, str], list[Answer]] = defaultdict(list)
    for cell in cells:
        by[EXPERT, cell.round, cell.expert].append(cell)
        by[ITEM, cell.round, cell.item].append(cell)
    told = {(row["of"], row["round"], row["key"]): row for row in data.rows(DIGESTS)}
    for of, number, key in sorted(by.keys() - told.keys()):
        yield Finding(ADDED[of], {"round": number, "key": key})
    off: dict[str, dict[Place, int]] = defaultdict(dict)
    for (of, number, key), row in told.items():
        rows = by.get((of, number, key))
        if rows is None:
            yield Finding(MISSING[of], {"round": number, "key": key, "rows": row["answers"]})
        elif row["sha256"] != digest_of(rows):
            off[number][of, key] = (_sum(row["sha256"]) - _sum(digest_of(rows))) % MODULUS
    for number in sorted(off):
        yield from _changed(number, off[number], [cell for cell in cells if cell.round == number])


def _sum(digest: str) -> int:
    """What is no digest counts as nothing: it is off by more than any answer is."""
    try:
        return int(digest, 16)
    except ValueError:
        return 0


def _changed(number: str, off: Mapping[Place, int], cells: Iterable[Answer]) -> Iterator[Finding]:
    changes, left = told_apart(off, cells)
    for one in changes:
        facts = {"round": number, "expert": one.now.expert, "item": one.now.item}
        facts |= {"criterion": one.now.criterion, "was": one.was or "–", "now": one.now.rating or "–"}
        yield Finding("rating_changed", facts)
    experts, items = (sorted(key for of, key in left if of == wanted) for wanted in (EXPERT, ITEM))
    if not experts or not items:
        for key in experts or items:
            yield Finding("answers_changed", {"round": number, "key": key})
    for expert in experts if items else ():
        yield Finding("ratings_changed", {"round": number, "expert": expert, "items": ", ".join(items)})


def verdicts(data: Files, found: Iterable[Answer]) -> Iterator[Finding]:
    """Every verdict and every number, computed again from the answers by the rules in the bundle."""
    stored = {(row["round"], row["item"]): row for row in data.rows(VERDICTS)}
    numbers: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in data.rows(SUMMARIES):
        numbers[row["round"], row["item"]].append(row)
    by_round: dict[str, list[Answer]] = defaultdict(list)
    for cell in found:
        by_round[cell.round].append(cell)
    for row in data.rows(ROUNDS):
        protocol = from_toml(data.text(protocol_file(int(row["protocol"]))))
        judged = {one.item: one for one in _judged(protocol, by_round[row["round"]])}
        for (number, item), told in stored.items():
            if number == row["round"] and told["recomputable"] == "true":
                yield from _compared(told, judged.get(item), numbers[number, item])


def _judged(protocol: StudyProtocol, found: Iterable[Answer]) -> list[Judgement]:
    from delphi.scoring.answers import AnswerRow, rounds
    from delphi.scoring.engine import judge

    rows = [
        AnswerRow(
            one.item,
            one.expert,
            one.criterion,
            int(one.rating) if one.rating not in ("", UNABLE) else None,
            one.rating == UNABLE,
            tuple(filter(None, one.panels.split(";"))),
        )
        for one in found
    ]
    answered = rounds(rows, list(protocol.rules.criteria))
    return judge(protocol.rules, answered[0].item_ratings()) if answered else []


def _compared(
    told: Mapping[str, str], judged: Judgement | None, numbers: Iterable[Mapping[str, str]]
) -> Iterator[Finding]:
    place = {"round": told["round"], "item": told["item"]}
    if judged is None:
        yield Finding("not_asked", place)
        return
    if judged.verdict.value != told["verdict"]:
        yield Finding("verdict_differs", place | {"stored": told["verdict"], "found": judged.verdict.value})
    for row in numbers:
        summary = judged.summaries[row["criterion"]].get(row["group"])
        here = place | {"criterion": row["criterion"], "group": row["group"]}
        if summary is None:
            yield Finding("group_missing", here)
            continue
        if row["counts"] != ";".join(map(str, summary.counts)):
            yield Finding("counts_differ", here | _moved(row["counts"], summary.counts))
            continue
        computed = _numbers(summary)
        for name in NAMES:
            if row[name] != computed[name]:
                yield Finding(
                    "number_differs", here | {"name": name, "stored": row[name], "found": computed[name]}
                )


def _moved(stored: str, counts: Iterable[int]) -> dict[str, str]:
    """On which points there are fewer and more answers than were stored."""
    before = Counter({point: int(count) for point, count in enumerate(stored.split(";"), 1)})
    after = Counter(dict(enumerate(counts, 1)))
    return {"fewer": _points(before - after), "more": _points(after - before)}


def _points(counted: Counter[int]) -> str:
    return ", ".join(f"{count} × {point}" for point, count in sorted(counted.items())) or "–"


def _numbers(summary: Any) -> dict[str, str]:
    told = summary.to_dict()
    exact = {f"percent_{band}": told[band]["percent"] for band in ("low", "middle", "high")}
    exact |= {name: told[name] for name in ("median", "q1", "q3", "iqr")}
    counts = {"n": told["n"], "unable": told["unable"]} | {
        band: told[band]["count"] for band in ("low", "middle", "high")
    }
    return {name: str(value) for name, value in counts.items()} | {
        name: "" if value.get("value") is None else repr(value["value"]) for name, value in exact.items()
    }

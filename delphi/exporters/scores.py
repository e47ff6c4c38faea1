"""Results of scoring as one table: a row for each round, item, criterion and group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from delphi.exporters.tables import Cell, to_csv

Document = Mapping[str, Any]

BANDS: Final = ("low", "middle", "high")
COLUMNS: Final = (
    *("round", "item", "criterion", "group", "n", "unable", "low", "middle", "high"),
    *("percent_low", "percent_high", "interval_low", "interval_high"),
    *("median", "q1", "q3", "iqr", "mean", "sd", "agreement", "polarization"),
    *("condition", "probability", "since", "percent_changed", "stable", "p_between_groups"),
    *("verdict", "deciding_rule", "holds", "fragility", "flipped_by_one_less"),
)


def items_csv(results: Document) -> bytes:
    """The table of a document of `scoring.results`; columns as `docs/results.md` says."""
    return to_csv(COLUMNS, _rows(results))


def _rows(results: Document) -> Iterator[list[Cell]]:
    rules = results["protocol"]["rules"]
    for one in results["rounds"]:
        between = {
            criterion: {item["item"]: number(item["adjusted"]) for item in found["items"]}
            for criterion, found in one["groups"].items()
        }
        for item in one["items"]:
            for criterion, groups in item["summaries"].items():
                for group in groups:
                    yield [
                        *(one["round"], item["item"], criterion, group),
                        *_described(item, criterion, group),
                        *_condition(item, rules, criterion, group),
                        *(_changed(item, criterion) if group == "pooled" else [None] * 3),
                        between[criterion].get(item["item"]) if group == "pooled" else None,
                        *_verdict(item),
                    ]


def _described(item: Document, criterion: str, group: str) -> list[Cell]:
    summary, statistics = item["summaries"][criterion][group], item["statistics"][criterion][group]
    return [
        *(summary["n"], summary["unable"], *(summary[band]["count"] for band in BANDS)),
        *(number(summary[band]["percent"]) for band in ("low", "high")),
        *summary["high"].get("interval", (None, None)),
        *(number(summary[name]) for name in ("median", "q1", "q3", "iqr")),
        number(statistics["dispersion"]["mean"]),
        number(statistics["dispersion"]["standard_deviation"]),
        number(statistics["shape"]["van_der_eijk_agreement"]),
        number(statistics["shape"]["polarization"]),
    ]


def _condition(item: Document, rules: list[Document], criterion: str, group: str) -> list[Cell]:
    """The first condition on a share that was compared in the group, and the probability that it truly holds."""
    for one in item["posteriors"]:
        if one["group"] == group and rules[one["rule"]]["criterion"] == criterion:
            threshold = 100 * one["posterior"]["threshold"]
            return [f"{one['statistic']} {one['comparison']} {threshold:g} %", number(one["passes"])]
    return [None, None]


def _changed(item: Document, criterion: str) -> list[Cell]:
    found = item["changes"][criterion]
    if found is None:
        return [None, None, None]
    return [found["since"], number(found["change"]["percent_changed"]), found["stability"]["verdict"]]


def _verdict(item: Document) -> list[Cell]:
    return [
        item["verdict"],
        None if item["rule"] is None else item["rule"] + 1,
        item.get("resampled", {}).get("probability"),
        number(item["fragility"]["raters"]),
        item["leave_one_out"]["flipping"],
    ]


def number(value: float | Document) -> float | None:
    """A number of the document, exact or not; None where it is undefined."""
    return value.get("value") if isinstance(value, Mapping) else value

"""Read the data files of the demo study."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from delphi.domain.languages import LANGUAGES

_FILES = files(__package__)


@dataclass(frozen=True)
class DemoItem:
    """A row of items.csv; `panels` names every panel that rates the item."""

    code: str
    domain: dict[str, str]
    subdomain: dict[str, str]
    title: dict[str, str]
    description: dict[str, str]
    examples: dict[str, tuple[str, ...]]
    panels: tuple[str, ...]
    profile: str
    dissenting_panel: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the CSV files."""
    yield from csv.DictReader(_FILES.joinpath(name).read_text(encoding="utf-8").splitlines())


def study() -> dict[str, Any]:
    """study.toml: texts, panels, attributes, presentation, criterion, rounds, the rewording and the override."""
    return tomllib.loads(_FILES.joinpath("study.toml").read_text(encoding="utf-8"))


def kept_answers() -> dict[str, dict[str, str]]:
    """Attribute -> code in experts.csv -> the answer as it is kept: the choice in the main language."""
    told = study()
    main = told["languages"][0]
    return {row["code"]: {one["code"]: one[main] for one in row["choices"]} for row in told["attributes"]}


@cache
def items() -> tuple[DemoItem, ...]:
    """The items in their order in the study."""
    every_panel = tuple(panel["code"] for panel in study()["panels"])
    return tuple(_item(row, every_panel) for row in rows("items.csv"))


def _item(row: dict[str, str], every_panel: tuple[str, ...]) -> DemoItem:
    profile, _, dissenting_panel = row["profile"].partition(":")
    examples = _by_language(row, "examples")
    return DemoItem(
        code=row["code"],
        domain=_by_language(row, "domain"),
        subdomain=_by_language(row, "subdomain"),
        title=_by_language(row, "title"),
        description=_by_language(row, "description"),
        examples={language: tuple(text.split(" | ")) if text else () for language, text in examples.items()},
        panels=every_panel if row["panels"] == "all" else tuple(row["panels"].split(";")),
        profile=profile,
        dissenting_panel=dissenting_panel,
    )


def _by_language(row: dict[str, str], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in LANGUAGES}

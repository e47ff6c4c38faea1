"""Columns that several tables have, each described once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from delphi.exporters.datapackage import Field, Reference
from delphi.scoring.rules import Verdict
from delphi.words import lead_in

REQUIRED = {"required": True}
ONE_OR_MORE = {"required": True, "minimum": 1}
NOT_NEGATIVE = {"minimum": 0}
PERCENT = {"minimum": 0, "maximum": 100}


def round_number() -> Field:
    return Field("round", _("Number of the round."), "integer", ONE_OR_MORE)


def item() -> Field:
    return Field("item", _("Code of the item."), "string", REQUIRED)


def wording() -> Field:
    return Field(
        "wording", _("Number of the wording of the item that was shown in the round."), "integer", ONE_OR_MORE
    )


def criterion() -> Field:
    return Field("criterion", _("Key of the criterion, the question asked of the item."), "string", REQUIRED)


def protocol() -> Field:
    return Field(
        "protocol",
        _("Number of the version of the protocol; 1 as first sealed, higher ones are amendments."),
        "integer",
        ONE_OR_MORE,
    )


def verdict(about: str) -> Field:
    return Field("verdict", about, "string", REQUIRED | {"enum": [one.value for one in Verdict]})


def in_languages(name: str, about: str, languages: Iterable[str]) -> Iterator[Field]:
    """A column for each language of the study."""
    for language in languages:
        yield Field(f"{name}_{language}", f"{lead_in(about)} {language}")


TO_ROUND = Reference(("round",), "rounds", ("round",))
TO_ITEM = Reference(("item",), "items", ("item",))
TO_WORDING = Reference(("item", "wording"), "wordings", ("item", "wording"))
TO_PROTOCOL = Reference(("protocol",), "protocols", ("protocol",))
TO_VERDICT = Reference(("round", "item"), "verdicts", ("round", "item"))

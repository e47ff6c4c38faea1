"""Digests of everybody's answers, and of the answers to every item: a changed answer is off in one of each.

A digest is the sum of the SHA-256 of its answers, so that it does not depend on their order and none has to be kept.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from flask_babel import gettext as _

from delphi.exporters.datapackage import Field, Sheet
from delphi.exporters.tables import Cell, neutral
from delphi.services.bundling import columns
from delphi.services.bundling.answer_tables import answer
from delphi.services.bundling.scope import Scope

EXPERT: Final = "expert"
ITEM: Final = "item"
NAME: Final = "digests"
MODULUS: Final = 2**256


class Answer(NamedTuple):
    """One row of ratings.csv, as it is written there."""

    round: str
    item: str
    criterion: str
    expert: str
    panels: str
    rating: str


def digest_of(answers: Iterable[Answer]) -> str:
    return f"{sum(map(number_of, answers)) % MODULUS:064x}"


def number_of(one: Answer) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(one).encode()).digest())


def sheet(scope: Scope) -> Sheet:
    fields = (
        Field(
            "of",
            _("Whether of one expert or of one item."),
            "string",
            {"required": True, "enum": [EXPERT, ITEM]},
        ),
        columns.round_number(),
        Field("key", _("Pseudonym of the expert, or code of the item."), "string", columns.REQUIRED),
        Field("answers", _("Rows of ratings.csv that are in the digest."), "integer", columns.ONE_OR_MORE),
        Field(
            "sha256",
            _("Sum of the SHA-256 of these rows, which tells whether any of them was changed."),
            "string",
            {"required": True, "pattern": "[0-9a-f]{64}"},
        ),
    )
    about = _(
        "Digests of the answers of each expert and to each item of a round: where one of both is off, that answer was "
        "changed after the bundle was made. “delphi verify” reads them."
    )
    return Sheet(NAME, about, fields, ("of", "round", "key"), lambda: _rows(scope), (columns.TO_ROUND,))


def _rows(scope: Scope) -> Iterator[list[Cell]]:
    sums: dict[tuple[str, int, str], int] = defaultdict(int)
    counts: dict[tuple[str, int, str], int] = defaultdict(int)
    for number, one in _answers(scope):
        for place in ((EXPERT, number, one.expert), (ITEM, number, one.item)):
            sums[place] += number_of(one)
            counts[place] += 1
    for place in sorted(sums):
        yield [*place, counts[place], f"{sums[place] % MODULUS:064x}"]


def _answers(scope: Scope) -> Iterator[tuple[int, Answer]]:
    for asked in scope.asked():
        number = asked.round.number
        for criterion in asked.criteria:
            for expert_id in asked.experts:
                held = ";".join(sorted(asked.held[expert_id]))
                rating = neutral(answer(asked, criterion, expert_id))
                yield number, Answer(str(number), asked.item, criterion, scope.codes[expert_id], held, rating)

"""Comments as tables, without their authors: as they may be read, with what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from delphi.db import session
from delphi.domain.comments import Redacted
from delphi.exporters.tables import Cell
from delphi.models import Item, Study
from delphi.services import comment_answers, comment_review, rounds
from delphi.services.comment_answers import Answer
from delphi.services.comment_review import ReadComment


@dataclass(frozen=True)
class Numbered:
    """A comment that may leave the team, with its number among those of its item in the round, by text."""

    item: str
    number: int
    read: ReadComment
    text: str

    @property
    def place(self) -> list[Cell]:
        return [self.read.round, self.item, self.number]


def numbered(study: Study) -> list[Numbered]:
    """By round and item; the order tells nothing, and what waits for release, or may still change, is not there."""
    codes = dict(session.execute(select(Item.id, Item.code).where(Item.study_id == study.id)).all())
    listed: dict[tuple[int, str], list[tuple[str, ReadComment]]] = defaultdict(list)
    closed = [one for one in rounds.of_study(study) if one.state in comment_review.CLOSED]
    for one in comment_review.of_rounds(closed):
        if one.told is not None:
            listed[one.round, codes[one.item_id]].append((one.told, one))
    return [
        Numbered(code, number, one, text)
        for (_round, code), told in sorted(listed.items())
        for number, (text, one) in enumerate(sorted(told, key=lambda pair: pair[0]), start=1)
    ]


def comment_columns(study: Study) -> list[str]:
    answers = [f"answer_{language}" for language in study.languages]
    return [*PLACE, "language", "text", "kind", "chosen", "hidden", "redacted", *answers, "answer_wording"]


PLACE = ["round", "item", "comment"]


def comment_rows(study: Study) -> Iterator[list[Cell]]:
    answers = comment_answers.of_study(study)
    for one in numbered(study):
        read = one.read
        facts = [read.kind, read.chosen, read.hidden, read.redacted is Redacted.RELEASED]
        answer = answers.get(read.comment_id) or Answer({}, None, None)
        told = [answer.text.get(language) for language in study.languages]
        yield [*one.place, read.language, one.text, *facts, *told, answer.wording]

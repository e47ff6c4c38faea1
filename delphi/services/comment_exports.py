"""Comments as tables, without their authors: as they may be read, with their themes and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from delphi.db import session
from delphi.domain.comments import Redacted
from delphi.domain.states import SCORED
from delphi.exporters.tables import Cell
from delphi.models import Item, Study
from delphi.services import codings, comment_answers, comment_review, protocols, rounds, themes
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
    closed = [one for one in rounds.of_study(study) if one.state in SCORED]
    for one in comment_review.of_rounds(closed, protocols.of_rounds(closed)):
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


def comment_rows(study: Study, comments: Iterable[Numbered]) -> Iterator[list[Cell]]:
    answers = comment_answers.of_study(study)
    for one in comments:
        read = one.read
        facts = [read.kind, read.chosen, read.hidden, read.redacted is Redacted.RELEASED]
        answer = answers.get(read.comment_id) or Answer({}, None, None)
        told = [answer.text.get(language) for language in study.languages]
        yield [*one.place, read.language, one.text, *facts, *told, answer.wording]


AGREED = "agreed"  # instead of a coder: what they settled on by talking
CODING_COLUMNS = [*PLACE, "coder", "theme"]
THEME_COLUMNS = ["theme", "meaning", "retired"]


def theme_rows(study: Study) -> Iterator[list[Cell]]:
    return ([one.name, one.meaning, one.retired] for one in themes.of_study(study))


def coding_rows(study: Study, comments: Iterable[Numbered]) -> Iterator[list[Cell]]:
    """A row a theme given; where a coder found that none applies, one with an empty theme. Coders are numbers."""
    book = codings.book(study)
    names = {one.id: one.name for one in themes.of_study(study)}
    numbers = {coder_id: str(number) for number, coder_id in enumerate(sorted(book.coders), start=1)}
    given: dict[int, list[tuple[str, frozenset[int]]]] = defaultdict(list)
    for coded in book.codings:
        given[coded.comment_id].append((numbers[coded.coder_id], coded.themes))
    for comment_id, settled in book.settled.items():
        given[comment_id].append((AGREED, settled))
    for one in comments:
        for coder, chosen in given[one.read.comment_id]:
            for name in sorted(names[theme_id] for theme_id in chosen) or [""]:
                yield [*one.place, coder, name]

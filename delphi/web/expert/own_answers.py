"""An expert's own answers in words, and as the lines of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from delphi.domain.protocols import StudyProtocol
from delphi.exporters.tables import Cell
from delphi.models import Rating, Study
from delphi.services.personal import OwnAnswer, OwnRound
from delphi.web.item_texts import text_of
from delphi.words import label, translated


def in_words(protocol: StudyProtocol, criterion: str, rating: Rating | None) -> str:
    """What was answered, such as "7 of 9 (important)"."""
    if rating is None or (rating.point is None and not rating.unable):
        return _("No answer")
    if rating.unable:
        return _("Unable to rate")
    points = protocol.rules.criteria[criterion].scale.points
    meaning = _meaning(protocol, criterion, rating.point or 0)
    if meaning:
        return _("%(point)s of %(points)s (%(meaning)s)", point=rating.point, points=points, meaning=meaning)
    return _("%(point)s of %(points)s", point=rating.point, points=points)


def _meaning(protocol: StudyProtocol, criterion: str, point: int) -> str:
    texts = protocol.texts(criterion)
    band = protocol.rules.criteria[criterion].scale.band_of(point)
    return translated(texts.labels.get(point)) or translated(texts.band_labels.get(band))


def columns() -> list[str]:
    return [
        _("Round"),
        _("Domain"),
        _("Item"),
        _("Question"),
        _("Answer"),
        _("Why unable to rate"),
        _("What changed your mind"),
        _("Last changed"),
        _("Your comment"),
        _("What became of the comment"),
        _("The team’s answer"),
    ]


def lines(study: Study, rounds: Iterable[OwnRound]) -> Iterator[list[Cell]]:
    """A line for each question on each item, answered or not; the comment stands in the item's first."""
    for one in rounds:
        for section, answers in one.sections:
            name = translated(section.name) or _("Other items")
            for answer in answers:
                title = text_of(answer.wording, study.languages[0]).title
                for criterion, cells in _questions(one.protocol, answer):
                    first = criterion == next(iter(one.protocol.rules.criteria))
                    comment = _comment(answer) if first else ["", "", ""]
                    yield [one.round.number, name, title, *cells, *comment]


def _questions(protocol: StudyProtocol, answer: OwnAnswer) -> Iterator[tuple[str, list[Cell]]]:
    for criterion in protocol.rules.criteria:
        question = translated(protocol.texts(criterion).question) or _("How do you rate this item?")
        rating = answer.ratings.get(criterion)
        beside: list[Cell] = ["", "", None]
        if rating is not None:
            beside = [rating.unable_reason, rating.moved_because, rating.updated_at]
        yield criterion, [question, in_words(protocol, criterion, rating), *beside]


def _comment(answer: OwnAnswer) -> list[Cell]:
    if answer.comment is None or answer.fate is None:
        return ["", "", ""]
    replied = translated(answer.answer.text) if answer.answer else ""
    return [answer.comment.text, label("comment-fate", answer.fate), replied]

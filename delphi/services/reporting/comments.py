"""What experts wrote and what the team did with it: counts, themes with agreement of coders, answers; nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask_babel import ngettext
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain import codings as rules
from delphi.domain.comments import CommentKind, Redacted
from delphi.domain.states import SuggestionState
from delphi.models import Suggestion
from delphi.reports.document import Block, Cell, Column, Heading, Paragraph, Shape, Table
from delphi.services import codings, comment_answers, themes
from delphi.services.comment_review import ReadComment
from delphi.services.reporting.phrases import told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label, translated

if TYPE_CHECKING:
    from delphi.scoring.agreement import Coefficient
    from delphi.scoring.exact import Undefined


def write(record: Record) -> list[Block]:
    """Of closed rounds: in an open one comments may still change."""
    if not record.scored:
        return []
    return [
        *_written(record),
        *_coded(record),
        *_answered(record),
        *_suggested(record),
    ]


def _written(record: Record) -> Iterator[Block]:
    comments = record.comments
    if not comments:
        yield Paragraph(_("Nobody wrote a comment in a closed round."))
        return
    items = len({one.item_id for one in comments})
    yield Paragraph(
        told(
            ngettext("Experts wrote %(num)s comment.", "Experts wrote %(num)s comments.", len(comments)),
            ngettext("%(num)s item has comments.", "%(num)s items have comments.", items),
            _shown(comments),
            _redacted(comments),
        )
    )
    yield _by_round(record)


def _shown(comments: list[ReadComment]) -> str:
    count = sum(one.shown for one in comments)
    if not count:
        return _("None of them was shown to other experts.")
    return ngettext(
        "%(num)s of them was shown to all experts who were asked about the item again.",
        "%(num)s of them were shown to all experts who were asked about the item again.",
        count,
    )


def _redacted(comments: list[ReadComment]) -> str:
    count = sum(one.redacted is not Redacted.NO for one in comments)
    if not count:
        return ""
    return ngettext(
        "Words that could tell who wrote it were taken out of %(num)s comment.",
        "Words that could tell who wrote them were taken out of %(num)s comments.",
        count,
    )


def _by_round(record: Record) -> Table:
    kinds: tuple[CommentKind | None, ...] = (*CommentKind, None)
    columns = (
        Column(_("Round"), Shape.COUNT),
        Column(_("Comments"), Shape.COUNT),
        *(Column(label("comment-kind", one) if one else _("not said"), Shape.COUNT) for one in kinds),
        Column(_("Shown to experts"), Shape.COUNT),
        Column(_("Kept from experts"), Shape.COUNT),
    )
    rows = []
    for asked in record.scored:
        own = [one for one in record.comments if one.round == asked.number]
        by_kind = Counter(one.kind for one in own)
        counts = (sum(one.shown for one in own), sum(one.hidden for one in own))
        rows.append((asked.number, len(own), *(by_kind[one] for one in kinds), *counts))
    note = _("What a comment is about is what its author called it, where anything was chosen.")
    return Table("comments", _("Comments by round, and what their authors called them"), columns, rows, note)


def _coded(record: Record) -> Iterator[Block]:
    book, listed = record.codebook, themes.of_study(record.study)
    if not book.codings:
        return
    coded = {one.comment_id for one in book.codings}
    coders = sorted({one.coder_id for one in book.codings})
    yield Heading(_("Themes"))
    report = None
    if len(coders) > 1:
        offered = [rules.Offered(one.id, one.created_at) for one in listed if not one.retired]
        report = rules.report(book.codings, offered, coders)
    yield Paragraph(
        told(
            ngettext(
                "%(num)s comment was coded with themes.",
                "%(num)s comments were coded with themes.",
                len(coded),
            ),
            ngettext(
                "One member of the team coded.", "%(num)s members of the team coded, each apart.", len(coders)
            ),
            _overall(report),
            _settled(book),
        )
    )
    given = _given(book)
    agreement = {one.theme_id: one for one in report.themes} if report else {}
    columns = (
        Column(_("Theme"), width=3),
        Column(_("When it applies"), width=4),
        Column(_("Comments"), Shape.COUNT),
        Column(_("Coded twice"), Shape.COUNT),
        Column(_("Same code, %"), Shape.PERCENT),
        Column("κ", Shape.NUMBER, digits=2),
        Column("AC1", Shape.NUMBER, digits=2),
    )
    rows = [(one.name, one.meaning or None, given[one.id], *_agreed(agreement.get(one.id))) for one in listed]
    note = _(
        "Comments: where what coders settled on, or, where they did not meet over it, any of them gave the theme. κ: Cohen’s for "
        "two coders, Conger’s for more. AC1: Gwet’s. A dash: it cannot be computed, or nobody coded twice."
    )
    yield Table("themes", _("Themes, and how far coders agreed"), columns, rows, note)


def _overall(report: rules.Report | None) -> str:
    if report is None or not report.comments:
        return ""
    return ngettext(
        "%(num)s comment was coded by two or more; on %(identical)s of these they gave the same themes.",
        "%(num)s comments were coded by two or more; on %(identical)s of these they gave the same themes.",
        report.comments,
        identical=report.identical,
    )


def _settled(book: codings.Book) -> str:
    if not book.settled:
        return ""
    return ngettext(
        "Afterwards they settled on the themes of %(num)s comment; agreement rests on what each had coded before.",
        "Afterwards they settled on the themes of %(num)s comments; agreement rests on what each had coded before.",
        len(book.settled),
    )


def _given(book: codings.Book) -> Counter[int]:
    """Theme -> comments that have it: what was settled counts alone."""
    by_comment: dict[int, set[int]] = {}
    for one in book.codings:
        by_comment.setdefault(one.comment_id, set()).update(one.themes)
    by_comment |= {comment_id: set(chosen) for comment_id, chosen in book.settled.items()}
    return Counter(theme for chosen in by_comment.values() for theme in chosen)


def _agreed(found: rules.Agreement | None) -> tuple[Cell, Cell, Cell, Cell]:
    if found is None:
        return None, None, None, None
    percent = _value(found.percent)
    return found.n, None if percent is None else 100 * percent, _value(found.kappa), _value(found.ac1)


def _value(found: Coefficient | Undefined) -> float | None:
    value = getattr(found, "value", None)
    return None if value is None else float(value)


def _answered(record: Record) -> Iterator[Block]:
    answers = comment_answers.of_study(record.study)
    answered = [one for one in record.comments if one.comment_id in answers]
    if not answered:
        return
    yield Heading(_("What was done with comments"))
    led = sum(answers[one.comment_id].wording is not None for one in answered)
    yield Paragraph(
        told(
            ngettext(
                "The team answered %(num)s comment.", "The team answered %(num)s comments.", len(answered)
            ),
            ngettext(
                "%(num)s of them led to another wording.", "%(num)s of them led to another wording.", led
            ),
        )
    )
    codes = {one.item.id: one.item.code for one in record.results.every}
    rows = [
        (
            codes[one.item_id],
            one.round,
            (None if one.hidden else one.told) or _("not told here"),
            translated(answers[one.comment_id].text),
            answers[one.comment_id].wording,
        )
        for one in answered
    ]
    columns = (
        Column(_("Item"), Shape.CODE),
        Column(_("Round"), Shape.COUNT),
        Column(_("Comment"), width=4),
        Column(_("Answer of the team"), width=4),
        Column(_("New wording"), Shape.COUNT),
    )
    note = _(
        "In the order of items, never of authors; as redacted. Not told here: kept from experts, or its redaction is not "
        "released. New wording: its number, where the comment led to one."
    )
    yield Table("answered-comments", _("Comments with the team’s answer"), columns, rows, note)


def _suggested(record: Record) -> Iterator[Block]:
    query = select(Suggestion.state, func.count()).where(Suggestion.study_id == record.study.id)
    states = dict(session.execute(query.group_by(Suggestion.state)).all())
    if not states:
        return
    yield Heading(_("Suggestions"))
    yield Paragraph(
        told(
            ngettext(
                "Experts made %(num)s suggestion of an item or a wording.",
                "Experts made %(num)s suggestions of items or wordings.",
                sum(states.values()),
            ),
            _(
                "%(accepted)s were taken up, %(merged)s joined with an item, %(declined)s declined with an answer; %(waiting)s wait "
                "for one.",
                **{str(state): states.get(state, 0) for state in SuggestionState},
            ),
        )
    )

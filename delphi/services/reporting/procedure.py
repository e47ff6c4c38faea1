"""How rounds were run: when, who was asked what on which scale, and how it was shown."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import ngettext

from delphi.domain.presentation import ItemOrder, Suggestions
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import RoundState
from delphi.models import Presentation, Round
from delphi.reports.document import Block, Column, Heading, Paragraph, Points, Quote, Shape, Table
from delphi.scoring.rules import POOLED, Criterion
from delphi.services.reporting import conduct
from delphi.services.reporting.phrases import instant, listed, not_shown, told, version_name
from delphi.services.reporting.record import Record
from delphi.services.reporting.rules import bands_in_words
from delphi.words import gettext as _, label, lead_in, translated


def write(record: Record) -> list[Block]:
    if not record.rounds:
        return [Paragraph(_("No round has opened.")), *_ending(record)]
    return [
        Paragraph(told(_way(), _held(record))),
        _rounds(record),
        *_instructions(record),
        Heading(_("What was asked")),
        *_asked(record),
        *conduct.feedback(record),
        *conduct.messages(record),
        *conduct.changes(record),
        *_ending(record),
    ]


def _way() -> str:
    return _(
        "Experts answered each for themselves, online, on pages that the personal link in their message led to. They "
        "needed no account, could interrupt and come back, and could change an answer until the round closed."
    )


def _held(record: Record) -> str:
    count = len(record.rounds)
    still = [one for one in record.rounds if one.state is RoundState.OPEN]
    held = ngettext("%(num)s round was opened.", "%(num)s rounds were opened.", count)
    if not still:
        return held
    return told(
        held, _("Round %(number)s is still open, and nothing of its answers is told.", number=still[0].number)
    )


def _rounds(record: Record) -> Table:
    columns = (
        Column(_("Round"), Shape.COUNT),
        Column(_("Opened"), width=3),
        Column(_("Closed"), width=3),
        Column(_("Items"), Shape.COUNT),
        Column(_("Panels asked"), width=3),
        Column(_("Experts asked"), Shape.COUNT),
        Column(_("Under"), width=2),
    )
    note = _("Times are of %(zone)s.", zone=record.study.time_zone)
    rows = [_row(record, one) for one in record.rounds]
    return Table("rounds", _("Rounds, with what and whom each asked"), columns, rows, note)


def _row(record: Record, one: Round) -> tuple[int, str, str | None, int, str, int | str, str]:
    flow = record.expert_flows[one.id]
    return (
        one.number,
        instant(record.study, one.opened_at or record.now),
        instant(record.study, one.closed_at) if one.closed_at else None,
        len(one.items),
        listed(record.panels_asked(one).values()),
        flow.steps[POOLED].asked if POOLED in flow.steps else not_shown(),
        version_name(record.version_of(one)),
    )


def _instructions(record: Record) -> Iterator[Block]:
    for one in record.rounds:
        if text := translated(one.instructions):
            yield Quote(text, _("Instructions to experts in round %(number)s", number=one.number))


def _asked(record: Record) -> Iterator[Block]:
    protocol = record.protocols[record.rounds[-1].id]
    yield Paragraph(
        _(
            "Experts rated each item on every criterion that is listed here, by a point of its scale or as “unable to "
            "rate”, which is no answer on the scale. Nothing was chosen beforehand, and no answer was compulsory."
        )
    )
    yield Points([_criterion(protocol, one) for one in protocol.rules.criteria.values()])
    yield Paragraph(told(*_layout(record), *_words_of_their_own(record.presentation), _changed(record)))


def _criterion(protocol: StudyProtocol, criterion: Criterion) -> str:
    texts = protocol.texts(criterion.key)
    question = translated(texts.question)
    labels = [
        _("%(point)s: %(meaning)s", point=point, meaning=translated(text))
        for point, text in sorted(texts.labels.items())
        if translated(text)
    ]
    return told(
        f"{lead_in(criterion.key)} {question}" if question else f"{criterion.key}.",
        _(
            "Scale from 1 to %(points)s, in bands: %(bands)s.",
            points=criterion.scale.points,
            bands=bands_in_words(protocol, criterion),
        ),
        _("Labels of points: %(labels)s.", labels="; ".join(labels)) if labels else "",
    )


def _layout(record: Record) -> Iterator[str]:
    orders = {
        ItemOrder.FIXED: _("Items stood in one order for everybody."),
        ItemOrder.WITHIN_DOMAINS: _(
            "The order of items within each domain was drawn by lot for each expert and round, and stayed the same "
            "for that expert."
        ),
        ItemOrder.EVERYWHERE: _(
            "The order of domains and of items was drawn by lot for each expert and round, and stayed the same for "
            "that expert."
        ),
    }
    yield orders[record.presentation.item_order]
    yield ngettext(
        "%(num)s item stood on a page, each on a card of its own.",
        "%(num)s items at most stood on a page, each on a card of its own.",
        record.presentation.page_size,
    )
    languages = [label("language", one) for one in record.study.languages]
    yield ngettext(
        "The pages were in %(languages)s.",
        "The pages were in each of these languages, as each expert chose: %(languages)s.",
        len(languages),
        languages=listed(languages),
    )


def _words_of_their_own(chosen: Presentation) -> Iterator[str]:
    yield _("Beside each item there was room for a comment.")
    takes = {
        Suggestions.NONE: "",
        Suggestions.ITEMS: _("Experts could propose missing items."),
        Suggestions.WORDINGS: _("Experts could propose other wordings of items."),
        Suggestions.BOTH: _("Experts could propose missing items, and other wordings of items."),
    }
    yield takes[chosen.suggestions]
    if any(chosen.practice.values()):
        yield _("A practice item came first; its answer was not kept.")
    if viewpoint := translated(chosen.viewpoint):
        yield _("They were asked to answer from this point of view: %(text)s", text=viewpoint)


def _changed(record: Record) -> str:
    """What is stored of how pages look is what holds now; earlier settings are not."""
    first = record.rounds[0].opened_at
    count = sum(1 for one in record.happened("presentation.changed") if first and one.happened_at > first)
    if not count:
        return ""
    return ngettext(
        "How experts see the study was changed %(num)s time after the first round had opened; order and pages are "
        "told here as they are now.",
        "How experts see the study was changed %(num)s times after the first round had opened; order and pages are "
        "told here as they are now.",
        count,
    )


def _ending(record: Record) -> Iterator[Block]:
    if record.protocol is None:
        return
    yield Heading(_("When rounds were to end"))
    most = record.protocol.stopping.maximum_rounds
    rule = (
        ngettext(
            "The protocol in force allows %(num)s round at most.",
            "The protocol in force allows %(num)s rounds at most.",
            most,
        )
        if most
        else _("The protocol in force sets no greatest number of rounds.")
    )
    concluded = record.study.concluded_at
    ended = (
        _("The study was concluded on %(moment)s.", moment=instant(record.study, concluded))
        if concluded
        else _("The study was not concluded when this report was made.")
    )
    yield Paragraph(told(rule, ended))

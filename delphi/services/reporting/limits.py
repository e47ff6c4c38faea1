"""Limits that the record shows by itself, such as low response or decisions against the rules."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import ngettext

from delphi.models import Round
from delphi.reports.document import Block, Column, Heading, Paragraph, Points, Shape, Table
from delphi.scoring.rules import POOLED
from delphi.services.reporting.phrases import listed
from delphi.services.reporting.record import Record
from delphi.services.results import Result
from delphi.words import gettext as _, label, percent

ENOUGH = 70  # per cent of those asked who completed a round


def write(record: Record) -> list[Block]:
    if not record.scored:
        return []
    found = list(points(record))
    if not found:
        return [
            Paragraph(
                _(
                    "The record shows none of these: less than %(enough)s in a round or panel, panels too small to show, rules changed "
                    "after data, decisions against the rules, items with too few answers, rounds beyond the sealed number, rewordings, "
                    "or comments coded by one person alone.",
                    enough=percent(ENOUGH),
                )
            )
        ]
    opening = _(
        "These limits follow from the record; what they mean for the results is for the team to discuss."
    )
    return [Paragraph(opening), Points(found), *_overrides(record)]


def points(record: Record) -> Iterator[str]:
    yield from _response(record)
    yield from _hidden(record)
    yield from _fewer(record)
    yield from _amended(record)
    yield from _decided_otherwise(record)
    yield from _insufficient(record)
    yield from _once(record)
    yield from _reworded(record)
    yield from _rounds(record)
    yield from _coders(record)


def _response(record: Record) -> Iterator[str]:
    names = {POOLED: _("all experts")} | record.panel_names
    for one in record.scored:
        for code, steps in record.expert_flows[one.id].steps.items():
            if steps.asked and 100 * steps.completed < ENOUGH * steps.asked:
                yield _(
                    "Round %(number)s was completed by %(completed)s of %(asked)s asked (%(share)s; %(group)s): less than %(enough)s.",
                    number=one.number,
                    completed=steps.completed,
                    asked=steps.asked,
                    share=percent(100 * steps.completed / steps.asked),
                    group=names[code],
                    enough=percent(ENOUGH),
                )


def _hidden(record: Record) -> Iterator[str]:
    rounds = [one.number for one in record.scored if record.expert_flows[one.id].hides]
    if rounds:
        yield ngettext(
            "In round %(rounds)s not every panel could be shown: one had fewer than %(least)s experts, or could have been worked out.",
            "In rounds %(rounds)s not every panel could be shown: one had fewer than %(least)s experts, or could have been worked out.",
            len(rounds),
            rounds=listed(str(one) for one in rounds),
            least=record.minimum_group_size,
        )


def _fewer(record: Record) -> Iterator[str]:
    """From each round to the next that asked the same panels."""
    for before, after in zip(record.scored, record.scored[1:], strict=False):
        old, new = (record.expert_flows[one.id].steps.get(POOLED) for one in (before, after))
        same = {row.panel_id for row in before.panels} == {row.panel_id for row in after.panels}
        if old and new and same and new.begun < old.begun:
            yield _(
                "From round %(before)s to round %(after)s, which asked the same panels, those who answered went from %(old)s to %(new)s.",
                before=before.number,
                after=after.number,
                old=old.begun,
                new=new.begun,
            )


def _amended(record: Record) -> Iterator[str]:
    if after := sum(one.after_data for one in record.sealed):
        yield ngettext(
            "The protocol was amended once after data.", "The protocol was amended %(num)s times after data.", after
        )  # fmt: skip


def _decided_otherwise(record: Record) -> Iterator[str]:
    if count := len(record.rated.overridden):
        yield ngettext(
            "%(num)s decision was made against the rules; it stands below with its reason.",
            "%(num)s decisions were made against the rules; they stand below with their reasons.",
            count,
        )


def _overrides(record: Record) -> Iterator[Block]:
    found = record.rated.overridden
    if not found:
        return
    yield Heading(_("Decisions against the rules"))
    columns = (
        Column(_("Item"), Shape.CODE),
        Column(_("Round"), Shape.COUNT),
        Column(_("The rules said"), width=2),
        Column(_("Decided"), width=2),
        Column(_("Reason"), width=5),
    )
    rows = [
        (
            line.code,
            line.round.number,
            label("verdict", line.stored.verdict),
            label("verdict", line.outcome),
            line.reason,
        )
        for line in found
    ]
    yield Table("overrides", _("Decisions against the rules, with the reason"), columns, rows)


def _asked(record: Record) -> list[Result]:
    """Items with a verdict."""
    return [one for one in record.results.every if any(passage.stored for passage in one.passages)]


def _insufficient(record: Record) -> Iterator[str]:
    short = [
        one
        for one in _asked(record)
        if next(found.stored for found in reversed(one.passages) if found.stored).verdict == "insufficient"
    ]
    if short:
        yield ngettext(
            "%(num)s item had too few answers for a verdict when it was last rated: %(codes)s.",
            "%(num)s items had too few answers for a verdict when they were last rated: %(codes)s.",
            len(short),
            codes=listed(one.item.code for one in short),
        )


def _once(record: Record) -> Iterator[str]:
    kept = [one for one in _asked(record) if one.item.state == "promoted"]
    once = [one for one in kept if sum(found.stored is not None for found in one.passages) == 1]
    if once:
        yield ngettext(
            "%(once)s of %(num)s promoted item was rated in one round only, so whether its answers had settled is not known.",
            "%(once)s of %(num)s promoted items were rated in one round only, so whether their answers had settled is not known.",
            len(kept),
            once=len(once),
        )


def _reworded(record: Record) -> Iterator[str]:
    changed = [one for one in _asked(record) if reworded(one)]
    if changed:
        yield ngettext(
            "%(num)s item was rated in more than one wording; a change of its answers may come from the words.",
            "%(num)s items were rated in more than one wording; a change of their answers may come from the words.",
            len(changed),
        )


def reworded(one: Result) -> bool:
    """Whether it was rated in more than one wording."""
    return len({found.wording_number for found in one.passages if found.stored}) > 1


def _rounds(record: Record) -> Iterator[str]:
    first = record.parsed(record.sealed[0]).stopping.maximum_rounds
    if first and len(record.rounds) > first:
        yield _(
            "%(held)s rounds were opened; the protocol as sealed allowed %(most)s.",
            held=len(record.rounds),
            most=first,
        )
    for one in _reopened(record):
        yield _("Round %(number)s was opened again after it had closed.", number=one.number)


def _reopened(record: Record) -> list[Round]:
    return [one for one in record.rounds if record.happened("round.reopened", number=one.number)]


def _coders(record: Record) -> Iterator[str]:
    by_comment: dict[int, set[int]] = {}
    for one in record.codebook.codings:
        by_comment.setdefault(one.comment_id, set()).add(one.coder_id)
    alone = sum(len(coders) == 1 for coders in by_comment.values())
    if alone:
        yield ngettext(
            "%(alone)s of %(num)s coded comment was coded by one person alone.",
            "%(alone)s of %(num)s coded comments were coded by one person alone.",
            len(by_comment),
            alone=alone,
        )

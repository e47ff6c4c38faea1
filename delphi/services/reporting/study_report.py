"""The study report: its sections in order, each with the team's own text, without those the team left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import force_locale, lazy_gettext as _l

from delphi.models import Study
from delphi.reports.document import Block, Document, Section
from delphi.services.reporting import (
    analysis,
    availability,
    brief,
    comments,
    expert_flow,
    front,
    item_flow,
    item_results,
    limits,
    procedure,
    registration,
    rules,
    selection,
    texts,
    wordings,
)
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, translated

KEY = "report"

Write = Callable[[Record], Sequence[Block]]


def own_text_only(_record: Record) -> Sequence[Block]:
    return ()


class Kind(NamedTuple):
    """A section: its title, what the team may write there, and what the record says."""

    key: str
    title: str
    hint: str
    write: Write = own_text_only


# An empty section, without own text and without blocks, is left out of the document.
SECTIONS: tuple[Kind, ...] = (
    Kind("brief", _l("In brief"), "", brief.write),
    Kind("background", _l("Background and aim"), ""),
    Kind("committee", _l("Who directed the study"), ""),
    Kind("preparation", _l("How the first items were found"), ""),
    Kind("registration", _l("Registration and protocol"), "", registration.write),
    Kind("selection", _l("How experts were chosen"), "", selection.write),
    Kind("procedure", _l("Rounds and procedure"), "", procedure.write),
    Kind("rules", _l("Rules of consensus"), "", rules.write),
    Kind("analysis", _l("Analysis"), "", analysis.write),
    Kind("expert_flow", _l("Flow of experts"), "", expert_flow.write),
    Kind("participants", _l("Who took part"), ""),
    Kind("item_flow", _l("Flow of items"), "", item_flow.write),
    Kind("results", _l("Results by item"), "", item_results.write),
    Kind("stability", _l("Stability between rounds"), ""),
    Kind("groups", _l("Differences between panels"), ""),
    Kind("attrition", _l("Who left, and what that could change"), ""),
    Kind("sensitivity", _l("Had another rule been chosen"), ""),
    Kind("dissent", _l("Dissent"), ""),
    Kind("comments", _l("Comments and what was done"), "", comments.write),
    Kind("limits", _l("Limits"), "", limits.write),
    Kind("discussion", _l("Discussion"), ""),
    Kind("ethics", _l("Ethics"), ""),
    Kind("funding", _l("Funding"), ""),
    Kind("interests", _l("Interests"), ""),
    Kind("availability", _l("Data and code"), "", availability.write),
    Kind("wordings", _l("Every wording of every item"), "", wordings.write),
)


def of(study: Study, language: str, *, now: datetime) -> Document:
    """The whole report in one language; items and texts that lack it stand in the other."""
    record = Record(study, now)
    own, omitted = texts.of(study, KEY, language), texts.omitted(study, KEY)
    with force_locale(language):
        sections = [_section(kind, own.get(kind.key), record) for kind in SECTIONS if kind.key not in omitted]
        return Document(
            KEY,
            translated(study.title),
            _("Report of a Delphi study"),
            language,
            now,
            facts=front.facts(record),
            mark=front.mark(record),
            sections=[one for one in sections if one.own or one.blocks],
        )


def _section(kind: Kind, own: texts.Own | None, record: Record) -> Section:
    own = own or texts.Own("", "")
    return Section(kind.key, str(kind.title), own.text, kind.write(record), own.language)

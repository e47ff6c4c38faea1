"""The study report: its sections in order, each with the team's own text, without those the team left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import force_locale, lazy_gettext as _l

from delphi.models import Study
from delphi.reports.document import Block, Document, Section
from delphi.services.reporting import (
    analysis,
    attrition,
    availability,
    brief,
    comments,
    dissent,
    expert_flow,
    front,
    item_flow,
    item_results,
    limits,
    panel_differences,
    participants,
    procedure,
    registration,
    rules,
    selection,
    sensitivity,
    stability,
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
    Kind(
        "brief",
        _l("In brief"),
        _l(
            "What a reader who reads nothing else has to know, in two or three sentences. The figures below stand for themselves; say what they mean."
        ),
        brief.write,
    ),
    Kind(
        "background",
        _l("Background and aim"),
        _l(
            "Why consensus was needed, what was known before, and the question the study answers. Editors look for the reason why a Delphi study fits it."
        ),
    ),
    Kind(
        "committee",
        _l("Who directed the study"),
        _l(
            "Who steered the study, with roles and disciplines, and who wrote items or judged comments. Say whether anyone of them also rated."
        ),
    ),
    Kind(
        "preparation",
        _l("How the first items were found"),
        _l(
            "Where the first items came from: reviews, interviews, earlier frameworks, with search dates and who coded. Say how many became how many, and why."
        ),
    ),
    Kind(
        "registration",
        _l("Registration and protocol"),
        _l(
            "Where and when the protocol was registered, with its address. Explain here every departure from it that the record below cannot explain."
        ),
        registration.write,
    ),
    Kind(
        "selection",
        _l("How experts were chosen"),
        _l(
            "Who counts as an expert here, how experts were found and asked, and how many were wanted in each panel. Editors ask for criteria that could be checked."
        ),
        selection.write,
    ),
    Kind(
        "procedure",
        _l("Rounds and procedure"),
        _l(
            "What experts were told and given between rounds, pilot tests, and meetings outside the platform. Dates and numbers of rounds stand below."
        ),
        procedure.write,
    ),
    Kind(
        "rules",
        _l("Rules of consensus"),
        _l(
            "Why this definition of consensus and these thresholds were chosen, with a source. The rules themselves stand below, as sealed."
        ),
        rules.write,
    ),
    Kind(
        "analysis",
        _l("Analysis"),
        _l(
            "Whatever was analysed outside the platform, with which software. What the platform computes stands below."
        ),
        analysis.write,
    ),
    Kind(
        "expert_flow",
        _l("Flow of experts"),
        _l(
            "Why people declined or left, as far as they said so and it leads to nobody. The numbers stand below."
        ),
        expert_flow.write,
    ),
    Kind(
        "participants",
        _l("Who took part"),
        _l("How close those who took part come to those the study is about. Name groups that are missing."),
        participants.write,
    ),
    Kind(
        "item_flow",
        _l("Flow of items"),
        _l(
            "What drove the larger changes: items that were merged, split or reworded. Every single step stands below."
        ),
        item_flow.write,
    ),
    Kind(
        "results",
        _l("Results by item"),
        _l(
            "What the pattern of results is, before the tables give them item by item. Leave what it means to the discussion."
        ),
        item_results.write,
    ),
    Kind(
        "stability",
        _l("Stability between rounds"),
        _l(
            "What the reader should make of answers that still moved in the last round. Stability and consensus are different things."
        ),
        stability.write,
    ),
    Kind(
        "groups",
        _l("Differences between panels"),
        _l("Where panels differ, and why that may be. Groups too small to be shown are named in no table."),
        panel_differences.write,
    ),
    Kind(
        "attrition",
        _l("Who left, and what that could change"),
        _l(
            "What is known of those who left, and whether they could have thought otherwise. The bounds below say how much that could change."
        ),
        attrition.write,
    ),
    Kind(
        "sensitivity",
        _l("Had another rule been chosen"),
        _l(
            "Which outcomes depend on the rule that was chosen, and whether that worries you. The table below has no say in the verdicts."
        ),
        sensitivity.write,
    ),
    Kind(
        "dissent",
        _l("Dissent"),
        _l(
            "What those who disagreed had in common in their reasons, without telling who they are. Disagreement is a result too."
        ),
        dissent.write,
    ),
    Kind(
        "comments",
        _l("Comments and what was done"),
        _l(
            "What comments were about, and what you did not follow and why. Examples below are in the words that may be shown."
        ),
        comments.write,
    ),
    Kind(
        "limits",
        _l("Limits"),
        _l(
            "What readers should hold against the results: choice of experts, wording, burden, power in the panel. The record adds what it knows of."
        ),
        limits.write,
    ),
    Kind(
        "discussion",
        _l("Discussion"),
        _l(
            "What the agreed items mean for practice, policy or research, and how they compare with earlier work. Keep apart what experts agreed on and what you conclude."
        ),
    ),
    Kind(
        "ethics",
        _l("Ethics"),
        _l(
            "Which board approved the study, with number and date, how consent was given, and how people were kept safe. If approval was not needed, say who said so."
        ),
    ),
    Kind(
        "funding",
        _l("Funding"),
        _l(
            "Who paid, with grant numbers, and what part they had in the study. Write also that nobody did, if so."
        ),
    ),
    Kind(
        "interests",
        _l("Interests"),
        _l(
            "Interests of the team and of the steering group that could be seen as competing. Write “none declared” if so."
        ),
    ),
    Kind(
        "availability",
        _l("Data and code"),
        _l(
            "Where data, items and code can be had, under which licence, from when. Say what is held back, and why."
        ),
        availability.write,
    ),
    Kind(
        "wordings",
        _l("Every wording of every item"),
        _l(
            "Languages in which items were written, and how translations were checked. Every wording that was shown stands below."
        ),
        wordings.write,
    ),
)


def of(study: Study, language: str, *, now: datetime) -> Document:
    """The whole report in one language; items and texts that lack it stand in the other."""
    record, omitted = Record(study, now), texts.omitted(study, KEY)
    with force_locale(language):
        return Document(
            KEY,
            translated(study.title),
            _("Report of a Delphi study"),
            language,
            now,
            facts=front.facts(record),
            mark=front.mark(record),
            sections=sections(record, language, omitted),
            left_out=omitted,
        )


def sections(record: Record, language: str, omitted: Collection[str]) -> list[Section]:
    """Those that the report has: neither left out nor empty. Asked for in the locale of `language`."""
    return assembled(SECTIONS, texts.of(record.study, KEY, language), omitted, record)


def assembled(
    kinds: Sequence[Kind], own: Mapping[str, texts.Own], omitted: Collection[str], record: Record
) -> list[Section]:
    """The sections of a document that say something and were not left out."""
    written = [_section(kind, own.get(kind.key), record) for kind in kinds if kind.key not in omitted]
    return [one for one in written if one.own or one.blocks]


def _section(kind: Kind, own: texts.Own | None, record: Record) -> Section:
    own = own or texts.Own("", "")
    return Section(kind.key, str(kind.title), own.text, kind.write(record), own.language)

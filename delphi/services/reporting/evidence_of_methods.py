"""Evidence of how a study was planned and run."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.presentation import ItemOrder
from delphi.domain.states import RoundState
from delphi.models import Membership as Member, Study
from delphi.scoring.rules import POOLED
from delphi.services.reporting import membership
from delphi.services.reporting.evidence import Evidence, Find, amended, first, last
from delphi.services.reporting.phrases import instant, listed, not_shown, told
from delphi.services.reporting.record import Record
from delphi.services.reporting.rules import bands_in_words, feedback_in_words
from delphi.words import gettext as _, label, sentences, translated


def team(_record: Record) -> Evidence | None:
    """Only the team can tell."""
    return None


def title(record: Record) -> Evidence | None:
    name = translated(record.study.title)
    if "delphi" not in name.casefold():
        return None
    return Evidence(_("The title names it: “%(title)s”.", title=name), first(record, "study.created"))


def summary(record: Record) -> Evidence | None:
    if not record.scored:
        return None
    return Evidence(_("The report of a Delphi study begins with a summary."), last(record, "round.closed"))


def sealed(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    moment = record.sealed[0].sealed_at or record.sealed[0].updated_at
    fact = _("The protocol was sealed on %(moment)s, with a SHA-256.", moment=instant(record.study, moment))
    if record.rounds:
        fact = told(fact, _("Round %(number)s opened afterwards.", number=record.rounds[0].number))
    return Evidence(fact, first(record, "protocol.sealed"))


def directed(record: Record) -> Evidence | None:
    query = select(Member.role, func.count()).where(Member.study_id == record.study.id).group_by(Member.role)
    roles = sorted(session.execute(query).all(), key=lambda row: list(Role).index(row.role))
    words = [_("%(role)s: %(count)s", role=label("role", role), count=count) for role, count in roles]
    if not words:
        return None
    return Evidence(
        _("The team on the platform, by role: %(roles)s.", roles="; ".join(words)),
        first(record, "study.created"),
    )


def panels(record: Record) -> Evidence | None:
    if not record.panels:
        return None
    members = membership.Membership.of(record)
    names = ngettext(
        "There was %(num)s panel: %(panels)s.",
        "There were %(num)s panels: %(panels)s.",
        len(record.panels),
        panels=listed(record.panel_names.values()),
    )
    size = _("Experts entered: %(count)s.", count=members.total if members.shows_everybody else not_shown())
    return Evidence(told(names, size if members.total else ""), first(record, "panel.added"))


def _asked(record: Record) -> list[str]:
    flows = [record.expert_flows[one.id] for one in record.rounds]
    return [
        _(
            "round %(number)s: %(asked)s",
            number=one.round.number,
            asked=one.steps[POOLED].asked if POOLED in one.steps else not_shown(),
        )
        for one in flows
    ]


def invited(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    return Evidence(
        _("Experts were invited by e-mail; %(rounds)s.", rounds="; ".join(_asked(record))),
        first(record, "round.opened"),
    )


def invited_each(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    rounds = [
        _("round %(number)s: %(panels)s", number=one.number, panels=listed(record.panels_asked(one).values()))
        for one in record.rounds
    ]
    return Evidence(_("Panels asked: %(rounds)s.", rounds="; ".join(rounds)), first(record, "round.opened"))


def informed(record: Record) -> Evidence | None:
    event = last(record, "consent.changed")
    if event is None:
        return None
    return Evidence(
        _(
            "Experts agreed to a consent text before their first answer; its latest version is %(number)s.",
            number=event.facts["number"],
        ),
        event,
    )


def items_origin(record: Record) -> Evidence | None:
    first = record.rounds[0].opened_at if record.rounds else None
    events = record.happened("items.imported", "item.added")
    before = [one for one in events if first is None or one.happened_at < first]
    if not before:
        return None
    count = sum(one.facts.get("count", 1) for one in before)
    return Evidence(
        ngettext(
            "%(num)s item was entered before the first round; the record does not tell where it came from.",
            "%(num)s items were entered before the first round; the record does not tell where they came from.",
            count,
        ),
        before[0],
    )


def rounds(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    held = ngettext("%(num)s round was opened.", "%(num)s rounds were opened.", len(record.rounds))
    return Evidence(held, last(record, "round.opened"))


def method(record: Record) -> Evidence | None:
    found = rounds(record)
    if found is None:
        return None
    how = _("Delphi survey in rounds, by rules that were sealed beforehand.")
    return Evidence(told(how, found.fact, amended(record)), first(record, "round.opened"))


def method_source(record: Record) -> Evidence | None:
    if record.protocol is None or not record.protocol.source:
        return None
    source = _("The rules come from: %(source)s.", source=record.protocol.source.rstrip("."))
    return Evidence(source, first(record, "protocol.sealed"))


def questionnaire(record: Record) -> Evidence | None:
    if record.protocol is None:
        return None
    protocol = record.protocol
    scales = [
        _(
            "%(criterion)s, 1 to %(points)s (%(bands)s)",
            criterion=one.key,
            points=one.scale.points,
            bands=bands_in_words(protocol, one),
        )
        for one in protocol.rules.criteria.values()
    ]
    fact = _(
        "Each item was rated for: %(scales)s; with “unable to rate” and room for a comment.",
        scales="; ".join(scales),
    )
    return Evidence(fact, first(record, "protocol.sealed"))


def purpose(record: Record) -> Evidence | None:
    told_in = [str(one.number) for one in record.rounds if any(one.instructions.values())]
    if not told_in:
        return None
    return Evidence(
        _(
            "The instructions to experts stand for each of these rounds: %(rounds)s.",
            rounds=", ".join(told_in),
        ),
        first(record, "round.opened"),
    )


def definition(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    protocol = record.parsed(record.sealed[0])
    rule = protocol.rules.rules[0]
    criterion = protocol.rules.criteria[rule.criterion]
    conditions = "; ".join(sentences.condition(one, criterion) for one in rule.conditions)
    words = f"{sentences.opening(rule, record.panel_names)} {conditions}."
    more = ngettext(
        "%(num)s rule was sealed in all.", "%(num)s rules were sealed in all.", len(protocol.rules.rules)
    )
    return Evidence(told(words, more), first(record, "protocol.sealed"))


def collection(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    return Evidence(_("Online, each expert alone, in every round."), first(record, "round.opened"))


def pilot(record: Record) -> Evidence | None:
    query = select(func.count()).where(Study.rehearsal_of_id == record.study.id)
    count = session.scalar(query) or 0
    if not count:
        return None
    return Evidence(
        ngettext(
            "%(num)s rehearsal of the team’s own is on record; its answers are in no result.",
            "%(num)s rehearsals of the team’s own are on record; their answers are in no result.",
            count,
        )
    )


def feedback(record: Record) -> Evidence | None:
    decided = [one for one in record.rounds if one.state is RoundState.DECIDED]
    if not decided:
        return None
    words = dict.fromkeys(feedback_in_words(record.protocols[one.id].feedback) for one in decided)
    fact = _("Beside their own earlier answer, experts saw: %(words)s.", words="; ".join(words))
    return Evidence(fact, first(record, "round.decided"))


def feedback_groups(record: Record) -> Evidence | None:
    if feedback(record) is None:
        return None
    decided = [one for one in record.rounds if one.state is RoundState.DECIDED]
    split = [str(one.number) for one in decided if record.protocols[one.id].feedback.by_panel]
    if not split:
        fact = _("Feedback was of all experts together.")
    else:
        fact = _("Of these rounds feedback was by panel too: %(rounds)s.", rounds=", ".join(split))
    return Evidence(fact, first(record, "round.decided"))


def anonymity(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    fact = ngettext(
        "Pseudonyms towards the team; nothing of who takes part towards experts; no numbers of fewer than %(num)s expert.",
        "Pseudonyms towards the team; nothing of who takes part towards experts; no numbers of fewer than %(num)s experts.",
        record.minimum_group_size,
    )
    return Evidence(fact, first(record, "protocol.sealed"))


def languages(record: Record) -> Evidence | None:
    named = [label("language", one) for one in record.study.languages]
    return Evidence(
        _("Languages of the study: %(languages)s.", languages=listed(named)), first(record, "study.created")
    )


def stopping(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    most = record.parsed(record.sealed[0]).stopping.maximum_rounds
    if most is None:
        return Evidence(
            _("The protocol as sealed sets no greatest number of rounds."), first(record, "protocol.sealed")
        )
    fact = ngettext(
        "The protocol as sealed allows %(num)s round at most.",
        "The protocol as sealed allows %(num)s rounds at most.",
        most,
    )
    return Evidence(fact, first(record, "protocol.sealed"))


def groups(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    looked_at = dict.fromkeys(one.panels for one in record.parsed(record.sealed[0]).rules.rules)
    words = [label("rule-panels", one) if isinstance(one, str) else listed(one) for one in looked_at]
    fact = _("The rules look at: %(groups)s. All experts of a group count the same.", groups=listed(words))
    return Evidence(fact, first(record, "protocol.sealed"))


def bias(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    lot = record.presentation.item_order is not ItemOrder.FIXED
    return Evidence(
        told(
            _("Rules were sealed before the first answer; nothing was chosen beforehand on a scale."),
            _("The order of items is drawn by lot for each expert.") if lot else "",
        ),
        first(record, "protocol.sealed"),
    )


# By the name that questions call it.
FINDERS: dict[str, Find] = {
    "team": team,
    "title": title,
    "summary": summary,
    "sealed": sealed,
    "directed": directed,
    "panels": panels,
    "invited": invited,
    "invited_each": invited_each,
    "informed": informed,
    "items_origin": items_origin,
    "rounds": rounds,
    "method": method,
    "method_source": method_source,
    "questionnaire": questionnaire,
    "purpose": purpose,
    "definition": definition,
    "collection": collection,
    "pilot": pilot,
    "feedback": feedback,
    "feedback_groups": feedback_groups,
    "anonymity": anonymity,
    "languages": languages,
    "stopping": stopping,
    "groups": groups,
    "bias": bias,
}

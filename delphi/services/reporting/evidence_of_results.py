"""Evidence of what happened in a study and came out of it."""

from __future__ import annotations

from flask_babel import ngettext

from delphi.domain.states import ItemState, RoundState
from delphi.scoring.rules import POOLED
from delphi.services.reporting import conduct, limits
from delphi.services.reporting.evidence import Evidence, Find, amended, first, last
from delphi.services.reporting.phrases import day, listed, told
from delphi.services.reporting.record import Record
from delphi.services.results import Result
from delphi.words import gettext as _


def revote(record: Record) -> Evidence | None:
    if not any(one.state is RoundState.DECIDED for one in record.rounds):
        return None
    again = [one.item.code for one in record.results.every if _asked_after_settled(one)]
    if not again:
        fact = _("No item that was promoted or dropped was asked again.")
    else:
        fact = _("Asked again after they had been promoted or dropped: %(codes)s.", codes=listed(again))
    return Evidence(fact, last(record, "round.decided"))


def _asked_after_settled(one: Result) -> bool:
    settled = ("promote", "drop")
    return any(found.decision and found.decision.outcome in settled for found in one.passages[:-1])


def processing(record: Record) -> Evidence | None:
    if not record.scored:
        return None
    coded = len({one.comment_id for one in record.codebook.codings})
    numbers = _("The sealed rules gave a verdict for each item when a round closed.")
    texts = ngettext(
        "%(num)s comment was coded with themes.", "%(num)s comments were coded with themes.", coded
    )
    return Evidence(told(numbers, texts if coded else ""), first(record, "round.closed"))


def decided(record: Record) -> Evidence | None:
    made = [found.decision for one in record.results.every for found in one.passages if found.decision]
    if not made:
        return None
    people = len({one.decided_by_id for one in made})
    by = ngettext(
        "%(num)s member of the team decided on the verdicts.",
        "%(num)s members of the team decided on the verdicts.",
        people,
    )
    against = _(
        "Decisions against the rules: %(count)s of %(all)s.",
        count=len(record.rated.overridden),
        all=len(made),
    )
    return Evidence(told(by, against), first(record, "decision.made", "decision.confirmed"))


def reminders(record: Record) -> Evidence | None:
    events = record.happened("round.reminded")
    if not events:
        return None
    count = sum(one.facts["count"] for one in events)
    return Evidence(
        ngettext("%(num)s reminder was queued.", "%(num)s reminders were queued.", count), events[0]
    )


def dates(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    study = record.study
    spans = [
        _(
            "round %(number)s: %(opened)s to %(closed)s",
            number=one.number,
            opened=day(study, one.opened_at or record.now),
            closed=day(study, one.closed_at) if one.closed_at else _("still open"),
        )
        for one in record.rounds
    ]
    return Evidence("; ".join(spans) + ".", first(record, "round.opened"))


def deviations(record: Record) -> Evidence | None:
    if not record.sealed:
        return None
    overrides = len(record.rated.overridden)
    meanwhile = len(record.happened(*conduct.CHANGES))
    return Evidence(
        told(
            amended(record),
            _("Decisions against the rules: %(count)s.", count=overrides),
            _("Changes while rounds were running: %(count)s.", count=meanwhile),
        ),
        first(record, "protocol.amended") or first(record, "protocol.sealed"),
    )


def meanwhile(record: Record) -> Evidence | None:
    events = record.happened(*conduct.CHANGES)
    if not events:
        return None
    return Evidence(conduct.change(record, events[0]), events[0])


def participation(record: Record) -> Evidence | None:
    if not record.scored:
        return None
    shares = [
        _(
            "round %(number)s: %(completed)s of %(asked)s",
            number=one.number,
            completed=steps.completed,
            asked=steps.asked,
        )
        for one in record.scored
        if (steps := record.expert_flows[one.id].steps.get(POOLED))
    ]
    if not shares:
        return None
    return Evidence(
        _("Completed, of those asked; %(rounds)s.", rounds="; ".join(shares)), last(record, "round.closed")
    )


def outcome(record: Record) -> Evidence | None:
    if not any(one.state is RoundState.DECIDED for one in record.rounds):
        return None
    results = record.results
    return Evidence(
        _(
            "Promoted: %(promoted)s; dropped: %(dropped)s; not settled: %(open)s.",
            promoted=results.count(ItemState.PROMOTED),
            dropped=results.count(ItemState.DROPPED),
            open=results.unsettled,
        ),
        last(record, "round.decided"),
    )


def attained(record: Record) -> Evidence | None:
    if not record.scored:
        return None
    rounds = []
    for one in record.scored:
        verdicts = [
            found.stored.verdict
            for result in record.results.every
            for found in result.passages
            if found.stored and found.round.id == one.id
        ]
        met = sum(verdict in ("promote", "drop") for verdict in verdicts)
        rounds.append(
            _("round %(number)s: %(met)s of %(all)s", number=one.number, met=met, all=len(verdicts))
        )
    fact = _("Items that the rules promote or drop; %(rounds)s.", rounds="; ".join(rounds))
    return Evidence(fact, last(record, "round.closed"))


def items_changed(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    reworded = sum(limits.reworded(one) for one in record.results.every)
    steps = len({step.source.id for step in record.descents})
    dropped = record.results.count(ItemState.DROPPED)
    fact = _(
        "Rated in more than one wording: %(reworded)s; merged or split: %(steps)s; dropped: %(dropped)s.",
        reworded=reworded,
        steps=steps,
        dropped=dropped,
    )
    return Evidence(fact, first(record, "item.reworded", "item.merged", "item.split", "round.decided"))


def limits_found(record: Record) -> Evidence | None:
    if not record.scored:
        return None
    count = len(list(limits.points(record)))
    fact = ngettext("The record shows %(num)s limit.", "The record shows %(num)s limits.", count)
    return Evidence(fact, last(record, "round.closed"))


def dissent(record: Record) -> Evidence | None:
    latest = [content for line in record.rated.last if (content := record.analysis(line))]
    if not latest:
        return None
    count = sum("polarised" in content["flags"] for content in latest)
    fact = ngettext(
        "%(num)s item was polarised when it was last rated.",
        "%(num)s items were polarised when they were last rated.",
        count,
    )
    return Evidence(fact, last(record, "round.closed"))


def flow_chart(record: Record) -> Evidence | None:
    if not record.rounds:
        return None
    return Evidence(
        _("The flow of experts and the flow of items are drawn, round by round."),
        first(record, "round.opened"),
    )


def coders(record: Record) -> Evidence | None:
    event = first(record, "comments.coded")
    if event is None:
        return None
    count = len({one.coder_id for one in record.codebook.codings})
    fact = ngettext(
        "One member of the team coded comments.",
        "%(num)s members of the team coded comments, each apart; their agreement is told.",
        count,
    )
    return Evidence(fact, event)


# By the name that questions call it.
FINDERS: dict[str, Find] = {
    "revote": revote,
    "processing": processing,
    "decided": decided,
    "reminders": reminders,
    "dates": dates,
    "deviations": deviations,
    "meanwhile": meanwhile,
    "participation": participation,
    "outcome": outcome,
    "attained": attained,
    "items_changed": items_changed,
    "dissent": dissent,
    "flow_chart": flow_chart,
    "coders": coders,
    "limits": limits_found,
}

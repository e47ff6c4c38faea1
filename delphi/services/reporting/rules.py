"""The rules of consensus in words, as they were sealed, and what each amendment changed of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from delphi.domain.protocols import FeedbackPolicy, StudyProtocol
from delphi.models import Protocol
from delphi.reports.document import Block, Column, Heading, Paragraph, Points, Table
from delphi.scoring.rules import Criterion, Rule
from delphi.services.reporting.phrases import listed, told, version_name
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label, lead_in, sentences, translated

FEEDBACK = ("distribution", "median", "by_panel", "comments")


@dataclass(frozen=True)
class Statement:
    """One thing that a protocol lays down: `subject` stays the same when an amendment changes it."""

    subject: str
    text: str


def write(record: Record) -> list[Block]:
    if not record.sealed:
        return []
    first = record.parsed(record.sealed[0])
    blocks: list[Block] = [Paragraph(_opening(record, first)), *_rules(record, first)]
    for before, after in zip(record.sealed, record.sealed[1:], strict=False):
        blocks += _amendment(record, before, after)
    return blocks


def _opening(record: Record, protocol: StudyProtocol) -> str:
    source = (
        _("The rules come from: %(source)s.", source=protocol.source.rstrip(".")) if protocol.source else ""
    )
    return told(
        _(
            "The rules stand here as they were sealed. They were tried in this order for each item, and the first "
            "that held gave the verdict; thresholds were compared with exact numbers, never with rounded ones."
        ),
        source,
        _judged_by(record),
    )


def _judged_by(record: Record) -> str:
    """Which version gave the verdicts of which rounds, where there is more than one."""
    if len(record.sealed) == 1 or not record.scored:
        return ""
    by_version: dict[str, list[str]] = {}
    for one in record.scored:
        by_version.setdefault(version_name(record.version_of(one)), []).append(
            _("round %(number)s", number=one.number)
        )
    versions = (f"{lead_in(name)} {listed(rounds)}" for name, rounds in by_version.items())
    return _("Which version gave the verdicts of which round: %(versions)s.", versions="; ".join(versions))


def _rules(record: Record, protocol: StudyProtocol) -> Iterator[Block]:
    for number, rule in enumerate(protocol.rules.rules, start=1):
        yield Heading(_rule_name(number, rule))
        yield Paragraph(sentences.opening(rule, record.panel_names))
        yield Points(_conditions(protocol, rule))
        if raters := sentences.raters(rule):
            yield Paragraph(raters)
    yield Heading(_("Otherwise"))
    yield Paragraph(_otherwise(protocol))
    yield Heading(_("What else was sealed"))
    yield Points([f"{lead_in(one.subject)} {one.text}" for one in _conduct(protocol)])


def _rule_name(number: int, rule: Rule) -> str:
    if rule.name:
        return _("Rule %(number)s: %(name)s", number=number, name=rule.name)
    return _("Rule %(number)s", number=number)


def _conditions(protocol: StudyProtocol, rule: Rule) -> list[str]:
    criterion = protocol.rules.criteria[rule.criterion]
    return [sentences.condition(one, criterion) for one in rule.conditions]


def _otherwise(protocol: StudyProtocol) -> str:
    return _(
        "When no rule holds, an item %(outcome)s. When a rule could not be tried for lack of raters, the verdict is “%(insufficient)s”.",
        outcome=label("rule-verdict", protocol.rules.otherwise),
        insufficient=label("verdict", "insufficient"),
    )


def statements(protocol: StudyProtocol, panels: dict[str, str]) -> list[Statement]:
    """The whole protocol, one thing it lays down after the other."""
    rules = [
        Statement(
            _("Rule %(number)s", number=number),
            told(
                sentences.opening(rule, panels),
                "; ".join(_conditions(protocol, rule)) + ".",
                sentences.raters(rule),
            ),
        )
        for number, rule in enumerate(protocol.rules.rules, start=1)
    ]
    return [*rules, Statement(_("Otherwise"), _otherwise(protocol)), *_conduct(protocol)]


def _conduct(protocol: StudyProtocol) -> Iterator[Statement]:
    for criterion in protocol.rules.criteria.values():
        yield Statement(_("Criterion “%(key)s”", key=criterion.key), _scale(protocol, criterion))
    yield Statement(_("Stability"), sentences.stability(protocol.rules))
    yield Statement(
        _("Quartiles and percentiles"), f"{label('quartiles', protocol.rules.quartiles)} (Hyndman, Fan 1996)."
    )
    yield Statement(
        _("Smallest group shown"),
        _(
            "%(count)s experts. Numbers for fewer are never shown, nor can they be worked out from others.",
            count=protocol.minimum_group_size,
        ),
    )
    yield Statement(_("Experts see before rating again"), f"{feedback_in_words(protocol.feedback)}.")
    yield Statement(_("Rounds"), f"{stopping_in_words(protocol)}.")


def _scale(protocol: StudyProtocol, criterion: Criterion) -> str:
    texts = protocol.texts(criterion.key)
    return told(
        translated(texts.question),
        _(
            "Experts rate from 1 to %(points)s, or say that they are unable to.",
            points=criterion.scale.points,
        ),
        _("Bands: %(bands)s.", bands=bands_in_words(protocol, criterion)),
    )


def bands_in_words(protocol: StudyProtocol, criterion: Criterion) -> str:
    """Such as “low 1–3 (not important), middle 4–6 and high 7–9 (critical)”."""
    texts = protocol.texts(criterion.key).band_labels
    names = {"low": _("low"), "middle": _("middle"), "high": _("high")}
    bands = []
    for name, _span in criterion.scale.bands.named():
        told_of = f"{names[name]} {sentences.points(criterion.scale, name)}"
        meaning = translated(texts.get(name))
        bands.append(f"{told_of} ({meaning})" if meaning else told_of)
    return listed(bands)


def feedback_in_words(policy: FeedbackPolicy) -> str:
    shown = [label("feedback", name) for name in FEEDBACK if getattr(policy, name)]
    return listed(shown) if shown else _("only their own earlier answer")


def stopping_in_words(protocol: StudyProtocol) -> str:
    most = protocol.stopping.maximum_rounds
    return _("at most %(count)s", count=most) if most else _("no maximum is set")


def _amendment(record: Record, before: Protocol, after: Protocol) -> Iterator[Block]:
    name = version_name(after)
    yield Heading(_("%(amendment)s (after data)", amendment=name) if after.after_data else name)
    rows = changes(record.parsed(before), record.parsed(after), record.panel_names)
    if not rows:
        yield Paragraph(
            _(
                "No rule, scale or setting reads otherwise than before: what changed is elsewhere in the document."
            )
        )
        return
    columns = (Column(_("What")), Column(_("Before"), width=3), Column(_("After"), width=3))
    yield Table(f"amendment-{after.number - 1}", _("What the amendment changed"), columns, rows)


def changes(
    before: StudyProtocol, after: StudyProtocol, panels: dict[str, str]
) -> list[tuple[str, str | None, str | None]]:
    """(what, before, after) of everything that reads otherwise; None where there is nothing of the kind."""
    old = {one.subject: one.text for one in statements(before, panels)}
    new = {one.subject: one.text for one in statements(after, panels)}
    return [
        (subject, old.get(subject), new.get(subject))
        for subject in dict.fromkeys([*old, *new])
        if old.get(subject) != new.get(subject)
    ]

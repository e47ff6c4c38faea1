"""What happened in a study, a sentence a kind. Every member of the team reads them, so none names an expert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from delphi.words import label, translated

MOST_LISTED = 12  # of a list of items

EVENTS: dict[str, Any] = {
    "study.created": _("The study was created."),
    "study.copied": _("The study was made from “%(title)s”, without its answers."),
    "study.restored": _("The study was restored from a backup."),
    "study.changed": _("The study’s settings were changed."),
    "study.concluded": _("The study was concluded."),
    "team.added": _("%(person)s joined the team as %(role)s."),
    "team.role_changed": _("%(person)s became %(role)s."),
    "team.removed": _("%(person)s left the team."),
    "team.handed_over": _("The study passed to %(person)s as its owner."),
    "protocol.started": _("The protocol was chosen."),
    "protocol.sealed": _("The protocol was sealed, with the SHA-256 digest %(digest)s."),
    "protocol.amended": _("Amendment %(number)s of the protocol was made, because: %(reason)s"),
    "panel.added": _("Panel %(code)s was added."),
    "panel.renamed": _("Panel %(code)s was renamed."),
    "panel.removed": _("Panel %(code)s was removed."),
    "consent.changed": _("Version %(number)s of the consent text was written."),
    "presentation.changed": _("How experts see the study was changed."),
    "question.added": _("A question about the expert was added: “%(name)s”."),
    "question.changed": _("A question about the expert was changed: “%(name)s”."),
    "question.removed": _("A question about the expert was removed: “%(name)s”."),
    "glossary.added": _("The glossary explains “%(name)s”."),
    "glossary.changed": _("The glossary explains “%(name)s” in another way."),
    "glossary.imported": _("Terms were imported into the glossary: %(count)s."),
    "glossary.removed": _("“%(name)s” left the glossary."),
    "items.imported": _("Items were imported: %(count)s."),
    "item.added": _("Item %(code)s was added."),
    "item.corrected": _("The wording of item %(code)s was corrected before anybody had seen it."),
    # Of one item, without a reason: as they were recorded before there were reasons.
    "item.moved": _("Item %(code)s moved to another place."),
    "item.panels_changed": _("Other panels rate item %(code)s from now on."),
    "item.set_aside": _("Item %(code)s was set aside."),
    "item.restored": _("Item %(code)s came back."),
    "items.moved": _("Items moved to another domain: %(codes)s."),
    "items.dropped": _("Items were set aside: %(codes)s. Why: %(reason)s"),
    "items.restored": _("Items came back: %(codes)s. Why: %(reason)s"),
    "items.panels_changed": _("Other panels rate these items from now on: %(codes)s."),
    "items.differ": _("Two items that look alike were noted as different: %(codes)s."),
    "item.merged": _("Items were merged into %(code)s: %(codes)s. Why: %(reason)s"),
    "item.split": _("Item %(code)s was split into %(codes)s. Why: %(reason)s"),
    "item.merge_undone": _(
        "The merge of %(codes)s into %(code)s was undone. It said “%(said)s”. It was made because: %(reason)s"
    ),
    "item.split_undone": _(
        "The split of %(code)s into %(codes)s was undone. They said “%(said)s”. It was made because: %(reason)s"
    ),
    "item.reworded": _("Item %(code)s was reworded: wording %(wording)s."),
    "item.deleted": _("Item %(code)s was deleted before anybody had rated it."),
    "item.fields_changed": _("The fields of item %(code)s were changed."),
    "item_field.added": _("Items have a further field: “%(name)s”."),
    "item_field.renamed": _("A field of items is now called “%(name)s”."),
    "item_field.removed": _("Items no longer have the field “%(name)s”."),
    "domain.added": _("The domain “%(name)s” was added."),
    "domain.renamed": _("A domain is now called “%(name)s”."),
    "domain.narrated": _("The narrative of the domain “%(name)s” was changed."),
    "domain.left_empty": _("The domain “%(name)s” was declared empty on purpose."),
    "domain.not_left_empty": _("The domain “%(name)s” is no longer declared empty on purpose."),
    "domain.noted": _("The content note of the domain “%(name)s” was changed."),
    "domain.removed": _("The domain “%(name)s” was removed."),
    "experts.imported": _("Experts were imported."),
    "expert.added": _("An expert was added."),
    "expert.corrected": _("The details of an expert were corrected."),
    "expert.asked_late": _("An expert was asked to join round %(number)s after it had opened."),
    "expert.links_revoked": _("The links of an expert were revoked."),
    "expert.link_sent": _("An expert was sent a new link."),
    "expert.moved": _("An expert changes panels from the next round on."),
    "experts.moved": _("Experts move from panel %(from)s to %(to)s from the next round on: %(count)s."),
    "expert.withdrawn": _("An expert withdrew."),
    "round.planned": _("Round %(number)s was planned."),
    "round.changed": _("The plan of round %(number)s was changed."),
    "round.discarded": _("The plan of round %(number)s was thrown away."),
    "round.scheduled": _("Round %(number)s was scheduled to open by itself."),
    "round.unscheduled": _("Round %(number)s will not open by itself any more."),
    "round.opened": _("Round %(number)s opened; experts asked: %(experts)s."),
    "round.not_opened": _("Round %(number)s could not open at its time, and is a plan again."),
    "round.extended": _("The closing time of round %(number)s was moved."),
    "round.reopened": _("Round %(number)s was opened again after closing, because: %(reason)s"),
    "reminder.planned": _("Reminders of round %(number)s were planned: %(count)s."),
    "reminder.cancelled": _("A planned reminder of round %(number)s was cancelled."),
    "round.asked_late": _("Experts who had joined late were asked in round %(number)s: %(count)s."),
    "round.reminded": _("Reminders of round %(number)s were sent: %(count)s."),
    "message.reworded": _("The words of a message to experts were changed."),
    "round.closes_soon": _("Round %(number)s closes within two days."),
    "messages.failed": _("Messages to experts that could not be delivered: %(count)s."),
    "experts.wrote": _("Suggestions and notes of experts came in: %(count)s."),
    "redactions.waiting": _("Redactions that another member has to release: %(count)s."),
    "round.closed": _("Round %(number)s closed, and the rules gave their verdicts."),
    "round.decided": _("Round %(number)s was decided."),
    "decision.confirmed": _("Verdicts of round %(number)s were confirmed: %(count)s."),
    "decision.made": _(
        "Round %(number)s, item %(item)s: the rules said “%(verdict)s”, decided was “%(outcome)s”."
    ),
    "decision.undone": _("Decisions of round %(number)s were undone: %(count)s."),
    "round.undecided": _("The decisions of round %(number)s were taken up again: %(reason)s"),
    "comments.chosen": _("Comments of round %(number)s were chosen for feedback: %(chosen)s."),
    "comment.redacted": _("A comment of round %(number)s was redacted."),
    "comment.released": _("The redaction of a comment of round %(number)s was released."),
    "theme.added": _("A theme for coding comments was added: “%(name)s”."),
    "theme.changed": _("A theme for coding comments was changed: “%(name)s”."),
    "theme.retired": _("A theme for coding comments was retired: “%(name)s”."),
    "theme.restored": _("A theme for coding comments came back: “%(name)s”."),
    "comments.coded": _("Comments of round %(number)s were coded: %(count)s."),
    "comment.settled": _("Coders agreed on the themes of a comment of round %(number)s."),
    "comment.answered": _("A comment of round %(number)s was answered."),
    "suggestion.answered": _("A suggestion of an expert was answered."),
    "announcement.sent": _("A message of the team was sent to experts: %(count)s."),
    "report.written": _("The team’s own text in a report was changed, in its section “%(section)s”."),
    "report.left_out": _("A section was left out of a report: “%(section)s”."),
    "report.taken_in": _("A section stands in a report again: “%(section)s”."),
    "message.resent": _("A message was sent again."),
    "message.came_back": _("A message came back and counts as not delivered."),
    "work.asked": _("“%(work_kind)s” was asked for."),
    "work.cancelled": _("The making of “%(work_kind)s” was cancelled."),
}


def sentence(kind: str, facts: Mapping[str, Any], person: str | None = None) -> str:
    """The event in words; an unknown kind is shown as it is, which a test forbids."""
    return str(EVENTS.get(kind, kind)) % ({"person": person or _("Somebody")} | _shown(facts))


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a reader should see them: words for roles and verdicts, one language of a name."""
    shown = {name: _readable(value) for name, value in facts.items()}
    nouns = {"role": "role", "verdict": "verdict", "outcome": "verdict", "work_kind": "work_kind"}
    return shown | {name: label(noun, shown[name]) for name, noun in nouns.items() if name in shown}


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return translated(value)
    if isinstance(value, list):
        return ", ".join(map(str, value[:MOST_LISTED])) + (
            f" … (+{len(value) - MOST_LISTED})" if value[MOST_LISTED:] else ""
        )
    return value

"""What is unwise and why: each point as a request, what is known about it, and where that comes from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {}

LABELS: dict[str, Any] = {
    "why.protocol": _(
        "What experts are asked and what counts as consensus, written down before anybody answers."
    ),
    "why.panels": _("The groups whose agreement is looked at one by one."),
    "why.items": _("What is rated. Import a table, or write items one by one."),
    "why.experts": _("Whom to ask. Names and addresses are kept apart from the answers."),
    "why.consent": _("What experts agree to before they rate anything."),
    "why.seal": _("Fixes the rules with a time stamp, so that nobody can choose them to fit the results."),
    "why.round": _("Look at everything once more, then open: the invitations leave at once."),
    "check.protocol.scale.ok": _("The scale has enough points."),
    "check.protocol.scale.missing": _(
        "A scale has %(points)s points. Say in your report why you chose so few."
    ),
    "evidence.protocol.scale": _(
        "How many points there are changes what reaches consensus: in a randomised comparison twice as many outcomes "
        "did on five points as on nine; when patients rated the same 19 goals on both, 6 did on five points and 15 on nine."
    ),
    "source.protocol.scale": "Remus 2021, doi 10.1186/s12874-020-01197-3; Lange 2020, doi 10.1186/s12874-020-0912-8",
    "check.protocol.drop.ok": _("A rule says when an item is dropped."),
    "check.protocol.drop.missing": _("No rule drops an item."),
    "evidence.protocol.drop": _(
        "What no rule drops is asked again until you decide against the verdict, and every such decision needs a reason."
    ),
    "source.protocol.drop": _("follows from the rules of this study"),
    "check.protocol.raters.ok": _("Every rule asks for a minimum of raters."),
    "check.protocol.raters.missing": _("A rule asks for no minimum of raters."),
    "evidence.protocol.raters": _("Without one, the answer of a single expert can promote or drop an item."),
    "source.protocol.raters": _("follows from the rules of this study"),
    "check.protocol.stopping.ok": _("The protocol says when rounds end."),
    "check.protocol.stopping.missing": _("The protocol does not say after how many rounds you stop."),
    "evidence.protocol.stopping": _(
        "Reports are expected to give the stopping criterion and when it was set; set later, it can be chosen to fit the results."
    ),
    "source.protocol.stopping": _("DELPHISTAR, item 23, doi 10.1371/journal.pone.0304651"),
    "check.items.length.ok": _("Answering takes about %(minutes)s minutes."),
    "check.items.length.missing": _(
        "Answering will take an expert about %(minutes)s minutes, for %(count)s items. Think of dividing them among panels or rounds."
    ),
    "evidence.items.length": _(
        "In 31 Delphi surveys, longer lists of items and larger panels went with lower response in the second round."
    ),
    "source.items.length": "Gargon 2019, doi 10.1016/j.jclinepi.2018.12.010",
    "check.items.plain.ok": _("Descriptions are there in every language."),
    "check.items.plain.missing": _(
        "Items described in the main language and not in every other one: %(count)s."
    ),
    "evidence.items.plain": _(
        "Who reads the bare title rates something else than who reads the explanation; reports are asked for the translations and plain-language texts used."
    ),
    "source.items.plain": _("ACCORD, item M21, doi 10.1371/journal.pmed.1004326"),
    "check.experts.small.ok": _("No panel is small."),
    "check.experts.small.missing": _("Panels of fewer than ten experts: %(panels)s."),
    "evidence.experts.small": _(
        "In a panel of %(size)s, one changed answer moves a percentage by %(share)s points, and who does not answer cannot be made up for."
    ),
    "source.experts.small": _("plain arithmetic: 100 divided by the number of raters"),
    "check.round.rehearsed.ok": _("There is a rehearsal of this study."),
    "check.round.rehearsed.missing": _(
        "No rehearsal stands ready. If you have tried the study out and deleted the rehearsal, pass over this."
    ),
    "evidence.round.rehearsed": _(
        "Once the round is open, wordings can only be changed by a new version. Reports are asked whether there was a pilot and what it changed."
    ),
    "source.round.rehearsed": _("ACCORD, item M16, doi 10.1371/journal.pmed.1004326"),
    "check.round.respondents.ok": _("The next round asks everyone."),
    "check.round.respondents.missing": _(
        "Round %(number)s asks only those who answered in the round before."
    ),
    "evidence.round.respondents": _(
        "In a randomised comparison, inviting only the respondents of the last round lowered response from 61 to 46 %%; the outcome was nearly the same."
    ),
    "source.round.respondents": "Boel 2021, doi 10.1016/j.jclinepi.2020.09.034",
}

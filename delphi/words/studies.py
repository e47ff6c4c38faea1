"""Words for studies: their states, settings, readiness and history."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "form.overtaken": _(
        "Somebody else saved this after you opened it. What you typed is in the form and not saved. "
        "Saving now replaces the other version; open this page in another tab to read that first."
    ),
    "study.round_unfinished": _(
        "Round %(number)s is not finished. Close and decide it, then conclude the study."
    ),
    "study.not_found": _("There is no such study, or it is not open to you."),
    "study.wrong_state": _(
        "The study has moved on meanwhile, so this can no longer be done. Look at its present state first."
    ),
    "study.not_ready": _(
        "The study is not ready to open: %(count)s of the points on its overview still have to be put right."
    ),
    "study.languages_invalid": _("Choose at least one language, and a main language among those you chose."),
    "study.language_in_use": _(
        "This language cannot be taken away: wordings, the consent text or experts of the study use it."
    ),
    "study.title_missing": _("Write the study’s title in every language you chose."),
    "study.title_too_long": _("This title is too long: use at most %(most)s characters."),
    "study.time_zone_unknown": _("Choose a time zone from the list."),
    "study.contact_too_long": _("This contact line is too long: use at most %(most)s characters."),
    "consent.text_missing": _("Write the consent text in every language of the study."),
    "consent.text_too_long": _("This text is too long: use at most %(most)s characters."),
}

LABELS: dict[str, Any] = {
    "study.draft": _("Draft"),
    "study.sealed": _("Sealed"),
    "study.running": _("Running"),
    "study.concluded": _("Concluded"),
    "language.en": "English",
    "language.fr": "Français",
    "language-name.en": _("English"),
    "language-name.fr": _("French"),
    "check.protocol.chosen.ok": _("A protocol is chosen."),
    "check.protocol.chosen.missing": _("Choose or write the protocol: the scale and the rules of consensus."),
    "check.protocol.questions.ok": _("Each criterion has its question in every language."),
    "check.protocol.questions.missing": _("Write the question in every language, for: %(criteria)s."),
    "check.protocol.panels.ok": _("Every panel that a rule names is in the study."),
    "check.protocol.panels.missing": _("Rules name panels that this study does not have: %(panels)s."),
    "check.panels.some.ok": _("There is at least one panel."),
    "check.panels.some.missing": _("Add at least one panel."),
    "check.items.some.ok": _("Items to rate: %(count)s."),
    "check.items.some.missing": _("Import or write the items to rate."),
    "check.items.wording.ok": _("Every item is worded in %(language)s, the main language."),
    "check.items.wording.missing": _("Items not worded in %(language)s, the main language: %(count)s."),
    "check.items.translation.ok": _("Every item is worded in %(language)s."),
    "check.items.translation.missing": _(
        "Items not worded in %(language)s: %(count)s. Experts who read %(language)s will see the "
        "main language instead."
    ),
    "check.items.panels.ok": _("Each panel has items to rate."),
    "check.items.panels.missing": _("No item is meant for these panels: %(panels)s."),
    "check.experts.some.ok": _("Each panel has experts."),
    "check.experts.some.missing": _("Add experts to every panel. Panels without experts: %(panels)s."),
    "check.experts.none.missing": _("Add experts, at least one for every panel."),
    "check.experts.minimum_raters.ok": _("Each panel has the %(least)s raters that the rules ask for."),
    "check.experts.minimum_raters.missing": _(
        "These panels have fewer experts than the %(least)s raters the rules ask for: %(panels)s. "
        "Rules that look at each panel cannot give a verdict for them."
    ),
    "check.experts.minimum_group.ok": _("Each panel is large enough for its numbers to be shown."),
    "check.experts.minimum_group.missing": _(
        "These panels have fewer than %(least)s experts, so their own numbers will never be shown: "
        "%(panels)s."
    ),
    "check.consent.text.ok": _("The consent text is written in every language."),
    "check.consent.text.missing": _("Write the consent text in every language of the study."),
    "check.consent.gaps.ok": _("The consent text has no gap left to fill."),
    "check.consent.gaps.missing": _("The consent text still has gaps to fill: %(gaps)s."),
    "check.mail.sending.ok": _("Messages can be sent."),
    "check.mail.sending.missing": _("Messages cannot be sent."),
    "check.seal.done.ok": _("The protocol is sealed."),
    "check.seal.done.missing": _("Seal the protocol, so that nobody can change the rules unseen."),
    "history.study": _("Study and its texts"),
    "history.protocol": _("Protocol"),
    "history.items": _("Items and domains"),
    "history.experts": _("Experts"),
    "history.rounds": _("Rounds and messages"),
    "history.decisions": _("Decisions"),
    "history.comments": _("Comments and suggestions"),
    "history.reports": _("Reports"),
    "history.team": _("Team"),
    "history.files": _("Files"),
    "step.protocol": _("Protocol"),
    "step.panels": _("Panels"),
    "step.items": _("Items"),
    "step.experts": _("Experts"),
    "step.consent": _("Consent text"),
    "step.mail": _("Mail"),
    "step.seal": _("Sealing"),
    "step.round": _("Round 1"),
}

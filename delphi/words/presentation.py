"""Words for how a study presents itself: its choices, questions about the expert, and the glossary."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "presentation.too_long": _(
        "This text is too long: %(found)s characters, of at most %(most)s. Shorten it and save again."
    ),
    "presentation.number": _("Choose a whole number from %(least)s to %(most)s."),
    "presentation.exit_address": _(
        "Quick exit needs a full address that begins with https://, such as https://www.example.org/. "
        "Correct it, or leave it empty to switch quick exit off."
    ),
    "presentation.exit_too_long": _("This address is too long: use at most %(most)s characters."),
    "presentation.quiet_hours": _(
        "Choose both hours, and two different ones, or leave both empty for no quiet hours."
    ),
    "presentation.layout_fixed": _(
        "A round is open, so the order of items and the number on a page stay as they are. "
        "Change them when the round has closed."
    ),
    "question.not_offered": _("Choose among the answers shown. They may have changed: please look again."),
    "question.said_and_not_said": _("Choose either answers or “Prefer not to say”, not both."),
    "question.one_answer": _("Choose one answer only."),
    "question.not_found": _("There is no such question in this study."),
    "question.too_many": _("A study can have at most %(most)s questions. Remove one first."),
    "question.attribute_odd": _("Use no colon and no semicolon in this name: lists separate by them."),
    "question.attribute_taken": _("There is already a question whose answers are kept as “%(name)s”."),
    "question.text_missing": _("Write the question, at least in the study’s main language."),
    "question.text_too_long": _("This question is too long: use at most %(most)s characters."),
    "question.choice_count": _("Write from %(least)s to %(most)s choices, one a line."),
    "question.choice_twice": _("A choice stands here twice. Write each once."),
    "question.choice_odd": _(
        "“%(choice)s” cannot be a choice: use no semicolon, and at most %(most)s characters."
    ),
    "question.choices_differ": _(
        "Choices in this box: %(found)s; in the main language: %(wanted)s. Write them line by line in the "
        "same order, or leave this box empty."
    ),
    "glossary.not_found": _("There is no such term in this study’s glossary."),
    "glossary.too_many": _("A glossary can have at most %(most)s terms. Remove one first."),
    "glossary.no_columns": _(
        "The table needs a column of terms and one of meanings, with headers such as term_en and meaning_en."
    ),
    "glossary.empty": _("Write the term and what it means, in one language at least."),
    "glossary.term_missing": _(
        "Write the term that is explained here, or leave both empty in this language."
    ),
    "glossary.meaning_missing": _("Write what the term means, or leave both empty in this language."),
    "glossary.too_long": _("This text is too long: use at most %(most)s characters."),
    "glossary.taken": _("The glossary already explains “%(name)s”."),
}

LABELS: dict[str, Any] = {
    "item-order.fixed": _("In the study’s order"),
    "item-order.within_domains": _("Mixed within each domain"),
    "item-order.everywhere": _("Domains and items mixed"),
    "check.presentation.languages.ok": _("What experts read first is written in every language."),
    "check.presentation.languages.missing": _(
        "Texts that experts read are not in every language yet: %(count)s. "
        "Experts see the other language instead."
    ),
    "check.presentation.support.ok": _("Experts find a support page."),
    "check.presentation.support.missing": _(
        "Some domains have a content note, but there is no support page. "
        "Write whom experts may turn to when an item touches them."
    ),
    "check.domains.languages.ok": _("Each content note is written in every language."),
    "check.domains.languages.missing": _("Content notes not in every language yet: %(count)s."),
    "check.questions.languages.ok": _("Each question about the expert is written in every language."),
    "check.questions.languages.missing": _(
        "Questions about the expert, and choices, not in every language yet: %(count)s."
    ),
    "check.glossary.languages.ok": _("Each term of the glossary is explained in every language."),
    "check.glossary.languages.missing": _("Terms not explained in every language yet: %(count)s."),
    "suggestions.none": _("Nothing"),
    "suggestions.items": _("Missing items"),
    "suggestions.wordings": _("Better wordings"),
    "suggestions.both": _("Missing items and better wordings"),
}

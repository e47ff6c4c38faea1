"""Words for items, their wordings and the domain tree."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "item.not_found": _("There is no such item in this study."),
    "item.wrong_state": _("This item has moved on meanwhile, so this can no longer be done."),
    "item.code_empty": _("The code is empty. Give each item a code of its own, such as LAW1.03."),
    "item.code_too_long": _("The code is too long: at most %(limit)s characters."),
    "item.code_odd": _(
        "“%(item)s” cannot be a code. Use letters, digits, full stops, hyphens and underscores, without spaces; begin with a letter or a digit."
    ),
    "item.code_twice": _("The code %(item)s is already used in row %(first)s of this file."),
    "item.code_taken": _(
        "The study already has an item with the code %(item)s. Only new items can be added; existing ones are reworded on their own page."
    ),
    "item.empty_title": _(
        "The title is empty. Each language in which an item says anything needs a title, and one language at least."
    ),
    "item.title_too_long": _("The title is too long: %(found)s characters, of at most %(limit)s."),
    "item.description_too_long": _(
        "The description is too long: %(found)s characters, of at most %(limit)s."
    ),
    "item.examples_too_long": _("The examples are too long: %(found)s characters, of at most %(limit)s."),
    "item.unknown_panel": _(
        "The study has no panel “%(panel)s”. It has: %(known)s. Write one of these, several separated by semicolons, or “all”."
    ),
    "item.no_panels": _(
        "The study has no panels yet, so it does not know “%(panel)s”. Add the panels first, or write “all”."
    ),
    "item.subdomain_alone": _("There is a sub-domain here but no domain. Name the domain it belongs to."),
    "item.domain_too_long": _("The name is too long: %(found)s characters, of at most %(limit)s."),
    "item.domain_two_names": _(
        "Here the name is “%(name)s”, elsewhere the same place is called “%(other)s” in this language. Use one name."
    ),
    "item.domain_two_homes": _(
        "“%(name)s” is in the part “%(part)s” in another row but in no part here. Fill in the part."
    ),
    "item.reason_missing": _(
        "Experts have seen this item. Say why its wording changes: they will read the reason beside the change."
    ),
    "item.reason_too_long": _("The reason is too long: %(found)s characters, of at most %(limit)s."),
    "item.panels_fixed": _(
        "Experts have seen %(item)s, so the panels that rate it stay as they are: its results rest on them."
    ),
    "item.why_missing": _("Say why: the reason stays on record, and experts who rated the item read it."),
    "item.being_asked": _(
        "%(item)s is in round %(round)s, which is not decided yet. Close the round and finish its decisions first: then the item can be changed, with its answers kept."
    ),
    "item.merge_needs_two": _("Choose two items at least to merge."),
    "item.merge_into_unknown": _("Choose which item goes on, or a new one."),
    "item.undo_unknown": _("There is no such merge or split in this study."),
    "item.undo_asked": _(
        "This cannot be undone any more: %(item)s was asked in round %(round)s since. Split, or merge, again."
    ),
    "item.undo_built_on": _(
        "This cannot be undone any more: something was done with %(item)s since. Split, or merge, again."
    ),
    "item.split_needs_parts": _("An item is split into two to %(most)s new ones."),
    "item.no_action": _("Tick the items, then choose what to do with them."),
    "item.order_changed": _("The order has changed meanwhile. Reload the page and move the item again."),
    "item.already_there": _("It is in this domain already."),
    "item.panels_same": _("These panels rate it already."),
    "item.was_shown": _(
        "Experts have seen %(item)s, so it cannot be deleted: nothing that was rated disappears. Reword it, or let a decision drop it."
    ),
    "item.planned": _("%(item)s is in the plan of round %(round)s. Take it out of that round first."),
    "item.has_genealogy": _(
        "Other items or a suggestion led to %(item)s or came from it, so it cannot be deleted. Set it aside instead."
    ),
    "item_field.not_found": _("There is no such field in this study."),
    "item_field.key_odd": _(
        "Write a key of small letters, digits and underscores that begins with a letter, such as source."
    ),
    "item_field.key_taken": _("There is already a field with the key %(key)s."),
    "item_field.name_missing": _("Write a name in at least one language."),
    "item_field.name_too_long": _("The name is too long: at most %(limit)s characters."),
    "item_field.name_taken": _("There is already a field called “%(name)s”."),
    "item_field.too_many": _("A study has at most %(most)s fields of its own."),
    "item_field.in_use": _(
        "%(count)s items have a value in this field, so it stays. Empty the values first."
    ),
    "item_field.value_too_long": _("This value is too long: %(found)s characters, of at most %(limit)s."),
    "domain.not_found": _("There is no such domain in this study."),
    "domain.wrong_level": _("That cannot go there: parts hold domains, and domains hold sub-domains."),
    "domain.name_missing": _("Write a name in at least one language."),
    "domain.name_too_long": _("The name is too long: at most %(limit)s characters."),
    "domain.note_too_long": _("This text is too long: use at most %(limit)s characters."),
    "domain.has_items": _(
        "It holds items in play or promoted (%(codes)s), so it cannot be left empty. Move them, or take the reason out."
    ),
    "domain.name_taken": _("There is already a “%(name)s” in the same place."),
    "domain.not_empty": _("Only an empty domain can be removed. Move or delete what is in it first."),
}

LABELS: dict[str, Any] = {
    "item.candidate": _("Candidate"),
    "item.in_play": _("In play"),
    "item.promoted": _("Promoted"),
    "item.dropped": _("Dropped"),
    "item.merged": _("Merged"),
    "item.split": _("Split"),
    "level.part": _("Part"),
    "level.domain": _("Domain"),
    "level.subdomain": _("Sub-domain"),
    "target.code": _("Code"),
    "target.part": _("Part"),
    "target.domain": _("Domain"),
    "target.subdomain": _("Sub-domain"),
    "target.title": _("Title"),
    "target.description": _("Description"),
    "target.examples": _("Examples"),
    "target.panels": _("Panels"),
}

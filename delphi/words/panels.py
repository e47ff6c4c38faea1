"""Words for panels."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "panel.line_names": _(
        "“%(line)s”: write the name in each of the %(count)s languages of the study, with | between them."
    ),
    "panel.not_found": _("There is no such panel in this study."),
    "panel.sealed": _(
        "The protocol is sealed, so panels can no longer be added or removed: its rules were fixed "
        "for these panels."
    ),
    "panel.in_use": _(
        "Panel %(panel)s is in use: experts belong to it, or items or rounds name it. Move them to "
        "another panel first."
    ),
    "panel.code_invalid": _(
        "“%(panel)s” cannot be a code. Use 1 to 12 letters or digits, beginning with a letter, "
        "without accents or spaces."
    ),
    "panel.code_reserved": _(
        "“%(panel)s” has a meaning of its own in rules and imports. Choose another code."
    ),
    "panel.code_taken": _("There is already a panel with the code %(panel)s. Choose another one."),
    "panel.name_missing": _("Write the panel’s name in every language of the study."),
    "panel.name_too_long": _("This name is too long: use at most %(most)s characters."),
}

LABELS: dict[str, Any] = {}

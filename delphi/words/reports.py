"""Words for reports and what the team writes in them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "document.not_found": _("There is no such document."),
    "report_text.not_found": _("The document has no such section."),
    "report_text.changed_meanwhile": _(
        "Somebody else changed this section after you opened the page. What it says now is shown below; what you typed is kept. Save again if yours should replace it."
    ),
    "report_text.too_long": _("A text has at most %(most)s characters; yours has %(length)s."),
}

LABELS: dict[str, Any] = {}

"""Words for backups of studies and what is wrong with one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "backup.of_rehearsal": _("A rehearsal is not backed up: it can be made again from its study."),
    "backup.unreadable": _(
        "This file is not a ZIP file, or it is cut off. Nothing was restored. Copy it again from where it was made."
    ),
    "backup.no_backup": _(
        "This file holds no full backup of a study. Bundles for research and for the public cannot be restored; "
        "ask an owner of the study for the full one."
    ),
    "backup.too_large": _("This file unpacks to more than any study needs. Nothing was restored."),
    "backup.newer": _(
        "This backup was made by a newer version (%(theirs)s; here is %(ours)s). Nothing was restored. "
        "Update this installation first."
    ),
    "backup.newer_column": _(
        "Row %(row)s of %(file)s holds something that version %(ours)s does not know. Nothing was restored. "
        "Update this installation first."
    ),
    "backup.damaged": _(
        "%(file)s in the backup is damaged or was changed: it is not what its manifest says. Nothing was restored."
    ),
    "backup.contradicts": _(
        "What this backup says does not fit together (%(detail)s). It was changed after it was made. "
        "Nothing was restored."
    ),
    "backup.owner_unknown": _("There is no account with the address %(email)s here. Make it first."),
    "backup.is_here": _(
        "This study is here already, as study %(number)s. Two of it would write to the same experts. "
        "Nothing was restored."
    ),
}

LABELS: dict[str, Any] = {}

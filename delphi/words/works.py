"""Words for long work and its files."""

from __future__ import annotations

from typing import Any, Protocol

from flask_babel import format_decimal, gettext, lazy_gettext as _

ERRORS: dict[str, Any] = {
    "work.unknown": _("There is nothing of this kind to be made."),
    "work.not_found": _("This file does not exist, or is no longer kept."),
    "work.option": _("This cannot be chosen here. Go back to the page, load it again and choose once more."),
    "work.wrong_state": _("This is finished already, or was cancelled meanwhile."),
    "work.not_ready": _("This file is not ready yet."),
    "work.taken_back": _(
        "Since this file was made, words were taken out of a comment or an expert withdrew, so it may not be read "
        "any more. Make it again."
    ),
    # Why a work failed, and what to do.
    "work.broke": _(
        "Something went wrong while this was made, and the server’s log says what. Try again; if it fails again, "
        "tell whoever runs this site."
    ),
    "work.killed": _(
        "The process that made this was stopped from outside, most likely because the server ran out of memory. "
        "Try again later; if it fails again, tell whoever runs this site."
    ),
    "work.interrupted": _(
        "The server was stopped twice while this was made. Try again; if it fails again, tell whoever runs this site."
    ),
}

LABELS: dict[str, Any] = {
    "work_kind.report.pdf": _("Report as PDF"),
    "work_kind.report.docx": _("Report as a Word document"),
    "work_kind.report.xlsx": _("Tables of a report as a workbook"),
    "format.pdf": _("PDF"),
    "format.docx": _("Word"),
    "format.xlsx": _("Workbook (XLSX)"),
    "work_step.reading": _("Reading the record"),
    "work_step.writing": _("Drawing figures and setting pages"),
    "work_kind.analysis": _("What the verdicts of a round rest on"),
    "work_about.analysis": _(
        "Fragility, stability, differences between panels, and what other rules would say."
    ),
    "work_about.framework.site": _(
        "The promoted items as pages that need no server: unpack the ZIP and open index.html."
    ),
    "work_about.bundle.research": _(
        "Every table under pseudonyms, the sealed rules, and scripts in Python and R that recompute each verdict."
    ),
    "work_kind.bundle.full": _("Full backup"),
    "work_about.bundle.full": _(
        "Everything there is of the study, names and addresses of experts included, to restore it elsewhere. Keep it "
        "as safe as the study itself; here it is kept for a day."
    ),
    "work_about.registration": _(
        "Protocol, rules in words, items and message texts as they were sealed, with the SHA-256 of each file: for a "
        "registry."
    ),
    "work_about.bundle.public": _(
        "The same for anybody: answers are cut from their experts, and small groups are put together."
    ),
    "work_option.language": _("Language"),
    "work_option.style": _("Drawing"),
    "work_step.items": _("Item by item"),
    "work_state.waiting": _("Waiting"),
    "work_state.under_way": _("Being made"),
    "work_state.done": _("Ready"),
    "work_state.failed": _("Failed"),
    "work_state.cancelled": _("Cancelled"),
    "work_language.en": _("English"),
    "work_language.fr": _("French"),
    "work_kind.framework.site": _("Framework as a site of plain files"),
    "work_step.pages": _("Writing pages"),
    "work_style.flower": _("Flower"),
    "work_style.list": _("Plain list"),
    "framework_style.flower": _("Flower"),
    "framework_style.list": _("Plain list"),
}


class Told(Protocol):
    """What is known of a work that is not finished."""

    state: Any
    step: str
    done: int
    total: int


def how_far(work: Told) -> str:
    """Such as “Item by item: 45 of 155”."""
    if work.state == "waiting":
        return gettext("Waiting for its turn.")
    if not work.step:
        return gettext("Begun.")
    step = str(LABELS.get(f"work_step.{work.step}", work.step))
    if not work.total:
        return gettext("%(step)s …", step=step)
    return gettext("%(step)s: %(done)s of %(total)s", step=step, done=work.done, total=work.total)


def size_of(size: int) -> str:
    """Bytes as people read them."""
    if size < 1_000_000:
        return gettext("%(number)s kB", number=format_decimal(max(1, round(size / 1000))))
    return gettext("%(number)s MB", number=format_decimal(round(size / 1_000_000, 1)))

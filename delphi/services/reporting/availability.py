"""Where data and code are: what anybody needs to check the numbers."""

from __future__ import annotations

from delphi import __version__
from delphi.reports.document import Block, Paragraph
from delphi.services.reporting.phrases import told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    if not record.sealed:
        return []
    return [Paragraph(told(_code(), _data(record)))]


def _code() -> str:
    return _(
        "The study was run on Delphi, an open platform under the MIT licence; this report was made with version %(version)s.",
        version=__version__,
    )


def _data(record: Record) -> str:
    sealed = _("The protocol in force has the SHA-256 %(digest)s.", digest=record.sealed[-1].digest)
    if not record.scored:
        return sealed
    return told(
        sealed,
        _(
            "Every verdict can be computed again from the ratings that the platform exports and the protocol of the round, without "
            "the platform."
        ),
    )

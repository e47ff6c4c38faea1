"""What stands under the title of every document, and on each of its pages: what it rests on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import get_locale

from delphi import __version__
from delphi.services.reporting.phrases import version_name
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label

SHORT = 12  # of a digest


def facts(record: Record) -> list[tuple[str, str]]:
    study, sealed = record.study, record.sealed
    told = [(_("State of the study"), label("study", study.state))]
    told += [(version_name(one), f"SHA-256 {one.digest}") for one in sealed]
    told.append((_("Rounds decided"), str(sum(one.state == "decided" for one in record.rounds))))
    told.append((_("Made"), _moment(record)))
    told.append((_("Software"), f"Delphi {__version__}"))
    return told


def mark(record: Record) -> str:
    if not record.sealed:
        return f"Delphi {__version__}"
    digest = (record.sealed[-1].digest or "")[:SHORT]
    return _("Protocol %(digest)s · Delphi %(version)s", digest=digest, version=__version__)


def _moment(record: Record) -> str:
    zone = ZoneInfo(record.study.time_zone)
    local = record.now.astimezone(zone)
    return f"{format_skeleton('yMMMd', local, zone, locale=get_locale())}, {local:%H:%M} ({local.tzname()})"

"""How sections write days, lists and numbers of groups, in the language of the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from flask_babel import get_locale

from delphi.models import Protocol, Study
from delphi.words import gettext as _


def date_there(study: Study, moment: datetime | None) -> date | None:
    """The day of a moment, for a cell of a table, on the calendar of the study."""
    return _there(study, moment).date() if moment else None


def day(study: Study, moment: datetime) -> str:
    """Such as “12 March 2026”, on the calendar of the study."""
    return str(format_date(_there(study, moment), "long", locale=get_locale()))


def instant(study: Study, moment: datetime) -> str:
    """Such as “12 March 2026, 14:05”, on the clock of the study."""
    time = format_time(_there(study, moment), "HH:mm", locale=get_locale())
    return _("%(day)s, %(time)s", day=day(study, moment), time=time)


def listed(words: Iterable[str]) -> str:
    """Such as “a, b and c”."""
    return format_list(list(words), locale=get_locale())


def told(*sentences: str) -> str:
    """One paragraph of those that there are."""
    return " ".join(one for one in sentences if one)


def quoted(text: str) -> str:
    """Somebody's reason within a sentence, without the full stop that the sentence brings."""
    return _("“%(text)s”", text=text.strip().rstrip("."))


def version_name(sealed: Protocol) -> str:
    """Such as “Protocol as sealed” or “Amendment 1”."""
    if sealed.number == 1:
        return _("Protocol as sealed")
    return _("Amendment %(number)s", number=sealed.number - 1)


def not_shown() -> str:
    """Instead of a number of a group too small to show."""
    return _("not shown")


def _there(study: Study, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(study.time_zone))

"""The framework as a static site in a ZIP: plain files, relative links, one style sheet, no script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask import current_app, render_template
from flask_babel import force_locale, get_locale

from delphi.domain.works import Options, Progress
from delphi.models import Study
from delphi.services.framework import Area, Entry, Framework
from delphi.services.framework_reading import Reading
from delphi.services.reporting import framework as told
from delphi.words import gettext as _

KIND = "framework.site"
FOLDER = "framework"
STEP = "pages"
STYLE_SHEET = "framework/framework.css"


def write(study: Study, options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    """Every page in each of the study's languages, in a folder of its own."""
    site = Site(Framework(study), options.get("style", told.FLOWER), now)
    done = 0
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in site.files():
            archive.writestr(_entry(f"{FOLDER}/{name}", now), text)
            done += 1
            progress(STEP, done, site.total)


def file_name(study: Study, _options: Options) -> str:
    return f"framework-{study.id}.zip"


def safe_names(codes: Iterable[str]) -> dict[str, str]:
    """A file name for each code: small letters, digits and hyphens, and none twice."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        letters = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "x"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        names[code] = name
    return names


class Site(Reading):
    """Pages of one folder link to each other by name, and to the same page of another language."""

    def __init__(self, framework: Framework, style: str, now: datetime) -> None:
        super().__init__(framework, style)
        self.now, self.languages = now, framework.study.languages

    @property
    def total(self) -> int:
        return len(self.languages) * (3 + len(self.framework.areas) + len(self.framework.entries)) + 2

    def files(self) -> Iterator[tuple[str, str]]:
        yield "framework.css", _style_sheet()
        yield "index.html", render_template("framework/languages.html", site=self)
        for language in self.languages:
            with force_locale(language):
                for name, template, about in self._pages():
                    yield f"{language}/{name}", render_template(template, site=self, file=name, **about)

    def _pages(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for name in ("index", "glossary", "about"):
            yield f"{name}.html", f"framework/{name}.html", {}
        for area in self.framework.areas:
            yield self.address(area), "framework/area.html", {"area": area}
        for entry in self.framework.entries.values():
            yield self.item_address(entry), "framework/item.html", {"entry": entry}

    def address(self, area: Area) -> str:
        return f"area-{area.number}.html"

    def item_address(self, entry: Entry) -> str:
        return f"item-{self._names[entry.item.code]}.html"

    @cached_property
    def _names(self) -> dict[str, str]:
        return safe_names(entry.item.code for entry in self.framework.entries.values())

    @staticmethod
    def own_name(language: str) -> str:
        """What a language calls itself."""
        return (Locale.parse(language).get_display_name(language) or language).capitalize()

    @staticmethod
    def invitation(language: str) -> str:
        with force_locale(language):
            return _("Read the framework")

    @property
    def day(self) -> str:
        return self.calendar(self.now)

    def calendar(self, moment: datetime | None) -> str:
        """The day in the study's zone."""
        if moment is None:
            return "–"
        there = moment.astimezone(ZoneInfo(self.study.time_zone))
        return str(format_date(there, "long", locale=get_locale()))

    def beside(self, area: Area, step: int) -> Area | None:
        """The area before (-1) or after (+1) it."""
        place = area.number - 1 + step
        return self.framework.areas[place] if 0 <= place < len(self.framework.areas) else None


def _style_sheet() -> str:
    loader: Any = current_app.jinja_env.loader
    source: str = loader.get_source(current_app.jinja_env, STYLE_SHEET)[0]
    return source


def _entry(name: str, now: datetime) -> ZipInfo:
    made = ZipInfo(name, now.timetuple()[:6])
    made.compress_type = ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made

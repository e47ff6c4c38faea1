"""The study as one file that anybody can check: tables with a schema, the sealed rules, results, and scripts.

A bundle is a ZIP, written a row at a time. What a profile holds is in `delphi/services/bundling/profiles.py`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask_babel import force_locale

from delphi import __version__
from delphi.domain.errors import DomainError
from delphi.domain.works import Options, Progress
from delphi.exporters.datapackage import Archive
from delphi.models import Study
from delphi.services import backups
from delphi.services.bundling import codebook, profiles, readme, results_document, scripts
from delphi.services.bundling.profiles import Contents, Profile
from delphi.services.bundling.rule_tables import file_of
from delphi.services.bundling.scope import Scope
from delphi.words import translated

STEP = "bundle"


def write(study: Study, profile: str, target: Path, progress: Progress, *, now: datetime) -> None:
    """The whole bundle as `target`, or nothing: it gets its name when it is complete."""
    chosen = profiles.of(profile)
    scope = Scope(study, now, lambda done, total: progress(STEP, done, total))
    if not scope.rounds and not chosen.backup:
        raise DomainError("bundle.no_closed_round")
    part = target.with_name(f".{target.name}.unfinished")
    try:
        with Archive(part, now) as archive:
            if scope.rounds:
                _fill(archive, scope, chosen)
            if chosen.backup:
                backups.add(archive, study, now=now)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def make_research(study: Study, options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    with force_locale(options["language"]):
        write(study, "research", target, progress, now=now)


def make_public(study: Study, options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    with force_locale(options["language"]):
        write(study, "public", target, progress, now=now)


def make_full(study: Study, options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    with force_locale(options["language"]):
        write(study, "full", target, progress, now=now)


def full_name(study: Study, _options: Options) -> str:
    return f"study-{study.id}-full.zip"


def research_name(study: Study, _options: Options) -> str:
    return f"study-{study.id}-research.zip"


def public_name(study: Study, _options: Options) -> str:
    return f"study-{study.id}-public.zip"


def _fill(archive: Archive, scope: Scope, profile: Profile) -> None:
    contents = profile.contents(scope)
    counts = {sheet.name: archive.add_sheet(sheet) for sheet in contents.sheets}
    for protocol in scope.sealed:
        archive.add(file_of(protocol), protocol.document)
    with archive.text(results_document.NAME) as stream:
        results_document.write(scope, stream)
    for name in (scripts.PYTHON, scripts.R):
        archive.add(name, scripts.text_of(name))
    documents = contents.documents()
    for document in documents:
        archive.add(document.name, document.text)
    archive.add(codebook.NAME, codebook.write(scope, contents.sheets, counts))
    more = [(document.name, document.about) for document in documents]
    archive.add(readme.NAME, readme.write(scope, contents.sheets, contents.about, contents.who, more))
    archive.describe(_package(scope, profile, contents), contents.sheets)


def _package(scope: Scope, profile: Profile, contents: Contents) -> dict[str, object]:
    return {
        "name": f"delphi-study-{scope.study.id}-{profile.key}",
        "title": translated(scope.study.title),
        "description": contents.about,
        "version": "1",
        "created": scope.now.isoformat(timespec="seconds"),
        "delphi": {"profile": profile.key, "version": __version__, "languages": scope.study.languages},
    }

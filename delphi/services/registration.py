"""The registration pack: what a study has fixed before its first answer, ready for a registry.

`pack.json` names each file with its SHA-256, and `SHA256SUMS` says the same for `sha256sum --check`. `delphi verify`
reads it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi import __version__
from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.placeholders import OWN_WORDS
from delphi.domain.works import Options, Progress
from delphi.emails.own_words import platforms
from delphi.exporters.tables import Cell, neutral, to_zip
from delphi.models import Item, Protocol, Study, Wording
from delphi.services import consents, message_templates, panels, presentation_file, protocols
from delphi.services.reporting import rules
from delphi.words import gettext as _, translated

FORMAT: Final = "delphi-registration"
VERSION: Final = 1
MANIFEST: Final = "pack.json"
SUMS: Final = "SHA256SUMS"
ITEMS: Final = "items.csv"
KIND: Final = "registration"
STEP: Final = "registration"


def protocol_file(number: int) -> str:
    """As in the bundle of the study."""
    return f"protocol-{number}.toml"


def write(study: Study, _options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    progress(STEP, 0, 1)
    target.write_bytes(pack(study, now=now))


def file_name(study: Study, _options: Options) -> str:
    return f"registration-{study.id}.zip"


def pack(study: Study, *, now: datetime) -> bytes:
    """A few hundred kilobytes at most, so made in one piece."""
    sealed = protocols.sealed_versions(study)
    if not sealed:
        raise DomainError("registration.not_sealed")
    files = {name: text.encode() for name, text in _files(study, sealed)}
    files[ITEMS] = _csv(_item_rows(study, sealed[0])).encode()
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    files[MANIFEST] = json.dumps(_manifest(study, sealed, listed, now), indent=1, ensure_ascii=False).encode()
    listed[MANIFEST] = hashlib.sha256(files[MANIFEST]).hexdigest()
    files[SUMS] = "".join(f"{digest}  {name}\n" for name, digest in listed.items()).encode()
    return to_zip(files, now)


def _manifest(
    study: Study, sealed: list[Protocol], files: dict[str, str], now: datetime
) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "delphi": __version__,
        "made_at": now.isoformat(timespec="seconds"),
        "title": study.title,
        "languages": study.languages,
        "protocols": [
            {
                "number": one.number,
                "sha256": one.digest,
                "sealed_at": one.sealed_at.isoformat(timespec="seconds") if one.sealed_at else None,
                "after_data": one.after_data,
                "reason": one.reason,
            }
            for one in sealed
        ],
        "files": files,
    }


def _files(study: Study, sealed: list[Protocol]) -> Iterator[tuple[str, str]]:
    for one in sealed:
        yield protocol_file(one.number), one.document
    yield presentation_file.NAME, presentation_file.document(study)
    consent = consents.current(study)
    for language in study.languages:
        with force_locale(language):
            yield f"rules-{language}.md", _rules(study, sealed)
            yield f"README-{language}.md", _readme(study, sealed)
        yield f"messages-{language}.md", _messages(study, language)
        if consent and consent.texts.get(language):
            yield f"consent-{language}.txt", consent.texts[language] + "\n"


def _rules(study: Study, sealed: list[Protocol]) -> str:
    names = {one.code: translated(one.name, one.code) for one in panels.list_of(study)}
    lines = [f"# {_('Rules of consensus')}"]
    for one in sealed:
        if one.number > 1:
            lines += ["", f"# {_('Amendment %(number)s', number=one.number - 1)}", "", one.reason]
        for statement in rules.statements(protocols.parsed(one), names):
            lines += ["", f"## {statement.subject}", "", statement.text]
    return "\n".join(lines) + "\n"


def _readme(study: Study, sealed: list[Protocol]) -> str:
    first = sealed[0]
    told = _(
        "This pack holds what the study fixed before its first answer. Put it into a registry as it is. Together "
        "with the data of the study, “delphi verify” shows later whether the analysis is the registered one, and "
        "lists each amendment."
    )
    facts = [
        _(
            "Protocol sealed: %(time)s (UTC)",
            time=first.sealed_at and first.sealed_at.strftime("%Y-%m-%d %H:%M"),
        ),
        _("SHA-256 of the protocol: %(digest)s", digest=first.digest),
        _("Amendments so far: %(count)s", count=len(sealed) - 1),
        _("Made with Delphi %(version)s", version=__version__),
    ]
    listed = [
        (
            protocol_file(1),
            _("the protocol: scales, criteria, rules, feedback, stopping; amendments have higher numbers"),
        ),
        ("rules-*.md", _("the rules in words")),
        (ITEMS, _("the items as they were worded when the protocol was sealed")),
        ("messages-*.md", _("the messages that experts get")),
        ("consent-*.txt", _("the text that experts agree to")),
        (
            presentation_file.NAME,
            _("how the study presents itself: order, questions about the expert, glossary"),
        ),
        (SUMS, _("the SHA-256 of each file; check with: sha256sum --check SHA256SUMS")),
    ]
    lines = [f"# {translated(study.title)}", "", told, "", *(f"- {fact}" for fact in facts), ""]
    return "\n".join([*lines, *(f"- `{name}`: {about}" for name, about in listed)]) + "\n"


def _messages(study: Study, language: str) -> str:
    own = message_templates.of(study)
    lines: list[str] = []
    for kind in OWN_WORDS:
        said = own.get((kind.value, language)) or platforms(kind, language)
        lines += [f"# {kind.value}", "", f"**{said.subject}**", "", said.body, ""]
    return "\n".join(lines)


def _item_rows(study: Study, first: Protocol) -> Iterator[list[Cell]]:
    """The wording in force when the protocol was sealed; items that came later are not in it."""
    parts = ("title", "description", "examples")
    yield ["item", "wording", *(f"{part}_{language}" for part in parts for language in study.languages)]
    query = (
        select(Item)
        .where(Item.study_id == study.id, Item.created_at <= first.sealed_at)
        .order_by(Item.position, Item.id)
        .options(selectinload(Item.wordings).selectinload(Wording.texts))
    )
    for item in session.scalars(query):
        wording = _sealed(item, first)
        texts = {text.language: text for text in wording.texts}
        cells = [
            getattr(texts[language], part) if language in texts else None
            for part in parts
            for language in study.languages
        ]
        yield [item.code, wording.number, *cells]


def _sealed(item: Item, first: Protocol) -> Wording:
    earlier = [one for one in item.wordings if first.sealed_at and one.created_at <= first.sealed_at]
    return (earlier or item.wordings[:1])[-1]


def _csv(rows: Iterator[list[Cell]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue()

"""The kinds of long work: who may ask for it, what of it can be chosen, what its file is called, and who makes it.

A kind needs three things more: its name in `delphi/words/works.py` (`work_kind.<key>`), the words of each value that
can be chosen (`work_<option>.<value>`), and those of each step it tells (`work_step.<step>`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.languages import LANGUAGES
from delphi.domain.permissions import Permission
from delphi.domain.works import Options, Progress
from delphi.models import Study
from delphi.services import analyses, bundles, framework_site, registration, report_files
from delphi.services.report_files import Format
from delphi.services.reporting import documents
from delphi.services.reporting.framework import STYLES


class Make(Protocol):
    """Writes `target` in a process of its own, which reads one state of the database and cannot write to it.

    It may be killed at any moment. A refusal is a DomainError whose words need no facts. What is to be stored in the
    transaction that settles the work is returned as a function.
    """

    def __call__(
        self, study: Study, options: Options, target: Path, progress: Progress, /, *, now: datetime
    ) -> Callable[[], object] | None: ...


# The values an option may have in this study; the first one is taken where none is named.
Allowed = Callable[[Study], Sequence[str]]


def one_of(*values: str) -> Allowed:
    return lambda _study: values


LANGUAGE: Allowed = one_of(*LANGUAGES)


@dataclass(frozen=True)
class Kind:
    key: str
    permission: Permission
    make: Make
    file: Callable[[Study, Options], str] | None  # the name readers get, ASCII; None: nothing to download
    options: Mapping[str, Allowed] = field(default_factory=dict)
    kept: timedelta | None = None  # how long the file stays; None: until a newer one is made
    answers: bool = False  # whether answers to open rounds are in it

    def chosen(self, study: Study, asked: Options) -> dict[str, str]:
        """Every option with an allowed value; anything else is refused."""
        if set(asked) - set(self.options):
            raise DomainError("work.option")
        found = {}
        for name, allowed in self.options.items():
            values = allowed(study)
            value = asked.get(name) or next(iter(values), "")
            if value not in values:
                raise DomainError("work.option")
            found[name] = value
        return found


def _report(wanted: Format) -> Kind:
    return Kind(
        f"report.{wanted}",
        Permission.EXPORT,
        partial(report_files.make, wanted),
        partial(report_files.name, wanted),
        {"document": lambda study: list(documents.of(study)), "language": LANGUAGE},
    )


# In the order in which they are offered.
KINDS: tuple[Kind, ...] = (
    *map(_report, Format),
    Kind(analyses.KIND, Permission.MAKE_DECISIONS, analyses.make, None, {"round": analyses.rounds_of}),
    Kind(
        framework_site.KIND,
        Permission.EXPORT,
        framework_site.write,
        framework_site.file_name,
        {"style": one_of(*STYLES)},
    ),
    Kind(registration.KIND, Permission.EXPORT, registration.write, registration.file_name),
    Kind(
        "bundle.research",
        Permission.EXPORT,
        bundles.make_research,
        bundles.research_name,
        {"language": LANGUAGE},
    ),
    Kind(
        "bundle.public", Permission.EXPORT, bundles.make_public, bundles.public_name, {"language": LANGUAGE}
    ),
    Kind(
        "bundle.full",
        Permission.BACK_UP,
        bundles.make_full,
        bundles.full_name,
        {"language": LANGUAGE},
        kept=timedelta(days=1),  # it holds contacts
        answers=True,
    ),
)


def of(key: str) -> Kind:
    for kind in KINDS:
        if kind.key == key:
            return kind
    raise NotFound("work.unknown")

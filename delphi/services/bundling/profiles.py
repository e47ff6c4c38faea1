"""The kinds of bundle: who may have one, and which tables and files it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from delphi.domain.errors import NotFound
from delphi.domain.permissions import Permission
from delphi.exporters.datapackage import Sheet
from delphi.services import presentation_file
from delphi.services.bundling import answer_tables, comment_tables, item_tables, rule_tables
from delphi.services.bundling.scope import Scope


@dataclass(frozen=True)
class Document:
    """A file beside the tables: its name, what it is, its text."""

    name: str
    about: str
    text: str


@dataclass(frozen=True)
class Contents:
    """What one bundle is made of, in the order in which it is written. `about` opens its README.

    `who`: the column of the ratings that tells raters apart. `documents` are made after the tables.
    """

    about: str
    sheets: Sequence[Sheet]
    who: str = "expert"
    documents: Callable[[], Sequence[Document]] = field(default=lambda: ())


@dataclass(frozen=True)
class Profile:
    key: str
    permission: Permission
    contents: Callable[[Scope], Contents]


def _rules(scope: Scope) -> list[Sheet]:
    return [
        rule_tables.protocol_sheet(scope),
        rule_tables.criterion_sheet(scope),
        rule_tables.point_sheet(scope),
        rule_tables.rule_sheet(scope),
        rule_tables.condition_sheet(scope),
    ]


def research(scope: Scope) -> Contents:
    """Answers by pseudonym. Names, addresses, attributes and times of answers are in no table."""
    sheets = [
        *_rules(scope),
        item_tables.panel_sheet(scope),
        item_tables.round_sheet(scope),
        item_tables.item_sheet(scope),
        item_tables.wording_sheet(scope),
        item_tables.descent_sheet(scope),
        answer_tables.verdict_sheet(scope),
        answer_tables.summary_sheet(scope),
        answer_tables.decision_sheet(scope),
        comment_tables.comment_sheet(scope),
        comment_tables.theme_sheet(scope),
        comment_tables.coding_sheet(scope),
        answer_tables.rating_sheet(scope),
    ]
    about = _(
        "The data of a Delphi study for research: every answer of every closed round by the pseudonym of its expert, "
        "with the panels, and comments without their authors. It holds no names, no addresses, no attributes of "
        "experts and no times of answers, but whoever has it can compute the numbers of any group, small ones too. "
        "Keep it as confidential data; for anybody else there is the public bundle."
    )
    presentation = presentation_file.document(scope.study)
    told = Document(presentation_file.NAME, _("how the study presents itself to experts"), presentation)
    return Contents(about, sheets, documents=lambda: (told,))


PROFILES: tuple[Profile, ...] = (Profile("research", Permission.EXPORT, research),)


def of(key: str) -> Profile:
    for profile in PROFILES:
        if profile.key == key:
            return profile
    raise NotFound("bundle.unknown")

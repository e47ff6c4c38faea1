"""The kinds of bundle: who may have one, and which tables and files it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from delphi.domain.errors import NotFound
from delphi.domain.permissions import Permission
from delphi.exporters.datapackage import Sheet
from delphi.services import presentation_file
from delphi.services.bundling import (
    answer_tables,
    comment_tables,
    digests,
    item_tables,
    public_tables,
    rule_tables,
)
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
    """`backup`: also every row there is, to restore the study from."""

    key: str
    permission: Permission
    contents: Callable[[Scope], Contents]
    backup: bool = False


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
        digests.sheet(scope),
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


def public(scope: Scope) -> Contents:
    """Answers that lead to nobody: everybody alike in what is told of an answer is at least k."""
    made = public_tables.anonymise(scope)
    sheets = [
        *_rules(scope),
        item_tables.panel_sheet(scope),
        item_tables.round_sheet(scope),
        item_tables.item_sheet(scope, own_fields=False),
        item_tables.wording_sheet(scope, reasons=False),
        item_tables.descent_sheet(scope, times=False),
        answer_tables.verdict_sheet(scope, made.not_recomputed),
        answer_tables.summary_sheet(scope),
        answer_tables.decision_sheet(scope, whole=False),
        public_tables.rating_sheet(scope),
    ]
    about = _(
        "The data of a Delphi study for the public: every answer of every closed round, cut from its expert. Answers "
        "to one item cannot be joined to answers to another, and a panel stands beside an answer only where at least "
        "%(k)s experts are alike in what is told. What was left out for this, and what it costs, is in "
        "anonymisation-report.md.",
        k=made.k,
    )
    report = [
        Document(public_tables.REPORT, _("what was left out so that nobody can be found"), made.report()),
        Document(public_tables.REPORT_DATA, _("the same for programs"), made.report_data()),
    ]
    return Contents(about, sheets, who="answer", documents=lambda: report)


def full(scope: Scope) -> Contents:
    """What research gets, beside the rows themselves."""
    about = _(
        "Everything there is of a Delphi study: the tables of the research bundle, and in the folder backup every row, "
        "with the names and addresses of experts beside their answers. “delphi restore” gives the study back from it. "
        "It is for the owners of the study alone: encrypt it, and delete it when it is not needed any more."
    )
    return replace(research(scope), about=about)


PROFILES: tuple[Profile, ...] = (
    Profile("research", Permission.EXPORT, research),
    Profile("public", Permission.EXPORT, public),
    Profile("full", Permission.BACK_UP, full, backup=True),
)


def of(key: str) -> Profile:
    for profile in PROFILES:
        if profile.key == key:
            return profile
    raise NotFound("bundle.unknown")

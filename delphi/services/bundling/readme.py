"""`README.md`: what the bundle is, what is in it, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import format_datetime, gettext as _

from delphi import __version__
from delphi.exporters.datapackage import DESCRIPTOR, Sheet
from delphi.services.bundling import codebook, results_document
from delphi.services.bundling.rule_tables import file_of
from delphi.services.bundling.scope import Scope
from delphi.services.bundling.scripts import PYTHON, R
from delphi.words import translated

NAME = "README.md"


def write(
    scope: Scope, sheets: Sequence[Sheet], about: str, who: str, more: Sequence[tuple[str, str]]
) -> str:
    """`about` says what kind of bundle it is; `who`: the column of the ratings with their raters."""
    made = _(
        "Made by Delphi %(version)s on %(time)s (UTC).",
        version=__version__,
        time=format_datetime(scope.now, "yyyy-MM-dd HH:mm", rebase=False),
    )
    lines = [
        f"# {translated(scope.study.title)}",
        "",
        about,
        "",
        made,
        "",
        *_contents(scope, sheets, more),
        "",
    ]
    lines += _checking(who)
    return "\n".join(lines) + "\n"


def _contents(scope: Scope, sheets: Sequence[Sheet], more: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"## {_('What is in it')}"
    yield ""
    files = [
        (codebook.NAME, _("every table and column, the scales, and the rules in words")),
        (
            DESCRIPTOR,
            _(
                "the same for programs: a Frictionless Data Package with types, keys and SHA-256 of each table"
            ),
        ),
        *((file_of(one), _("the protocol as it was sealed")) for one in scope.sealed),
        (results_document.NAME, _("the stored results, in the schema that “delphi score” writes")),
        (PYTHON, _("recomputes every verdict; needs Python 3.10 or newer and nothing else")),
        (R, _("the same in R, without packages")),
        *more,
    ]
    yield from (f"- `{name}`: {about}" for name, about in files)
    yield from (f"- `{sheet.path}`: {sheet.about}" for sheet in sheets)


def _checking(who: str) -> Iterator[str]:
    yield f"## {_('How to check it')}"
    yield ""
    yield _(
        "Each script reads ratings.csv and the sealed rules, recomputes every number of summaries.csv and every "
        "verdict of verdicts.csv, and tells each difference. It ends with 1 if there is any."
    )
    yield ""
    yield from ("```sh", f"python3 {PYTHON}", f"Rscript {R}", f"frictionless validate {DESCRIPTOR}", "```")
    yield ""
    yield _("With Delphi installed, its own scoring takes the same file:")
    yield ""
    options = f"--rater {who} --panel panels"
    yield from (
        "```sh",
        f"delphi score data/ratings.csv {options} --protocol protocol-1.toml --out results",
        "```",
    )
    yield ""
    yield _(
        "That applies one version of the protocol to every round. Which version was in force in a round is in "
        "data/rounds.csv."
    )

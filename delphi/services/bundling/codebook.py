"""`codebook.md`: what stands in each table and column, the scales, and the rules in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import gettext as _

from delphi.exporters.datapackage import Field, Sheet
from delphi.models import Protocol
from delphi.scoring.protocol import Protocol as Rules
from delphi.scoring.scales import BANDS
from delphi.services import protocols
from delphi.services.bundling.rule_tables import file_of
from delphi.services.bundling.scope import Scope
from delphi.words import label, sentences, translated

NAME = "codebook.md"


def write(scope: Scope, sheets: Sequence[Sheet], counts: Mapping[str, int]) -> str:
    lines = [f"# {_('Codebook')}", "", translated(scope.study.title), "", *_conventions()]
    lines += ["", f"## {_('Tables')}", ""]
    for sheet in sheets:
        lines += [*_table(sheet, counts[sheet.name]), ""]
    lines += [f"## {_('Scales and rules')}", ""]
    for one in scope.sealed:
        lines += [*_protocol(scope, one), ""]
    return "\n".join(lines).rstrip() + "\n"


def _conventions() -> list[str]:
    return [
        _(
            "Every table is a CSV file in UTF-8 with commas between cells and one line of headings. Times are in UTC. "
            "Decimals have a point and are written so that reading them back gives the same number."
        ),
        "",
        _(
            "An empty cell means that there is no value. In ratings.csv, the rating “unable” means that the expert "
            "said that they were unable to rate; an empty rating means no answer. Both are missing values: neither "
            "counts in n."
        ),
        "",
        _(
            "A text that a spreadsheet would run as a formula has an apostrophe in front, also before apostrophes that "
            "stand there already. To get the text back, take one apostrophe away where the text, after apostrophes and "
            "spaces, goes on with = + - @ or a control character."
        ),
    ]


def _table(sheet: Sheet, rows: int) -> Iterator[str]:
    yield f"### {sheet.path}"
    yield ""
    yield f"{sheet.about} {_('Rows: %(count)s.', count=rows)} {_('Key: %(columns)s.', columns=_listed(sheet.key))}"
    for reference in sheet.references:
        yield ""
        yield _(
            "%(columns)s: a row of %(table)s (%(keys)s).",
            columns=_listed(reference.fields),
            table=reference.sheet,
            keys=_listed(reference.keys),
        )
    yield ""
    yield from _grid(
        (_("Column"), _("Type"), _("Values"), _("Meaning")),
        ((f"`{one.name}`", one.type, _values(one), one.about) for one in sheet.fields),
    )


def _values(field: Field) -> str:
    found = field.constraints
    told = [", ".join(map(str, found["enum"]))] if "enum" in found else []
    if "minimum" in found and "maximum" in found:
        told.append(_("%(least)s to %(most)s", least=found["minimum"], most=found["maximum"]))
    elif "minimum" in found:
        told.append(_("%(least)s or more", least=found["minimum"]))
    if not found.get("required"):
        told.append(_("may be empty"))
    return "; ".join(told)


def _protocol(scope: Scope, protocol: Protocol) -> Iterator[str]:
    read = protocols.parsed(protocol)
    title = _("Protocol %(number)s", number=protocol.number)
    yield f"### {title}{f': {read.title}' if read.title else ''}"
    yield ""
    yield _("As sealed: %(file)s, SHA-256 %(digest)s.", file=file_of(protocol), digest=protocol.digest)
    if protocol.reason:
        yield ""
        yield _("Amended because: %(reason)s", reason=protocol.reason)
    for key in read.rules.criteria:
        yield ""
        yield from _scale(protocol, key)
    yield ""
    yield from rules_in_words(scope, read.rules)


def _scale(protocol: Protocol, key: str) -> Iterator[str]:
    read = protocols.parsed(protocol)
    scale, texts = read.rules.criteria[key].scale, read.texts(key)
    question = translated(texts.question)
    asked = _("Criterion “%(key)s”, points 1 to %(points)s", key=key, points=scale.points)
    yield f"**{asked}**{f' — {question}' if question else ''}"
    yield ""
    bands = {band: translated(texts.band_labels.get(band)) for band in BANDS}
    yield from _grid(
        (_("Point"), _("Label"), _("Band"), _("Label of the band")),
        (
            (
                str(point),
                translated(texts.labels.get(point)),
                scale.band_of(point),
                bands[scale.band_of(point)],
            )
            for point in range(1, scale.points + 1)
        ),
    )


def rules_in_words(scope: Scope, rules: Rules) -> Iterator[str]:
    names = {one.code: translated(one.name, one.code) for one in scope.panels}
    yield _("Rules are tried in this order; the first that holds gives the verdict.")
    for number, rule in enumerate(rules.rules, 1):
        yield ""
        yield f"{number}. {sentences.opening(rule, names)}"
        for asked in rule.conditions:
            yield f"   - {sentences.condition(asked, rules.criteria[rule.criterion])}"
        if raters := sentences.raters(rule):
            yield f"   \n   {raters}"
    yield ""
    verdict = label("verdict", rules.otherwise)
    yield _(
        "When none holds: insufficient data if a rule lacked raters, else “%(verdict)s”. Quartiles: %(definition)s.",
        verdict=verdict,
        definition=label("quartiles", rules.quartiles),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(headings)
    yield _row(["---"] * len(headings))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    """Bars and line ends would break the table."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"

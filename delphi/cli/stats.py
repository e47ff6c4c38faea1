"""`delphi stats`: one named statistic of a file, without rules and without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask_babel import gettext as _

from delphi.cli.doors import Doors, speaking
from delphi.cli.ratings_file import FILE, column_options, columns_of, rounds_of
from delphi.importers.limits import RATINGS
from delphi.importers.ratings import DEFAULT_UNABLE, Answer, read_answers
from delphi.importers.tables import read_table
from delphi.scoring.scales import MAXIMUM_POINTS

if TYPE_CHECKING:
    from delphi.scoring.named import NamedStatistic
    from delphi.scoring.named.tables import Computed

DECIMALS = 6
WIDEST = 160  # characters of a table; what is wider is written as one block a result


@click.command()
@click.argument("name", required=False)
@click.argument("file", type=FILE, required=False)
@click.option("--list", "listed", is_flag=True, help="Name every statistic, one line each.")
@click.option("--points", type=int, help="The last point of the declared scale, such as 9.")
@click.option(
    "-o", "--option", "options", multiple=True, metavar="KEY=VALUE", help="An option of the statistic."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, at full precision.")
@click.option("--unable", default=DEFAULT_UNABLE, show_default=True, help="The word for “unable to rate”.")
@column_options
@click.pass_obj
def stats(
    doors: Doors,
    /,
    name: str | None,
    file: Path | None,
    listed: bool,
    points: int | None,
    options: Sequence[str],
    as_json: bool,
    unable: str,
    **headers: str | None,
) -> None:
    """Compute the statistic NAME of the ratings in FILE.

    FILE is CSV or XLSX as for `delphi score`: the statistic is computed for each item, for the whole panel, between
    rounds or between panels, whichever it is about. Or FILE is JSON with the statistic's own data and options:
    {"counts": [30, 40, 210]}.
    """
    from delphi.scoring.named import find, named_statistics  # numpy: not for the other commands

    with speaking(doors):
        if listed:
            _list(named_statistics())
            return
        if name is None:
            raise click.UsageError(_("Give a NAME and a FILE, or --list to see the names."))
        try:
            statistic = find(name)
            if file is None:
                _explain(statistic)
                return
            given = _given(options, points)
            if file.suffix.casefold() == ".json":
                found = _of_document(statistic, file, given)
            else:
                columns = columns_of(headers, unable)
                table = read_table(file.read_bytes(), file.name, limits=RATINGS)
                found = _of_table(statistic, read_answers(table, columns, points or MAXIMUM_POINTS), given)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        _show(found, as_json)


def _list(statistics: Sequence[NamedStatistic]) -> None:
    titles = {
        "item": _("Of one item"),
        "panel": _("Of the panel, over all items"),
        "rounds": _("Between rounds"),
        "groups": _("Between panels"),
        "numbers": _("Of other numbers (a JSON file)"),
    }
    width = max(len(one.name) for one in statistics)
    for over, title in titles.items():
        click.echo(title)
        for one in statistics:
            if one.over == over:
                click.echo(f"  {one.name:{width}}  {one.line}")
    click.echo(_("Verdicts, and how sure they are, need rules: see `delphi score --help`."))


def _explain(statistic: NamedStatistic) -> None:
    """What it is, and what it takes."""
    click.echo(f"{statistic.name}: {statistic.line}")
    click.echo(_("Needs: %(data)s.", data="; ".join(statistic.data())))
    for name, (default, words) in statistic.options().items():
        among = f" ({', '.join(words)})" if words else ""
        click.echo(
            _("Option: %(name)s, %(default)s if not said%(among)s", name=name, default=default, among=among)
        )


def _given(options: Sequence[str], points: int | None) -> dict[str, Any]:
    """Options as given: a number or a list where the value is one, else the text."""
    given: dict[str, Any] = {} if points is None else {"points": points}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals:
            raise click.UsageError(_("“%(option)s” is not KEY=VALUE.", option=option))
        try:
            given[key.strip()] = json.loads(value, parse_float=str)
        except ValueError:
            given[key.strip()] = value
    return given


def _of_document(statistic: NamedStatistic, file: Path, given: Mapping[str, Any]) -> list[Computed]:
    from delphi.scoring.named.tables import Computed

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        told = _("%(file)s is not JSON: %(error)s", file=file.name, error=error)
        raise click.ClickException(told) from None
    if not isinstance(document, dict):
        told = _("%(file)s holds no JSON object of data and options.", file=file.name)
        raise click.ClickException(told)
    return [Computed({}, statistic.compute({**document, **given}))]


def _of_table(
    statistic: NamedStatistic, answers: Sequence[Answer], given: Mapping[str, Any]
) -> list[Computed]:
    from delphi.scoring.named.tables import compute_over

    return compute_over(statistic, rounds_of(answers), given)


def _show(found: Sequence[Computed], as_json: bool) -> None:
    from delphi.scoring.documents import to_document

    documents = [{**one.of, "result": to_document(one.result)} for one in found]
    if as_json:
        shown = documents[0]["result"] if len(found) == 1 and not found[0].of else documents
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False, allow_nan=False))
        return
    rows: list[dict[str, str]] = [
        {**one.of, **_flat(one_document["result"])}
        for one, one_document in zip(found, documents, strict=True)
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = [names, *([row.get(name, "") for name in names] for row in rows)]
    if len(rows) > 1 and sum(_widths(table)) + 2 * len(names) <= WIDEST:
        _table(table)
        return
    for row in rows:
        _table([[name, text] for name, text in row.items()])
        click.echo()


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = _widths(rows)
    for row in rows:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _flat(result: Any, prefix: str = "") -> dict[str, str]:
    """A cell for each value of a result; parts of parts by names with dots between them."""
    if isinstance(result, list) and any(isinstance(part, dict) for part in result):
        result = {str(place): part for place, part in enumerate(result, 1)}
    if not isinstance(result, dict):
        return {prefix or _("value"): _cell(result)}
    if "undefined" in result:
        return {prefix or _("value"): f"– ({result['undefined']})"}
    if result.keys() == {"exact", "value"}:
        return {prefix or _("value"): _cell(result["value"])}
    cells: dict[str, str] = {}
    for name, part in result.items():
        cells |= _flat(part, f"{prefix}.{name}" if prefix else name)
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: _("yes"), False: _("no"), None: "–"}[value]
    if isinstance(value, float):
        return f"{value:.{DECIMALS}g}"
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    return str(value)

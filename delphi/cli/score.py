"""`delphi score`: verdicts on ratings from any survey tool, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from delphi.cli.doors import Doors, speaking
from delphi.cli.ratings_file import FILE, column_options, columns_of, rounds_of
from delphi.exporters.tables import Cell, to_csv
from delphi.importers.limits import RATINGS
from delphi.importers.ratings import DEFAULT_UNABLE, read_answers
from delphi.importers.tables import read_table
from delphi.scoring import presets
from delphi.scoring.protocol import Protocol, ProtocolError, parse_toml

SHORT = {"comet": "comet_70_15"}


@click.command()
@click.argument("ratings", type=FILE)
@click.option("--protocol", "document", type=FILE, help="TOML file with the criteria and rules.")
@click.option("--preset", type=click.Choice([*SHORT, *presets.names()]), help="Rules that ship, by name.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write results.json and items.csv here."
)
@click.option("--unable", default=DEFAULT_UNABLE, show_default=True, help="The word for “unable to rate”.")
@click.option(
    "--seed", default=0, show_default=True, help="Where the resampling begins: the same gives the same."
)
@click.option(
    "--resamples", default=2000, show_default=True, help="How often raters are drawn again; 0: not at all."
)
@click.option(
    "--rule-sensitivity", is_flag=True, help="Also give each item's verdict under every preset that fits."
)
@column_options
@click.pass_obj
def score(
    doors: Doors,
    /,
    ratings: Path,
    document: Path | None,
    preset: str | None,
    out: Path | None,
    unable: str,
    seed: int,
    resamples: int,
    rule_sensitivity: bool,
    **headers: str | None,
) -> None:
    """Apply consensus rules to RATINGS, a CSV or XLSX file: a row an answer (item, rater, rating), or a row a rater.

    An empty rating is no answer. Panels of one rater are separated by “;”. Nothing is written when a row is bad.
    """
    from delphi.scoring.results import Choices, results  # numpy: not for the other commands

    with speaking(doors):
        protocol = _protocol(document, preset)
        columns = columns_of(headers, unable)
        points = {key: criterion.scale.points for key, criterion in protocol.criteria.items()}
        answers = read_answers(
            read_table(ratings.read_bytes(), ratings.name, limits=RATINGS), columns, points
        )
        with _progress(resamples) as progress:
            found = results(
                protocol,
                rounds_of(answers, list(protocol.criteria)),
                Choices(seed, resamples, rule_sensitivity),
                progress,
            )
        _show(found, next(iter(points)))
        if out is not None:
            _write(found, out)


def _protocol(document: Path | None, preset: str | None) -> Protocol:
    if (document is None) == (preset is None):
        raise click.UsageError(_("Give the rules: either --protocol FILE or --preset NAME."))
    try:
        if document is not None:
            return Protocol.from_dict(parse_toml(document.read_text(encoding="utf-8")))
        return Protocol.from_dict(presets.load(SHORT.get(str(preset), str(preset))))
    except ProtocolError as error:
        raise click.ClickException("\n  ".join([str(document), *map(str, error.problems)])) from None


@contextmanager
def _progress(resamples: int) -> Iterator[Any]:
    """A bar on the terminal's error stream, so that what is piped on stays clean."""
    if not resamples:
        yield None
        return
    with click.progressbar(length=resamples, label=_("Drawing raters again"), file=sys.stderr) as bar:

        def advance(done: int, _total: int) -> None:
            bar.update(done - bar.pos)

        yield advance


def _show(found: dict[str, Any], criterion: str) -> None:
    for one in found["rounds"]:
        if one["round"]:
            click.echo(_("Round %(name)s", name=one["round"]))
        click.echo(
            f"{'':24} {'n':>5} {'high %':>7} {'low %':>7} {'median':>7} {'IQR':>6}  {'verdict':12} {'holds':>6}"
        )
        for item in one["items"]:
            click.echo(_line(item, criterion))
        if "rule_sensitivity" in one:
            depend = one["rule_sensitivity"]["depend_on_the_rule"]
            facts = {"count": len(depend), "all": len(one["items"])}
            click.echo(
                _("What becomes of %(count)s of %(all)s items depends on the choice of rule.", **facts)
            )


def _line(item: dict[str, Any], criterion: str) -> str:
    pooled = item["summaries"][criterion]["pooled"]
    numbers = [pooled["high"]["percent"], pooled["low"]["percent"], pooled["median"], pooled["iqr"]]
    cells = [f"{value['value']:.1f}" if "value" in value else "–" for value in numbers]
    holds = f"{100 * item['resampled']['probability']:.0f} %" if "resampled" in item else ""
    widths = (7, 7, 7, 6)
    table = " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{item['item'][:24]:24} {pooled['n']:>5} {table}  {item['verdict']:12} {holds:>6}"


def _write(found: dict[str, Any], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    columns = [
        *(
            "round",
            "item",
            "criterion",
            "group",
            "n",
            "unable",
            "low",
            "middle",
            "high",
            "percent_low",
            "percent_high",
        ),
        *("median", "q1", "q3", "iqr", "verdict", "deciding_rule", "holds"),
    ]
    (out / "items.csv").write_bytes(to_csv(columns, _rows(found)))
    click.echo(_("Written: %(files)s", files=f"{out / 'results.json'}, {out / 'items.csv'}"))


def _rows(found: dict[str, Any]) -> Iterator[list[Cell]]:
    for one in found["rounds"]:
        for item in one["items"]:
            rule = None if item["rule"] is None else item["rule"] + 1
            end: list[Cell] = [item["verdict"], rule, item.get("resampled", {}).get("probability")]
            for criterion, groups in item["summaries"].items():
                for group, summary in groups.items():
                    yield [one["round"], item["item"], criterion, group, *_numbers(summary), *end]


def _numbers(summary: dict[str, Any]) -> list[Cell]:
    counts = [
        summary["n"],
        summary["unable"],
        *(summary[band]["count"] for band in ("low", "middle", "high")),
    ]
    exact = [summary["low"]["percent"], summary["high"]["percent"]]
    exact += [summary[name] for name in ("median", "q1", "q3", "iqr")]
    return [*counts, *(value.get("value") for value in exact)]

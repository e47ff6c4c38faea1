"""`delphi score`: verdicts on ratings from any survey tool, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _

from delphi.cli.doors import Doors, speaking
from delphi.cli.ratings_file import FILE, column_options, columns_of, rounds_of
from delphi.cli.score_report import report
from delphi.exporters.scores import items_csv
from delphi.importers.limits import RATINGS
from delphi.importers.ratings import DEFAULT_UNABLE, Answer, read_answers
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
@click.option(
    "--compare-by",
    metavar="HEADER",
    help="Compare the groups that this column makes, in place of the panels.",
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
    compare_by: str | None,
    **headers: str | None,
) -> None:
    """Apply consensus rules to RATINGS, a CSV or XLSX file: a row an answer (item, rater, rating), or a row a rater.

    An empty rating is no answer. Panels of one rater are separated by “;”. Nothing is written when a row is bad.
    """
    from delphi.scoring.results import Choices, results  # numpy: not for the other commands

    with speaking(doors):
        protocol = _protocol(document, preset)
        columns = columns_of(headers, unable, compare_by)
        points = {key: criterion.scale.points for key, criterion in protocol.criteria.items()}
        answers = read_answers(
            read_table(ratings.read_bytes(), ratings.name, limits=RATINGS), columns, points
        )
        _warn_of_missing_panels(protocol, answers)
        with _progress() as progress:
            found = results(
                protocol,
                rounds_of(answers, list(protocol.criteria)),
                Choices(seed, resamples, rule_sensitivity, compare_by),
                progress,
            )
        for line in report(found):
            click.echo(line)
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


def _warn_of_missing_panels(protocol: Protocol, answers: Sequence[Answer]) -> None:
    missing = protocol.panel_names() - {panel for one in answers for panel in one.panels}
    if missing:
        names = ", ".join(sorted(missing))
        click.echo(_("No rater is in these panels, which the rules name: %(names)s", names=names), err=True)


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on the terminal's error stream, so that what is piped on stays clean."""
    with click.progressbar(length=0, label=_("Computing"), file=sys.stderr) as bar:

        def advance(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield advance


def _write(found: dict[str, Any], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    (out / "results.json").write_text(text, encoding="utf-8")
    (out / "items.csv").write_bytes(items_csv(found))
    click.echo(_("Written: %(files)s", files=f"{out / 'results.json'}, {out / 'items.csv'}"))

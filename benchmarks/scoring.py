"""How fast the scoring library is, beside other libraries and beside the least that numpy must do.

Run: python benchmarks/scoring.py (--help for other sizes). What is timed is also compared: a difference between
the values ends the run.
"""

import argparse
import platform
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from irrCAC.raw import CAC
from numpy.typing import NDArray
from statsmodels.stats import inter_rater

from benchmarks.memory import memory
from benchmarks.rounds import SEED, Matrix, Sizes, random_ratings, round_under
from delphi.scoring.agreement import counts_per_point
from delphi.scoring.chance_corrected import brennan_prediger, conger_kappa, fleiss_kappa, gwet_ac
from delphi.scoring.icc import icc
from delphi.scoring.item_table import item_table
from delphi.scoring.kendall import kendall_w
from delphi.scoring.krippendorff import MEASUREMENTS, krippendorff_alpha
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import Mask
from delphi.scoring.resampling import strata, stratified_weights, verdict_stability
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.scales import Scale

Work = Callable[[], Any]

POINTS: Final = list(range(1, 10))
SCALE: Final = Scale.default(9)
LOOPED: Final = 5  # resamples that the loop in pandas makes, of all those it would have to
ICC_FORMS: Final = ("icc1_1", "icc2_1", "icc3_1", "icc1_k", "icc2_k", "icc3_k")
LIBRARIES: Final = ("numpy", "scipy", "pandas", "krippendorff", "pingouin", "irrCAC", "statsmodels")


@dataclass(frozen=True)
class Case:
    """Two ways to the same values. `limit`: ours may take so many times as long (0.01: 100 times faster).

    `read` has the values to compare from what either gives. `whole`: how often theirs would have to be done.
    """

    what: str
    beside: str
    ours: Work
    theirs: Work
    read: Callable[..., Matrix] = np.asarray
    limit: float = 1.0
    whole: float = 1.0

    def row(self, ours: float, theirs: float) -> tuple[str, ...]:
        longer = ours / theirs
        if self.limit > 1:
            result, target = f"{longer:.2f} times the time", f"at most {self.limit:g}"
        else:
            result, target = f"{_few_digits(1 / longer)} times as fast", f"at least {1 / self.limit:g}"
        kept = "yes" if longer <= self.limit else "no"
        return self.what, self.beside, _duration(ours), _duration(theirs), result, target, kept


def measured(case: Case, seconds: float) -> tuple[str, ...]:
    """The median times of both, run in turn: three times, then until `seconds` have passed, at most 301 times."""
    if not np.allclose(case.read(case.ours()), case.read(case.theirs()), rtol=0, atol=1e-9):
        raise SystemExit(f"{case.what}: not the same values as {case.beside}")
    ours: list[float] = []
    theirs: list[float] = []
    start = perf_counter()
    while len(ours) < 3 or (perf_counter() - start < seconds and len(ours) < 301):
        ours.append(_seconds(case.ours))
        theirs.append(_seconds(case.theirs))
    return case.row(median(ours), median(theirs) * case.whole)


def _seconds(work: Work) -> float:
    before = perf_counter()
    work()
    return perf_counter() - before


# The table of items


def tables(sizes: Sizes) -> Iterator[Case]:
    for experts, items in ((sizes.experts, sizes.items), (sizes.many_experts, sizes.many_items)):
        ratings = random_ratings(experts, items)
        yield Case(
            f"table of {experts:,} x {items:,}",
            "numpy, lower bound",
            partial(our_table, ratings),
            partial(numpy_table, ratings),
            read=np.column_stack,
            limit=3,
        )


def our_table(ratings: Matrix) -> tuple[NDArray[Any], ...]:
    """Of all that `item_table` computes, what `numpy_table` has."""
    table = item_table(ratings, SCALE)
    percent = (table.percent_low, table.percent_middle, table.percent_high)
    return table.counts, *percent, table.q1, table.median, table.q3


def numpy_table(ratings: Matrix) -> tuple[NDArray[Any], ...]:
    """The cheapest way found to counts, percent by band, quartiles and median with numpy alone.

    A byte for each rating, a comparison for each point, the rest from the counts; nothing is checked, and nothing
    said of items nobody rated. `numpy.sort` of the matrix takes longer, `numpy.nanpercentile` far longer.
    """
    codes = np.fmax(ratings, 0).astype(np.uint8)
    counted = [(codes == point).view(np.uint8).sum(axis=0, dtype=np.uint16) for point in POINTS]
    counts = np.stack(counted, axis=1).astype(np.int64)
    cumulative = counts.cumsum(axis=1)
    n = cumulative[:, -1]
    percent = [100 * counts[:, first : first + 3].sum(axis=1) / n for first in (0, 3, 6)]
    return counts, *percent, *(_numpy_quantile(cumulative, p) for p in (0.25, 0.5, 0.75))


def _numpy_quantile(cumulative: NDArray[np.int64], p: float) -> Matrix:
    n = cumulative[:, -1]
    place = (n - 1) * p
    below = place.astype(np.int64)
    lower = 1 + (cumulative <= below[:, None]).sum(axis=1)
    upper = 1 + (cumulative <= np.minimum(below + 1, n - 1)[:, None]).sum(axis=1)
    return np.asarray(lower + (place - below) * (upper - lower))


def growth(sizes: Sizes) -> Iterator[tuple[str, ...]]:
    """The time a rating takes in the table, as experts become more."""
    first = None
    for share in (0.03, 0.1, 0.3, 1.0):
        ratings = random_ratings(max(int(share * sizes.many_experts), 1), sizes.many_items)
        taken = median(_seconds(partial(item_table, ratings, SCALE)) for _ in range(9))
        each = taken / ratings.size
        first = first or each
        size = " x ".join(f"{length:,}" for length in ratings.shape)
        yield size, _duration(taken), f"{1e9 * each:.1f} ns", f"{each / first:.2f}"


# Verdicts under resampling


def stability(sizes: Sizes) -> Iterator[Case]:
    """A rule of shares in every panel, and one of the median and counts of everyone."""
    ratings = random_ratings(sizes.experts, sizes.items)
    everyone = np.ones(sizes.experts, np.bool_)
    for preset, name, rule in (
        ("comet_70_15", "COMET 70/15", comet_of_item),
        ("rand_ucla_classic", "RAND/UCLA", rand_of_item),
    ):
        protocol, round_ = round_under(preset, ratings)
        groups = list(round_.panels.values()) if rule is comet_of_item else [everyone]
        if our_verdicts(protocol, round_, LOOPED) != pandas_verdicts(round_, groups, rule, LOOPED):
            raise SystemExit(f"{name}: not the same verdicts as the loop in pandas")
        yield Case(
            f"{name} in {sizes.resamples:,} resamples",
            f"pandas, item by item ({LOOPED} resamples timed)",
            partial(verdict_stability, protocol, round_, seed=SEED, resamples=sizes.resamples),
            partial(pandas_verdicts, round_, groups, rule, LOOPED),
            read=len,  # their values have been compared above, in as many resamples
            limit=0.01,
            whole=sizes.resamples / LOOPED,
        )


def our_verdicts(protocol: Protocol, round_: RoundRatings, resamples: int) -> list[dict[Verdict, float]]:
    found = verdict_stability(protocol, round_, seed=SEED, resamples=resamples)
    return [dict(item.distribution) for item in found]


def pandas_verdicts(
    round_: RoundRatings, groups: Sequence[Mask], rule: Callable[..., Verdict], resamples: int
) -> list[dict[Verdict, float]]:
    """For each item the share of each verdict: a loop over resamples, and in it over items."""
    (ratings,) = round_.values.values()
    table = pd.DataFrame(ratings, columns=round_.items)
    verdicts: dict[str, list[Verdict]] = {item: [] for item in round_.items}
    for drawn in stratified_weights(strata(round_), resamples, np.random.default_rng(SEED)):
        rows = np.repeat(np.arange(round_.raters), drawn)
        tables = [table.iloc[rows[members[rows]]] for members in groups]
        for item, given in verdicts.items():
            given.append(rule(*(group[item].dropna() for group in tables)))
    return [
        {verdict: given.count(verdict) / resamples for verdict in set(given)} for given in verdicts.values()
    ]


def comet_of_item(*panels: "pd.Series[float]") -> Verdict:
    """COMET 70/15 in every panel, each of at least 10."""
    if any(len(ratings) < 10 for ratings in panels):
        return Verdict.INSUFFICIENT
    high = [(ratings >= 7).mean() for ratings in panels]
    low = [(ratings <= 3).mean() for ratings in panels]
    if min(high) >= 0.7 and max(low) < 0.15:
        return Verdict.PROMOTE
    if min(low) >= 0.7 and max(high) < 0.15:
        return Verdict.DROP
    return Verdict.RE_RATE


def rand_of_item(ratings: "pd.Series[float]") -> Verdict:
    """RAND/UCLA of at least 7: the median, unless a third of the ratings (rounded) is in each extreme."""
    if len(ratings) < 7:
        return Verdict.INSUFFICIENT
    extreme = (len(ratings) + 1) // 3
    middle = ratings.median()
    if 3 < middle < 6.5 or min((ratings <= 3).sum(), (ratings >= 7).sum()) >= extreme:
        return Verdict.RE_RATE
    return Verdict.PROMOTE if middle >= 6.5 else Verdict.DROP


# Agreement


def agreement(sizes: Sizes) -> Iterator[Case]:
    """With a tenth missing, or for libraries that need every answer, 5 in its place for both."""
    ratings = random_ratings(sizes.experts, sizes.items)
    full = np.nan_to_num(ratings, nan=5.0)
    yield from beside_krippendorff(ratings)
    yield from beside_pingouin(full)
    yield from beside_irrcac(ratings)
    yield from beside_statsmodels(full)


def beside_krippendorff(ratings: Matrix) -> Iterator[Case]:
    def theirs(level: str) -> Work:
        options = {"value_domain": POINTS, "level_of_measurement": level}
        return lambda: krippendorff.alpha(reliability_data=ratings, **options)

    for level in MEASUREMENTS:
        ours = value_of(partial(krippendorff_alpha, ratings, POINTS, level))
        yield Case(f"Krippendorff's alpha, {level}", "krippendorff", ours, theirs(level))


def beside_pingouin(full: Matrix) -> Iterator[Case]:
    long = pd.DataFrame(full).melt(var_name="item", value_name="rating", ignore_index=False).reset_index()
    yield Case(
        "Kendall's W",
        "pingouin",
        lambda: kendall_w(full).w,
        lambda: pingouin.friedman(long, dv="rating", within="item", subject="index")["W"].iloc[0],
    )
    yield Case(
        "ICC, six forms",
        "pingouin",
        lambda: icc(full),
        lambda: pingouin.intraclass_corr(long, targets="item", raters="index", ratings="rating"),
        read=icc_values,
    )


def icc_values(found: Any) -> Matrix:
    if isinstance(found, pd.DataFrame):
        return np.asarray(found["ICC"], float)
    return np.array([getattr(found, form).value for form in ICC_FORMS])


def beside_irrcac(ratings: Matrix) -> Iterator[Case]:
    frame = pd.DataFrame(ratings.T)

    def theirs(name: str, weights: str = "identity") -> Work:
        options = {"weights": weights, "categories": POINTS, "digits": 12}
        return lambda: getattr(CAC(frame, **options), name)()["est"]["coefficient_value"]

    def counts() -> Matrix:
        return counts_per_point(ratings, POINTS)

    for what, ours, name in (
        ("Gwet's AC1", lambda: gwet_ac(counts(), POINTS), theirs("gwet")),
        ("Gwet's AC2", lambda: gwet_ac(counts(), POINTS, "quadratic"), theirs("gwet", "quadratic")),
        ("Fleiss' kappa", lambda: fleiss_kappa(counts(), POINTS), theirs("fleiss")),
        ("Brennan-Prediger", lambda: brennan_prediger(counts(), POINTS), theirs("bp")),
        ("Conger's kappa", lambda: conger_kappa(ratings, POINTS), theirs("conger")),
    ):
        yield Case(what, "irrCAC", value_of(ours), name)


def beside_statsmodels(full: Matrix) -> Iterator[Case]:
    counts = counts_per_point(full, POINTS)
    yield Case(
        "Fleiss' kappa",
        "statsmodels",
        value_of(lambda: fleiss_kappa(counts_per_point(full, POINTS), POINTS)),
        lambda: inter_rater.fleiss_kappa(inter_rater.aggregate_raters(full.T)[0]),
    )
    yield Case(
        "Fleiss' kappa of ready counts",
        "statsmodels",
        value_of(lambda: fleiss_kappa(counts, POINTS)),
        lambda: inter_rater.fleiss_kappa(counts),
    )


def value_of(coefficient: Work) -> Work:
    return lambda: coefficient().value


# What is told


def machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = f"{models[0]}, {len(models)} cores" if models else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{datetime.now(UTC):%d %B %Y}; {processor}; Python {platform.python_version()}, {versions}."


def print_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    print("\n| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def _few_digits(number: float) -> str:
    return f"{number:.1f}" if number < 100 else f"{number:,.0f}"


def _duration(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for field in fields(Sizes):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=int, default=field.default)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each comparison, however many runs")
    chosen = vars(parser.parse_args())
    seconds = chosen.pop("seconds")
    sizes = Sizes(**chosen)
    warnings.filterwarnings("ignore")  # of the other libraries, about versions to come
    print(machine())
    print_table(
        ("what", "beside", "ours", "theirs", "result", "target", "kept"),
        (measured(case, seconds) for part in (tables, stability, agreement) for case in part(sizes)),
    )
    print_table(("table of", "time", "for a rating", "beside the first"), growth(sizes))
    print_table(("memory of", "peak", "target", "kept"), memory(sizes))


if __name__ == "__main__":
    main()

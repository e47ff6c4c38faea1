"""The most memory that the table of items, and the stability of verdicts, take in a process of their own. Linux.

Run: python benchmarks/memory.py
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Final

from benchmarks.rounds import SEED, Sizes, random_ratings, round_under
from delphi.scoring.item_table import item_table
from delphi.scoring.resampling import verdict_stability
from delphi.scoring.scales import Scale

MIB: Final = 2**20


def memory(sizes: Sizes) -> Iterator[tuple[str, str, str, str]]:
    """What, its peak, the target, and whether it is kept."""
    matrix = sizes.many_experts * sizes.many_items * 8
    before, after = peaks("table", sizes)
    yield (
        f"table of {sizes.many_experts:,} x {sizes.many_items:,}",
        f"with the matrix itself {(after - before) / matrix:.2f} times its {matrix / MIB:,.0f} MiB",
        "at most 4 times",
        "yes" if after - before <= 4 * matrix else "no",
    )
    _, whole = peaks("stability", sizes)
    yield (
        f"RAND/UCLA IPRAS in {sizes.resamples:,} resamples",
        f"the whole process {whole / MIB:,.0f} MiB",
        "under 1,024 MiB",
        "yes" if whole < 1024 * MIB else "no",
    )


def peaks(work: str, sizes: Sizes) -> tuple[int, int]:
    """The peak of a fresh process in bytes, before it makes the ratings and after the work."""
    command = [sys.executable, __file__, work, *map(str, astuple(sizes))]
    before, after = map(int, subprocess.check_output(command, text=True).split())
    return before, after


def tell_peaks(work: str, sizes: Sizes) -> None:
    before = peak_so_far()
    if work == "table":
        item_table(random_ratings(sizes.many_experts, sizes.many_items), Scale.default(9))
    else:
        protocol, round_ = round_under("rand_ucla_ipras", random_ratings(sizes.experts, sizes.items))
        verdict_stability(protocol, round_, seed=SEED, resamples=sizes.resamples)
    print(before, peak_so_far())


def peak_so_far() -> int:
    """In bytes. `resource.getrusage` would not do: it begins with the peak of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        tell_peaks(sys.argv[1], Sizes(*map(int, sys.argv[2:])))
    else:
        for row in memory(Sizes()):
            print(", ".join(row))

"""The shipped table of the dip against its own script, and against other random numbers."""

import numpy as np
import pytest

from delphi.scoring.bimodality import dip_p_value
from delphi.scoring.dip_table import DIP_PROBABILITIES, DIP_QUANTILES
from tests.oracles.make_dip_table import SAMPLES, row, simulated_dips


def test_the_script_makes_a_row_of_the_table_again():
    """Of the smallest size only: the others take minutes."""
    assert row(4) == DIP_QUANTILES[4]


def test_the_script_makes_every_row_of_the_table():
    assert list(SAMPLES) == list(DIP_QUANTILES)


@pytest.mark.parametrize("n", [n for n in DIP_QUANTILES if n >= 8])
def test_other_random_numbers_agree_within_their_error(n):
    """Below 8 the smallest dip is so common that several quantiles are equal."""
    samples = 20_000 if n <= 200 else 1000
    dips = simulated_dips(n, samples, seed=(2026, n))
    for probability, quantile in zip(DIP_PROBABILITIES, DIP_QUANTILES[n], strict=True):
        if 0.05 <= probability <= 0.99:
            error = np.sqrt(probability * (1 - probability) * (1 / samples + 1 / SAMPLES[n]))
            assert abs(np.mean(dips <= quantile) - probability) < 4 * error, probability


@pytest.mark.parametrize("n", [40, 300, 3000])
def test_p_between_the_sizes_of_the_table_is_uniform(n):
    samples = 10_000 if n < 1000 else 1000
    p = np.array([dip_p_value(dip, n) for dip in simulated_dips(n, samples, seed=(2026, n))])
    for level in (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9):
        assert abs(np.mean(p <= level) - level) < 4 * np.sqrt(level * (1 - level) / samples), level

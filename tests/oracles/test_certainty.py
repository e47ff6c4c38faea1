"""How sure a verdict is: values from elsewhere.

The posterior: R 4.2.2, `pbeta(0.7, 14.5, 6.5, lower.tail = FALSE)` and `qbeta`.
"""

import pytest

from delphi.scoring.posterior import posterior_share


def test_posterior_of_14_in_20():
    found = posterior_share(14, 20, 0.7, (0.5, 0.5))
    assert found.probability == pytest.approx(0.486688615559, abs=1e-8)
    assert [found.low, found.high] == pytest.approx([0.482771751433, 0.863883773413], abs=1e-8)
    assert found.mean == pytest.approx(0.690476190476, abs=1e-8)

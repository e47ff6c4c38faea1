"""Scales and their bands."""

import pytest

from delphi.scoring.scales import Bands, Scale

DEFAULTS = {
    2: (range(1, 2), range(0), range(2, 3)),
    3: (range(1, 2), range(2, 3), range(3, 4)),
    4: (range(1, 3), range(0), range(3, 5)),
    5: (range(1, 3), range(3, 4), range(4, 6)),
    6: (range(1, 3), range(3, 5), range(5, 7)),
    7: (range(1, 3), range(3, 6), range(6, 8)),
    8: (range(1, 4), range(4, 6), range(6, 9)),
    9: (range(1, 4), range(4, 7), range(7, 10)),
    10: (range(1, 4), range(4, 8), range(8, 11)),
    11: (range(1, 5), range(5, 8), range(8, 12)),
}


@pytest.mark.parametrize("points", DEFAULTS)
def test_default_bands(points):
    scale = Scale.default(points)
    assert tuple(scale.range_of(band) for band in ("low", "middle", "high")) == DEFAULTS[points]


@pytest.mark.parametrize("points", DEFAULTS)
def test_every_point_is_in_the_band_whose_range_holds_it(points):
    scale = Scale.default(points)
    assert all(point in scale.range_of(scale.band_of(point)) for point in range(1, points + 1))


@pytest.mark.parametrize("point", [0, 10])
def test_a_point_off_the_scale_has_no_band(point):
    with pytest.raises(ValueError, match=f"point {point}"):
        Scale.default(9).band_of(point)


@pytest.mark.parametrize(
    ("points", "bands", "code"),
    [
        (1, Bands((1, 1), None, (1, 1)), "points_out_of_range"),
        (12, Bands((1, 6), None, (7, 12)), "points_out_of_range"),
        (9, Bands((1, 3), (4, 6), (7, 8)), "bands_gap"),
        (9, Bands((2, 3), (4, 6), (7, 9)), "bands_gap"),
        (9, Bands((1, 3), None, (7, 9)), "bands_gap"),
        (9, Bands((1, 4), (4, 6), (7, 9)), "bands_overlap"),
        (9, Bands((1, 3), (6, 4), (7, 9)), "band_reversed"),
        (9, Bands((1, 3), (4, 6), (7, 10)), "band_outside"),
        (9, Bands((0, 3), (4, 6), (7, 9)), "band_outside"),
        (9, Bands((7, 9), (4, 6), (1, 3)), "bands_overlap"),
    ],
)
def test_bands_that_do_not_cover_the_points_once_in_order_are_refused(points, bands, code):
    with pytest.raises(ValueError, match=code):
        Scale(points, bands)

"""Results as documents."""

import json
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from delphi.scoring.documents import to_document
from delphi.scoring.exact import Undefined
from delphi.scoring.one_item import describe
from delphi.scoring.rules import Verdict
from delphi.scoring.scales import Scale


@dataclass(frozen=True)
class Found:
    share: Fraction
    others: tuple[object, ...]


def test_a_record_is_a_dict_by_field_name():
    found = Found(Fraction(2, 3), (Undefined("no_ratings"), None, True, 4, "text"))
    assert to_document(found) == {
        "share": {"exact": "2/3", "value": 2 / 3},
        "others": [{"undefined": "no_ratings"}, None, True, 4, "text"],
    }


def test_keys_are_text_and_enums_their_values():
    assert to_document({Verdict.PROMOTE: 0.5, 3: Verdict.DROP}) == {"promote": 0.5, "3": "drop"}


def test_sets_are_in_order():
    assert to_document(frozenset({"b", "a"})) == ["a", "b"]


def test_numpy_numbers_and_arrays_are_plain():
    document = to_document((np.float64(1.5), np.int64(2), np.bool_(True), np.array([[1.0], [2.0]])))
    assert document == [1.5, 2, True, [[1.0], [2.0]]]
    assert [type(one) for one in document] == [float, int, bool, list]


def test_what_an_array_masks_is_null():
    assert to_document(np.ma.masked_array([1.0, 2.0], [False, True])) == [1.0, None]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan"), np.array([1.0, np.nan])])
def test_no_result_is_not_a_number(value):
    with pytest.raises(ValueError, match="a result is"):
        to_document(value)


def test_anything_else_is_refused():
    with pytest.raises(TypeError, match="object"):
        to_document(object())


@pytest.mark.parametrize("ratings", [[], [5.0], [5.0, 5.0], [1.0, 9.0, np.nan, 4.0, 8.0]])
def test_everything_of_one_item_can_be_written_and_read(ratings):
    document = to_document(describe(np.array(ratings), Scale.default(9)))
    assert json.loads(json.dumps(document, allow_nan=False)) == document

"""Any result of this package as a plain document, ready for JSON.

Standard library only, so that writing a result loads no more than computing it did.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from math import isfinite
from typing import Any

from delphi.scoring.exact import Undefined, exact_to_dict


def to_document(value: Any) -> Any:
    """A dataclass is a dict by field name, a fraction `{"exact", "value"}`, no value `{"undefined": reason}`.

    An enum is its value; a mapping a dict with keys as text; any other sequence, set or array a list (sets in
    order, what an array masks is null); a numpy number the Python one. ValueError for a NaN or an infinite
    number, which no result has; TypeError for anything else.
    """
    if isinstance(value, Fraction | Undefined):
        return exact_to_dict(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _finite(float(value))
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_document(getattr(value, field.name)) for field in fields(value)}
    return _gathered(value)


def _gathered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(to_document(key)): to_document(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return [to_document(one) for one in sorted(value)]
    if isinstance(value, list | tuple):
        return [to_document(one) for one in value]
    if hasattr(value, "tolist"):  # a numpy number or array
        return to_document(value.tolist())
    raise TypeError(f"a {type(value).__name__} has no place in a document")


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"a result is {value}")
    return value

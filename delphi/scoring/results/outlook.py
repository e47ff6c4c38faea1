"""Whether to stop after the last round, of the items that were in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from delphi.scoring.documents import to_document
from delphi.scoring.protocol import Protocol
from delphi.scoring.results.aligned import Study
from delphi.scoring.results.meter import Progress
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.stopping import stopping


def stopping_document(protocol: Protocol, study: Study, seed: int, told: Progress) -> dict[str, Any] | None:
    """The recommendation; None without any round."""
    if not study.rounds:
        return None
    last = len(study.rounds) - 1
    columns = study.columns(last)
    now = _of(study.rounds[last], columns)
    found = stopping(protocol, now, _before(study, last), seed=seed, progress=told)
    told(1, 1)
    document: dict[str, Any] = to_document(found)
    for item, outlook in zip(document["items"], found.items, strict=True):
        item["settles"] = outlook.settles
    return document


def _before(study: Study, last: int) -> RoundRatings | None:
    """Each item as in the last round before in which it was rated; None when none was."""
    columns, since = study.columns(last), study.since(last)
    places = [(int(column), since[column]) for column in columns]
    if all(place is None for _, place in places):
        return None
    values = {key: np.full(matrix.shape, np.nan) for key, matrix in study.rounds[last].values.items()}
    asked = np.zeros((len(study.raters), len(study.items)), np.bool_)
    for column, place in places:
        if place is not None:
            earlier = study.rounds[place]
            asked[:, column] = True if earlier.asked is None else earlier.asked[:, column]
            for key, matrix in values.items():
                matrix[:, column] = earlier.values[key][:, column]
    return _of(RoundRatings(study.items, values, study.rounds[last].panels, asked), columns)


def _of(ratings: RoundRatings, columns: np.ndarray[Any, np.dtype[np.int64]]) -> RoundRatings:
    asked = None if ratings.asked is None else ratings.asked[:, columns]
    items = tuple(ratings.items[column] for column in columns.tolist())
    return RoundRatings(
        items, {key: matrix[:, columns] for key, matrix in ratings.values.items()}, ratings.panels, asked
    )

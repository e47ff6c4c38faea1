"""What divides raters: panels, or the groups a column of the file makes, compared on each item and on all."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.answers import AnsweredRound
from delphi.scoring.change import figures
from delphi.scoring.documents import to_document
from delphi.scoring.exact import ONE_GROUP, Undefined
from delphi.scoring.groups import compare_groups, kruskal_wallis, pairwise
from delphi.scoring.polarisation import find_divisions
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import Mask

PANELS: Final = "panel"
FALSE_DISCOVERY: Final = Fraction(1, 20)

Masks = Mapping[str, Mask]  # group -> raters x items, True = the answer is one of the group's


def groups_document(protocol: Protocol, answered: AnsweredRound) -> dict[str, Any]:
    """groups[criterion]: `answers` of the whole round, each of the `items`, those that `differ`, `divisions`."""
    return {
        key: _compared(answered, key, protocol.quartiles)
        | {
            "divisions": to_document(
                find_divisions(
                    answered.ratings.values[key],
                    answered.ratings.items,
                    answered.ratings.panels,
                    criterion.scale,
                )
            )
        }
        for key, criterion in protocol.criteria.items()
    }


def _compared(answered: AnsweredRound, criterion: str, quartiles: int) -> dict[str, Any]:
    ratings = answered.ratings.values[criterion]
    masks = _masks(answered, criterion)
    if len(masks) < 2:
        return {"answers": to_document(ONE_GROUP), "items": [], "differ": []}
    columns = [
        {name: ratings[mask[:, column], column] for name, mask in masks.items()}
        for column in range(ratings.shape[1])
    ]
    items = compare_groups(answered.ratings.items, columns)
    return {
        "answers": _answers({name: ratings[mask] for name, mask in masks.items()}, quartiles),
        "items": to_document(items),
        "differ": [
            one.item
            for one in items
            if not isinstance(one.adjusted, Undefined) and one.adjusted <= FALSE_DISCOVERY
        ],
    }


def _answers(groups: Mapping[str, NDArray[np.float64]], quartiles: int) -> dict[str, Any]:
    """All answers of each group together, as if each were another rater's."""
    return {
        "groups": {name: to_document(figures(own, quartiles)) for name, own in groups.items()},
        "overall": to_document(kruskal_wallis(list(groups.values()))),
        "pairs": to_document(pairwise(groups)),
    }


def _masks(answered: AnsweredRound, criterion: str) -> Masks:
    """Groups by label; else panels, without the raters in several, as groups must not share any."""
    if answered.compared:
        labels = answered.compared[criterion]
        return {name: np.asarray(labels == name) for name in sorted(set(labels.ravel()) - {""})}
    panels = answered.ratings.panels
    once = np.sum(list(panels.values()), axis=0) == 1
    shape = answered.ratings.values[criterion].shape
    return {name: np.asarray(np.broadcast_to((mask & once)[:, None], shape)) for name, mask in panels.items()}

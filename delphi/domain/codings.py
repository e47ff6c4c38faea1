"""Comments coded with themes by several people: how far they agree, where they do not, and who may see what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delphi.scoring.agreement import Coefficient, Matrix
    from delphi.scoring.exact import Undefined

YES_NO = (0, 1)


@dataclass(frozen=True)
class Coded:
    """One coder has read one comment; no themes: none applies."""

    comment_id: int
    coder_id: int
    coded_at: datetime
    themes: frozenset[int]


@dataclass(frozen=True)
class Offered:
    """A theme, offered since a moment: who coded before had no choice, which is no answer rather than a no."""

    theme_id: int
    since: datetime


@dataclass(frozen=True)
class Agreement:
    """On one theme, or with `theme_id` None on every theme and comment together.

    `n` is what the coefficients rest on: comments, or pairs of a comment and a theme, that two or more coded.
    `used`: by how many coders' codings the theme was given. `kappa` is Cohen's for two coders, Conger's for more.
    """

    theme_id: int | None
    n: int
    used: int
    percent: Coefficient | Undefined
    kappa: Coefficient | Undefined
    ac1: Coefficient | Undefined
    alpha: Coefficient | Undefined


@dataclass(frozen=True)
class Report:
    """Theme by theme, then over all of them."""

    themes: Sequence[Agreement]
    overall: Agreement
    comments: int  # coded by two or more
    identical: int  # of these with the same themes by everybody


def report(codings: Iterable[Coded], offered: Sequence[Offered], coders: Sequence[int]) -> Report:
    """The agreement of these coders, on comments that two or more of them coded."""
    import numpy as np

    doubly = _doubly(codings, set(coders))
    matrices = [_matrix(doubly, one, coders) for one in offered]
    ids = {one.theme_id for one in offered}
    empty = np.zeros((len(coders), 0))
    return Report(
        themes=[_agreement(one.theme_id, matrix) for one, matrix in zip(offered, matrices, strict=True)],
        overall=_agreement(None, np.concatenate([empty, *matrices], axis=1)),
        comments=len(doubly),
        identical=sum(1 for made in doubly.values() if len({one.themes & ids for one in made}) == 1),
    )


def disagreements(codings: Iterable[Coded], offered: Collection[int]) -> dict[int, list[Coded]]:
    """Comment -> its codings, where two or more were made and they differ in a theme that is still offered."""
    return {
        comment_id: made
        for comment_id, made in _doubly(codings).items()
        if len({one.themes & set(offered) for one in made}) > 1
    }


def visible(codings: Iterable[Coded], reader_id: int, everything: bool = False) -> list[Coded]:
    """What a reader may see without being swayed: their own codings, and others' of comments they have coded.

    `everything`: for somebody who reads and does not code; whoever has begun to code sees no more than that.
    """
    made = list(codings)
    own = {one.comment_id for one in made if one.coder_id == reader_id}
    if everything and not own:
        return made
    return [one for one in made if one.comment_id in own]


def _doubly(codings: Iterable[Coded], coders: Collection[int] | None = None) -> dict[int, list[Coded]]:
    by_comment: dict[int, list[Coded]] = defaultdict(list)
    for one in codings:
        if coders is None or one.coder_id in coders:
            by_comment[one.comment_id].append(one)
    return {key: made for key, made in sorted(by_comment.items()) if len(made) > 1}


def _matrix(doubly: Mapping[int, Sequence[Coded]], theme: Offered, coders: Sequence[int]) -> Matrix:
    """Coders x comments: 1 the theme was given, 0 not, NaN not coded or not offered then."""
    import numpy as np

    rows = {coder_id: row for row, coder_id in enumerate(coders)}
    matrix = np.full((len(coders), len(doubly)), np.nan)
    for column, made in enumerate(doubly.values()):
        for one in made:
            if one.coded_at >= theme.since:
                matrix[rows[one.coder_id], column] = theme.theme_id in one.themes
    return np.asarray(matrix)


def _agreement(theme_id: int | None, matrix: Matrix) -> Agreement:
    import numpy as np

    from delphi.scoring.chance_corrected import chance_corrected
    from delphi.scoring.two_raters import table_of, two_raters

    pairs = (~np.isnan(matrix)).sum(axis=0) >= 2
    n, used = int(pairs.sum()), int(np.nansum(matrix[:, pairs]))
    if len(matrix) == 2:
        two = two_raters(table_of(matrix[0], matrix[1], YES_NO), YES_NO)
        return Agreement(theme_id, n, used, two.percent_agreement, two.cohen, two.gwet, two.krippendorff)
    many = chance_corrected(matrix[:, pairs], YES_NO)
    return Agreement(theme_id, n, used, many.percent_agreement, many.conger, many.gwet, many.krippendorff)

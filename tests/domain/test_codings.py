"""Agreement of coders, where they differ, and who may see what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings, strategies as st

from delphi.domain.codings import Coded, Offered, disagreements, report, visible
from delphi.scoring.chance_corrected import chance_corrected
from delphi.scoring.two_raters import two_raters

START = datetime(2026, 3, 2, tzinfo=UTC)
THEMES = [Offered(1, START), Offered(2, START)]
YES_NO = st.sampled_from([frozenset(), frozenset({1}), frozenset({2}), frozenset({1, 2})])


def coded(comment: int, coder: int, *themes: int, day: int = 1) -> Coded:
    return Coded(comment, coder, START + timedelta(days=day), frozenset(themes))


@given(st.lists(st.tuples(YES_NO, YES_NO), min_size=1, max_size=30))
@settings(deadline=None)
def test_two_coders_agree_as_scoring_says_of_the_same_table(given_: list[tuple[frozenset[int], ...]]) -> None:
    made = [coded(n, coder, *themes) for n, pair in enumerate(given_) for coder, themes in enumerate(pair)]
    found = report(made, THEMES, [0, 1])
    for row in found.themes:
        table = np.zeros((2, 2))
        for first, second in given_:
            table[int(row.theme_id in first), int(row.theme_id in second)] += 1
        told = two_raters(table, (0, 1))
        assert (row.percent, row.kappa, row.ac1) == (told.percent_agreement, told.cohen, told.gwet)
        assert (row.n, row.alpha) == (len(given_), told.krippendorff)
    assert found.overall.n == 2 * len(given_)
    assert found.identical == sum(first == second for first, second in given_)


@given(st.lists(st.tuples(YES_NO, YES_NO, st.none() | YES_NO), min_size=2, max_size=20))
@settings(deadline=None)
def test_more_coders_agree_as_scoring_says_of_the_same_matrix(
    given_: list[tuple[frozenset[int] | None, ...]],
) -> None:
    made = [
        coded(n, coder, *themes)
        for n, row in enumerate(given_)
        for coder, themes in enumerate(row)
        if themes is not None
    ]
    matrix = np.array(
        [[np.nan if row[coder] is None else 1 in row[coder] for row in given_] for coder in range(3)], float
    )
    told, row = chance_corrected(matrix, (0, 1)), report(made, THEMES, [0, 1, 2]).themes[0]
    assert (row.percent, row.kappa) == (told.percent_agreement, told.conger)
    assert (row.ac1, row.alpha) == (told.gwet, told.krippendorff)


def test_what_one_person_coded_alone_counts_nowhere() -> None:
    found = report([coded(1, 7, 1), coded(2, 7, 1), coded(2, 8, 1)], THEMES, [7, 8])
    assert (found.comments, found.themes[0].n, found.themes[0].used) == (1, 1, 2)


def test_a_theme_counts_from_when_it_was_offered() -> None:
    late = Offered(2, START + timedelta(days=5))
    made = [coded(1, 7), coded(1, 8), coded(2, 7, 2, day=6), coded(2, 8, 2, day=6)]
    assert [row.n for row in report(made, [THEMES[0], late], [7, 8]).themes] == [2, 1]


def test_without_themes_there_is_nothing_to_agree_on() -> None:
    assert report([coded(1, 7), coded(1, 8)], [], [7, 8]).overall.n == 0


def test_disagreements_are_of_themes_still_offered() -> None:
    made = [coded(1, 7, 1), coded(1, 8), coded(2, 7, 9), coded(2, 8), coded(3, 7, 1)]
    assert list(disagreements(made, {1, 2})) == [1]


def test_a_coder_sees_others_codes_only_of_what_they_coded() -> None:
    made = [coded(1, 7, 1), coded(1, 8, 2), coded(2, 8, 1)]
    assert visible(made, 7) == visible(made, 7, everything=True) == made[:2]
    assert visible(made, 9) == []
    assert visible(made, 9, everything=True) == made

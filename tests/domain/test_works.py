"""What becomes of long work, and whether its file still holds."""

from __future__ import annotations

from hypothesis import given, strategies as st

from delphi.domain.works import HALF, MOVES, UNFINISHED, Age, Fingerprint, WorkState, age

HASHES = st.text("0123456789abcdef", min_size=HALF, max_size=HALF)


def test_what_has_ended_moves_no_more() -> None:
    ended = set(WorkState) - UNFINISHED
    assert ended == {WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED}
    assert not any(move.start & ended for move in MOVES.values())


def test_whatever_is_unfinished_can_be_cancelled() -> None:
    assert MOVES["cancel"].start == UNFINISHED
    assert {move.end for move in MOVES.values()} == set(WorkState)


@given(HASHES, HASHES, HASHES, HASHES)
def test_what_was_taken_out_counts_before_all_else(one: str, other: str, whole: str, out: str) -> None:
    made, now = Fingerprint(one, other), Fingerprint(whole, out)
    assert age(str(made), made) is Age.CURRENT
    if other != out:
        assert age(str(made), now) is Age.TAKEN_BACK
    else:
        assert age(str(made), now) is (Age.CURRENT if one == whole else Age.OLD)

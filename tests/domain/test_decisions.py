from __future__ import annotations

import pytest

from delphi.domain.decisions import check_override, outcome_when_followed
from delphi.domain.errors import DomainError
from delphi.scoring.rules import Verdict


def test_following_too_little_data_asks_the_item_again() -> None:
    assert outcome_when_followed(Verdict.INSUFFICIENT) is Verdict.RE_RATE


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.INSUFFICIENT])
def test_following_a_verdict_needs_no_reason(verdict: Verdict) -> None:
    assert outcome_when_followed(verdict) is verdict
    check_override(verdict, verdict, "")


def test_going_against_the_rules_needs_a_reason() -> None:
    with pytest.raises(DomainError) as refused:
        check_override(Verdict.DROP, Verdict.PROMOTE, "  ")
    assert refused.value.code == "decision.needs_reason"
    check_override(Verdict.DROP, Verdict.PROMOTE, "New evidence.")


def test_insufficient_data_cannot_be_an_outcome() -> None:
    with pytest.raises(DomainError) as refused:
        check_override(Verdict.DROP, Verdict.INSUFFICIENT, "why not")
    assert refused.value.code == "decision.unknown_outcome"

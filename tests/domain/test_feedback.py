from __future__ import annotations

from typing import Any

from delphi.domain.feedback import ChosenComment, content
from delphi.domain.protocols import FeedbackPolicy
from delphi.scoring.scales import Scale
from delphi.scoring.summaries import summarise_counts

SUMMARY = summarise_counts((1, 0, 0, 0, 1, 0, 2, 3, 1), Scale.default(9), unable=1).to_dict()
JUDGEMENT = {"summaries": {"importance": {"pooled": SUMMARY, "W": SUMMARY, "M": SUMMARY}}}
BOTH = [ChosenComment(1, "Yes.", "en", "high", {"en": "Reworded."}), ChosenComment(2, "Non.", "fr", "low")]


def frozen(policy: FeedbackPolicy, shown: tuple[str, ...] = ("pooled", "W")) -> dict[str, Any]:
    return content(JUDGEMENT, number=1, wording=2, shown_groups=shown, policy=policy, comments=BOTH)


def test_it_holds_the_numbers_of_the_whole_panel() -> None:
    groups = frozen(FeedbackPolicy())["criteria"]["importance"]["groups"]
    assert list(groups) == ["pooled"]
    assert groups["pooled"]["n"] == 8
    assert groups["pooled"]["counts"] == [1, 0, 0, 0, 1, 0, 2, 3, 1]
    assert groups["pooled"]["median"] == 7.5
    assert groups["pooled"]["percent_high"] == 75


def test_panels_are_told_apart_only_when_the_protocol_says_so() -> None:
    groups = frozen(FeedbackPolicy(by_panel=True))["criteria"]["importance"]["groups"]
    assert set(groups) == {"pooled", "W"}


def test_a_group_that_may_not_be_shown_leaves_no_trace() -> None:
    policy = FeedbackPolicy(by_panel=True)
    assert "M" not in str(frozen(policy)["criteria"])
    assert frozen(policy, shown=())["criteria"]["importance"]["groups"] == {}


def test_what_the_policy_leaves_out_is_not_there() -> None:
    only_median = frozen(FeedbackPolicy(distribution=False, comments=False))
    assert set(only_median["criteria"]["importance"]["groups"]["pooled"]) == {"n", "median", "q1", "q3"}
    assert only_median["comments"] == []


def test_comments_say_which_side_they_take() -> None:
    assert [one["stance"] for one in frozen(FeedbackPolicy())["comments"]] == ["for", "against"]


def test_comments_take_no_side_where_too_few_rated() -> None:
    assert {one["stance"] for one in frozen(FeedbackPolicy(), shown=())["comments"]} == {"between"}


def test_an_answer_stands_beside_its_comment() -> None:
    first, second = frozen(FeedbackPolicy())["comments"]
    assert first["answer"] == {"en": "Reworded."}
    assert "answer" not in second

"""The demo study's invented answers: always the same, plausible, with a believable mix of verdicts."""

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from statistics import median

from delphi.demo.answers import DemoAnswer, DemoExpert, comments, experts, round_one, round_two
from delphi.demo.content import DemoItem, items, study

SCALE = range(1, 10)
MINIMUM_RATERS = 5
EXAMPLE_DOMAINS = {"example.org", "example.net", "example.com"}


@cache
def points() -> dict[str, dict[int, int]]:
    """Round 1's points by item and expert, without "unable to rate"."""
    by_item: dict[str, dict[int, int]] = defaultdict(dict)
    for answer in round_one():
        if answer.point is not None:
            by_item[answer.item][answer.expert] = answer.point
    return by_item


def panel_points(item: DemoItem, panel: str) -> list[int]:
    return [point for number, point in points()[item.code].items() if panel in experts()[number].panels]


def verdict(item: DemoItem) -> str:
    """COMET 70/15 in every panel of the item, in whole numbers."""
    groups = [panel_points(item, panel) for panel in item.panels]
    counts = [(len(group), sum(p <= 3 for p in group), sum(p >= 7 for p in group)) for group in groups]
    if any(n < MINIMUM_RATERS for n, _, _ in counts):
        return "insufficient data"
    if all(100 * high >= 70 * n and 100 * low < 15 * n for n, low, high in counts):
        return "promote"
    if all(100 * low >= 70 * n and 100 * high < 15 * n for n, low, high in counts):
        return "drop"
    return "re-rate"


@cache
def verdicts() -> dict[str, str]:
    return {item.code: verdict(item) for item in items()}


@cache
def open_items() -> tuple[str, ...]:
    overridden = study()["overridden"]["item"]
    return tuple(code for code, result in verdicts().items() if result == "re-rate" or code == overridden)


@cache
def medians() -> dict[str, float]:
    return {code: float(median(points()[code].values())) for code in open_items()}


@cache
def second_round() -> tuple[DemoAnswer, ...]:
    return round_two(open_items(), medians())


def of_profile(profile: str) -> list[DemoItem]:
    return [item for item in items() if item.profile == profile]


def shown_to(expert: DemoExpert) -> set[str]:
    return {item.code for item in items() if set(item.panels) & set(expert.panels)}


def share(values: list[int], low: int, high: int) -> float:
    return sum(low <= value <= high for value in values) / len(values)


def test_sixty_experts_with_names_and_addresses_of_their_own():
    assert [expert.number for expert in experts()] == list(range(60))
    assert len({expert.name for expert in experts()}) == len({expert.email for expert in experts()}) == 60
    assert {expert.email.partition("@")[2] for expert in experts()} == EXAMPLE_DOMAINS


def test_panels_of_26_15_and_19_that_share_nobody():
    """Two experts in two panels would be a group too small to show, and would hide a panel on every page."""
    assert Counter(panel for expert in experts() for panel in expert.panels) == {"W": 26, "C": 15, "M": 19}
    assert all(len(expert.panels) == 1 for expert in experts())


def test_about_a_third_of_the_experts_are_french():
    assert Counter(expert.language for expert in experts()) == {"en": 40, "fr": 20}


def test_attributes_are_answers_to_the_studys_questions():
    for attribute in study()["attributes"]:
        known = {choice["code"] for choice in attribute["choices"]}
        for expert in experts():
            chosen = expert.attributes[attribute["code"]]
            assert set() < set(chosen) <= known
            assert attribute["several"] or len(chosen) == 1
    assert any(len(expert.attributes["setting"]) > 1 for expert in experts())


def test_dropouts_and_states():
    assert Counter(expert.course for expert in experts()) == {
        "complete": 50, "never": 5, "half": 3, "declined": 1, "withdrawn": 1,
    }  # fmt: skip
    assert Counter(expert.state for expert in experts()) == {
        "active": 53, "invited": 5, "declined": 1, "withdrawn": 1,
    }  # fmt: skip


def test_nobody_answers_twice_or_outside_their_panels():
    for answers in (round_one(), second_round()):
        keys = [(answer.expert, answer.item) for answer in answers]
        assert len(keys) == len(set(keys))
        assert all(code in shown_to(experts()[number]) for number, code in keys)
        assert all(answer.point is None or answer.point in SCALE for answer in answers)


def test_each_expert_answers_as_far_as_their_course_says():
    answered = Counter(answer.expert for answer in round_one())
    expected = {"never": (0, 0), "declined": (0, 0), "half": (0.4, 0.55)}
    for expert in experts():
        least, most = expected.get(expert.course, (0.85, 1))
        assert least <= answered[expert.number] / len(shown_to(expert)) <= most, expert.name


def test_some_items_are_left_blank_and_some_cannot_be_rated():
    unable = [answer for answer in round_one() if answer.point is None]
    assert 0.01 < len(unable) / len(round_one()) < 0.05
    on_change = [answer for answer in unable if answer.item.startswith("CHG")]
    per_panel = Counter(experts()[answer.expert].panels[0] for answer in on_change)
    assert per_panel["C"] > per_panel["M"]
    everything = sum(len(shown_to(expert)) for expert in experts() if expert.course == "complete")
    given = sum(experts()[answer.expert].course == "complete" for answer in round_one())
    assert 0 < everything - given < 0.03 * everything


def test_people_differ_in_leniency_and_few_use_the_whole_scale():
    by_expert: dict[int, list[int]] = defaultdict(list)
    for ratings in points().values():
        for number, point in ratings.items():
            by_expert[number].append(point)
    means = [sum(values) / len(values) for values in by_expert.values() if len(values) > 25]
    assert max(means) - min(means) > 1.5
    assert sum(len(set(values)) == len(SCALE) for values in by_expert.values()) < len(by_expert) / 4


def test_round_one_gives_a_believable_mix_of_verdicts():
    mix = Counter(verdicts().values())
    assert 20 <= mix["promote"] <= 24
    assert 1 <= mix["drop"] <= 3
    assert mix["promote"] + mix["drop"] + mix["re-rate"] == 40


def test_the_override_overrides_the_verdict_that_the_rules_give():
    overridden = study()["overridden"]
    assert verdicts()[overridden["item"]] == overridden["verdict"]


def test_the_reworded_item_is_one_without_consensus():
    assert verdicts()[study()["reworded"]["item"]] == "re-rate"


def test_high_consensus_items_are_promoted_and_low_consensus_ones_dropped():
    assert {verdicts()[item.code] for item in of_profile("consensus-high")} == {"promote"}
    assert {verdicts()[item.code] for item in of_profile("low-consensus")} == {"drop"}


def test_the_polarised_item_splits_every_panel():
    for item in of_profile("polarised"):
        for panel in item.panels:
            values = panel_points(item, panel)
            assert min(share(values, 1, 3), share(values, 7, 9)) > 0.33
            assert share(values, 4, 6) < 0.25


def test_one_panel_dissents_from_the_others():
    for item in of_profile("panel-dissents"):
        for panel in item.panels:
            agrees = share(panel_points(item, panel), 7, 9) >= 0.7
            assert agrees == (panel != item.dissenting_panel), (item.code, panel)


def test_borderline_items_lie_within_two_experts_of_the_threshold():
    for item in of_profile("borderline"):
        for panel in item.panels:
            values = panel_points(item, panel)
            assert abs(sum(value >= 7 for value in values) - 0.7 * len(values)) <= 2, (item.code, panel)


def test_about_55_percent_have_been_back_in_round_two_and_not_all_have_finished():
    done = Counter(answer.expert for answer in second_round())
    assert 30 <= len(done) <= 36
    partial = sum(done[number] < len(shown_to(experts()[number]) & set(open_items())) for number in done)
    assert 4 <= partial <= 15
    assert {experts()[number].course for number in done} <= {"complete", "half"}


def test_round_two_holds_only_the_open_items():
    assert {answer.item for answer in second_round()} == set(open_items())


def test_in_round_two_many_move_toward_the_median_and_many_hold():
    before = points()
    moves: Counter[str] = Counter()
    for answer in second_round():
        earlier = before[answer.item].get(answer.expert)
        if earlier is None or answer.point is None or answer.item == study()["reworded"]["item"]:
            continue
        far, near = (abs(point - medians()[answer.item]) for point in (earlier, answer.point))
        moves["held" if answer.point == earlier else "nearer" if near < far else "away"] += 1
    total = moves.total()
    assert 0.4 < moves["held"] / total < 0.75
    assert 0.2 < moves["nearer"] / total < 0.55
    assert 0 < moves["away"] / total < 0.06


def test_the_new_wording_is_received_better():
    code = study()["reworded"]["item"]
    after = {a.expert: a.point for a in second_round() if a.item == code and a.point is not None}
    gains = [point - points()[code][number] for number, point in after.items() if number in points()[code]]
    assert sum(gains) / len(gains) > 0.5


def test_every_comment_has_an_author_who_speaks_its_language_and_rated_the_item():
    given = {(answer.expert, answer.item) for answer in round_one()}
    pairs = [(comment.expert, comment.item) for comment in comments()]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) <= given
    assert all(experts()[comment.expert].language == comment.language for comment in comments())
    assert len({comment.expert for comment in comments()}) >= 25


def test_chosen_comments_are_on_items_that_return_in_round_two():
    assert {comment.item for comment in comments() if comment.chosen} <= set(open_items())


def test_dissenting_low_comments_come_from_the_dissenting_panel():
    for item in of_profile("panel-dissents"):
        for comment in comments():
            if comment.item == item.code and points()[item.code][comment.expert] <= 3:
                assert item.dissenting_panel in experts()[comment.expert].panels


def test_the_answers_are_the_same_in_another_process():
    shown = "experts(), round_one(), comments(), round_two(('REL.07',), {})"
    program = f"from delphi.demo.answers import *; print({shown})"
    digests = {
        hashlib.sha256(
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                check=True,
            ).stdout
        ).hexdigest()
        for seed in ("1", "2")
    }
    assert len(digests) == 1

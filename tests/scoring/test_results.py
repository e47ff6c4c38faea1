"""The document of everything: what stands where, and that it says what the single functions say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from delphi.scoring.agreement_bootstrap import bootstrap_alpha
from delphi.scoring.answers import AnsweredRound, AnswerRow, rounds
from delphi.scoring.chance_corrected import chance_corrected
from delphi.scoring.change import change
from delphi.scoring.documents import to_document
from delphi.scoring.engine import judge
from delphi.scoring.fragility import fragility
from delphi.scoring.groups import compare_panels, kruskal_wallis
from delphi.scoring.kendall import kendall_w
from delphi.scoring.one_item import describe
from delphi.scoring.paired import wilcoxon
from delphi.scoring.posterior import posterior_share
from delphi.scoring.protocol import Protocol
from delphi.scoring.results import Choices, results
from delphi.scoring.results.items import posteriors
from tests.scoring.building import one_rule, protocol

TWO_CRITERIA = protocol("""
    [criteria.importance]
    scale = { points = 9 }
    [criteria.clarity]
    scale = { points = 5 }
    [[rules]]
    verdict = "promote"
    criterion = "importance"
    panels = "every"
    all = [ { statistic = "percent_high", at_least = 70 }, { statistic = "percent_low", below = 15 } ]
    [[rules]]
    verdict = "drop"
    criterion = "clarity"
    panels = "pooled"
    any = [ { statistic = "median", below = 2 }, { statistic = "percent_high", below = "apmo" } ]
    [otherwise]
    verdict = "re-rate"
""")
SEVENTY = one_rule('{ statistic = "percent_high", at_least = 70 }')
QUICK = Choices(seed=1, resamples=50, rule_sensitivity=True)

Rows = list[AnswerRow]


def rated(
    item: str,
    points: str,
    *,
    round_: str = "",
    panel: str = "W",
    criterion: str = "importance",
    first: int = 0,
) -> Rows:
    """One answer a character; "." is none, "u" is unable."""
    return [
        AnswerRow(
            item,
            f"r{first + n}",
            criterion,
            int(c) if c.isdigit() else None,
            c == "u",
            (panel,) if panel else (),
            round_,
        )
        for n, c in enumerate(points)
    ]


def document(rules: Protocol, rows: Rows, choices: Choices = QUICK) -> dict[str, Any]:
    """The document, as it is read from the file."""
    found = results(rules, rounds(rows, list(rules.criteria)), choices)
    read: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return read


def random_rows(
    seed: int, raters: int = 14, items: int = 4, names: tuple[str, ...] = ("1", "2", "3")
) -> Rows:
    """Overlapping panels, gaps, people who leave, an item that is dropped on the way and one that comes late."""
    random = np.random.default_rng(seed)
    rows = []
    for place, name in enumerate(names):
        for rater in range(raters - 2 * place):
            panels = [("W",), ("C",), ("W", "C"), ("M",)][rater % 4]
            for item in range(items):
                if (item == 0 and place > 0) or (item == 1 and place == 0):
                    continue
                for criterion, points in (("importance", 9), ("clarity", 5)):
                    point = None if random.random() < 0.15 else int(random.integers(1, points + 1))
                    unable = point is None and random.random() < 0.3
                    rows.append(AnswerRow(f"I{item}", f"r{rater}", criterion, point, unable, panels, name))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_what_it_says_is_what_the_single_functions_say(seed: int) -> None:
    rows = random_rows(seed)
    found = document(TWO_CRITERIA, rows)
    answered = rounds(rows, ["importance", "clarity"])
    for said, one in zip(found["rounds"], answered, strict=True):
        _agrees_on_items(said, one)
        _agrees_over_items(said, one)


def _agrees_on_items(said: dict[str, Any], one: AnsweredRound) -> None:
    items = one.item_ratings()
    flips = fragility(TWO_CRITERIA, items)
    for told, item, judged, flip in zip(said["items"], items, judge(TWO_CRITERIA, items), flips, strict=True):
        assert told["verdict"] == judged.verdict.value
        assert told["fragility"] == to_document(flip)
        assert told["posteriors"] == to_document(posteriors(judged))
        for criterion, values in item.values.items():
            scale = TWO_CRITERIA.criteria[criterion].scale
            for group, mask in item.groups():
                alone = to_document(describe(values[mask], scale))
                own = told["statistics"][criterion][group]
                assert own["n"] == alone["summary"]["n"] == told["summaries"][criterion][group]["n"]
                assert own["missing"] == np.isnan(values[mask]).sum()
                assert {key: own[key] for key in alone if key != "summary"} == {
                    key: value for key, value in alone.items() if key != "summary"
                }


def _agrees_over_items(said: dict[str, Any], one: AnsweredRound) -> None:
    for criterion, ratings in one.ratings.values.items():
        points = range(1, TWO_CRITERIA.criteria[criterion].scale.points + 1)
        panels = {"pooled": np.ones(len(ratings), bool), **one.ratings.panels}
        for group, mask in panels.items():
            own, told = ratings[mask], said["agreement"][criterion][group]
            assert told["kendall_w"]["without_raters"] == to_document(kendall_w(own, drop="raters"))
            assert told["unweighted"] == to_document(chance_corrected(own, points))
            drawn = bootstrap_alpha(own, points, "ordinal", seed=1, resamples=50)
            assert told["bootstrap"]["over_items"]["krippendorff_alpha"]["ordinal"] == to_document(drawn)
        compared = compare_panels(ratings, one.ratings.panels, one.ratings.items)
        assert said["groups"][criterion]["items"] == to_document(compared)


def test_changes_are_since_the_round_an_item_was_last_rated_in() -> None:
    rows = [
        *rated("A", "77788", round_="1"),
        *rated("B", "12345", round_="1"),
        *rated("B", "12346", round_="2"),
        *rated("A", "7778.", round_="3"),
        *rated("C", "99999", round_="3"),
    ]
    found = document(SEVENTY, rows)
    told = {
        (one["round"], item["item"]): item["changes"]["importance"]
        for one in found["rounds"]
        for item in one["items"]
    }
    assert {place: None if one is None else (one["since"], one["n"]) for place, one in told.items()} == {
        ("1", "A"): None,
        ("1", "B"): None,
        ("2", "B"): ("1", 5),
        ("3", "A"): ("1", 4),
        ("3", "C"): None,
    }
    earlier, later = np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 2, 3, 4, 6])
    assert told["2", "B"]["change"] == to_document(change(earlier, later))
    assert told["2", "B"]["wilcoxon"] == to_document(wilcoxon(later, earlier))
    assert told["2", "B"]["change"]["percent_changed"] == {"exact": "20", "value": 20.0}
    assert told["2", "B"]["stability"]["verdict"] == "not stable"
    assert told["3", "A"]["change"]["changed"] == 0


def test_mcnemar_counts_who_crossed_into_the_high_band() -> None:
    rows = [*rated("A", "667777", round_="1"), *rated("A", "777766", round_="2")]
    told = document(SEVENTY, rows)["rounds"][1]["items"][0]["changes"]["importance"]["mcnemar"]
    assert (told["n"], told["b"], told["c"]) == (6, 2, 2)


def test_rounds_stand_in_the_order_of_their_numbers() -> None:
    rows = [row for name in ("10", "2", "1") for row in rated("A", "789", round_=f"Round {name}")]
    found = document(SEVENTY, rows)
    assert [one["round"] for one in found["rounds"]] == ["Round 1", "Round 2", "Round 10"]
    unnumbered = document(SEVENTY, [*rated("A", "7", round_="spring"), *rated("A", "7", round_="autumn")])
    assert [one["round"] for one in unnumbered["rounds"]] == ["spring", "autumn"]


def test_leavers_and_what_they_could_have_changed() -> None:
    rows = [*rated("A", "8888888822222", round_="1"), *rated("A", "8888888822", round_="2")]
    (told,) = document(SEVENTY, rows)["attrition"]["importance"]
    assert (told["final"], told["common"], told["leavers"], told["stayers"]) == ("2", "1", 3, 10)
    assert told["test"]["n_x"] == 3
    worst = told["worst_case"]
    assert (worst["verdict"], worst["leavers"], worst["exhaustive"], worst["can_flip"]) == (
        "promote",
        3,
        True,
        True,
    )
    assert worst["all_at"] == ["re-rate"] * 6 + ["promote"] * 3
    assert worst["flips"] == [{"verdict": "re-rate", "points": [1, 1]}]


def test_worst_cases_are_the_engines_own_also_with_averages() -> None:
    rules = one_rule('{ statistic = "percent_high", at_least = "apmo" }')
    rows = [
        *rated("A", "88822", round_="1"),
        *rated("B", "88882", round_="1"),
        *rated("A", "8882", round_="2"),
        *rated("B", "8888", round_="2"),
    ]
    told = document(rules, rows)["attrition"]["importance"]
    for place, item in enumerate("AB"):
        at = []
        for point in range(1, 10):
            last = {"A": "8882", "B": "8888"} | {item: {"A": "8882", "B": "8888"}[item] + str(point)}
            (judged,) = rounds([*rated("A", last["A"]), *rated("B", last["B"])], ["importance"])
            at.append(judge(rules, judged.item_ratings())[place].verdict.value)
        assert told[place]["worst_case"]["all_at"] == at


def test_a_panel_that_was_not_asked_again_has_no_worst_case() -> None:
    rows = [
        *rated("A", "888", round_="1"),
        *rated("A", "222", round_="1", panel="C", first=5),
        *rated("A", "888", round_="2"),
    ]
    (told,) = document(SEVENTY, rows)["attrition"]["importance"]
    assert (told["leavers"], told["worst_case"]) == (3, None)


def test_stopping_is_about_the_items_of_the_last_round() -> None:
    rows = [
        *rated("A", "9" * 12, round_="1"),
        *rated("B", "123456789123", round_="1"),
        *rated("B", "123456789123", round_="2"),
    ]
    told = document(SEVENTY, rows)["stopping"]
    assert [(item["item"], item["status"], item["settles"]) for item in told["items"]] == [("B", "stable", 0)]
    assert (told["stop"], told["reasons"]) == (True, ["all_settled"])


def test_groups_by_a_column_are_compared_on_each_item_and_on_all_answers() -> None:
    labels = ["nurse", "nurse", "nurse", "doctor", "doctor", ""]
    points = {"A": [9, 9, 8, 1, 2, 5], "B": [5, 6, 5, 6, 5, 9]}
    rows = [
        AnswerRow(item, f"r{n}", "importance", point, compared=labels[n])
        for item, own in points.items()
        for n, point in enumerate(own)
    ]
    found = document(SEVENTY, rows, Choices(resamples=0, compared_by="profession"))
    told = found["rounds"][0]["groups"]["importance"]
    assert found["compared_by"] == "profession"
    assert {name: own["n"] for name, own in told["answers"]["groups"].items()} == {"doctor": 4, "nurse": 6}
    assert told["answers"]["overall"] == to_document(kruskal_wallis([[1, 2, 6, 5], [9, 9, 8, 5, 6, 5]]))
    assert [item["overall"] for item in told["items"]] == [
        to_document(kruskal_wallis([own[3:5], own[:3]])) for own in points.values()
    ]


def test_an_attribute_of_items_compares_answers_alone() -> None:
    """Each item in one group only: there is nothing to compare on the item itself."""
    rows = [
        AnswerRow(item, f"r{n}", "importance", point, compared=group)
        for item, group, own in (("A", "old", "9988"), ("B", "new", "1221"))
        for n, point in enumerate(map(int, own))
    ]
    told = document(SEVENTY, rows)["rounds"][0]["groups"]["importance"]
    assert told["answers"]["overall"]["n"] == 8
    assert [item["overall"] for item in told["items"]] == [{"undefined": "one_group"}] * 2
    assert told["differ"] == []


def test_items_that_differ_after_false_discovery_control() -> None:
    rows = [
        *(row for item in "ABC" for row in rated(item, "99988899" if item == "A" else "12345678")),
        *(
            row
            for item in "ABC"
            for row in rated(item, "11122233" if item == "A" else "12345678", panel="C", first=8)
        ),
    ]
    told = document(SEVENTY, rows)["rounds"][0]["groups"]["importance"]
    assert told["differ"] == ["A"]
    assert [division["item"] for division in told["divisions"] if division["panels"]] == ["A"]


def test_posteriors_say_how_probable_each_condition_is() -> None:
    (item,) = document(TWO_CRITERIA, rated("A", "99999999" + "11"))["rounds"][0]["items"]
    high, low = (one for one in item["posteriors"] if one["rule"] == 0)
    assert high["posterior"] == to_document(posterior_share(8, 10, 0.7))
    assert high["passes"] == high["posterior"]["probability"]
    assert low["passes"] == pytest.approx(1 - posterior_share(2, 10, 0.15).probability)


def test_nobody_is_named() -> None:
    rows = [
        AnswerRow("A", f"Ms {name}", "importance", point, panels=("W",), round=round_)
        for round_ in "12"
        for name, point in (("Rose", 9), ("Ash", 8), ("Elm", 1))
        if (round_, name) != ("2", "Elm")
    ]
    text = json.dumps(document(SEVENTY, rows))
    assert not any(name in text for name in ("Rose", "Ash", "Elm"))


AWKWARD = {
    "one rater": rated("A", "7"),
    "one rater, two rounds": [*rated("A", "7", round_="1"), *rated("A", "8", round_="2")],
    "no panels": rated("A", "789", panel=""),
    "nobody answered": rated("A", "..."),
    "all unable": rated("A", "uuu"),
    "all the same": [*rated("A", "777"), *rated("B", "777")],
    "a criterion nobody was asked": rated("A", "123", criterion="importance"),
    "everybody left": [*rated("A", "789", round_="1"), *rated("A", "...", round_="2")],
    "other people": [*rated("A", "789", round_="1"), *rated("A", "789", round_="2", first=5)],
    "other items": [*rated("A", "789", round_="1"), *rated("B", "789", round_="2")],
    "nothing at all": [],
}


@pytest.mark.parametrize("resamples", [0, 1, 20])
@pytest.mark.parametrize("rules", [SEVENTY, TWO_CRITERIA], ids=["one criterion", "two criteria"])
@pytest.mark.parametrize("rows", AWKWARD.values(), ids=AWKWARD)
def test_whatever_there_is_can_be_told(rows: Rows, rules: Protocol, resamples: int) -> None:
    found = document(rules, rows, Choices(resamples=resamples, rule_sensitivity=True))
    assert found["schema"] == 2
    assert len(found["rounds"]) == len({row.round for row in rows})


def test_how_far_it_is_only_grows_and_ends_complete() -> None:
    told: list[tuple[int, int]] = []
    results(SEVENTY, rounds(random_rows(1), ["importance", "clarity"]), QUICK, lambda *at: told.append(at))
    done = [at for at, _ in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1]

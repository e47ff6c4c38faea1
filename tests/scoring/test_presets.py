"""The presets that ship: sound, sourced, and doing what their names say."""

import pytest

from delphi.scoring import presets
from delphi.scoring.protocol import Protocol
from tests.scoring.building import bands, item, points_for, verdict

EXPECTED = {
    "agreement_75",
    "agreement_80",
    "apmo",
    "comet_70_15",
    "comet_70_15_out_50",
    "cvr_ayre_scally",
    "icvi_modified_kappa",
    "iqr_1_of_5",
    "iqr_2_of_9",
    "rand_ucla_classic",
    "rand_ucla_ipras",
}


def preset(name: str) -> Protocol:
    return Protocol.from_dict(presets.load(name))


def judged(name: str, ratings: list[float]) -> str:
    rules = preset(name)
    (criterion,) = rules.criteria
    return verdict(rules, item("A", criterion, W=ratings))


def test_all_are_there():
    assert set(presets.names()) == EXPECTED


def test_an_unknown_name():
    with pytest.raises(KeyError):
        presets.load("../protocol")


@pytest.mark.parametrize("name", presets.names())
def test_each_is_sound_and_has_title_source_and_a_question_in_both_languages(name):
    document = presets.load(name)
    assert document["title"]
    assert document["source"]
    assert all(set(table["question"]) == {"en", "fr"} for table in document["criteria"].values())
    assert Protocol.from_dict(Protocol.from_dict(document).to_dict()) == Protocol.from_dict(document)


@pytest.mark.parametrize(
    ("low", "high", "comet", "out_50"),
    [
        (2, 14, "promote", "promote"),
        (3, 14, "re-rate", "re-rate"),  # 15 % exactly is not below 15
        (0, 13, "re-rate", "re-rate"),
        (14, 2, "drop", "drop"),
        (14, 3, "re-rate", "drop"),
        (0, 10, "re-rate", "drop"),  # 50 % exactly is out
        (0, 11, "re-rate", "re-rate"),
    ],
)
def test_comet_at_its_boundaries(low, high, comet, out_50):
    assert judged("comet_70_15", bands(20, low, high)) == comet
    assert judged("comet_70_15_out_50", bands(20, low, high)) == out_50


@pytest.mark.parametrize(("name", "enough", "short"), [("agreement_75", 15, 14), ("agreement_80", 16, 15)])
def test_percent_agreement(name, enough, short):
    assert judged(name, bands(20, 0, enough)) == "promote"
    assert judged(name, bands(20, 0, short)) == "re-rate"
    assert judged(name, bands(20, enough, 0)) == "drop"


@pytest.mark.parametrize(
    ("ratings", "classic", "by_ipras"),
    [
        ([7, 7, 8, 8, 9, 9, 7, 8, 9], "promote", "promote"),
        ([1, 2, 2, 3, 3, 1, 2, 3, 1], "drop", "drop"),
        ([4, 5, 5, 6, 6, 5, 4, 5, 6], "re-rate", "re-rate"),
        ([1, 1, 1, 7, 7, 7, 8, 9, 9], "re-rate", "re-rate"),  # P30 = 3.4, P70 = 7.6 by definition 7
        (
            [2, 3, 3, 7, 7, 7, 7, 8, 9],
            "re-rate",
            "promote",
        ),  # P30 = 4.6, P70 = 7: 2.4 against 2.35 + .8 * 1.5
        ([6, 6, 6, 6, 6, 7, 7, 7, 8, 8], "promote", "promote"),  # median 6.5 goes up
        ([1, 2, 3, 3, 4, 4, 5, 5], "re-rate", "re-rate"),  # median 3.5 is not low
    ],
)
def test_rand_ucla(ratings, classic, by_ipras):
    assert judged("rand_ucla_classic", list(map(float, ratings))) == classic
    assert judged("rand_ucla_ipras", list(map(float, ratings))) == by_ipras


@pytest.mark.parametrize(
    ("name", "ratings", "expected"),
    [
        ("iqr_1_of_5", [4] * 6 + [5] * 6, "promote"),
        ("iqr_1_of_5", [3] * 6 + [4] * 6, "re-rate"),  # narrow, but the median is 3.5
        ("iqr_1_of_5", [1] * 6 + [2] * 6, "drop"),
        ("iqr_1_of_5", [2] * 6 + [5] * 8, "re-rate"),
        ("iqr_2_of_9", [7] * 6 + [9] * 6, "promote"),
        ("iqr_2_of_9", [6] * 6 + [9] * 7, "re-rate"),
        ("iqr_2_of_9", [1] * 6 + [3] * 6, "drop"),
        ("iqr_2_of_9", [5] * 12, "re-rate"),
    ],
)
def test_iqr_with_direction(name, ratings, expected):
    assert judged(name, list(map(float, ratings))) == expected


@pytest.mark.parametrize(
    ("essential", "n", "expected"),
    [
        (7, 8, "promote"),
        (6, 8, "revise"),
        (4, 8, "drop"),
        (5, 5, "promote"),
        (4, 5, "revise"),
        (4, 4, "insufficient"),
    ],
)
def test_cvr(essential, n, expected):
    assert judged("cvr_ayre_scally", [3.0] * essential + [2.0] * (n - essential)) == expected


@pytest.mark.parametrize(
    ("relevant", "n", "expected"),
    [
        (3, 3, "promote"),
        (2, 3, "revise"),
        (5, 6, "promote"),
        (4, 6, "revise"),
        (3, 6, "drop"),
        (2, 2, "insufficient"),
    ],
)
def test_icvi_with_modified_kappa(relevant, n, expected):
    assert judged("icvi_modified_kappa", [4.0] * relevant + [1.0] * (n - relevant)) == expected


def test_apmo_looks_at_the_whole_round():
    rules = preset("apmo")
    scale = rules.criteria["agreement"].scale
    strong, weak, against = (
        item(code, "agreement", W=points_for(scale, low, 20 - low - high, high))
        for code, low, high in (("A", 0, 18), ("B", 2, 12), ("C", 15, 2))
    )
    # All three: (18 + 12 + 15) / 60 = 75 %. Without A: 27 / 40 = 67.5 %. B alone: 12 / 20 = 60 %.
    assert verdict(rules, strong, weak, against) == "promote"
    assert verdict(rules, against, strong, weak) == "drop"
    assert verdict(rules, weak, strong, against) == "re-rate"
    assert verdict(rules, weak) == "promote"

"""Reading and writing protocols; everything that can be wrong with one."""

from fractions import Fraction

import pytest

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.problems import PROBLEMS
from delphi.scoring.protocol import Condition, Criterion, Protocol, ProtocolError, Rule, Verdict, parse_toml
from delphi.scoring.scales import Bands, Scale
from delphi.scoring.stability_criteria import StabilityRule

COMET = """
[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] } }

[[rules]]                      # COMET 70/15
verdict = "promote"
criterion = "importance"
panels = "every"               # every | any | pooled | a list of panel names
all = [ { statistic = "percent_high", at_least = 70 }, { statistic = "percent_low", below = 15 } ]
minimum_raters = 10

[[rules]]
verdict = "drop"
criterion = "importance"
panels = "every"
all = [ { statistic = "percent_low", at_least = 70 }, { statistic = "percent_high", below = 15 } ]

[otherwise]
verdict = "re-rate"
"""


def test_a_whole_protocol():
    assert Protocol.from_dict(parse_toml(COMET)) == Protocol(
        criteria={"importance": Criterion("importance", Scale(9, Bands((1, 3), (4, 6), (7, 9))))},
        rules=(
            Rule(
                Verdict.PROMOTE,
                "importance",
                "every",
                (
                    Condition("percent_high", "at_least", Fraction(70)),
                    Condition("percent_low", "below", Fraction(15)),
                ),
                minimum_raters=10,
            ),
            Rule(
                Verdict.DROP,
                "importance",
                "every",
                (
                    Condition("percent_low", "at_least", Fraction(70)),
                    Condition("percent_high", "below", Fraction(15)),
                ),
            ),
        ),
        otherwise=Verdict.RE_RATE,
        quartiles=7,
    )


def changed(old: str, new: str) -> dict:
    assert old in COMET
    return parse_toml(COMET.replace(old, new, 1))


def problems(document) -> list[tuple[str, str]]:
    with pytest.raises(ProtocolError) as refused:
        Protocol.from_dict(document)
    assert all(str(problem) for problem in refused.value.problems)
    return [(problem.where, problem.code) for problem in refused.value.problems]


FIRST = '{ statistic = "percent_high", at_least = 70 }'

ONE_PROBLEM = [
    ("[otherwise]", "[otherwize]", ("otherwize", "key_unknown"), ("", "key_missing")),
    ("[criteria.importance]", "quartile = 6\n[criteria.importance]", ("quartile", "key_unknown")),
    ("[criteria.importance]", "quartiles = 5\n[criteria.importance]", ("quartiles", "quartiles_unknown")),
    ("[criteria.importance]", "quartiles = true\n[criteria.importance]", ("quartiles", "quartiles_unknown")),
    ("[otherwise]", "[stabilty]\n[otherwise]", ("stabilty", "key_unknown")),
    (
        "[otherwise]",
        '[stability]\ncriterion = "kappa"\n[otherwise]',
        ("stability.criterion", "stability_unknown"),
    ),
    ("[otherwise]", "[stability]\nminimum_pairs = 8\n[otherwise]", ("stability", "key_missing")),
    (
        "[otherwise]",
        '[stability]\ncriterion = "scheibe"\ntreshold = 15\n[otherwise]',
        ("stability.treshold", "key_unknown"),
    ),
    (
        "[otherwise]",
        '[stability]\ncriterion = "scheibe"\nthreshold = "15"\n[otherwise]',
        ("stability.threshold", "threshold_not_number"),
    ),
    (
        "[otherwise]",
        '[stability]\ncriterion = "iqr_change"\nthreshold = 8.5\n[otherwise]',
        ("stability.threshold", "threshold_out_of_range"),
    ),
    (
        "[otherwise]",
        '[stability]\ncriterion = "spearman"\nthreshold = -1.5\n[otherwise]',
        ("stability.threshold", "threshold_out_of_range"),
    ),
    (
        "[otherwise]",
        '[stability]\ncriterion = "mcnemar"\nminimum_pairs = 0\n[otherwise]',
        ("stability.minimum_pairs", "pairs_invalid"),
    ),
    ("[criteria.importance]", "stability = 15\n[criteria.importance]", ("stability", "not_a_table")),
    ("scale =", "scales =", ("criteria.importance.scales", "key_unknown")),
    ("points = 9", "point = 9", ("criteria.importance.scale.point", "key_unknown")),
    ("points = 9", "points = 1", ("criteria.importance.scale.points", "points_out_of_range")),
    ("points = 9", "points = 12", ("criteria.importance.scale.points", "points_out_of_range")),
    ("points = 9", 'points = "9"', ("criteria.importance.scale.points", "points_invalid")),
    ("points = 9", "points = 9.0", ("criteria.importance.scale.points", "points_invalid")),
    ("low = [1, 3]", "low = [1, 4]", ("criteria.importance.scale.bands.middle", "bands_overlap")),
    ("low = [1, 3]", "low = [1, 2]", ("criteria.importance.scale.bands.middle", "bands_gap")),
    ("high = [7, 9]", "high = [7, 8]", ("criteria.importance.scale.bands.high", "bands_gap")),
    ("high = [7, 9]", "high = [7, 10]", ("criteria.importance.scale.bands.high", "band_outside")),
    ("low = [1, 3]", "low = [3, 1]", ("criteria.importance.scale.bands.low", "band_reversed")),
    ("low = [1, 3]", "low = 3", ("criteria.importance.scale.bands.low", "band_invalid")),
    ("low = [1, 3]", "low = [1, 2, 3]", ("criteria.importance.scale.bands.low", "band_invalid")),
    ("low = [1, 3], ", "", ("criteria.importance.scale.bands", "key_missing")),
    ("low = [1, 3]", "lo = [1, 3]", ("criteria.importance.scale.bands", "key_missing")),
    ('verdict = "promote"', 'verdict = "keep"', ("rules[0].verdict", "verdict_unknown")),
    ('verdict = "promote"', "", ("rules[0]", "key_missing")),
    ('verdict = "re-rate"', 'verdict = "rerate"', ("otherwise.verdict", "verdict_unknown")),
    ('criterion = "importance"', 'criterion = "import"', ("rules[0].criterion", "criterion_unknown")),
    ('criterion = "importance"', "criterion = 3", ("rules[0].criterion", "criterion_unknown")),
    ('panels = "every"', 'panels = "all"', ("rules[0].panels", "panels_unknown")),
    ('panels = "every"', "panels = []", ("rules[0].panels", "panels_unknown")),
    ('panels = "every"', "panels = [1]", ("rules[0].panels", "panels_unknown")),
    ('panels = "every"', 'panels = ["W", "any"]', ("rules[0].panels", "panels_reserved")),
    ('panels = "every"', 'panels = ["W", "W"]', ("rules[0].panels", "panels_repeated")),
    ('panels = "every" ', "", ("rules[0]", "key_missing")),
    ("minimum_raters = 10", "minimum_raters = 0", ("rules[0].minimum_raters", "raters_invalid")),
    ("minimum_raters = 10", "minimum_raters = 9.5", ("rules[0].minimum_raters", "raters_invalid")),
    ("minimum_raters = 10", "minimum_rater = 10", ("rules[0].minimum_rater", "key_unknown")),
    ("minimum_raters = 10", "name = 3", ("rules[0].name", "not_text")),
    ("minimum_raters = 10", 'any = [{ statistic = "iqr", at_most = 1 }]', ("rules[0]", "conditions_mode")),
    (
        "all = [ " + FIRST + ', { statistic = "percent_low", below = 15 } ]',
        "all = []",
        ("rules[0].all", "conditions_empty"),
    ),
    (
        "all = [ " + FIRST + ', { statistic = "percent_low", below = 15 } ]',
        "all = 3",
        ("rules[0].all", "not_a_list"),
    ),
    (
        "all = [ " + FIRST + ', { statistic = "percent_low", below = 15 } ]',
        "",
        ("rules[0]", "conditions_mode"),
    ),
    (FIRST, "3", ("rules[0].all[0]", "not_a_table")),
    (
        FIRST,
        '{ statistic = "percent_top", at_least = 70 }',
        ("rules[0].all[0].statistic", "statistic_unknown"),
    ),
    (FIRST, "{ at_least = 70 }", ("rules[0].all[0]", "key_missing")),
    (FIRST, '{ statistic = "percent_high" }', ("rules[0].all[0]", "comparison_one")),
    (FIRST, '{ statistic = "median", at_least = 7, below = 9 }', ("rules[0].all[0]", "comparison_one")),
    (FIRST, '{ statistic = "median", atleast = 7, above = 6 }', ("rules[0].all[0].atleast", "key_unknown")),
    (FIRST, '{ statistic = "median", at_least = "7" }', ("rules[0].all[0].at_least", "threshold_not_number")),
    (
        FIRST,
        '{ statistic = "median", at_least = true }',
        ("rules[0].all[0].at_least", "threshold_not_number"),
    ),
    (FIRST, '{ statistic = "median", at_least = nan }', ("rules[0].all[0].at_least", "threshold_not_number")),
    (FIRST, '{ statistic = "median", at_least = inf }', ("rules[0].all[0].at_least", "threshold_not_number")),
    (
        FIRST,
        '{ statistic = "median", at_least = "7/0" }',
        ("rules[0].all[0].at_least", "threshold_not_number"),
    ),
    (
        FIRST,
        '{ statistic = "median", at_least = "critical" }',
        ("rules[0].all[0].at_least", "threshold_name"),
    ),
    (FIRST, '{ statistic = "cvr", at_least = "apmo" }', ("rules[0].all[0].at_least", "threshold_name")),
    (
        FIRST,
        '{ statistic = "median", at_least = 9.5 }',
        ("rules[0].all[0].at_least", "threshold_out_of_range"),
    ),
    (FIRST, '{ statistic = "iqr", at_most = 9 }', ("rules[0].all[0].at_most", "threshold_out_of_range")),
    (FIRST, '{ statistic = "cvr", above = -1.5 }', ("rules[0].all[0].above", "threshold_out_of_range")),
    (FIRST, '{ statistic = "icvi", at_least = 78 }', ("rules[0].all[0].at_least", "threshold_out_of_range")),
    (
        FIRST,
        '{ statistic = "percent_high", at_least = 100.5 }',
        ("rules[0].all[0].at_least", "threshold_out_of_range"),
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), [(o, n, e) for o, n, *e in ONE_PROBLEM])
def test_each_slip_is_found_in_its_place(old, new, expected):
    found = problems(changed(old, new))
    assert set(expected) <= set(found)
    assert len(found) <= 2


@pytest.mark.parametrize("statistic", [name for name, entry in STATISTICS.items() if entry.rand_scale])
def test_rand_statistics_need_their_scale(statistic):
    text = COMET.replace(FIRST, f'{{ statistic = "{statistic}", at_most = 0 }}')
    narrow = text.replace("low = [1, 3], middle = [4, 6]", "low = [1, 2], middle = [3, 6]")
    assert Protocol.from_dict(parse_toml(text))
    assert problems(parse_toml(narrow)) == [("rules[0].all[0].statistic", "statistic_scale")]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, {("criteria", "criteria_empty"), ("rules", "rules_empty"), ("", "key_missing")}),
        (
            {"criteria": 1, "rules": 2, "otherwise": 3},
            {(k, "not_a_table") for k in ("criteria", "otherwise")} | {("rules", "not_a_list")},
        ),
        (
            {"criteria": {"a": 1}, "rules": [1], "otherwise": {"verdict": "drop"}},
            {("criteria.a", "not_a_table"), ("rules[0]", "not_a_table")},
        ),
        (
            {"criteria": {"a": {"scale": 1}}, "rules": [], "otherwise": {"verdict": "drop"}},
            {("criteria.a.scale", "not_a_table"), ("rules", "rules_empty")},
        ),
        (
            {"criteria": {"a": {"scale": {"bands": 1}}}, "rules": [], "otherwise": {"verdict": "drop"}},
            {("criteria.a.scale.bands", "not_a_table"), ("rules", "rules_empty")},
        ),
    ],
)
def test_documents_of_the_wrong_shape(document, expected):
    assert set(problems(document)) == expected


def test_all_problems_are_reported_at_once():
    document = changed('verdict = "promote"', 'verdict = "keep"')
    document["rules"][1]["panels"] = "nobody"
    document["rules"][1]["all"][1]["below"] = "many"
    document["otherwise"] = {"verdict": "later"}
    assert problems(document) == [
        ("rules[0].verdict", "verdict_unknown"),
        ("rules[1].all[1].below", "threshold_not_number"),
        ("rules[1].panels", "panels_unknown"),
        ("otherwise.verdict", "verdict_unknown"),
    ]


def test_an_unsound_scale_does_not_get_its_rules_blamed():
    text = COMET.replace("points = 9", "points = 99").replace(
        FIRST, '{ statistic = "median", at_least = 50 }'
    )
    assert problems(parse_toml(text)) == [("criteria.importance.scale.points", "points_out_of_range")]


def test_text_that_is_not_toml_says_where():
    with pytest.raises(ProtocolError, match="line 2"):
        parse_toml("a = 1\nb = = 2\n")


def test_every_code_has_words_and_a_case_here():
    tested = {code for _, _, *expected in ONE_PROBLEM for _, code in expected}
    elsewhere = {"toml_invalid", "criteria_empty", "rules_empty", "statistic_scale"}
    assert tested | elsewhere == set(PROBLEMS)


def test_other_tables_are_left_alone():
    document = parse_toml(COMET) | {"feedback": {"median": True}, "minimum_group_size": 5, "title": "x"}
    assert Protocol.from_dict(document) == Protocol.from_dict(parse_toml(COMET))


def test_scale_and_bands_have_defaults():
    assert Protocol.from_dict(changed("scale = {", "question = {")).criteria[
        "importance"
    ].scale == Scale.default(9)
    short = changed("points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] }", "points = 5")
    assert Protocol.from_dict(short).criteria["importance"].scale == Scale.default(5)


def test_texts_are_carried_unread():
    document = parse_toml(COMET)
    texts = {"question": {"en": "How important?"}, "labels": {"1": {"fr": "Pas du tout"}}}
    document["criteria"]["importance"] |= texts
    protocol = Protocol.from_dict(document)
    assert protocol.criteria["importance"].texts == texts
    assert protocol.to_dict()["criteria"]["importance"]["labels"] == texts["labels"]


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("70", 70),
        ("66.7", Fraction(667, 10)),
        ("0.1", Fraction(1, 10)),
        ('"200/3"', Fraction(200, 3)),
        ("7e1", 70),
    ],
)
def test_thresholds_are_exactly_what_is_written(written, exact):
    protocol = Protocol.from_dict(changed("at_least = 70", f"at_least = {written}"))
    assert protocol.rules[0].conditions[0].threshold == exact


def test_stability_is_percent_changed_below_15_of_5_pairs_if_not_said():
    protocol = Protocol.from_dict(parse_toml(COMET))
    assert protocol.stability == StabilityRule("percent_changed", Fraction(15), 5)
    assert protocol.to_dict()["stability"] == {
        "criterion": "percent_changed",
        "threshold": 15,
        "minimum_pairs": 5,
    }


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ('criterion = "mcnemar"', StabilityRule("mcnemar", Fraction(1, 20), 5)),
        (
            'criterion = "scheibe"\nthreshold = "50/3"\nminimum_pairs = 12',
            StabilityRule("scheibe", Fraction(50, 3), 12),
        ),
        ('criterion = "spearman"\nthreshold = 0.7', StabilityRule("spearman", Fraction(7, 10), 5)),
    ],
)
def test_stability_as_it_is_written(written, rule):
    text = COMET.replace("[otherwise]", f"[stability]\n{written}\n[otherwise]")
    assert Protocol.from_dict(parse_toml(text)).stability == rule


def test_the_criteria_that_rules_look_at():
    text = COMET + "[criteria.clarity]\nscale = { points = 5 }\n"
    assert Protocol.from_dict(parse_toml(text)).judged_criteria() == ("importance",)


def test_panels_called_by_name():
    protocol = Protocol.from_dict(changed('panels = "every"', 'panels = ["W", "C"]'))
    assert protocol.rules[0].panels == ("W", "C")
    assert protocol.panel_names() == {"W", "C"}

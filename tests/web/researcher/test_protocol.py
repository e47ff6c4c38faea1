"""Pages of the protocol: chosen from presets, written as a form or as text."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.protocols import STUDY_PROBLEMS, digest, from_dict
from delphi.models import Account, Study
from delphi.scoring.presets import load, names
from delphi.scoring.problems import PROBLEMS
from delphi.scoring.stability_criteria import CRITERIA, StabilityRule
from delphi.services import protocols
from delphi.web.researcher.protocol_form import Sheet
from delphi.words import ERRORS, LABELS, label
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.protocols import FORM, inputs
from tests.support.studies import DOCUMENT, add_experts, add_panel


def edit(study: Study) -> str:
    return f"/studies/{study.id}/protocol/edit"


# Choosing a preset.


def test_without_a_protocol_the_presets_are_offered(as_alice: Browser, study: Study) -> None:
    answer = as_alice.get(f"/studies/{study.id}/protocol")
    assert answer.location == f"/studies/{study.id}/protocol/presets"
    page = as_alice.get(answer.location).text
    assert page.count("Begin with this") == len(names()) == 11
    assert "doi 10.1186/s13063-015-1011-8" in page


def test_every_preset_is_explained_in_a_sentence() -> None:
    assert {f"preset.{name}" for name in names()} <= set(LABELS)


@pytest.mark.parametrize("preset", names())
def test_a_preset_is_called_and_sourced_on_pages_as_in_its_file(app: Flask, preset: str) -> None:
    with app.test_request_context():
        assert label("preset-title", preset) == load(preset)["title"]
        assert label("preset-source", preset) == load(preset)["source"]


def test_a_draft_begins_in_the_main_language_of_the_study(as_alice: Browser, study: Study) -> None:
    study.languages = ["fr", "en"]
    session.commit()
    path = f"/studies/{study.id}/protocol"
    as_alice.post(f"{path}/presets", data={"preset": "agreement_75"})
    begun = protocols.parsed(protocols.current(study))
    assert begun.title == "Accord en pourcentage, 75\u00a0%"
    assert "seuil médian" in begun.source


def test_the_list_is_in_the_language_of_the_reader(as_alice: Browser, study: Study, alice: Account) -> None:
    alice.language = "fr"
    session.commit()
    page = as_alice.get(f"/studies/{study.id}/protocol/presets").text
    assert "Accord en pourcentage" in page
    assert "Percent agreement" not in page
    assert "Accord en pourcentage" in as_alice.get("/studies/new").text


@pytest.mark.parametrize("preset", names())
def test_a_preset_becomes_the_draft_and_goes_through_the_form_unchanged(
    as_alice: Browser, study: Study, preset: str
) -> None:
    path = f"/studies/{study.id}/protocol"
    assert as_alice.post(f"{path}/presets", data={"preset": preset}).location == path
    assert "This is a draft." in as_alice.get(path).text
    before = protocols.current(study).document
    sent = inputs(as_alice.get(edit(study)).text)
    assert as_alice.post(edit(study), data={**sent.to_dict(flat=False), "action": "save"}).status_code == 303
    session.expire_all()
    assert protocols.current(study).document == before
    assert protocols.parsed(protocols.current(study)) == from_dict(load(preset))


def test_a_preset_that_does_not_exist_is_refused(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(f"/studies/{study.id}/protocol/presets", data={"preset": "../secret"})
    assert answer.status_code == 400
    assert protocols.latest(study) is None


def test_every_criterion_of_stability_has_words() -> None:
    assert {f"stability.{name}" for name in CRITERIA} <= set(LABELS)


def test_the_page_says_when_an_item_has_settled(as_alice: Browser, study: Study) -> None:
    as_alice.post(edit(study), data=FORM)
    page = as_alice.get(f"/studies/{study.id}/protocol").text
    assert "settled when Spearman’s correlation between the rounds is at least 0.7." in page
    assert "With fewer than 8 experts who answered both rounds it cannot be told." in page


# The form.


def test_the_form_writes_the_protocol(as_alice: Browser, study: Study) -> None:
    assert as_alice.post(edit(study), data=FORM).location == f"/studies/{study.id}/protocol"
    saved = protocols.parsed(protocols.current(study))
    assert (saved.title, saved.source, saved.minimum_group_size) == ("Our own", "A paper", 6)
    assert saved.stopping.maximum_rounds == 3
    assert (saved.feedback.distribution, saved.feedback.median, saved.feedback.by_panel) == (
        True,
        False,
        True,
    )
    assert saved.rules.quartiles == 6
    assert saved.rules.stability == StabilityRule("spearman", Fraction(7, 10), 8)
    assert saved.texts("importance").labels == {9: {"en": "Essential"}}
    (rule,) = saved.rules.rules
    assert [one.to_dict() for one in rule.conditions] == [
        {"statistic": "percent_high", "at_least": 70},
        {"statistic": "rand_disagreement", "at_most": 0},
    ]


def test_numbers_are_written_with_a_point_or_a_comma(as_alice: Browser, study: Study) -> None:
    as_alice.post(edit(study), data={**FORM, "r0.k0.threshold": "66,5", "stability_threshold": "0,65"})
    assert "at_least = 66.5" in protocols.current(study).document
    assert "threshold = 0.65" in protocols.current(study).document


def test_panels_can_be_named(as_alice: Browser, study: Study, alice: Account, clock: Clock) -> None:
    for code in ("W", "C", "men"):
        add_panel(study, alice, clock(), code)
    as_alice.post(edit(study), data={**FORM, "r0.panels": "named", "r0.named": ["W", "men"]})
    assert protocols.parsed(protocols.current(study)).rules.rules[0].panels == ("W", "men")
    page = as_alice.get(f"/studies/{study.id}/protocol").text
    assert "in each of the panels Women’s services (W), Women’s services (men)" in page


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"r0.k0.threshold": "seventy"}, "r0.k0.threshold", "“seventy” is not a number"),
        ({"r0.k0.threshold": "101"}, "r0.k0.threshold", "101 is out of range"),
        ({"r0.k0.threshold": "critical"}, "r0.k0.threshold", "cannot stand in place of a number"),
        ({"r0.k0.statistic": "mean"}, "r0.k0.statistic", "“mean” is not a statistic"),
        ({"r0.k0.comparison": "equals"}, "r0.k0.comparison", "A condition has exactly one of"),
        ({"r0.raters": "0"}, "r0.raters", "a whole number from 1 up, not “0”"),
        ({"r0.raters": ""}, "r0.raters", "a whole number from 1 up"),
        ({"r0.panels": "named"}, "r0.panels", "at least one panel by name"),
        ({"r0.verdict": "keep"}, "r0.verdict", "“keep” is not a verdict"),
        ({"r0.criterion": "other"}, "r0.criterion", "is not a criterion of this protocol"),
        ({"otherwise": "keep"}, "otherwise", "“keep” is not a verdict"),
        ({"c0.key": "Très utile"}, "c0.key", "cannot name a criterion"),
        ({"c0.points": "12"}, "c0.points", "2 to 11 points, not 12"),
        ({"c0.points": "nine"}, "c0.points", "a whole number, not “nine”"),
        ({"c0.high_from": "3"}, "c0.high_from", "begins at 3, but the band before it reaches 3"),
        ({"c0.low_to": ""}, "c0.low_to", "Write a whole number where each band begins or ends, not “”"),
        ({"c0.low_to": "4"}, "r0.k1.statistic", "exists only for a scale from 1 to 9"),
        ({"c0.points": "7", "c0.high_from": "6"}, "c0.labels.9.en", "“9” is not a point of this scale"),
        ({"minimum_group_size": "1"}, "minimum_group_size", "from 2 to 100 is needed here, not “1”"),
        ({"maximum_rounds": "many"}, "maximum_rounds", "from 1 to 20 is needed here, not “many”"),
        ({"quartiles": "5"}, "quartiles", "is not a definition of quartiles"),
        ({"stability": "feeling"}, "stability", "“feeling” is not a criterion of stability"),
        ({"stability_threshold": "most"}, "stability_threshold", "“most” is not a number"),
        ({"stability_threshold": "70"}, "stability_threshold", "70 is out of range"),
        ({"minimum_pairs": "0"}, "minimum_pairs", "who answered both rounds is a whole number from 1 up"),
    ],
)
def test_what_is_wrong_is_told_beside_its_input_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, change: dict[str, Any], place: str, says: str
) -> None:
    answer = as_alice.post(edit(study), data={**FORM, **change})
    assert answer.status_code == 400
    assert says in answer.text
    assert f'href="#{place}"' in answer.text
    assert f'id="{place}-error"' in answer.text
    assert f'id="{place}"' in answer.text
    typed = inputs(answer.text)
    for name, value in {**FORM, **change}.items():
        if name not in ("action", "feedback", "quartiles", "c0.was", "r0.criterion"):
            assert typed.get(name) == value, name
    assert protocols.latest(study) is None


def test_the_list_of_what_is_wrong_says_where(as_alice: Browser, study: Study) -> None:
    wrong = {"r0.k0.threshold": "seventy", "r0.raters": "0", "c0.points": "12", "quartiles": "5"}
    page = as_alice.post(edit(study), data={**FORM, **wrong}).text
    for place, name in (
        ("Rule 1, condition 1: ", "r0.k0.threshold"),
        ("Rule 1: ", "r0.raters"),
        ("Criterion 1: ", "c0.points"),
        ("<li>", "quartiles"),
    ):
        assert f'{place}<a href="#{name}">' in page


def test_buttons_lead_back_to_what_they_changed(as_alice: Browser, study: Study) -> None:
    page = as_alice.post(edit(study), data={**FORM, "action": "rule.add"}).text
    led = dict(re.findall(r'value="([a-z.]+(?::[\d.]+)?)" formaction="#([a-z\d]+)"', page))
    assert led["rule.add"] == "r2"
    assert led["rule.up:1"] == "r0"
    assert led["condition.add:1"] == "r1"
    assert led["criterion.add"] == "c1"
    assert led["check"] == "preview"
    assert f'<form method="post" action="{edit(study)}"' in page
    there = set(re.findall(r' id="([^"]+)"', page))
    assert {"r0", "r1", "c0", "preview", "rules", "criteria"} <= there


def test_sentences_have_no_space_before_their_full_stop(as_alice: Browser, study: Study) -> None:
    page = re.sub(r"<[^>]+>", "#", as_alice.get(edit(study)).text)
    assert "high band begins at #." in re.sub(r"\s+", " ", page)


def test_two_criteria_of_one_name_are_told(as_alice: Browser, study: Study) -> None:
    second = {name.replace("c0.", "c1."): value for name, value in FORM.items() if name.startswith("c0.")}
    answer = as_alice.post(edit(study), data={**FORM, **second})
    assert answer.status_code == 400
    assert "There are two criteria called importance." in answer.text
    assert 'id="c1.key-error"' in answer.text


def test_rules_follow_a_renamed_criterion(as_alice: Browser, study: Study) -> None:
    assert as_alice.post(edit(study), data={**FORM, "c0.key": "relevance"}).status_code == 303
    assert protocols.parsed(protocols.current(study)).rules.rules[0].criterion == "relevance"


@pytest.mark.parametrize(
    ("action", "name", "value"),
    [
        ("rule.add", "r1.verdict", "promote"),
        ("condition.add:0", "r0.k2.statistic", "percent_low"),
        ("condition.remove:0.0", "r0.k0.statistic", "rand_disagreement"),
        ("criterion.add", "c1.key", "criterion_1"),
        ("rule.up:0", "r0.verdict", "promote"),
        ("rule.remove:7", "r0.verdict", "promote"),
        ("nonsense", "r0.verdict", "promote"),
    ],
)
def test_buttons_change_the_form_without_saving_it(
    as_alice: Browser, study: Study, action: str, name: str, value: str
) -> None:
    answer = as_alice.post(edit(study), data={**FORM, "action": action})
    assert answer.status_code == 200
    assert inputs(answer.text)[name] == value
    assert "These changes are not saved yet." in answer.text
    assert protocols.latest(study) is None


def test_rules_are_reordered_and_removed(as_alice: Browser, study: Study) -> None:
    second = {name.replace("r0.", "r1."): value for name, value in FORM.items() if name.startswith("r0.")}
    both = {**FORM, **second, "r1.verdict": "drop"}
    moved = inputs(as_alice.post(edit(study), data={**both, "action": "rule.up:1"}).text)
    assert (moved["r0.verdict"], moved["r1.verdict"]) == ("drop", "promote")
    moved = inputs(as_alice.post(edit(study), data={**both, "action": "rule.down:0"}).text)
    assert (moved["r0.verdict"], moved["r1.verdict"]) == ("drop", "promote")
    left = inputs(as_alice.post(edit(study), data={**both, "action": "rule.remove:0"}).text)
    assert left["r0.verdict"] == "drop"
    assert "r1.verdict" not in left


def test_usual_bands_follow_the_number_of_points(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(edit(study), data={**FORM, "c0.points": "5", "action": "criterion.bands:0"})
    typed = inputs(answer.text)
    assert (typed["c0.low_to"], typed["c0.high_from"]) == ("2", "4")


def test_the_form_shows_what_rules_would_do_with_these_panels(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    for code, size in (("W", 31), ("C", 16)):
        add_experts(study, add_panel(study, alice, clock(), code), size, clock())
    page = as_alice.post(edit(study), data={**FORM, "action": "check"}).text
    assert "An item is promoted when, in every panel, all of this holds for importance:" in page
    assert "at least 70\N{NO-BREAK SPACE}% of raters choose 7–9" in page.replace(" %", "\N{NO-BREAK SPACE}%")
    assert "W: at least 22 of 31; C: at least 12 of 16" in page
    assert "raters do not split between the outer bands" in page
    assert "One panel sees it differently from the others" in page
    assert "Too few raters for a rule" in page
    assert protocols.latest(study) is None


def test_a_draft_that_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    seen = digest(protocols.save_draft(study, DOCUMENT, by=alice, now=clock()).document)
    protocols.save_draft(study, DOCUMENT.replace("70", "80"), by=alice, now=clock())
    answer = as_alice.post(edit(study), data={**FORM, "seen": seen})
    assert answer.status_code == 409
    assert "Somebody else saved the protocol" in answer.text
    assert inputs(answer.text)["title"] == "Our own"
    assert as_alice.post(edit(study), data={**FORM, "seen": inputs(answer.text)["seen"]}).status_code == 303


def test_every_problem_has_words() -> None:
    for code in (*PROBLEMS, *STUDY_PROBLEMS):
        assert f"protocol.problem.{code}" in ERRORS


def test_the_sheet_keeps_what_it_reads() -> None:
    protocol = from_dict(load("comet_70_15"))
    assert from_dict(Sheet.of(protocol).to_dict()) == protocol


# The text.


def test_the_text_is_kept_as_written(as_alice: Browser, study: Study) -> None:
    path = f"/studies/{study.id}/protocol/text"
    assert "[[rules]]" in as_alice.get(path).text
    text = "# chosen with the steering group\n" + DOCUMENT.strip() + "\n"
    assert as_alice.post(path, data={"document": text}).status_code == 303
    assert protocols.current(study).document == text
    assert "seems to have comments" in as_alice.get(edit(study)).text


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("not toml", "", "cannot be read as TOML"),
        (
            DOCUMENT.replace("at_least = 70", "at_least = 170"),
            "rules[0].all[0].at_least",
            "170 is out of range",
        ),
        ("means = 1\n" + DOCUMENT, "means", "“means” means nothing here"),
    ],
)
def test_a_bad_text_is_told_by_place_and_kept(
    as_alice: Browser, study: Study, text: str, where: str, says: str
) -> None:
    answer = as_alice.post(f"/studies/{study.id}/protocol/text", data={"document": text})
    assert answer.status_code == 400
    assert where in answer.text
    assert says in answer.text
    assert text.strip().splitlines()[0].split('"')[0] in answer.text
    assert protocols.latest(study) is None


def test_an_endless_text_is_refused(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(f"/studies/{study.id}/protocol/text", data={"document": DOCUMENT + "#" * 100_000})
    assert answer.status_code == 400
    assert "use at most 100000 characters" in answer.text


def test_the_page_shows_an_empty_study_its_assumed_sizes(as_alice: Browser, study: Study) -> None:
    as_alice.post(f"/studies/{study.id}/protocol/presets", data={"preset": "rand_ucla_ipras"})
    page = as_alice.get(f"/studies/{study.id}/protocol").text
    assert "Panels without experts are taken to have 15" in page
    assert "the answers spread no wider than IPRAS allows" in page

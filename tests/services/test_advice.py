"""What is unwise: each point as it is found and as it is in order, with its evidence in words."""

from __future__ import annotations

import pytest

from delphi.domain.states import Invited
from delphi.models import Account, Study
from delphi.services import advice, consents, protocols, rehearsals, rounds, set_up
from delphi.words import LABELS
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT, add_experts, add_item, add_panel, make_ready, make_study

WISE = DOCUMENT.replace("[otherwise]", "[stopping]\nmaximum_rounds = 3\n\n[otherwise]")
NO_DROP = WISE.replace('verdict = "drop"', 'verdict = "revise"')


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


def unwise(study: Study) -> dict[str, dict[str, object]]:
    found = advice.unwise(study, set_up.of(study), rounds.of_study(study))
    return {check.code: check.facts for check in found}


def choose(study: Study, document: str, by: Account, clock: Clock) -> None:
    protocols.save_draft(study, document, by=by, now=clock())


def test_an_empty_study_is_only_told_to_rehearse(study: Study) -> None:
    assert set(unwise(study)) == {"round.rehearsed"}


def test_a_few_points_no_drop_no_raters_no_stopping(study: Study, alice: Account, clock: Clock) -> None:
    few = NO_DROP.replace("points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] }",
        "points = 5, bands = { low = [1, 2], middle = [3, 3], high = [4, 5] }")  # fmt: skip
    choose(study, few.replace("minimum_raters = 2\n", "").replace("maximum_rounds = 3\n", ""), alice, clock)
    found = unwise(study)
    assert {"protocol.scale", "protocol.drop", "protocol.raters", "protocol.stopping"} <= set(found)
    assert found["protocol.scale"] == {"points": 5}


def test_a_wise_protocol(study: Study, alice: Account, clock: Clock) -> None:
    choose(study, WISE, alice, clock)
    assert not [code for code in unwise(study) if code.startswith("protocol.")]


def test_long_lists_with_the_minutes_of_the_panel_asked_most(
    study: Study, alice: Account, clock: Clock
) -> None:
    women, men = (add_panel(study, alice, clock(), code) for code in ("W", "M"))
    for number in range(60):
        add_item(study, clock(), f"A{number}")
    assert "items.length" not in unwise(study)
    for number in range(60):
        add_item(study, clock(), f"W{number}", asked=[women])
    assert unwise(study)["items.length"] == {"minutes": 40, "count": 120}
    assert men


def test_items_described_in_one_language_only(study: Study, alice: Account, clock: Clock) -> None:
    add_panel(study, alice, clock())
    item = add_item(study, clock())
    assert "items.plain" not in unwise(study)
    by_language = {text.language: text for text in item.wordings[0].texts}
    by_language["en"].description = "In plain words."
    assert unwise(study)["items.plain"] == {"count": 1}
    by_language["fr"].description = "En mots simples."
    assert "items.plain" not in unwise(study)


def test_small_panels_with_what_one_answer_weighs(study: Study, alice: Account, clock: Clock) -> None:
    choose(study, WISE, alice, clock)
    add_experts(study, add_panel(study, alice, clock(), "W"), 8, clock())
    add_experts(study, add_panel(study, alice, clock(), "M"), 12, clock())
    assert unwise(study)["experts.small"] == {"panels": "W", "size": 8, "share": "12"}


def test_a_rehearsal_that_stands_ready(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    made = rehearsals.make(study, 2, by=alice, now=clock())
    assert "round.rehearsed" not in unwise(study)
    assert "round.rehearsed" not in unwise(made)


def test_asking_respondents_only(study: Study, alice: Account, clock: Clock) -> None:
    panel = make_ready(study, alice, clock())
    item = add_item(study, clock(), "B")
    plan = rounds.Plan([item.id], [panel.id], "UTC")
    planned = rounds.plan(study, plan, by=alice, now=clock())
    assert "round.respondents" not in unwise(study)
    planned.invited = Invited.RESPONDENTS
    assert unwise(study)["round.respondents"] == {"number": 1}


def test_each_point_has_its_evidence_and_source_in_words(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    consents.current(study)
    checked = advice.of(study, set_up.of(study), [])
    assert {check.code for check in checked} >= {"protocol.scale", "items.length", "experts.small"}
    for check in checked:
        for noun in ("evidence", "source"):
            assert f"{noun}.{check.code}" in LABELS
        for state in ("ok", "missing"):
            assert str(LABELS[f"check.{check.code}.{state}"]) % check.facts
        assert str(LABELS[f"evidence.{check.code}"]) % check.facts

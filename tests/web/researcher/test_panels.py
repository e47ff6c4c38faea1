"""Pages of panels: added, renamed, moved, removed."""

from __future__ import annotations

import pytest

from delphi.domain.states import StudyState
from delphi.models import Account, Panel, Study
from delphi.services import panels
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_experts, add_panel, make_study

NEW = {"code": "C", "name_en": "Children’s services", "name_fr": "Services à l’enfance"}


@pytest.fixture
def w(study: Study, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock(), "W")


def codes(study: Study) -> list[str]:
    return [panel.code for panel in panels.list_of(study)]


def test_panels_are_added_and_listed(as_alice: Browser, study: Study, w: Panel, clock: Clock) -> None:
    add_experts(study, w, 3, clock())
    answer = as_alice.post(f"/studies/{study.id}/panels", data=NEW)
    assert (answer.status_code, answer.location) == (303, f"/studies/{study.id}/panels")
    page = as_alice.get(answer.location).text
    assert "Services à l’enfance" in page
    assert "3 experts" in page
    assert codes(study) == ["W", "C"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code": "é"}, "cannot be a code"),
        ({"code": "pooled"}, "has a meaning of its own"),
        ({"code": "w"}, "already a panel with the code"),
        ({"name_fr": ""}, "in every language of the study"),
    ],
)
def test_a_bad_panel_is_told_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, w: Panel, change: dict[str, str], says: str
) -> None:
    answer = as_alice.post(f"/studies/{study.id}/panels", data={**NEW, **change})
    assert answer.status_code == 400
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Children’s services" in answer.text
    assert codes(study) == ["W"]


def test_a_panel_is_renamed(as_alice: Browser, study: Study, w: Panel) -> None:
    path = f"/studies/{study.id}/panels/{w.id}"
    assert "Women’s services" in as_alice.get(path).text
    bad = as_alice.post(path, data={"name_en": "Shelters", "name_fr": ""})
    assert bad.status_code == 400
    assert "Shelters" in bad.text
    assert as_alice.post(path, data={"name_en": "Shelters", "name_fr": "Refuges"}).status_code == 303
    assert panels.get(study, w.id).name == {"en": "Shelters", "fr": "Refuges"}


def test_panels_are_moved(as_alice: Browser, study: Study, w: Panel, alice: Account, clock: Clock) -> None:
    c = add_panel(study, alice, clock(), "C")
    assert as_alice.post(f"/studies/{study.id}/panels/{c.id}/move", data={"to": "up"}).status_code == 303
    assert codes(study) == ["C", "W"]
    as_alice.post(f"/studies/{study.id}/panels/{c.id}/move", data={"to": "up"})
    assert codes(study) == ["C", "W"]
    as_alice.post(f"/studies/{study.id}/panels/{c.id}/move", data={"to": "down"})
    assert codes(study) == ["W", "C"]


def test_a_panel_is_removed(as_alice: Browser, study: Study, w: Panel) -> None:
    assert as_alice.post(f"/studies/{study.id}/panels/{w.id}/remove").status_code == 303
    assert codes(study) == []


def test_a_panel_in_use_stays(as_alice: Browser, study: Study, w: Panel, clock: Clock) -> None:
    add_experts(study, w, 1, clock())
    assert ">Remove<" not in as_alice.get(f"/studies/{study.id}/panels").text
    answer = as_alice.post(f"/studies/{study.id}/panels/{w.id}/remove")
    assert answer.status_code == 400
    assert "Panel W is in use" in answer.text
    assert codes(study) == ["W"]


def test_once_sealed_panels_stay(as_alice: Browser, study: Study, w: Panel) -> None:
    study.state = StudyState.SEALED
    page = as_alice.get(f"/studies/{study.id}/panels").text
    assert "panels can no longer be added or removed" in page
    assert "Add panel" not in page
    assert as_alice.post(f"/studies/{study.id}/panels", data=NEW).status_code == 400
    assert as_alice.post(f"/studies/{study.id}/panels/{w.id}/remove").status_code == 400
    assert codes(study) == ["W"]


def test_a_facilitator_looks_but_does_not_change(as_fay: Browser, study: Study, w: Panel) -> None:
    page = as_fay.get(f"/studies/{study.id}/panels").text
    assert "Women’s services" in page
    assert "Rename" not in page
    path = f"/studies/{study.id}/panels"
    for target in (path, f"{path}/{w.id}", f"{path}/{w.id}/move", f"{path}/{w.id}/remove"):
        assert as_fay.post(target, data=NEW).status_code == 403
    assert codes(study) == ["W"]


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study, w: Panel) -> None:
    assert as_charlie.get(f"/studies/{study.id}/panels").status_code == 404
    assert as_charlie.post(f"/studies/{study.id}/panels", data=NEW).status_code == 404


def test_a_panel_of_another_study_is_not_found(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    other = add_panel(make_study(alice, clock()), alice, clock())
    assert as_alice.post(f"/studies/{study.id}/panels/{other.id}/remove").status_code == 404

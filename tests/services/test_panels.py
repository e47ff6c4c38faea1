"""Panels: added, renamed, moved, removed, and what is refused."""

from __future__ import annotations

import pytest

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ExpertState, StudyState
from delphi.models import Account
from delphi.services import history, panels
from tests.support.clock import Clock
from tests.support.studies import add_experts, add_item, add_panel, make_study

NAME = {"en": "Women’s services", "fr": "Services aux femmes"}


def test_panels_keep_the_order_they_were_added_in(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    for code in ("W", "C", "men"):
        panels.add(study, f" {code} ", NAME, by=alice, now=clock())
    assert [panel.code for panel in panels.list_of(study)] == ["W", "C", "men"]
    assert history.of(study)[0].event.facts == {"code": "men"}


def test_panels_can_be_put_in_another_order(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    w, c = (add_panel(study, alice, clock(), code) for code in "WC")
    for panel, step, order in ((c, -1, "CW"), (c, -1, "CW"), (c, 1, "WC"), (w, 1, "CW")):
        panels.shift(panel, study, step)
        assert "".join(one.code for one in panels.list_of(study)) == order


@pytest.mark.parametrize(
    ("code", "name", "error"),
    [
        ("", NAME, "panel.code_invalid"),
        ("1W", NAME, "panel.code_invalid"),
        ("W-1", NAME, "panel.code_invalid"),
        ("é", NAME, "panel.code_invalid"),
        ("x" * 13, NAME, "panel.code_invalid"),
        ("Pooled", NAME, "panel.code_reserved"),
        ("all", NAME, "panel.code_reserved"),
        ("w", NAME, "panel.code_taken"),
        ("C", {"en": "Children"}, "panel.name_missing"),
        ("C", {"en": "x" * 201, "fr": "Enfants"}, "panel.name_too_long"),
    ],
)
def test_a_bad_panel_is_refused(
    alice: Account, clock: Clock, code: str, name: dict[str, str], error: str
) -> None:
    study = make_study(alice, clock())
    add_panel(study, alice, clock(), "W")
    with pytest.raises(DomainError) as caught:
        panels.add(study, code, name, by=alice, now=clock())
    assert caught.value.code == error
    assert [panel.code for panel in panels.list_of(study)] == ["W"]


def test_a_panel_is_renamed_whatever_the_state(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    panel = add_panel(study, alice, clock())
    study.state = StudyState.RUNNING
    panels.rename(panel, study, {"en": "New", "fr": "Neuf"}, by=alice, now=clock())
    assert (panel.code, panel.name) == ("W", {"en": "New", "fr": "Neuf"})
    with pytest.raises(DomainError) as caught:
        panels.rename(panel, study, {"en": "New", "fr": ""}, by=alice, now=clock())
    assert caught.value.code == "panel.name_missing"


def test_an_unused_panel_is_removed(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    panels.remove(add_panel(study, alice, clock()), study, by=alice, now=clock())
    assert panels.list_of(study) == []


@pytest.mark.parametrize("use", ["experts", "items"])
def test_a_panel_in_use_stays(alice: Account, clock: Clock, use: str) -> None:
    study = make_study(alice, clock())
    panel, idle = add_panel(study, alice, clock(), "W"), add_panel(study, alice, clock(), "C")
    if use == "experts":
        add_experts(study, panel, 1, clock())
    else:
        add_item(study, clock(), asked=[panel])
    assert panels.in_use(study) == {panel.id}
    with pytest.raises(DomainError) as caught:
        panels.remove(panel, study, by=alice, now=clock())
    assert caught.value.code == "panel.in_use"
    panels.remove(idle, study, by=alice, now=clock())


@pytest.mark.parametrize("state", [StudyState.SEALED, StudyState.RUNNING, StudyState.CONCLUDED])
def test_once_sealed_panels_are_neither_added_nor_removed(
    alice: Account, clock: Clock, state: StudyState
) -> None:
    study = make_study(alice, clock())
    panel = add_panel(study, alice, clock())
    study.state = state
    with pytest.raises(DomainError) as caught:
        panels.add(study, "C", NAME, by=alice, now=clock())
    assert caught.value.code == "panel.sealed"
    with pytest.raises(DomainError) as caught:
        panels.remove(panel, study, by=alice, now=clock())
    assert caught.value.code == "panel.sealed"


def test_a_panel_of_another_study_is_not_found(alice: Account, clock: Clock) -> None:
    panel = add_panel(make_study(alice, clock()), alice, clock())
    with pytest.raises(NotFound):
        panels.get(make_study(alice, clock()), panel.id)


def test_sizes_leave_out_those_who_left(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    panel, empty = add_panel(study, alice, clock(), "W"), add_panel(study, alice, clock(), "C")
    for state in ExpertState:
        add_experts(study, panel, 2, clock(), state)
    assert panels.sizes(study) == {panel.id: 4}
    assert empty.id not in panels.sizes(study)

"""How a study presents itself: defaults, saving, what waits while a round is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import inspect, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.presentation import Choices, ItemOrder, Suggestions
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Presentation, Round, Study
from delphi.services import history, presentations
from tests.support.clock import Clock
from tests.support.studies import make_study

CHOSEN = Choices(
    welcome={"en": " Welcome.\r\n\r\nThank you. ", "fr": "Bienvenue."},
    support={"en": "Call 555-0100."},
    page_size=8,
    item_order=ItemOrder.EVERYWHERE,
    suggestions=Suggestions.BOTH,
    quick_exit=" https://example.org/ ",
    neutral_subjects=True,
    quiet_from=21,
    quiet_until=8,
    weekly_mails=1,
    deadline_notice=0,
)


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


def stored() -> list[Presentation]:
    session.expire_all()
    return list(session.scalars(select(Presentation)))


def test_a_study_that_chose_nothing_has_the_defaults_and_no_row(study: Study) -> None:
    chosen = presentations.of(study)
    assert {name: getattr(chosen, name) for name in vars(Choices())} == vars(Choices())
    session.flush()
    assert stored() == []


def test_a_row_put_in_bare_has_the_same_defaults(study: Study) -> None:
    session.add(Presentation(study_id=study.id))
    session.flush()
    session.expire_all()
    chosen = presentations.of(study)
    assert {name: getattr(chosen, name) for name in vars(Choices())} == vars(Choices())


def test_every_choice_has_its_column() -> None:
    assert set(vars(Choices())) == set(inspect(Presentation).columns.keys()) - {"study_id"}


def test_all_choices_are_kept_and_texts_cleaned(study: Study, alice: Account, clock: Clock) -> None:
    presentations.save(study, CHOSEN, by=alice, now=clock())
    (chosen,) = stored()
    assert chosen.welcome == {"en": "Welcome.\n\nThank you.", "fr": "Bienvenue."}
    assert chosen.viewpoint == {}
    assert chosen.quick_exit == "https://example.org/"
    assert (chosen.page_size, chosen.item_order, chosen.suggestions) == (8, "everywhere", "both")
    assert (chosen.quiet_from, chosen.quiet_until, chosen.neutral_subjects) == (21, 8, True)
    assert history.of(study)[0].event.kind == "presentation.changed"


def test_a_text_in_a_language_the_study_does_not_have_is_left_out(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock(), ["fr"])
    presentations.save(study, CHOSEN, by=alice, now=clock())
    assert presentations.of(study).welcome == {"fr": "Bienvenue."}


def test_saving_the_same_again_leaves_no_trace(study: Study, alice: Account, clock: Clock) -> None:
    presentations.save(study, CHOSEN, by=alice, now=clock())
    before = len(history.of(study))
    presentations.save(study, CHOSEN, by=alice, now=clock())
    assert len(history.of(study)) == before


def test_what_is_out_of_bounds_is_refused_and_nothing_kept(
    study: Study, alice: Account, clock: Clock
) -> None:
    with pytest.raises(DomainError) as caught:
        presentations.save(study, replace(CHOSEN, page_size=21), by=alice, now=clock())
    assert caught.value.code == "presentation.number"
    session.flush()
    assert stored() == []


@pytest.mark.parametrize(
    ("change", "field"), [({"page_size": 4}, "page_size"), ({"item_order": ItemOrder.FIXED}, "item_order")]
)
def test_while_a_round_is_open_items_stay_where_they_are(
    study: Study, alice: Account, clock: Clock, change: dict[str, Any], field: str
) -> None:
    presentations.save(study, CHOSEN, by=alice, now=clock())
    session.add(Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC"))
    assert presentations.layout_fixed(study)
    with pytest.raises(DomainError) as caught:
        presentations.save(study, replace(CHOSEN, **change), by=alice, now=clock())
    assert (caught.value.code, caught.value.params["field"]) == ("presentation.layout_fixed", field)
    presentations.save(study, replace(CHOSEN, support={"en": "Call 555-0199."}), by=alice, now=clock())
    assert presentations.of(study).support == {"en": "Call 555-0199."}


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.OPEN])
def test_outside_an_open_round_they_may_move(
    study: Study, alice: Account, clock: Clock, state: RoundState
) -> None:
    session.add(Round(study_id=study.id, number=1, state=state, time_zone="UTC"))
    assert not presentations.layout_fixed(study)
    presentations.save(study, CHOSEN, by=alice, now=clock())
    assert presentations.of(study).page_size == 8


def test_a_concluded_study_does_not_change(study: Study, alice: Account, clock: Clock) -> None:
    study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError) as caught:
        presentations.save(study, CHOSEN, by=alice, now=clock())
    assert caught.value.code == "study.wrong_state"

"""The history: by person, by what it is about, page by page."""

from __future__ import annotations

import pytest

from delphi.domain.permissions import Role
from delphi.models import Account, Study
from delphi.services import history, teams
from delphi.words.events import EVENTS
from tests.support.clock import Clock
from tests.support.studies import make_study


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


def kinds(page: history.Page) -> list[str]:
    return [one.event.kind for one in page.happenings]


def test_by_person_and_by_the_platform(study: Study, alice: Account, fay: Account, clock: Clock) -> None:
    history.record(study.id, "panel.added", fay, now=clock(), code="W")
    history.record(study.id, "round.closed", now=clock(), number=1)
    assert kinds(history.page(study, 1, fay.id)) == ["panel.added"]
    assert kinds(history.page(study, 1, 0)) == ["round.closed"]
    assert kinds(history.page(study, 1, alice.id)) == ["study.created"]
    assert len(history.page(study, 1).happenings) == 3
    assert [name for _id, name in history.people(study)] == ["Alice", "Fay"]


def test_by_what_it_is_about(study: Study, alice: Account, clock: Clock) -> None:
    history.record(study.id, "items.imported", alice, now=clock(), count=3)
    history.record(study.id, "item.added", alice, now=clock(), code="A")
    assert kinds(history.page(study, 1, noun="items")) == ["item.added", "items.imported"]
    assert kinds(history.page(study, 1, noun="team")) == []


def test_every_kind_of_event_can_be_asked_for() -> None:
    known = {first for firsts in history.NOUNS.values() for first in firsts}
    assert {kind.partition(".")[0] for kind in EVENTS} <= known


def test_pages(study: Study, alice: Account, clock: Clock) -> None:
    for number in range(history.A_PAGE):
        history.record(study.id, "item.added", alice, now=clock(), code=f"A{number}")
    first, last = history.page(study, 1), history.page(study, 99)
    assert (first.pages, len(first.happenings)) == (2, history.A_PAGE)
    assert (last.number, kinds(last)) == (2, ["study.created"])


def test_it_says_who_joined(study: Study, alice: Account, fay: Account, clock: Clock) -> None:
    teams.add_member(study, fay.email, Role.OBSERVER, alice, clock())
    latest = history.of(study)[0]
    assert (latest.by, latest.person) == ("Alice", "Fay")

"""The domain tree: grown, renamed, put in order, cut back where it is empty."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, StudyState
from delphi.models import Account, Domain, Event, Study
from delphi.models.domain import DomainLevel
from delphi.services import domains
from tests.support.clock import Clock
from tests.support.studies import add_item, make_study

PART, DOMAIN, SUBDOMAIN = DomainLevel.PART, DomainLevel.DOMAIN, DomainLevel.SUBDOMAIN


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


def grow(
    study: Study, alice: Account, clock: Clock, name: str, level: DomainLevel, parent: Domain | None = None
) -> Domain:
    return domains.add(study, parent, level, {"en": name}, alice, clock())


def drawn(study: Study) -> list[str]:
    return ["  " * branch.depth + branch.domain.name["en"] for branch in domains.tree(study)]


def test_the_tree_is_read_parents_first_in_order(study: Study, alice: Account, clock: Clock) -> None:
    core = grow(study, alice, clock, "Core", PART)
    leaf = grow(study, alice, clock, "Leaf", PART)
    law = grow(study, alice, clock, "Law", DOMAIN, leaf)
    grow(study, alice, clock, "Courts", SUBDOMAIN, law)
    grow(study, alice, clock, "Values", DOMAIN, core)
    add_item(study, clock()).domain_id = law.id
    assert drawn(study) == ["Core", "  Values", "Leaf", "  Law", "    Courts"]
    by_name = {branch.domain.name["en"]: branch for branch in domains.tree(study)}
    assert (by_name["Law"].items, by_name["Law"].children, by_name["Law"].empty) == (1, 1, False)
    assert (by_name["Core"].first, by_name["Core"].last, by_name["Leaf"].last) == (True, False, True)
    assert by_name["Courts"].empty


@pytest.mark.parametrize(
    ("parent", "level"),
    [(None, SUBDOMAIN), ("Core", PART), ("Core", SUBDOMAIN), ("Law", DOMAIN), ("Courts", SUBDOMAIN)],
)
def test_what_does_not_fit_is_refused(
    study: Study, alice: Account, clock: Clock, parent: str | None, level: DomainLevel
) -> None:
    core = grow(study, alice, clock, "Core", PART)
    law = grow(study, alice, clock, "Law", DOMAIN, core)
    courts = grow(study, alice, clock, "Courts", SUBDOMAIN, law)
    above = {"Core": core, "Law": law, "Courts": courts, None: None}[parent]
    with pytest.raises(DomainError) as caught:
        grow(study, alice, clock, "Other", level, above)
    assert caught.value.code == "domain.wrong_level"


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({}, "domain.name_missing"),
        ({"en": "  "}, "domain.name_missing"),
        ({"en": "x" * 301}, "domain.name_too_long"),
        ({"en": "Other", "fr": "LOI"}, "domain.name_taken"),
    ],
)
def test_a_bad_name_is_refused(
    study: Study, alice: Account, clock: Clock, names: dict[str, str], error: str
) -> None:
    domains.add(study, None, DOMAIN, {"en": "Law", "fr": "Loi"}, alice, clock())
    risk = grow(study, alice, clock, "Risk", DOMAIN)
    with pytest.raises(DomainError) as caught:
        domains.change(risk, study, names, {}, alice, clock())
    assert caught.value.code == error


def test_renaming_in_both_languages(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    domains.change(law, study, {"en": " Law  and ethics", "fr": "Droit", "de": "Recht"}, {}, alice, clock())
    assert law.name == {"en": "Law and ethics", "fr": "Droit"}


def test_shifting_stops_at_the_ends(study: Study, alice: Account, clock: Clock) -> None:
    for name in "ABC":
        grow(study, alice, clock, name, DOMAIN)
    last = domains.tree(study)[2].domain
    for expected in (["A", "C", "B"], ["C", "A", "B"], ["C", "A", "B"]):
        domains.shift(last, study, -1)
        assert drawn(study) == expected
    domains.shift(last, study, 1)
    assert drawn(study) == ["A", "C", "B"]


def test_items_are_numbered_in_the_order_of_the_tree(study: Study, alice: Account, clock: Clock) -> None:
    first, second = (grow(study, alice, clock, name, DOMAIN) for name in "AB")
    one, two, three = (add_item(study, clock(), code) for code in ("1", "2", "3"))
    one.domain_id, two.domain_id = first.id, second.id
    domains.shift(second, study, -1)
    assert [item.position for item in (two, one, three)] == [0, 1, 2]


def test_only_what_is_empty_is_removed(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    courts = grow(study, alice, clock, "Courts", SUBDOMAIN, law)
    item = add_item(study, clock())
    item.domain_id = courts.id
    for full in (law, courts):
        with pytest.raises(DomainError) as caught:
            domains.remove(full, study, alice, clock())
        assert caught.value.code == "domain.not_empty"
    item.domain_id = None
    domains.remove(courts, study, alice, clock())
    session.flush()
    domains.remove(law, study, alice, clock())
    session.flush()
    assert drawn(study) == []


def test_a_domain_of_another_study_is_not_found(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    session.flush()
    with pytest.raises(NotFound):
        domains.get(make_study(alice, clock()), law.id)


def test_nothing_changes_in_a_concluded_study(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    study.state = StudyState.CONCLUDED
    session.flush()
    for change in (
        lambda: grow(study, alice, clock, "Risk", DOMAIN),
        lambda: domains.change(law, study, {"en": "Other"}, {}, alice, clock()),
        lambda: domains.shift(law, study, 1),
        lambda: domains.remove(law, study, alice, clock()),
    ):
        with pytest.raises(DomainError) as caught:
            change()
        assert caught.value.code == "study.wrong_state"


def told(study: Study, alice: Account, clock: Clock, domain: Domain, **texts: dict[str, str]) -> None:
    texts = {"narrative": {}, "left_empty": {}, **texts}
    domains.tell(domain, study, texts["narrative"], texts["left_empty"], by=alice, now=clock())


def test_a_narrative_is_kept_by_language_and_on_record(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    told(study, alice, clock, law, narrative={"en": " The law.\r\n\nAnd ethics. ", "fr": "", "de": "Recht"})
    assert law.narrative == {"en": "The law.\n\nAnd ethics."}
    told(study, alice, clock, law, narrative=law.narrative)
    assert [event.kind for event in history_of(study)] == ["domain.narrated"]


def test_it_may_change_after_the_study_has_ended(study: Study, alice: Account, clock: Clock) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    study.state = StudyState.CONCLUDED
    told(study, alice, clock, law, narrative={"en": "The law."}, left_empty={"en": "Outside our reach."})
    assert (law.narrative, law.left_empty) == ({"en": "The law."}, {"en": "Outside our reach."})
    told(study, alice, clock, law)
    assert (law.narrative, law.left_empty) == ({}, {})
    assert [event.kind for event in history_of(study)] == [
        "domain.narrated",
        "domain.left_empty",
        "domain.narrated",
        "domain.not_left_empty",
    ]


@pytest.mark.parametrize("state", [ItemState.IN_PLAY, ItemState.PROMOTED])
def test_what_holds_items_in_force_cannot_be_left_empty(
    study: Study, alice: Account, clock: Clock, state: ItemState
) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    courts = grow(study, alice, clock, "Courts", SUBDOMAIN, law)
    item = add_item(study, clock())
    item.domain_id, item.state = courts.id, state
    with pytest.raises(DomainError) as caught:
        told(study, alice, clock, law, narrative={"en": "The law."}, left_empty={"en": "None."})
    assert (caught.value.code, caught.value.params["codes"]) == ("domain.has_items", item.code)
    assert (law.narrative, law.left_empty) == ({}, {})
    item.state = ItemState.DROPPED
    told(study, alice, clock, law, left_empty={"en": "None."})
    assert law.left_empty == {"en": "None."}


@pytest.mark.parametrize("field", ["narrative", "left_empty"])
def test_too_long_a_text_is_refused(study: Study, alice: Account, clock: Clock, field: str) -> None:
    law = grow(study, alice, clock, "Law", DOMAIN)
    with pytest.raises(DomainError) as caught:
        told(study, alice, clock, law, **{field: {"fr": "x" * 10_001}})
    assert (caught.value.code, caught.value.params["field"]) == ("domain.note_too_long", field)


def history_of(study: Study) -> list[Event]:
    kinds = ("domain.narrated", "domain.left_empty", "domain.not_left_empty")
    query = select(Event).where(Event.study_id == study.id, Event.kind.in_(kinds)).order_by(Event.id)
    return list(session.scalars(query))

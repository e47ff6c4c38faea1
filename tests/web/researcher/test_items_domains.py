"""The page of the domain tree, action by action."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState, StudyState
from delphi.models import Account, Domain, Study
from delphi.models.domain import DomainLevel
from delphi.services import domains
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_item, join, make_study

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    session.commit()
    return study


@pytest.fixture
def law(study: Study, alice: Account, clock: Clock) -> Domain:
    law = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law", "fr": "Droit"}, alice, clock())
    domains.add(study, None, DomainLevel.DOMAIN, {"en": "Risk", "fr": "Risque"}, alice, clock())
    session.commit()
    return law


@pytest.fixture
def alices(client: Browser, alice: Account, sign_in: SignIn) -> Browser:
    return sign_in(client, alice)


def path(study: Study, rest: str = "") -> str:
    return f"/studies/{study.id}/domains{rest}"


def names(study: Study) -> list[str]:
    session.expire_all()
    return [branch.domain.name["en"] for branch in domains.tree(study)]


def test_the_tree_is_shown_in_both_languages(alices: Browser, study: Study, law: Domain) -> None:
    text = alices.get(path(study)).text
    for part in ("Law", "Droit", "Risk", "0 items"):
        assert part in text


@pytest.mark.parametrize(
    ("into", "level"),
    [("part", DomainLevel.PART), ("domain", DomainLevel.DOMAIN), ("{law}", DomainLevel.SUBDOMAIN)],
)
def test_a_domain_is_added(alices: Browser, study: Study, law: Domain, into: str, level: DomainLevel) -> None:
    sent = {"into": into.format(law=law.id), "name_en": "Courts", "name_fr": "Tribunaux"}
    assert alices.post(path(study), data=sent).status_code == 303
    added = next(branch.domain for branch in domains.tree(study) if branch.domain.name["en"] == "Courts")
    assert (added.level, added.name) == (level, {"en": "Courts", "fr": "Tribunaux"})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name_en": "law"}, "There is already a “law”"),
        ({"name_en": "", "name_fr": ""}, "Write a name"),
        ({"name_en": "x" * 301}, "too long"),
        ({"into": "nonsense"}, "cannot go there"),
    ],
)
def test_a_bad_domain_is_refused_and_what_was_typed_is_kept(
    alices: Browser, study: Study, law: Domain, change: dict[str, str], text: str
) -> None:
    sent = {"into": "domain", "name_en": "Courts", "name_fr": "Tribunaux", **change}
    response = alices.post(path(study), data=sent)
    assert response.status_code == 400
    assert text in response.text
    assert sent["name_fr"] in response.text
    assert names(study) == ["Law", "Risk"]


def test_a_domain_is_renamed(alices: Browser, study: Study, law: Domain) -> None:
    assert "Droit" in alices.get(path(study, f"/{law.id}")).text
    sent = {"name_en": "Law and ethics", "name_fr": "Droit et éthique"}
    assert alices.post(path(study, f"/{law.id}"), data=sent).status_code == 303
    assert names(study) == ["Law and ethics", "Risk"]
    refused = alices.post(path(study, f"/{law.id}"), data={"name_en": "Risk", "name_fr": "Gardé"})
    assert refused.status_code == 400
    assert "Gardé" in refused.text


def test_a_content_note_is_written_and_shown(alices: Browser, study: Study, law: Domain) -> None:
    sent = {"name_en": "Law", "name_fr": "Droit", "note_en": " Hard to read. ", "note_fr": "Pénible."}
    assert alices.post(path(study, f"/{law.id}"), data=sent).status_code == 303
    assert law.content_note == {"en": "Hard to read.", "fr": "Pénible."}
    assert "Hard to read." in alices.get(path(study)).text
    refused = alices.post(
        path(study, f"/{law.id}"), data={**sent, "name_en": "Courts", "note_fr": "x" * 1001}
    )
    assert refused.status_code == 400
    assert 'id="note_fr-error"' in refused.text
    assert "Hard to read." in refused.text
    assert law.name["en"] == "Law"
    alices.post(path(study, f"/{law.id}"), data={**sent, "note_en": "", "note_fr": ""})
    assert law.content_note == {}


def test_what_the_framework_tells_is_written_and_shown(alices: Browser, study: Study, law: Domain) -> None:
    sent = {
        "name_en": "Law",
        "name_fr": "Droit",
        "narrative_en": "The law.",
        "left_empty_fr": "Hors d’atteinte.",
    }
    assert alices.post(path(study, f"/{law.id}"), data=sent).status_code == 303
    assert (law.narrative, law.left_empty) == ({"en": "The law."}, {"fr": "Hors d’atteinte."})
    assert "No items on purpose" in alices.get(path(study)).text
    assert "The law." in alices.get(path(study, f"/{law.id}")).text


def test_an_area_with_items_in_force_is_not_left_empty(
    alices: Browser, study: Study, law: Domain, clock: Clock
) -> None:
    item = add_item(study, clock())
    item.domain_id, item.state = law.id, ItemState.IN_PLAY
    sent = {"name_en": "Courts", "narrative_en": "Typed at length.", "left_empty_en": "On purpose."}
    refused = alices.post(path(study, f"/{law.id}"), data=sent)
    assert refused.status_code == 400
    for kept in ('id="left_empty_en-error"', "LAW1.01", "Typed at length.", "On purpose."):
        assert kept in refused.text
    assert names(study) == ["Law", "Risk"]


def test_after_the_end_only_what_the_framework_tells_is_changed(
    alices: Browser, study: Study, law: Domain
) -> None:
    study.state = StudyState.CONCLUDED
    assert path(study, f"/{law.id}") in alices.get(path(study)).text
    page = alices.get(path(study, f"/{law.id}")).text
    assert 'name="narrative_en"' in page
    assert 'name="name_en"' not in page
    assert alices.post(path(study, f"/{law.id}"), data={"narrative_en": "The law."}).status_code == 303
    assert (law.name["en"], law.narrative) == ("Law", {"en": "The law."})


def test_a_domain_is_moved(alices: Browser, study: Study, law: Domain) -> None:
    response = alices.post(path(study, f"/{law.id}/move"), data={"to": "down"})
    assert response.status_code == 303
    assert response.location.endswith(f"#domain-{law.id}")
    assert names(study) == ["Risk", "Law"]
    alices.post(path(study, f"/{law.id}/move"), data={"to": "up"})
    assert names(study) == ["Law", "Risk"]


def test_only_an_empty_domain_is_removed(alices: Browser, study: Study, law: Domain, clock: Clock) -> None:
    item = add_item(study, clock())
    item.domain_id = law.id
    response = alices.post(path(study, f"/{law.id}/remove"))
    assert response.status_code == 400
    assert "Only an empty domain" in response.text
    item.domain_id = None
    assert alices.post(path(study, f"/{law.id}/remove")).status_code == 303
    assert names(study) == ["Risk"]


ACTIONS = ["", "/{id}", "/{id}/move", "/{id}/remove"]
SENT = {"into": "domain", "name_en": "Other", "to": "down"}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [Role.OBSERVER, None])
def test_only_those_who_edit_items_change_the_tree(
    client: Browser,
    study: Study,
    law: Domain,
    charlie: Account,
    clock: Clock,
    sign_in: SignIn,
    role: Role | None,
    action: str,
) -> None:
    if role:
        join(study, charlie, role, clock())
    response = sign_in(client, charlie).post(path(study, action.format(id=law.id)), data=SENT)
    assert response.status_code == (403 if role else 404)
    assert names(study) == ["Law", "Risk"]


def test_an_observer_sees_the_tree_without_buttons(
    client: Browser, study: Study, law: Domain, charlie: Account, clock: Clock, sign_in: SignIn
) -> None:
    join(study, charlie, Role.OBSERVER, clock())
    text = sign_in(client, charlie).get(path(study)).text
    assert "Droit" in text
    assert "/move" not in text


@pytest.mark.parametrize("action", ACTIONS[1:])
def test_a_domain_is_not_found_through_another_study(
    alices: Browser, study: Study, law: Domain, alice: Account, clock: Clock, action: str
) -> None:
    other = make_study(alice, clock())
    assert alices.post(path(other, action.format(id=law.id)), data=SENT).status_code == 404
    assert names(study) == ["Law", "Risk"]


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_changes_in_a_concluded_study(
    alices: Browser, study: Study, law: Domain, action: str
) -> None:
    study.state = StudyState.CONCLUDED
    assert alices.post(path(study, action.format(id=law.id)), data=SENT).status_code == 409
    assert names(study) == ["Law", "Risk"]

"""Studies: made, changed, listed, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Role
from delphi.domain.states import StudyState
from delphi.models import Account
from delphi.services import consents, history, panels, studies
from tests.support.clock import Clock
from tests.support.studies import TITLE, add_experts, add_item, add_panel, join, make_study

Statements = Callable[[], AbstractContextManager[list[str]]]


def test_whoever_creates_a_study_owns_it(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    found = studies.membership(study.id, alice.id)
    assert found is not None
    assert (found.role, found.study.state) == (Role.OWNER, StudyState.DRAFT)
    assert study.languages == ["en", "fr"]
    assert [happening.event.kind for happening in history.of(study)] == ["study.created"]
    assert history.of(study)[0].by == "Alice"


def test_nobody_else_is_in_it(alice: Account, charlie: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    assert studies.membership(study.id, charlie.id) is None
    assert studies.mine(charlie) == []


def test_mine_are_all_i_belong_to_newest_first(alice: Account, fay: Account, clock: Clock) -> None:
    first = make_study(alice, clock())
    second = make_study(fay, clock.advance(days=1))
    join(second, alice, Role.OBSERVER, clock())
    assert [(one.study.id, one.role) for one in studies.mine(alice)] == [
        (second.id, Role.OBSERVER),
        (first.id, Role.OWNER),
    ]


@pytest.mark.parametrize(
    ("title", "languages", "zone", "contact", "code"),
    [
        (TITLE, [], "UTC", "", "study.languages_invalid"),
        (TITLE, ["en", "de"], "UTC", "", "study.languages_invalid"),
        (TITLE, ["en", "en"], "UTC", "", "study.languages_invalid"),
        ({"en": "Title", "fr": "  "}, ["en", "fr"], "UTC", "", "study.title_missing"),
        ({"en": "x" * 301}, ["en"], "UTC", "", "study.title_too_long"),
        (TITLE, ["en"], "Mars/Olympus", "", "study.time_zone_unknown"),
        (TITLE, ["en"], "UTC", "x" * 501, "study.contact_too_long"),
    ],
)
def test_bad_settings_are_refused(
    alice: Account,
    clock: Clock,
    title: dict[str, str],
    languages: list[str],
    zone: str,
    contact: str,
    code: str,
) -> None:
    with pytest.raises(DomainError) as caught:
        studies.create(alice, title, languages, zone, contact, now=clock())
    assert caught.value.code == code
    study = make_study(alice, clock())
    with pytest.raises(DomainError) as caught:
        studies.change(study, title, languages, zone, contact, by=alice, now=clock())
    assert caught.value.code == code
    assert study.title == TITLE


def test_settings_change(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    studies.change(study, {"fr": " Neuf "}, ["fr"], "UTC", " call us ", by=alice, now=clock())
    assert (study.title, study.languages, study.time_zone) == ({"fr": "Neuf"}, ["fr"], "UTC")
    assert study.contact == "call us"


@pytest.mark.parametrize("use", ["wording", "consent", "expert"])
def test_a_language_in_use_stays(alice: Account, clock: Clock, use: str) -> None:
    study = make_study(alice, clock())
    if use == "wording":
        add_item(study, clock(), languages=["fr"])
    elif use == "consent":
        consents.save_text(study, {"en": "Consent", "fr": "Accord"}, by=alice, now=clock())
    else:
        add_experts(study, add_panel(study, alice, clock()), 1, clock(), language="fr")
    with pytest.raises(DomainError) as caught:
        studies.change(study, TITLE, ["en"], "UTC", "", by=alice, now=clock())
    assert (caught.value.code, caught.value.params["language"]) == ("study.language_in_use", "fr")
    studies.change(study, TITLE, ["fr", "en"], "UTC", "", by=alice, now=clock())
    assert study.languages == ["fr", "en"]


def test_the_list_is_one_statement_however_many_studies(
    alice: Account, clock: Clock, statements: Statements
) -> None:
    for _ in range(5):
        make_study(alice, clock())
    account_id = alice.id
    with statements() as seen:
        assert [one.study.title for one in studies.mine(alice)] == [TITLE] * 5
    assert len([text for text in seen if "membership" in text]) == 1
    assert account_id == alice.id


def test_the_consent_text_has_versions(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    assert consents.current(study) is None
    first = consents.save_text(study, {"en": "One", "fr": "Un"}, by=alice, now=clock())
    same = consents.save_text(study, {"en": " One\r\n", "fr": "Un"}, by=alice, now=clock())
    second = consents.save_text(study, {"en": "Two", "fr": "Deux"}, by=alice, now=clock())
    assert (first.number, same.number, second.number) == (1, 1, 2)
    assert consents.current(study) is second
    assert [(text.number, agreed) for text, agreed in consents.versions(study)] == [(2, 0), (1, 0)]


@pytest.mark.parametrize(
    ("texts", "code"),
    [({"en": "One"}, "consent.text_missing"), ({"en": "x" * 20_001, "fr": "Un"}, "consent.text_too_long")],
)
def test_a_consent_text_is_in_every_language(
    alice: Account, clock: Clock, texts: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        consents.save_text(make_study(alice, clock()), texts, by=alice, now=clock())
    assert caught.value.code == code


def test_a_concluded_study_keeps_its_consent_text(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError) as caught:
        consents.save_text(study, {"en": "One", "fr": "Un"}, by=alice, now=clock())
    assert caught.value.code == "study.wrong_state"


def test_history_keeps_its_newest_first(alice: Account, clock: Clock) -> None:
    study = make_study(alice, clock())
    panels.add(study, "W", {"en": "Women", "fr": "Femmes"}, by=alice, now=clock.advance(minutes=1))
    history.record(study.id, "study.changed", now=clock.advance(minutes=1))
    found = [(one.event.kind, one.by) for one in history.of(study, limit=2)]
    assert found == [("study.changed", None), ("panel.added", "Alice")]

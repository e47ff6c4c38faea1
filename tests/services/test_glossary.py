"""The glossary: terms and their meanings, in each language both or neither."""

from __future__ import annotations

import pytest

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import StudyState
from delphi.models import Account, GlossaryTerm, Study
from delphi.services import glossary, history
from tests.support.clock import Clock
from tests.support.studies import make_study

TERM = {"en": "safety  plan", "fr": "plan de sécurité"}
MEANING = {"en": "Steps prepared\nin advance.", "fr": "Des étapes prévues."}


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


@pytest.fixture
def plan(study: Study, alice: Account, clock: Clock) -> GlossaryTerm:
    return glossary.add(study, TERM, MEANING, by=alice, now=clock())


def test_experts_are_told_in_their_language(study: Study, plan: GlossaryTerm) -> None:
    assert glossary.meanings(study) == {
        "en": {"safety plan": "Steps prepared\nin advance."},
        "fr": {"plan de sécurité": "Des étapes prévues."},
    }
    assert history.of(study)[0].event.facts == {"name": {"en": "safety plan", "fr": "plan de sécurité"}}


def test_terms_stand_by_the_alphabet_of_the_main_language(
    study: Study, plan: GlossaryTerm, alice: Account, clock: Clock
) -> None:
    for term in ({"en": "Warning sign"}, {"fr": "emprise"}, {"en": "advocate"}):
        glossary.add(study, term, dict.fromkeys(term, "What it is."), by=alice, now=clock())
    listed = [glossary.name_of(one, study) for one in glossary.of(study)]
    assert listed == ["advocate", "emprise", "safety plan", "Warning sign"]


def test_a_term_is_changed_and_removed(
    study: Study, plan: GlossaryTerm, alice: Account, clock: Clock
) -> None:
    glossary.change(plan, study, {"en": "Safety plan"}, {"en": "Steps."}, by=alice, now=clock())
    assert (plan.term, plan.meaning) == ({"en": "Safety plan"}, {"en": "Steps."})
    glossary.remove(plan, study, by=alice, now=clock())
    assert glossary.of(study) == []


@pytest.mark.parametrize(
    ("term", "meaning", "code", "language"),
    [
        ({}, {}, "glossary.empty", "en"),
        ({"en": "harm"}, {}, "glossary.meaning_missing", "en"),
        ({"en": "harm"}, {"en": "Hurt.", "fr": "Mal."}, "glossary.term_missing", "fr"),
        ({"en": "x" * 81}, {"en": "Hurt."}, "glossary.too_long", "en"),
        ({"fr": "mal"}, {"fr": "x" * 601}, "glossary.too_long", "fr"),
        ({"en": "SAFETY plan"}, {"en": "Steps."}, "glossary.taken", "en"),
    ],
)
def test_a_bad_term_is_refused_and_its_field_named(
    study: Study,
    plan: GlossaryTerm,
    alice: Account,
    clock: Clock,
    term: dict[str, str],
    meaning: dict[str, str],
    code: str,
    language: str,
) -> None:
    with pytest.raises(DomainError) as caught:
        glossary.add(study, term, meaning, by=alice, now=clock())
    assert (caught.value.code, caught.value.params["language"]) == (code, language)
    assert glossary.of(study) == [plan]


def test_a_glossary_has_200_terms_at_most(
    study: Study, alice: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glossary, "MOST", 1)
    glossary.add(study, {"en": "a"}, {"en": "A."}, by=alice, now=clock())
    with pytest.raises(DomainError) as caught:
        glossary.add(study, {"en": "b"}, {"en": "B."}, by=alice, now=clock())
    assert caught.value.code == "glossary.too_many"


def test_a_term_of_another_study_is_not_found(plan: GlossaryTerm, alice: Account, clock: Clock) -> None:
    with pytest.raises(NotFound):
        glossary.get(make_study(alice, clock()), plan.id)


def test_a_concluded_study_keeps_its_glossary(
    study: Study, plan: GlossaryTerm, alice: Account, clock: Clock
) -> None:
    study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError):
        glossary.remove(plan, study, by=alice, now=clock())

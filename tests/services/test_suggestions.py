"""Suggesting: what is taken, what is much alike, and what the team answers."""

from __future__ import annotations

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.presentation import Suggestions
from delphi.domain.states import ExpertState, StudyState, SuggestionState
from delphi.models import Account, Note, Suggestion
from delphi.services import from_experts, presentations, suggestions
from delphi.services.suggestions import Draft
from tests.support import studies, surveys
from tests.support.clock import Clock
from tests.support.rows import count
from tests.support.surveys import Survey

TEXT = "Knows where a person may sleep tonight."


@pytest.fixture
def survey(app: Flask, clock: Clock) -> Survey:
    made = surveys.make(clock(), items=3)
    choose(made, Suggestions.BOTH)
    return made


def choose(survey: Survey, what: Suggestions) -> None:
    chosen = presentations.of(survey.study)
    chosen.suggestions = what
    session.add(chosen)
    session.flush()


def send(survey: Survey, clock: Clock, draft: Draft) -> None:
    suggestions.send(survey.visit(survey.ben), draft, "en", clock())


def refusal(survey: Survey, clock: Clock, draft: Draft) -> str:
    with pytest.raises(DomainError) as refused:
        send(survey, clock, draft)
    session.rollback()
    return refused.value.code


def test_a_missing_item_is_kept_with_its_place(survey: Survey, clock: Clock) -> None:
    domain = survey.domains[0].id
    send(survey, clock, Draft(TEXT, "It is asked each night.", domain_id=domain, key="k"))
    kept = session.query(Suggestion).one()
    assert (kept.text, kept.reason, kept.domain_id, kept.item_id) == (
        TEXT,
        "It is asked each night.",
        domain,
        None,
    )
    assert (kept.state, kept.round_id, kept.language) == (SuggestionState.WAITING, survey.round.id, "en")


def test_a_better_wording_is_about_its_item(survey: Survey, clock: Clock) -> None:
    send(survey, clock, Draft("Statement, better said", item_id=survey.items[0].id, domain_id=99, key="k"))
    kept = session.query(Suggestion).one()
    assert (kept.item_id, kept.domain_id) == (survey.items[0].id, None)


def test_the_same_page_sent_twice_is_one(survey: Survey, clock: Clock) -> None:
    for _ in range(2):
        send(survey, clock, Draft(TEXT, key="k"))
    assert count(Suggestion) == 1


def test_other_words_sent_after_going_back_are_not_lost(survey: Survey, clock: Clock) -> None:
    send(survey, clock, Draft(TEXT, key="k"))
    send(survey, clock, Draft("Knows who may stay with the children.", key="k"))
    assert count(Suggestion) == 2


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft(""), "suggestion.empty"),
        (Draft("x" * 601), "suggestion.too_long"),
        (Draft(TEXT, "x" * 2001), "suggestion.too_long"),
        (Draft(TEXT, domain_id=9999), "suggestion.domain_unknown"),
        (Draft(TEXT, item_id=9999), "item.not_found"),
    ],
)
def test_what_cannot_be_sent_is_refused(survey: Survey, clock: Clock, draft: Draft, code: str) -> None:
    assert refusal(survey, clock, draft) == code


def test_the_present_wording_is_no_suggestion(survey: Survey, clock: Clock) -> None:
    draft = Draft("statement  a00 (EN)", item_id=survey.items[0].id)
    assert refusal(survey, clock, draft) == "suggestion.unchanged"


def test_an_item_that_the_expert_was_not_asked_is_not_found(survey: Survey, clock: Clock) -> None:
    other = surveys.add_item(survey.study, clock(), "Z", asked=[survey.panels["C"]])
    assert refusal(survey, clock, Draft("Better", item_id=other.id)) == "item.not_found"


@pytest.mark.parametrize(
    ("chosen", "wording", "item"),
    [
        (Suggestions.NONE, False, False),
        (Suggestions.ITEMS, False, True),
        (Suggestions.WORDINGS, True, False),
        (Suggestions.BOTH, True, True),
    ],
)
def test_a_study_takes_what_it_chose(survey: Survey, chosen: Suggestions, wording: bool, item: bool) -> None:
    choose(survey, chosen)
    visit = survey.visit(survey.ben)
    assert suggestions.taken(visit, wording=True) is wording
    assert suggestions.taken(visit, wording=False) is item


def test_a_concluded_study_takes_none(survey: Survey, clock: Clock) -> None:
    survey.study.state = StudyState.CONCLUDED
    assert refusal(survey, clock, Draft(TEXT)) == "suggestion.not_taken"


def test_who_has_not_agreed_suggests_nothing(survey: Survey, clock: Clock) -> None:
    survey.ben.state = ExpertState.DECLINED
    session.flush()
    assert refusal(survey, clock, Draft(TEXT)) == "consent.missing"


def test_only_so_many_wait_at_once(survey: Survey, clock: Clock) -> None:
    for number in range(30):
        send(survey, clock, Draft(f"{TEXT} {number}", key=str(number)))
    assert refusal(survey, clock, Draft(TEXT, key="one more")) == "suggestion.too_many"


def test_much_alike_are_items_asked_and_own_suggestions_only(survey: Survey, clock: Clock) -> None:
    hidden = surveys.add_item(survey.study, clock(), "Z", asked=[survey.panels["C"]])
    hidden.wordings[0].texts[0].title = TEXT
    visit, chloe = survey.visit(survey.ben), survey.visit(survey.chloe)
    suggestions.send(chloe, Draft(TEXT, key="c"), "en", clock())
    assert suggestions.alike(visit, Draft(TEXT)) == []
    send(survey, clock, Draft(TEXT, key="b"))
    found = suggestions.alike(visit, Draft("Knows where people may sleep tonight"))
    assert [(one.text, one.own) for one in found] == [(TEXT, True)]
    found = suggestions.alike(visit, Draft("Statement A01"))
    assert "Statement A01 (en)" in [one.text for one in found if not one.own]


def test_taken_back_while_it_waits(survey: Survey, clock: Clock) -> None:
    send(survey, clock, Draft(TEXT, key="k"))
    kept = session.query(Suggestion).one()
    with pytest.raises(DomainError) as refused:
        suggestions.take_back(survey.visit(survey.chloe), kept.id)
    assert refused.value.code == "suggestion.not_found"
    suggestions.take_back(survey.visit(survey.ben), kept.id)
    assert count(Suggestion) == 0


def test_an_answer_reaches_the_expert_and_stays(survey: Survey, clock: Clock, alice: Account) -> None:
    send(survey, clock, Draft(TEXT, key="k"))
    kept = session.query(Suggestion).one()
    assert from_experts.waiting(survey.study) == 1
    reply = {"en": " Yes. ", "fr": "", "de": "Ja"}
    from_experts.answer(survey.study, kept.id, SuggestionState.MERGED, reply, by=alice, now=clock())
    assert (kept.state, kept.reply) == (SuggestionState.MERGED, {"en": "Yes."})
    assert from_experts.waiting(survey.study) == 0
    with pytest.raises(DomainError) as refused:
        suggestions.take_back(survey.visit(survey.ben), kept.id)
    assert refused.value.code == "suggestion.wrong_state"


@pytest.mark.parametrize(
    ("state", "reply", "code"),
    [
        (SuggestionState.WAITING, {}, "suggestion.answer_missing"),
        (SuggestionState.ACCEPTED, {"en": "x" * 2001}, "suggestion.reply_too_long"),
    ],
)
def test_an_answer_says_what_becomes_of_it(
    survey: Survey, clock: Clock, alice: Account, state: SuggestionState, reply: dict[str, str], code: str
) -> None:
    send(survey, clock, Draft(TEXT, key="k"))
    kept = session.query(Suggestion).one()
    with pytest.raises(DomainError) as refused:
        from_experts.answer(survey.study, kept.id, state, reply, by=alice, now=clock())
    assert refused.value.code == code
    assert kept.state is SuggestionState.WAITING


def test_nothing_of_another_study_is_answered(survey: Survey, clock: Clock, alice: Account) -> None:
    send(survey, clock, Draft(TEXT, key="k"))
    other = studies.make_study(alice, clock())
    suggestion = session.query(Suggestion).one()
    assert from_experts.suggestions(other) == []
    with pytest.raises(DomainError) as refused:
        from_experts.answer(other, suggestion.id, SuggestionState.ACCEPTED, {}, by=alice, now=clock())
    assert refused.value.code == "suggestion.not_found"


def test_notes_wait_until_they_are_read(survey: Survey, clock: Clock) -> None:
    note = Note(
        study_id=survey.study.id,
        expert_id=survey.ben.id,
        round_id=survey.round.id,
        text="Late.",
        sent_at=clock(),
    )
    session.add(note)
    session.flush()
    assert from_experts.waiting(survey.study) == 1
    from_experts.mark(survey.study, note.id, True, clock())
    assert from_experts.waiting(survey.study) == 0
    assert [(one.code, one.number) for one in from_experts.notes(survey.study)] == [(survey.ben.code, 1)]
    from_experts.mark(survey.study, note.id, False, clock())
    assert from_experts.waiting(survey.study) == 1

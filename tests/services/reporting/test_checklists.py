"""Reporting checklists: every question is bound to the record, and points where the report answers it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.errors import NotFound
from delphi.models import Account, Event, OmittedSection, ReportText, Study
from delphi.reports.document import Document, Reference
from delphi.services import protocols
from delphi.services.reporting import checklists, documents, study_report
from delphi.services.reporting.checklists import FINDERS, NAMES, Question, read
from tests.support import reported, studies
from tests.support.clock import Clock
from tests.support.reported import section, texts
from tests.support.rounds import World, make_world

QUESTIONS = [(name, one) for name in NAMES for one in read(name).questions]
COUNTS = {"accord": 35, "delphistar": 38, "credes": 16}


def made(app: Flask, study: Study, name: str, clock: Clock, language: str = "en") -> Document:
    with app.test_request_context():
        return checklists.of(study, name, language, now=clock())


def answered(document: Document) -> dict[str, tuple[str, Reference | None, str | None]]:
    """Item -> its answer, where it stands, what proves it."""
    found = {}
    for one in document.sections:
        for block in one.blocks:
            for row in getattr(block, "rows", ()):
                found[row[0]] = (row[2], row[3], row[4])
    return found


# What ships.


@pytest.mark.parametrize("name", NAMES)
def test_no_question_is_missing_or_asked_twice(name: str) -> None:
    ids = [one.id for one in read(name).questions]
    assert len(ids) == len(set(ids)) == COUNTS[name]


@pytest.mark.parametrize(("name", "question"), QUESTIONS, ids=lambda one: getattr(one, "id", one))
def test_every_question_is_bound_to_evidence_and_to_a_section(name: str, question: Question) -> None:
    assert question.evidence in FINDERS
    assert question.section in {kind.key for kind in study_report.SECTIONS}
    assert question.part in read(name).parts
    assert question.confidence in ("read", "heading", "memory")
    assert set(question.asks) == {"en", "fr"}
    assert all(0 < len(text) < 120 for text in question.asks.values())


def test_no_evidence_is_without_a_question() -> None:
    assert {one.evidence for _name, one in QUESTIONS} == set(FINDERS)


# What the record answers.


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_study_documents_next_to_nothing(
    app: Flask, alice: Account, clock: Clock, name: str
) -> None:
    study = studies.make_study(alice, clock())
    found = answered(made(app, study, name, clock))
    assert len(found) == COUNTS[name]
    told = {item: answer for item, (answer, _where, _proof) in found.items() if answer != "Not documented"}
    # The team and the languages are known from the first minute.
    assert told.keys() <= {"M2", "M21", "5"}
    assert {found[item][1] for item in found.keys() - told.keys()} == {None}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_section_pointed_to_is_in_the_report(
    app: Flask, world: World, clock: Clock, language: str
) -> None:
    with app.test_request_context():
        report = study_report.of(world.study, language, now=clock())
    titles = {one.key: one.title for one in report.sections}
    for name in NAMES:
        answers = answered(made(app, world.study, name, clock, language)).values()
        pointed = [where for _answer, where, _proof in answers if where]
        assert pointed, name
        for where in pointed:
            assert where.document == "report"
            assert titles[where.section] == where


def test_answers_are_facts_with_the_event_that_proves_them(app: Flask, world: World, clock: Clock) -> None:
    found = answered(made(app, world.study, "accord", clock))
    answer, where, proof = found["M1"]
    assert (
        answer
        == "The protocol was sealed on March 2, 2026, 04:00, with a SHA-256. Round 1 opened afterwards."
    )
    assert where is not None
    assert where.section == "registration"
    assert proof is not None
    assert proof.startswith("March 2, 2026: The protocol was sealed, with the SHA-256 digest ")
    assert "at least 70 % of raters choose 7–9" in found["M12"][0]
    assert found["R3"][0] == "Completed, of those asked; round 1: 17 of 17; round 2: 16 of 16."
    assert found["R4"][0] == "Promoted: 2; dropped: 1; not settled: 0."
    assert "Decisions against the rules: 1 of 4." in found["M19"][0]
    assert found["D2"] == ("Not documented", None, None)


def test_every_proof_is_of_an_event_of_the_study(app: Flask, world: World, clock: Clock) -> None:
    kinds = {one.kind for one in session.query(Event).filter(Event.study_id == world.study.id)}
    with app.test_request_context():
        for name in NAMES:
            for one in checklists.answers(reported.record(world, clock), read(name), "en"):
                if one.found and one.found.event:
                    assert one.found.event.study_id == world.study.id
                    assert one.found.event.kind in kinds


def test_answers_change_when_the_record_does(app: Flask, world: World, clock: Clock) -> None:
    before = answered(made(app, world.study, "accord", clock))
    assert "amended once" in before["R2"][0]
    document = reported.AMENDED.replace("at_least = 75", "at_least = 80")
    clock.advance(days=1)
    protocols.amend(world.study, document, "Still too easy.", by=world.alice, now=clock())
    after = answered(made(app, world.study, "accord", clock))
    assert "amended 2 times" in after["R2"][0]
    assert before["M12"][0] == after["M12"][0]  # what was sealed stays what was sealed


# What the team answers.


def test_the_team_answers_in_its_own_words(app: Flask, world: World, clock: Clock) -> None:
    session.add(
        ReportText(
            study_id=world.study.id,
            document="report",
            section="background",
            language="en",
            text="We wished to know.",
        )
    )
    session.flush()
    answer, where, _proof = answered(made(app, world.study, "accord", clock))["I1"]
    assert answer == "In the team’s words, section “Background and aim”."
    assert where is not None
    assert where.section == "background"


def test_a_section_left_out_is_pointed_to_by_nothing(app: Flask, world: World, clock: Clock) -> None:
    session.add(OmittedSection(study_id=world.study.id, document="report", section="procedure"))
    session.flush()
    found = answered(made(app, world.study, "accord", clock))
    assert found["R1"][1] is None
    assert found["R1"][0].startswith("round 1: March 2, 2026 to March 4, 2026")
    assert all(where is None or where.section != "procedure" for _a, where, _p in found.values())


# What is said of the checklist itself.


@pytest.mark.parametrize("name", NAMES)
def test_it_says_that_it_paraphrases_where_the_official_one_is_and_how_sure_it_is(
    app: Flask, world: World, clock: Clock, name: str
) -> None:
    document = made(app, world.study, name, clock)
    about = texts(section(document, "about").blocks)
    assert f"https://doi.org/{read(name).doi}" in about
    assert "paraphrases of our own" in about
    sure = [int(count) for count in re.findall(r"(?:item|rebuilt|text): (\d+)\.", about)]
    assert sum(sure) == COUNTS[name]
    count = sum(answer != "Not documented" for answer, _w, _p in answered(document).values())
    assert f"Documented: {count} of {COUNTS[name]}." in about


def test_they_tell_no_panel_too_small_and_nobody(app: Flask, world: World, clock: Clock) -> None:
    codes = [expert.code for experts in world.experts.values() for expert in experts]
    for name in NAMES:
        told = "\n".join(texts(one.blocks) for one in made(app, world.study, name, clock).sections)
        assert [code for code in (*codes, world.alice.name) if code in told] == [], name


def test_they_are_documents_like_any_other(app: Flask, alice: Account, fay: Account, clock: Clock) -> None:
    study = make_world(alice, fay, clock()).study
    with app.test_request_context():
        for name in NAMES:
            later = clock() + timedelta(hours=1)
            assert documents.build(study, f"checklist-{name}", "fr", now=later).language == "fr"
        with pytest.raises(NotFound):
            documents.build(study, "checklist-none", "en", now=clock())

"""Every document of studies that have little or nothing to tell, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Account, ReportText
from delphi.reports.document import Document
from delphi.services.reporting import documents
from tests.support import rounds
from tests.support.clock import Clock
from tests.support.rounds import World

Play = Callable[[World, Clock], object]


def _open(world: World, clock: Clock) -> None:
    rounds.open_round(world, clock())


def _one_answer(world: World, clock: Clock) -> None:
    opened = rounds.open_round(world, clock())
    rounds.rate(world, opened, "A", {"W": [9]}, clock())
    rounds.close(world, opened, clock())


def _no_answer(world: World, clock: Clock) -> None:
    rounds.decide_all(world, rounds.close(world, rounds.open_round(world, clock()), clock()), clock())


def _one_language(world: World, clock: Clock) -> None:
    """The team had written in the other before it was given up."""
    for document, section in (("report", "background"), ("summary", "about"), ("framework", "method")):
        session.add(
            ReportText(
                study_id=world.study.id,
                document=document,
                section=section,
                language="en",
                text="Why we asked.",
            )
        )
    world.study.languages = ["fr"]
    session.flush()
    _no_answer(world, clock)


PLAYS: dict[str, Play] = {
    "nothing opened": lambda world, clock: None,
    "no closed round": _open,
    "one answer": _one_answer,
    "no answer": _no_answer,
    "one language": _one_language,
}


@pytest.fixture
def made(app: Flask, alice: Account, fay: Account, clock: Clock) -> Callable[[str], list[Document]]:
    def play(name: str) -> list[Document]:
        world = rounds.make_world(alice, fay, clock())
        PLAYS[name](world, clock)
        with app.test_request_context():
            return [
                documents.build(world.study, key, language, now=clock())
                for key in documents.of(world.study)
                for language in ("en", "fr")
            ]

    return play


@pytest.mark.parametrize("name", PLAYS)
def test_every_document_is_made(made: Callable[[str], list[Document]], name: str) -> None:
    for one in made(name):
        keys = [section.key for section in one.sections]
        assert len(keys) == len(set(keys))
        assert keys or one.key == "summary"


def test_nobody_was_asked_before_a_round_opened(made: Callable[[str], list[Document]]) -> None:
    told = {
        name: [one.key for one in _summary(made(name)).sections] for name in ("nothing opened", "no answer")
    }
    assert "asked" in told["no answer"]
    assert "asked" not in told["nothing opened"]


def _summary(found: list[Document]) -> Document:
    return next(one for one in found if one.key == "summary")


def test_a_text_in_a_language_that_was_given_up_says_so(made: Callable[[str], list[Document]]) -> None:
    written = [
        section.own_language for one in made("one language") for section in one.sections if section.own
    ]
    assert sorted(set(written)) == ["", "en"]
    assert len(written) == 6

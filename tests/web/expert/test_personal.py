"""Your page: own answers on it and as files, what became of them, and what can be chosen."""

from __future__ import annotations

import builtins
import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from delphi.db import session
from delphi.domain.states import RoundState, SuggestionState
from delphi.models import Comment, Question, Suggestion
from tests.support import answers, surveys
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.surveys import Survey


@pytest.fixture
def answered(survey: Survey, clock: Clock) -> Survey:
    """Ben rated one item, was unable to rate another, and commented on the first."""
    visit = survey.visit(survey.ben)
    first, second = survey.items[0].id, survey.items[2].id
    answers.rate(visit, survey.round.id, first, "importance", 8, False, clock())
    answers.rate(visit, survey.round.id, second, "importance", None, True, clock())
    answers.comment(visit, survey.round.id, first, "=HYPERLINK(1)", "en", clock())
    session.flush()
    return survey


def own(survey: Survey, rest: str = "") -> str:
    return f"/x/{survey.study.id}/me{rest}"


def test_every_page_of_a_visit_links_to_it(ben: Browser, survey: Survey) -> None:
    for rest in ("/", "/check", f"/domains/{survey.domains[0].id}", "/consent", "/me", "/withdraw"):
        assert f'href="{own(survey)}"' in ben.get(f"/x/{survey.study.id}{rest}").text, rest


def test_own_answers_in_words(ben: Browser, answered: Survey) -> None:
    page = ben.get(own(answered)).text
    assert "8 of 9" in page
    assert "Unable to rate" in page
    assert "2 of 7 answered" in page
    assert "=HYPERLINK(1)" in page
    assert "With the research team" in page
    assert answered.ben.code in page


def test_what_has_no_answer_is_folded(ben: Browser, answered: Survey) -> None:
    page = ben.get(own(answered)).text
    assert "5 items without an answer" in page
    assert "No answer" not in page


def test_a_comment_without_a_rating_is_shown(ben: Browser, answered: Survey, clock: Clock) -> None:
    answers.comment(
        answered.visit(answered.ben), answered.round.id, answered.items[4].id, "Alone", "en", clock()
    )
    page = ben.get(own(answered)).text
    assert "Alone" in page
    assert "4 items without an answer" in page


def test_a_round_with_no_answer_is_one_line(ben: Browser, survey: Survey) -> None:
    page = ben.get(own(survey)).text
    assert "0 of 7 answered" in page
    assert "without an answer" not in page
    assert "No answer" not in page


def test_nothing_of_anybody_else(enter: Callable[..., Browser], answered: Survey) -> None:
    page = enter(answered.chloe).get(own(answered)).text
    assert "8 of 9" not in page
    assert "HYPERLINK" not in page
    assert answered.ben.code not in page


@pytest.mark.parametrize(
    ("chosen", "hidden", "told"),
    [
        (True, False, "Shown to the other experts"),
        (True, True, "not shown to other experts"),
        (False, False, "not shown to other experts"),
    ],
)
def test_what_became_of_a_comment(
    ben: Browser, answered: Survey, chosen: bool, hidden: bool, told: str
) -> None:
    comment = session.query(Comment).one()
    comment.chosen, comment.hidden = chosen, hidden
    answered.round.state = RoundState.CLOSED
    assert "With the research team" in ben.get(own(answered)).text
    answered.round.state = RoundState.DECIDED
    assert told in ben.get(own(answered)).text


def test_what_became_of_suggestions(ben: Browser, survey: Survey, clock: Clock) -> None:
    about: dict[str, Any] = {"study_id": survey.study.id, "expert_id": survey.ben.id, "created_at": clock()}
    reply = {"en": "We will ask it.", "fr": "Nous la poserons."}
    session.add_all(
        [
            Suggestion(**about, text="First", language="en", state=SuggestionState.ACCEPTED, reply=reply),
            Suggestion(**about, text="Second", language="en", item_id=survey.items[0].id),
        ]
    )
    page = ben.get(own(survey)).text
    assert "We will ask it." in page
    assert "Nous la poserons." not in page
    assert "Waiting for an answer" in page
    assert page.count("Take it back") == 1


def test_the_table_is_safe_in_a_spreadsheet(ben: Browser, answered: Survey) -> None:
    answer = ben.get(own(answered, "/answers.csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 7
    rated = next(row for row in rows if row["Answer"] == "8 of 9")
    assert rated["Your comment"] == "'=HYPERLINK(1)"
    assert rated["Domain"] == "Domain 0"
    assert [row["Answer"] for row in rows].count("Unable to rate") == 1
    assert [row["Answer"] for row in rows].count("No answer") == 5


def test_the_table_is_in_the_language_of_its_reader(ben: Browser, answered: Survey) -> None:
    ben.post("/language", data={"language": "fr"})
    rows = list(csv.reader(io.StringIO(ben.get(own(answered, "/answers.csv")).data.decode("utf-8-sig"))))
    assert rows[1][2].endswith("(fr)")


def test_the_document_is_a_tagged_pdf(ben: Browser, answered: Survey) -> None:
    pytest.importorskip(
        "weasyprint", reason="Pango, which makes PDF files, is not installed", exc_type=OSError
    )
    answer = ben.get(own(answered, "/answers.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert len(answer.data) > 3000


def test_without_the_library_the_page_says_so_and_the_table_stays(
    ben: Browser, answered: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return really(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    answer = ben.get(own(answered, "/answers.pdf"))
    assert answer.status_code == 400
    assert "Take the CSV file instead" in answer.text
    assert ben.get(own(answered, "/answers.csv")).status_code == 200


def test_reminders_off_and_on(ben: Browser, survey: Survey) -> None:
    for wanted in (False, True):
        answer = ben.post(own(survey, "/reminders"), data={"wanted": "yes" if wanted else "no"})
        assert answer.status_code == 303
        session.expire_all()
        assert survey.ben.reminders is wanted
        assert ("Send me reminders" in ben.get(own(survey)).text) is not wanted


def test_the_language_of_messages(ben: Browser, survey: Survey) -> None:
    assert ben.post(own(survey, "/language"), data={"language": "fr"}).status_code == 303
    session.expire_all()
    assert survey.ben.language == "fr"
    assert '<html lang="fr"' in ben.get(own(survey)).text


def test_a_language_the_study_does_not_have_is_refused(ben: Browser, survey: Survey) -> None:
    answer = ben.post(own(survey, "/language"), data={"language": "de"})
    assert answer.status_code == 400
    assert "The study has no language" in answer.text


def test_what_was_agreed_to_and_when(ben: Browser, survey: Survey) -> None:
    page = ben.get(own(survey)).text
    assert "We ask for your time." in page
    assert "Agreed <time" in page


def test_about_you_only_where_the_study_asks(ben: Browser, survey: Survey) -> None:
    assert "/about-you" not in ben.get(own(survey)).text
    choices = [{"value": name, "label": {"en": name, "fr": name}} for name in ("nurse", "teacher")]
    session.add(
        Question(
            study_id=survey.study.id,
            attribute="role",
            text={"en": "Your role?"},
            choices=choices,
            several=False,
        )
    )
    assert "/about-you" in ben.get(own(survey)).text


def test_before_any_round_the_page_says_so(ben: Browser, survey: Survey) -> None:
    survey.round.state = RoundState.DRAFT
    session.execute(surveys.Participation.__table__.delete())
    assert "You have not been asked anything yet." in ben.get(own(survey)).text


def test_the_number_of_statements_does_not_grow(
    ben: Browser, answered: Survey, clock: Clock, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with statements() as few:
        ben.get(own(answered))
    more = [surveys.add_item(answered.study, clock(), f"N{n}", answered.domains[0]) for n in range(10)]
    answered.round.state = RoundState.DECIDED
    surveys.open_round(answered.study, 2, more, [answered.panels["W"]], answered.experts, clock())
    with statements() as many:
        ben.get(own(answered))
    assert len(many) <= len(few)

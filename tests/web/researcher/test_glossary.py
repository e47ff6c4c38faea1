"""Pages of the glossary."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import TestResponse

from delphi.models import Account, GlossaryTerm, Study
from delphi.services import glossary
from tests.support.client import Browser
from tests.support.clock import Clock

SENT = {
    "term_en": "advocate",
    "meaning_en": "Speaks for somebody.",
    "term_fr": "intervenante pivot",
    "meaning_fr": "Parle au nom de quelqu’un.",
}


@pytest.fixture
def plan(study: Study, alice: Account, clock: Clock) -> GlossaryTerm:
    return glossary.add(study, {"en": "safety plan"}, {"en": "Steps."}, by=alice, now=clock())


def path(study: Study, further: str = "") -> str:
    return f"/studies/{study.id}/glossary{further}"


def names(study: Study) -> list[str]:
    return [glossary.name_of(term, study) for term in glossary.of(study)]


def test_a_term_is_added_and_listed(as_alice: Browser, study: Study, plan: GlossaryTerm) -> None:
    answer = as_alice.post(path(study), data=SENT)
    assert (answer.status_code, answer.location) == (303, path(study))
    assert "Parle au nom de quelqu’un." in as_alice.get(path(study)).text
    assert names(study) == ["advocate", "safety plan"]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        (dict.fromkeys(SENT, ""), "term_en", "in one language at least"),
        ({"term_fr": ""}, "term_fr", "Write the term that is explained here"),
        ({"meaning_fr": ""}, "meaning_fr", "Write what the term means"),
        ({"term_en": "Safety Plan"}, "term_en", "already explains “Safety Plan”"),
        ({"meaning_en": "x" * 601}, "meaning_en", "at most 600 characters"),
    ],
)
def test_a_bad_term_is_told_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, plan: GlossaryTerm, change: dict[str, str], field: str, says: str
) -> None:
    sent = {**SENT, **change}
    answer = as_alice.post(path(study), data=sent)
    assert answer.status_code == 400
    assert answer.text.count(says) == 2
    assert f'id="{field}-error"' in answer.text
    assert all(text in answer.text for text in sent.values())
    assert names(study) == ["safety plan"]


def test_a_term_is_changed_and_removed(as_alice: Browser, study: Study, plan: GlossaryTerm) -> None:
    assert "Steps." in as_alice.get(path(study, f"/{plan.id}")).text
    assert as_alice.post(path(study, f"/{plan.id}"), data=SENT).status_code == 303
    assert names(study) == ["advocate"]
    refused = as_alice.post(path(study, f"/{plan.id}"), data={**SENT, "term_en": ""})
    assert refused.status_code == 400
    assert "intervenante pivot" in refused.text
    assert names(study) == ["advocate"]
    assert as_alice.post(path(study, f"/{plan.id}/remove")).status_code == 303
    assert names(study) == []


def upload(browser: Browser, study: Study, text: str, name: str = "terms.csv") -> TestResponse:
    file = (io.BytesIO(text.encode()), name)
    return browser.post(path(study, "/import"), data={"file": file}, content_type="multipart/form-data")


def test_a_table_of_terms_is_imported(as_alice: Browser, study: Study, plan: GlossaryTerm) -> None:
    assert "term_en, meaning_en, term_fr, meaning_fr" in as_alice.get(path(study)).text
    answer = upload(
        as_alice, study, "Terme (fr),Sens (fr),term_en,meaning_en\ntort,Du mal.,harm,Hurt.\nx,y,,\n"
    )
    assert (answer.status_code, answer.location) == (303, path(study))
    assert names(study) == ["harm", "safety plan", "x"]
    assert glossary.meanings(study)["fr"]["tort"] == "Du mal."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("code,title\nA,B\n", "needs a column of terms"),
        ("term_en,meaning_en\nharm,Hurt.\nplan,\n", "B3"),
        ("term_en,meaning_en\nharm,Hurt.\nHarm,Hurt.\n", "already explains “Harm”"),
        ("term_en,meaning_en\nsafety plan,Steps.\n", "A2"),
        ("term_en,meaning_en,term_de\nharm,Hurt.,x\n", "C1"),
        ("term_en,meaning_en\n", "nothing below it"),
        ("", "empty"),
    ],
)
def test_a_table_with_a_problem_imports_nothing_and_says_where(
    as_alice: Browser, study: Study, plan: GlossaryTerm, text: str, says: str
) -> None:
    answer = upload(as_alice, study, text)
    assert answer.status_code == 400
    assert says in answer.text
    assert names(study) == ["safety plan"]


def test_a_form_without_a_file_is_told(as_alice: Browser, study: Study) -> None:
    answer = as_alice.post(path(study, "/import"))
    assert answer.status_code == 400
    assert 'id="file-error"' in answer.text


def test_a_table_may_not_make_the_glossary_too_long(
    as_alice: Browser, study: Study, plan: GlossaryTerm
) -> None:
    rows = "".join(f"t{number},m\n" for number in range(glossary.MOST))
    answer = upload(as_alice, study, f"term_en,meaning_en\n{rows}")
    assert (answer.status_code, names(study)) == (400, ["safety plan"])
    assert "at most 200 terms" in answer.text


def test_a_facilitator_reads_and_cannot_change(as_fay: Browser, study: Study, plan: GlossaryTerm) -> None:
    page = as_fay.get(path(study)).text
    assert "safety plan" in page
    assert "Add a term" not in page
    for further in ("", "/import", f"/{plan.id}", f"/{plan.id}/remove"):
        assert as_fay.post(path(study, further), data=SENT).status_code == 403
    assert names(study) == ["safety plan"]


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study, plan: GlossaryTerm) -> None:
    assert as_charlie.get(path(study)).status_code == 404
    assert as_charlie.post(path(study, f"/{plan.id}"), data=SENT).status_code == 404

"""Terms of the glossary on item cards: marked once, explained below the statement."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select

from delphi.db import session
from delphi.models import GlossaryTerm, Wording, WordingText
from tests.support.client import Browser
from tests.support.surveys import Survey

Statements = Callable[[], AbstractContextManager[list[str]]]


def explain(survey: Survey, **meanings: str) -> None:
    """In English."""
    for term, meaning in meanings.items():
        session.add(GlossaryTerm(study_id=survey.study.id, term={"en": term}, meaning={"en": meaning}))


def text_of(survey: Survey, item: int, language: str) -> WordingText:
    query = select(WordingText).join(Wording, Wording.id == WordingText.wording_id)
    found = query.where(Wording.item_id == survey.items[item].id, WordingText.language == language)
    return session.scalars(found).one()


def write(survey: Survey, item: int, language: str = "en", **parts: str) -> None:
    for part, words in parts.items():
        setattr(text_of(survey, item, language), part, words)


def page(browser: Browser, survey: Survey) -> str:
    return browser.get(f"/x/{survey.study.id}/domains/{survey.domains[0].id}").text


def card(browser: Browser, survey: Survey, item: int) -> str:
    found = re.search(
        rf'id="item-{survey.items[item].id}".*?class="question"', page(browser, survey), re.DOTALL
    )
    assert found
    return found[0]


def test_a_term_is_marked_once_and_explained_below_the_statement(ben: Browser, survey: Survey) -> None:
    explain(survey, harm="Any <hurt>.", plan="Steps.", unused="Nothing.")
    write(survey, 0, title="Sees Harm", description="Harm comes first.\n- a plan", examples="a plan\nharm")
    shown = card(ben, survey, 0)
    assert re.findall(r'<span class="explained">(\w+)</span>', shown) == ["Harm", "plan"]
    assert 'Sees <span class="explained">Harm</span></h2></legend>' in shown
    assert "<dt>harm</dt><dd>Any &lt;hurt&gt;.</dd><dt>plan</dt><dd>Steps.</dd>" in shown
    assert "Words explained:</span> harm, plan" in shown
    assert shown.index("</legend>") < shown.index("<dl") < shown.index('class="description"')
    assert "title=" not in shown


def test_every_card_explains_anew(ben: Browser, survey: Survey) -> None:
    explain(survey, harm="Hurt.")
    write(survey, 0, title="Harm first")
    write(survey, 2, title="Harm again")
    assert page(ben, survey).count('<span class="explained">Harm</span>') == 2


def test_a_card_without_terms_has_nothing_to_unfold(ben: Browser, survey: Survey) -> None:
    explain(survey, harm="Hurt.")
    write(survey, 0, title="A & B <i>")
    shown = card(ben, survey, 0)
    assert "Words explained" not in shown
    assert "A &amp; B &lt;i&gt;</h2>" in shown


def test_an_item_is_explained_in_its_own_language(ben: Browser, survey: Survey) -> None:
    both, meanings = {"en": "harm", "fr": "tort"}, {"en": "Hurt.", "fr": "Du mal."}
    session.add(GlossaryTerm(study_id=survey.study.id, term=both, meaning=meanings))
    write(survey, 0, language="fr", title="Un tort, harm")
    write(survey, 2, title="Un tort, harm")
    session.delete(text_of(survey, 2, "fr"))
    ben.post("/language", data={"language": "fr"})
    assert "<dt>tort</dt><dd>Du mal.</dd>" in card(ben, survey, 0)
    assert "<dt>harm</dt><dd>Hurt.</dd>" in card(ben, survey, 2)


def test_the_glossary_is_read_once_for_a_page(ben: Browser, survey: Survey, statements: Statements) -> None:
    explain(survey, harm="Hurt.")
    with statements() as seen:
        page(ben, survey)
    assert len([one for one in seen if "glossary_term" in one]) == 1

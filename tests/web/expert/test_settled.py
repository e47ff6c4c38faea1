"""Items rated before and not asked now: what became of each, and nothing of items never asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.states import ExpertState, ItemState, RoundState, StudyState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Consent, Expert, Feedback, ItemPanel, Round
from delphi.scoring.rules import Verdict
from delphi.services import consents, decisions, item_lives, items, links
from tests.support import rounds
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.studies import add_experts

HIGH = {"W": [9] * 8, "C": [8] * 6, "M": [7] * 3}
LOW = {"W": [1] * 8, "C": [2] * 6, "M": [3] * 3}
MIXED = {"W": [1, 9, 5, 5, 5, 5, 5, None], "C": [2, 8, 5, 5, 5, 5], "M": [3, 5, 7]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return rounds.make_world(alice, fay, clock())


@pytest.fixture
def enter(app: Flask, world: World, clock: Clock) -> Callable[[Expert], Browser]:
    def come_in(expert: Expert) -> Browser:
        text = consents.current(world.study)
        assert text is not None
        session.add(Consent(expert_id=expert.id, consent_text_id=text.id, language="en", given_at=clock()))
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.post(f"/i/{links.make(expert, clock())}")
        return browser

    return come_in


Enter = Callable[[Expert], Browser]


def _first_round(world: World, clock: Clock) -> Round:
    opened = rounds.open_round(world, clock())
    for code, points in (("A", HIGH), ("B", LOW), ("C", {"W": MIXED["W"]})):
        rounds.rate(world, opened, code, points, clock())
    return rounds.close(world, opened, clock())


def _decide_for_good(world: World, closed: Round, clock: Clock) -> None:
    """Until a later round opened, even if for others, decisions can be taken back and nobody is told."""
    rounds.decide_all(world, closed, clock())
    later = Round(study_id=world.study.id, number=closed.number + 1, time_zone="UTC", opened_at=clock())
    later.state = RoundState.DECIDED
    session.add(later)
    session.flush()


def _settled(browser: Browser, world: World) -> str:
    page = browser.get(f"/x/{world.study.id}/settled")
    assert page.status_code == 200
    return page.text


def _section(page: str, fate: str) -> str:
    return page.partition(f'<section aria-labelledby="{fate}">')[2].partition("</section>")[0]


def test_each_item_stands_under_what_became_of_it(world: World, enter: Enter, clock: Clock) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    page = _settled(enter(world.experts["W"][0]), world)
    assert "Your answer was 9" in _section(page, "kept")
    assert "Your answer was 1" in _section(page, "not_kept")
    assert "Your answer was 1" in _section(page, "again")
    assert [page.count(f'id="item-{item.id}"') for item in world.items.values()] == [1, 1, 1]


def test_the_numbers_are_those_frozen(world: World, enter: Enter, clock: Clock) -> None:
    closed = _first_round(world, clock)
    _decide_for_good(world, closed, clock)
    stored = session.get_one(Feedback, (closed.id, world.items["A"].id))
    told = {"n": 61, "counts": [1] * 9, "percent_high": 73.4, "percent_low": 1.0, "median": 6.5}
    stored.content = {**stored.content, "criteria": {"importance": {"groups": {"pooled": told}}}}
    kept = _section(_settled(enter(world.experts["W"][0]), world), "kept")
    for words in ("61 experts", "<strong>73%</strong> rated 7–9", "Median 6.5"):
        assert words in kept


def test_every_round_stands_with_its_own_answer_and_its_own_numbers(
    world: World, enter: Enter, clock: Clock
) -> None:
    rounds.decide_all(world, _first_round(world, clock), clock())
    second = rounds.open_round(world, clock(), ("C",))
    rounds.rate(world, second, "C", HIGH, clock())
    _decide_for_good(world, rounds.close(world, second, clock()), clock)
    page = _settled(enter(world.experts["W"][0]), world)
    item = page.partition(f'id="item-{world.items["C"].id}"')[2].partition("</article>")[0]
    told = ["experts in round 2", "Your answer was 9", "experts in round 1", "Your answer was 1"]
    places = [item.index(words) for words in told]
    assert places == sorted(places)


def test_the_reason_of_a_decision_against_the_rules_is_told(world: World, enter: Enter, clock: Clock) -> None:
    closed = _first_round(world, clock)
    browser, item = enter(world.experts["W"][0]), world.items["A"]
    decisions.decide(
        world.study, closed.id, item.id, Verdict.DROP, "Law has changed.", by=world.fay, now=clock()
    )
    page = _settled(browser, world)
    assert "Law has changed." not in page  # a facilitator may still think again
    rounds.decide_all(world, closed, clock())
    assert "Law has changed." not in _settled(browser, world)  # and until the next round opens
    rounds.open_round(world, clock(), ["C"])
    page = _settled(browser, world)
    assert "Law has changed." in _section(page, "not_kept")


@pytest.mark.parametrize("codes", [["C"], ["A", "B"]])
def test_nothing_of_an_item_the_expert_was_never_asked(
    world: World, enter: Enter, clock: Clock, codes: list[str]
) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    page = _settled(enter(world.experts["C"][0]), world)
    shown = [code for code in codes if f'id="item-{world.items[code].id}"' in page]
    assert shown == [code for code in codes if code != "C"]


def test_who_joins_a_panel_later_is_not_told_of_rounds_before(
    world: World, enter: Enter, clock: Clock
) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    (late,) = add_experts(world.study, world.panels["W"], 1, clock())
    late.state = ExpertState.ACTIVE
    assert 'class="card settled"' not in _settled(enter(late), world)


def test_what_is_asked_now_is_left_out_and_comes_back(world: World, enter: Enter, clock: Clock) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    browser = enter(world.experts["W"][0])
    opened = rounds.open_round(world, clock(), ["C"])
    again = f'id="item-{world.items["C"].id}"'
    assert again not in _settled(browser, world)
    closed = rounds.close(world, opened, clock())
    assert again not in _settled(browser, world)  # what becomes of it is not decided yet
    _decide_for_good(world, closed, clock)
    assert again in _settled(browser, world)


def test_the_task_list_leads_there(world: World, enter: Enter, clock: Clock) -> None:
    browser = enter(world.experts["W"][0])
    link = f'href="/x/{world.study.id}/settled"'
    assert link not in browser.get(f"/x/{world.study.id}/").text
    _decide_for_good(world, _first_round(world, clock), clock)
    page = browser.get(f"/x/{world.study.id}/").text  # between two rounds
    assert link in page
    assert "3 items you were asked about before" in page
    rounds.open_round(world, clock(), ["C"])
    page = browser.get(f"/x/{world.study.id}/").text
    assert link in page
    assert "2 items you were asked about before" in page
    world.study.state = StudyState.CONCLUDED
    assert link in browser.get(f"/x/{world.study.id}/").text


def test_numbers_of_few_are_not_told(world: World, enter: Enter, clock: Clock) -> None:
    opened = rounds.open_round(world, clock(), ["A"])
    rounds.rate(world, opened, "A", {"W": [9, 9], "C": [1, 1]}, clock())
    _decide_for_good(world, rounds.close(world, opened, clock()), clock)
    page = _settled(enter(world.experts["W"][0]), world)
    assert "too few answers to show numbers" in page
    assert "Median" not in page
    assert "rated 7–9" not in page


def test_a_wording_others_were_asked_since_is_shown_with_what_changed(
    world: World, enter: Enter, clock: Clock
) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    browser, item = enter(world.experts["W"][0]), world.items["C"]
    texts = {code: ItemText(f"Knows all of the law ({code})") for code in ("en", "fr")}
    items.reword(item, texts, "It was too short.", by=world.fay, now=clock())
    assert "all of" not in _settled(browser, world)  # nobody was asked it yet
    session.delete(item.panels[0])
    session.add(ItemPanel(item_id=item.id, panel_id=world.panels["C"].id))
    session.flush()
    rounds.open_round(world, clock(), ["C"])
    again = _section(_settled(browser, world), "again")
    assert "</span> all of<span" in again
    assert "</ins>" in again
    assert "It was too short." in again


@pytest.mark.parametrize("state", [ItemState.MERGED, ItemState.SPLIT])
def test_joined_and_divided_items_have_a_place(
    world: World, enter: Enter, clock: Clock, state: ItemState
) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    world.items["C"].state = state
    assert "Your answer was 1" in _section(_settled(enter(world.experts["W"][0]), world), state)


def test_a_text_in_another_language_says_so(world: World, enter: Enter, clock: Clock) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    wording = world.items["A"].wordings[0]
    session.delete(next(text for text in wording.texts if text.language == "en"))
    kept = _section(_settled(enter(world.experts["W"][0]), world), "kept")
    assert 'lang="fr">' in kept
    assert "shown in French" in kept


def test_without_consent_nothing_is_shown(world: World, app: Flask, clock: Clock) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    browser = app.test_client()
    browser.post(f"/i/{links.make(world.experts['W'][0], clock())}")
    answer = browser.get(f"/x/{world.study.id}/settled")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/consent")


def test_the_number_of_statements_does_not_grow(
    world: World, enter: Enter, clock: Clock, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    browser = enter(world.experts["W"][0])
    counts = []
    for codes in (["A"], ["B", "C"]):
        opened = rounds.open_round(world, clock(), codes)
        _decide_for_good(world, rounds.close(world, opened, clock()), clock)
        with statements() as seen:
            _settled(browser, world)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14, counts


def test_what_was_merged_split_or_set_aside_between_rounds_says_so(
    world: World, clock: Clock, enter: Enter
) -> None:
    closed = _first_round(world, clock)
    for code in "AB":
        decisions.decide(
            world.study,
            closed.id,
            world.items[code].id,
            Verdict.REVISE,
            "Unclear.",
            by=world.fay,
            now=clock(),
        )
    _decide_for_good(world, closed, clock)
    clock.advance(hours=1)
    who = {"by": world.fay, "now": clock()}
    a, b, c = (world.items[code].id for code in "ABC")
    joined = {"en": ItemText("Knows and does everything")}
    item_lives.merge(world.study, [a, b], (a, joined), "They said the same.", **who)
    parts = [item_lives.Draft(f"C{part}", None, {"en": ItemText(f"Half {part}")}) for part in (1, 2)]
    item_lives.split(world.study, c, parts, "Two ideas in one.", **who)
    page = _settled(enter(world.experts["W"][0]), world)
    for told in ("It became part of", "Knows and does everything", "They said the same."):
        assert told in page
    for told in ("Half 1", "Half 2", "Two ideas in one."):
        assert told in page
    clock.advance(hours=1)
    item_lives.drop(world.study, [a], "Asked elsewhere.", by=world.fay, now=clock())
    page = _settled(enter(world.experts["W"][1]), world)
    assert "Asked elsewhere." in page


def test_the_same_stands_in_a_file(world: World, clock: Clock, enter: Enter) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    browser = enter(world.experts["W"][0])
    answer = browser.get(f"/x/{world.study.id}/settled.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_nobody_else_gets_the_file(
    world: World, clock: Clock, client: Browser, fay: Account, sign_in: Callable[[Browser, Account], object]
) -> None:
    _decide_for_good(world, _first_round(world, clock), clock)
    sign_in(client, fay)
    assert b"%PDF" not in client.get(f"/x/{world.study.id}/settled.pdf").data

"""What axe does not see: groups of radios, large text, the keyboard alone, focus under sticky parts, forced colours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.models import ConsentText, Feedback, Presentation, Rating, WordingText
from tests.support import surveys
from tests.support.browser import accessibility_problems, scrolls_sideways
from tests.support.studies import DOCUMENT
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser
LABELS = (
    'band_labels = { low = { en = "Not important", fr = "Pas important" }, '
    'middle = { en = "Important, not essential", fr = "Important, pas essentiel" }, '
    'high = { en = "Essential", fr = "Essentiel" } }\n'
)
SCALE = "points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] }"
OUT = "https://weather.example.org"

# Radios that share a name without sharing a fieldset with a legend.
LOOSE_RADIOS = """() => [...document.querySelectorAll("input[type=radio]")].filter((radio) => {
  const group = radio.closest("fieldset");
  const legend = group?.querySelector(":scope > legend");
  const same = document.querySelectorAll(`input[type=radio][name="${CSS.escape(radio.name)}"]`);
  return !legend?.textContent.trim() || [...same].some((other) => other.closest("fieldset") !== group);
}).map((radio) => radio.outerHTML)"""

# The focused element, where something else lies over a corner or the middle of what is in the window of it.
COVERED = """() => {
  const one = document.activeElement;
  if (one === document.body || one.closest("[aria-hidden=true]")) return [];
  const over = document.createElement("style");
  const box = one.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0) + 4, Math.min(box.right, innerWidth) - 4];
  const [top, bottom] = [Math.max(box.top, 0) + 4, Math.min(box.bottom, innerHeight) - 4];
  if (bottom <= top || right <= left) return [`${one.outerHTML.slice(0, 90)} is out of the window`];
  const pill = document.getElementById("status");
  if (pill) pill.style.pointerEvents = "auto";
  const points = [[left, top], [right, top], [(left + right) / 2, (top + bottom) / 2], [left, bottom], [right, bottom]];
  const sticky = (element) => {
    for (let at = element; at; at = at.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
    return null;
  };
  const found = points.map(([x, y]) => document.elementFromPoint(x, y)).filter(Boolean)
    .filter((hit) => hit !== one && !one.contains(hit) && sticky(hit) && sticky(hit) !== sticky(one));
  if (pill) pill.style.pointerEvents = "";
  return found.map((hit) => `${one.outerHTML.slice(0, 90)} lies under ${hit.outerHTML.slice(0, 90)}`);
}"""

# Texts that are cut off, and controls that lie on each other.
SQUEEZED = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden");
  const scrolling = "textarea, input, select, svg, progress, .table-box";
  const cut = [...document.querySelectorAll("main *, header *")].filter((one) => seen(one) && !one.matches(scrolling)
    && getComputedStyle(one).overflow !== "visible" && one.scrollWidth > one.clientWidth + 1);
  const kinds = "main :is(a:not(.task a), button, .tile, .others label, textarea, select, summary)";
  const boxes = [...document.querySelectorAll(kinds)].filter(seen).map((one) => [one, one.getBoundingClientRect()]);
  const meet = ([one, a], [other, b]) => !one.contains(other) && !other.contains(one)
    && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const told = (one) => one.outerHTML.slice(0, 90);
  const on = boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => meet(one, other))
    .map((other) => `on each other: ${told(one[0])} and ${told(other[0])}`));
  return [...cut.map((one) => `cut off: ${told(one)}`), ...on];
}"""


@pytest.fixture
def survey(app: Flask) -> Survey:
    session().expire_on_commit = False
    made = surveys.make(
        datetime.now(UTC), items=6, document=DOCUMENT.replace("question =", LABELS + "question =", 1)
    )
    support = {"en": "Call 555-0100 at any time.", "fr": "Appelez le 555-0100 en tout temps."}
    session.add(Presentation(study_id=made.study.id, quick_exit=OUT, support=support))
    session.commit()
    return made


@pytest.fixture
def second_round(survey: Survey) -> Survey:
    """Everything that rating again shows: own answer, distribution, comments, another wording."""
    now, first = datetime.now(UTC), survey.round
    for item in survey.items:
        session.add(
            Rating(
                round_id=first.id, expert_id=survey.ben.id, item_id=item.id, wording_id=item.wordings[0].id,
                criterion="importance", point=5, updated_at=now,
            )
        )  # fmt: skip
        pooled = {"n": 62, "counts": [1, 2, 2, 4, 6, 5, 13, 17, 12], "median": 8.0, "percent_high": 74.2}
        said = [{"text": "Keep it.", "language": "en", "stance": "for"}]
        content = {
            "round": 1,
            "wording": 1,
            "criteria": {"importance": {"groups": {"pooled": pooled}}},
            "comments": said,
        }
        session.add(Feedback(round_id=first.id, item_id=item.id, content=content, frozen_at=now))
    first.state = RoundState.DECIDED
    document = DOCUMENT.replace("question =", LABELS + "question =", 1)
    survey.round = surveys.open_round(
        survey.study, 2, survey.items, [survey.panels["W"]], survey.experts, now, document
    )
    for row in survey.round.items:
        row.previous_round_id = first.id
    session.commit()
    return survey


def _cards(survey: Survey) -> str:
    return f"/x/{survey.study.id}/domains/{survey.domains[0].id}"


def _come_in(page: Page, survey: Survey, language: str = "en") -> None:
    survey.ben.language = language
    session.commit()
    page.goto(f"/i/{survey.token(survey.ben)}")
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    page.wait_for_load_state()


def _check(page: Page, where: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    assert page.locator("html").get_attribute("lang") in ("en", "fr"), where
    assert page.evaluate(LOOSE_RADIOS) == [], where
    assert not scrolls_sideways(page), where
    assert accessibility_problems(page) == [], where


EVERYWHERE = pytest.mark.parametrize(("width", "language"), [(320, "fr"), (390, "en"), (1280, "en")])


@EVERYWHERE
def test_every_state_an_expert_can_meet(
    second_round: Survey, open_page: Callable[..., Page], width: int, language: str
) -> None:
    survey, base = second_round, f"/x/{second_round.study.id}"
    page = open_page(width)
    survey.ben.language = language
    session.commit()
    page.goto(f"/i/{survey.token(survey.ben)}")
    _check(page, "the link")
    _come_in(page, survey, language)
    for part in ("", "consent", "check", "support", "settled", "me", "withdraw", "about-you"):
        if (answer := page.goto(f"{base}/{part}")) and answer.status == 200:
            _check(page, part)
    page.goto(_cards(survey))
    for summary in page.locator("summary:visible").all():
        summary.click()
    page.locator(".tile", has_text="9").first.click()
    page.locator("input[value=unable]").nth(1).check()
    page.locator(".own-comment textarea").first.fill("Too narrow.")
    _check(page, "cards, filled in")
    page.context.set_offline(True)
    page.locator(".tile", has_text="8").nth(2).click()
    expect(page.locator(".waiting")).to_be_visible()
    _check(page, "without a connection")
    page.context.set_offline(False)
    expect(page.locator(".waiting")).not_to_have_class("shown")
    page.goto(f"{base}/check")
    with page.expect_navigation():
        page.locator("main form button.primary").click()
    _check(page, "handed in")
    for state in (RoundState.CLOSED, RoundState.SCHEDULED):
        survey.round.state = state
        session.commit()
        page.goto(f"{base}/")
        _check(page, state)
    page.locator(".foot button").click()
    _check(page, "left")
    page.goto(f"{base}/")
    _check(page, "ended")


@EVERYWHERE
def test_pages_of_what_could_not_be_saved(
    survey: Survey, open_page: Callable[..., Page], width: int, language: str
) -> None:
    page = open_page(width, java_script_enabled=True)
    _come_in(page, survey, language)
    page.route("**/*.js", lambda route: route.abort())  # the page as without scripts; axe still runs
    page.goto(_cards(survey))
    page.locator(".own-comment textarea").first.fill("Well meant. " * 30)
    survey.round.state = RoundState.CLOSED
    session.commit()
    page.locator("main form button.primary").last.click()
    page.wait_for_load_state()
    _check(page, "closed meanwhile")


@EVERYWHERE
def test_before_taking_part(
    survey: Survey, open_page: Callable[..., Page], width: int, language: str
) -> None:
    survey.ben.state = ExpertState.INVITED
    session.add(
        ConsentText(study_id=survey.study.id, number=2, texts=surveys.CONSENT, created_at=datetime.now(UTC))
    )
    session.commit()
    page = open_page(width)
    _come_in(page, survey, language)
    _check(page, "consent")
    page.locator("form[action$=decline] button").click()
    _check(page, "declined")


BANDS = {
    2: "low = [1, 1], high = [2, 2]",
    5: "low = [1, 2], middle = [3, 3], high = [4, 5]",
    7: "low = [1, 2], middle = [3, 5], high = [6, 7]",
    9: "low = [1, 3], middle = [4, 6], high = [7, 9]",
    10: "low = [1, 3], middle = [4, 7], high = [8, 10]",
    11: "low = [1, 3], middle = [4, 8], high = [9, 11]",
}


def _with_scale(points: int, labelled: bool) -> Survey:
    document = DOCUMENT.replace(SCALE, f"points = {points}, bands = {{ {BANDS[points]} }}")
    document = document.replace("question =", LABELS + "question =", 1) if labelled else document
    return surveys.make(datetime.now(UTC), items=1, document=document)


@pytest.mark.parametrize("labelled", [False, True])
def test_rows_of_every_scale_are_even_and_tiles_large_enough(
    app: Flask, open_page: Callable[..., Page], labelled: bool
) -> None:
    session().expire_on_commit = False
    made = {points: _with_scale(points, labelled) for points in BANDS}
    session.commit()
    page = open_page(320)
    for points, survey in made.items():
        _come_in(page, survey)
        page.goto(_cards(survey))
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            boxes = [box for tile in page.locator(".tile").all() if (box := tile.bounding_box())]
            assert len(boxes) == points
            assert min(box["height"] for box in boxes) >= 44
            assert min(box["width"] for box in boxes) >= 40
            if width == 1280:
                assert len({round(box["y"]) for box in boxes}) == 1, points
            if width == 320 or not labelled:
                widths = [box["width"] for box in boxes]
                assert max(widths) - min(widths) < 1, points


@pytest.mark.parametrize("width", [390, 1280])
def test_text_twice_as_large_is_neither_cut_nor_overlapping(
    second_round: Survey, open_page: Callable[..., Page], width: int
) -> None:
    page = open_page(width)
    _come_in(page, second_round)
    for address in (
        f"/x/{second_round.study.id}/",
        _cards(second_round),
        f"/x/{second_round.study.id}/check",
    ):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for summary in page.locator("summary:visible").all():
            summary.click()
        assert page.evaluate(SQUEEZED) == [], address
        assert not scrolls_sideways(page), address


def _press_until(page: Page, wanted: str, key: str = "Tab") -> None:
    """On by keyboard until an element that matches has the focus, which nothing may cover on the way."""
    for _ in range(120):
        page.keyboard.press(key)
        assert page.evaluate(COVERED) == []
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} was not reached by {key}")


@pytest.mark.parametrize("width", [320, 1280])
def test_from_the_link_to_handing_in_by_keyboard_alone(
    second_round: Survey, open_page: Callable[..., Page], width: int
) -> None:
    page = open_page(width)
    page.goto(f"/i/{second_round.token(second_round.ben)}")
    _press_until(page, "main button.primary")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(_cards(second_round))
    first = second_round.items[0].id
    _press_until(page, f"input[name=r-{first}-importance]")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(COVERED) == []
    expect(page.get_by_role("status").filter(has_text="All changes saved")).to_be_visible()
    _press_until(page, f"#c-{first}")
    page.keyboard.type("Three is enough.")
    _press_until(page, "#answers button.primary")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _press_until(page, f"#answers [name^=r-{second_round.items[5].id}]")
    _press_until(page, "#answers button[name=back]")
    _press_until(page, "a.brand", "Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _press_until(page, "main .actions a.button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _press_until(page, "main form button.primary")
    with page.expect_navigation():
        page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert session.scalars(select(Rating.point).where(Rating.round_id == second_round.round.id)).all() == [3]


def test_what_is_saved_is_told_to_screen_readers(survey: Survey, open_page: Callable[..., Page]) -> None:
    page = open_page()
    _come_in(page, survey)
    page.goto(_cards(survey))
    assert page.locator("[role=status]#status").count() == 1  # there before it has anything to say
    page.locator(".tile", has_text="7").first.click()
    expect(page.get_by_role("status").filter(has_text="All changes saved")).to_be_visible()


def test_a_text_in_another_language_says_so(survey: Survey, open_page: Callable[..., Page]) -> None:
    wording = survey.items[0].wordings[0].id
    session.delete(session.get_one(WordingText, (wording, "fr")))
    session.commit()
    page = open_page()
    _come_in(page, survey, "fr")
    page.goto(_cards(survey))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".statement").first).to_have_attribute("lang", "en")
    assert page.locator(".statement").nth(1).get_attribute("lang") is None


def _look(page: Page, selector: str, *properties: str) -> list[Any]:
    script = "(one, names) => names.map((name) => getComputedStyle(one).getPropertyValue(name))"
    return list(page.locator(selector).first.evaluate(script, list(properties)))


def test_in_forced_colours_the_chosen_tile_stands_out(
    second_round: Survey, open_page: Callable[..., Page]
) -> None:
    page = open_page(forced_colors="active")
    _come_in(page, second_round)
    page.goto(_cards(second_round))
    page.locator(".tile", has_text="9").first.click()
    chosen = _look(page, ".tile input:checked + span", "background-color")
    assert chosen != _look(page, ".tile input:not(:checked) + span", "background-color")
    assert _look(page, ".tile.previous span", "border-bottom-width") == ["6px"]


def test_nothing_moves_for_who_asked_for_less_motion(survey: Survey, open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    _come_in(page, survey)
    page.goto(_cards(survey))
    assert _look(page, ".tile span", "transition-duration") == ["0s"]
    assert _look(page, "button.primary", "transition-duration") == ["0s"]

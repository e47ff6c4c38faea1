"""Pages that need nobody, and the checks that every page is put to."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage
from tests.support.browser import accessibility_problems, scrolls_sideways

pytestmark = pytest.mark.browser

PAGES = ("/", "/sign-in", "/forgot", "/setup", "/lost-link", "/i/unknown", "/no-such-page")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages_are_accessible_and_fit(open_page: OpenPage, width: int, language: str) -> None:
    page = open_page(width, locale=language)
    for address in PAGES:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language, address
        assert accessibility_problems(page) == [], address
        assert not scrolls_sideways(page), address


def test_the_checks_find_what_they_look_for(open_page: OpenPage) -> None:
    page = open_page(320)
    page.goto("/sign-in")
    page.evaluate("""() => {
        document.querySelectorAll("label").forEach(label => label.remove())
        for (const left of [0, 12]) {
            const small = document.createElement("button")
            Object.assign(small.style, {position: "absolute", left: left + "px", top: 0, padding: 0, width: "10px",
                height: "10px", minHeight: 0, minWidth: 0})
            small.setAttribute("aria-label", "small")
            document.body.append(small)
        }
        const wide = document.createElement("p")
        wide.style.width = "900px"
        wide.textContent = "wide"
        document.body.append(wide)
    }""")
    rules = {problem.partition(":")[0] for problem in accessibility_problems(page)}
    assert {"label", "target-size"} <= rules
    assert scrolls_sideways(page)

"""docs/settings.md says of settings and commands what the program does; `make docs` writes it."""

from __future__ import annotations

from tests.support.reference_page import PAGE, PART, current


def test_the_page_is_in_step_with_the_program() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [found[2] for found in PART.finditer(page)] == ["settings", "commands"]
    assert page == current(page)

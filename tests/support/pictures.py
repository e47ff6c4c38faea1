"""Pictures of pages for docs/images: a browser at two sizes, and files with few colours."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.support.browser import CHROMIUM, OPTIONS, ROOT, Server

IMAGES = ROOT / "docs" / "images"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
COLOURS = 96


@contextmanager
def pages(server: Server) -> Iterator[Callable[[str], Page]]:
    """Opens a page of a size, each for a visitor of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)

        def opened(size: str) -> Page:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                base_url=server.url,
                timezone_id="America/Toronto",
            )
            return context.new_page()

        yield opened
        browser.close()


def keep(page: Page, name: str) -> None:
    save(page.screenshot(), name)


def save(drawn: bytes, name: str) -> None:
    """With few colours: the pages have no more, and the file is a quarter as large."""
    picture = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(IMAGES / f"{name}.png", optimize=True)

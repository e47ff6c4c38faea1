"""The framework in Chromium: its page in the platform, and pages of the site straight from a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from playwright.sync_api import Browser

from delphi.services import demo, framework_site
from tests.support.browser import accessibility_problems, scrolls_sideways

pytestmark = pytest.mark.browser


def test_the_site_is_accessible_from_a_folder(app: Flask, chromium: Browser, tmp_path: Path) -> None:
    """Wide and narrow, in both languages; a petal leads to its area."""
    now = datetime.now(UTC)
    target = tmp_path / "site.zip"
    framework_site.write(demo.load(now), {"style": "flower"}, target, lambda *_told: None, now=now)
    with ZipFile(target) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / framework_site.FOLDER
    item = next((folder / "fr").glob("item-*.html")).name
    for width in (1280, 390):
        page = chromium.new_page(viewport={"width": width, "height": 800})
        for name in ("index.html", "en/index.html", "fr/area-1.html", f"fr/{item}", "fr/about.html"):
            page.goto((folder / name).as_uri())
            assert accessibility_problems(page) == [], name
            assert not scrolls_sideways(page), name
        page.goto((folder / "en/index.html").as_uri())
        page.locator(".flower a:visible").nth(1).locator("path").first.click()
        assert page.url.endswith("/en/area-2.html")
        page.close()

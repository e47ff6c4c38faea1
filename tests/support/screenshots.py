"""The pictures in docs/images, made from the demo study: the experts' pages here, those of the team in `workbench`.

Run: python -m tests.support.screenshots (needs Chromium)
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from playwright.sync_api import Page
from sqlalchemy import delete

from delphi import settings
from delphi.app import create_app
from delphi.db import session
from delphi.demo import content
from delphi.domain.states import ExpertState
from delphi.models import Consent, Presentation
from delphi.services import demo, links
from tests.support import surveys, workbench
from tests.support.browser import Server
from tests.support.pictures import SIZES, keep, pages

LABELS = {
    "low": {"en": "Not important", "fr": "Pas important"},
    "middle": {"en": "Important, not essential", "fr": "Important, pas essentiel"},
    "high": {"en": "Essential", "fr": "Essentiel"},
}


def main() -> None:
    for site, take in ((_site, _take), (workbench.site, workbench.take)):
        with tempfile.TemporaryDirectory() as folder:
            values = {
                "instance_path": folder,
                "database_url": f"sqlite:///{Path(folder) / 'delphi.sqlite3'}",
                "secret_key": "only for pictures, and long enough to be taken",
                "demo": "yes",
            }
            app = create_app(
                settings.read({settings.PREFIX + name.upper(): value for name, value in values.items()})
            )
            with app.app_context():
                flask_migrate.upgrade()
                made = site(datetime.now(UTC))
                session.commit()
                server = Server(with_worker=False, settings=values)
                try:
                    take(server, made)
                finally:
                    server.stop()


def _site(now: datetime) -> tuple[str, str]:
    """Links: of somebody new in the demo, and of somebody in a first round."""
    study = demo.load(now)
    first = _first_round(now)
    expert = demo.expert_to_try(study)
    if expert is None:
        raise RuntimeError("the demo has no expert to try")
    expert.state = ExpertState.INVITED
    session.execute(delete(Consent).where(Consent.expert_id == expert.id))
    return links.make(expert, now), first


def _first_round(now: datetime) -> str:
    """Three items of the demo's first domain, as they are rated first."""
    labels = ", ".join(
        f"{band} = {{ {', '.join(f'{code} = {text!r}' for code, text in texts.items())} }}"
        for band, texts in LABELS.items()
    )
    document = surveys.DOCUMENT.replace("question =", f"band_labels = {{ {labels} }}\nquestion =", 1)
    told = content.study()
    rows = content.items()[:3]
    made = surveys.make(now, items=3, document=document)
    made.study.title = told["title"]
    made.domains[0].name = rows[0].domain
    for item, row in zip(made.items, rows, strict=True):
        for text in item.wordings[0].texts:
            text.title, text.description = row.title[text.language], row.description[text.language]
            text.examples = "\n".join(row.examples[text.language])
    session.add(Presentation(study_id=made.study.id, quick_exit="https://example.org/weather"))
    return made.token(made.ben)


def _take(server: Server, tokens: tuple[str, str]) -> None:
    again, first = tokens
    with pages(server) as open_page:

        def opened(size: str, token: str) -> Page:
            page = open_page(size)
            page.goto(f"/i/{token}")
            page.locator("main form button.primary").click()
            page.wait_for_load_state()
            return page

        for size in SIZES:
            keep(opened(size, again), f"expert-arrival-{size}")
            _rating(opened(size, first), size)
        agreeing = opened("desktop", again)
        agreeing.locator("form[action$=consent] button.primary").click()
        agreeing.wait_for_load_state()
        for size in SIZES:
            _demo(opened(size, again), size)


def _rating(page: Page, size: str) -> None:
    for point in "98":  # so that something has changed, and "saved" is said, each time
        page.locator(".item-card").first.locator(".tile", has_text=point).click()
        page.wait_for_timeout(1000)
    page.mouse.move(0, 0)
    keep(page, f"expert-rating-{size}")


def _demo(page: Page, size: str) -> None:
    """Rating again, what became of settled items, the personal page."""
    base = page.url.partition("/domains/")[0].removesuffix("/practice")
    for part, name in (("settled", "settled"), ("me", "personal")):
        page.goto(f"{base}/{part}")
        keep(page, f"expert-{name}-{size}")
    page.goto(f"{base}/")
    page.locator(".task-list a[href*='/domains/']").first.click()
    page.wait_for_load_state()
    page.locator(".said").first.scroll_into_view_if_needed()
    page.locator(".item-card").first.evaluate("(card) => scrollTo(0, card.offsetTop - 72)")
    keep(page, f"expert-rerating-{size}")


if __name__ == "__main__":
    main()

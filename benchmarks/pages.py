"""What the expert's pages weigh, and how soon they can be used on a slow line.

Run: python -m benchmarks.pages (needs Chromium). The real server on a new SQLite database; Chromium with an empty
cache, a line of 400 kbit/s with 400 ms for each request, and a processor four times slower than this machine's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import flask_migrate
from playwright.sync_api import Browser, CDPSession, sync_playwright
from sqlalchemy import select, update

from delphi import settings
from delphi.app import create_app
from delphi.db import session
from delphi.demo import content
from delphi.models import Domain, Item, Presentation
from delphi.services import demo, links, presentations
from tests.support import surveys
from tests.support.browser import CHROMIUM, OPTIONS, Server

SECRET = "a secret for this measurement only, long enough"
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4
RUNS = 5
KINDS = ("Document", "Stylesheet", "Script")
# Set before the page's own scripts run; reads the sum of all layout shifts.
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
TIMES = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  return [painted, page.domContentLoadedEventEnd, window.shifts];
}"""


@dataclass(frozen=True)
class Page:
    """What is measured: the link that lets in, the address, and what it may weigh."""

    name: str
    token: str
    address: str
    most: int  # bytes


@dataclass(frozen=True)
class Opened:
    """One opening: bytes by kind, seconds, and the sum of layout shifts."""

    weight: dict[str, int]
    painted: float
    usable: float
    shifts: float


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        values = {
            "instance_path": folder,
            "database_url": f"sqlite:///{Path(folder) / 'delphi.sqlite3'}",
            "secret_key": SECRET,
            "demo": "yes",
        }
        pages = _site(values)
        server = Server(with_worker=False, settings=values)
        try:
            _report(server, pages)
        finally:
            server.stop()


def _report(server: Server, pages: list[Page]) -> None:
    print("| page | HTML | CSS | scripts | all | most | painted | usable | shift |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for page in pages:
            print(_row(page, [_open(browser, server, page) for _ in range(RUNS)]), flush=True)
        print(f"\nChromium {browser.version}")
        browser.close()


def _row(page: Page, opened: list[Opened]) -> str:
    """Medians; of the shifts the largest."""
    weights = [median(one.weight[kind] for one in opened) for kind in KINDS]
    everything = median(sum(one.weight.values()) for one in opened)
    cells = [page.name, *(f"{weight / 1000:.1f} kB" for weight in (*weights, everything, page.most))]
    cells += [
        f"{median(times):.2f} s" for times in zip(*((one.painted, one.usable) for one in opened), strict=True)
    ]
    cells.append(f"{max(one.shifts for one in opened):.3f}")
    return f"| {' | '.join(cells)} |"


def _open(browser: Browser, server: Server, page: Page) -> Opened:
    """In a new profile: what was loaded for the visit is loaded again, by emptying the cache before the page itself."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=server.url, service_workers="block"
    )
    tab = context.new_page()
    tab.goto(f"/i/{page.token}")
    tab.locator("main form button").first.click()
    tab.wait_for_load_state()
    tab.goto("about:blank")
    tab.add_init_script(SHIFTS)
    devtools = context.new_cdp_session(tab)
    with _weighing(devtools) as weight:
        devtools.send("Network.clearBrowserCache")
        devtools.send("Network.emulateNetworkConditions", LINE)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        tab.goto(page.address, wait_until="networkidle")
        painted, ready, shifts = tab.evaluate(TIMES)
    context.close()
    return Opened(weight, painted / 1000, max(painted, ready) / 1000, shifts)


@contextmanager
def _weighing(devtools: CDPSession) -> Iterator[dict[str, int]]:
    """Bytes as they came over the line, headers included, by kind of file."""
    kinds: dict[str, str] = {}
    weight = dict.fromkeys((*KINDS, "Other"), 0)

    def answered(event: dict[str, str]) -> None:
        kinds[event["requestId"]] = event["type"] if event["type"] in KINDS else "Other"

    def finished(event: dict[str, object]) -> None:
        weight[kinds[str(event["requestId"])]] += int(str(event["encodedDataLength"]))

    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    devtools.send("Network.enable")
    yield weight


def _site(values: dict[str, str]) -> list[Page]:
    app = create_app(settings.read({settings.PREFIX + name.upper(): value for name, value in values.items()}))
    now = datetime.now(UTC)
    with app.app_context():
        flask_migrate.upgrade()
        pages = [
            _first_round("first page of cards, 5 items", now, 5, 60_000),
            _first_round("domain of 20 items on one page", now, 20, 90_000),
            _second_round("20 items rated again, with feedback", now, 90_000),
        ]
        session.commit()
    return pages


def _first_round(name: str, now: datetime, page_size: int, most: int) -> Page:
    """Twenty items in one domain, with the texts of the demo."""
    survey = surveys.make(now, items=20)
    for item, told in zip(survey.items, content.items(), strict=False):
        for text in item.wordings[0].texts:
            text.title = told.title[text.language]
            text.description = told.description[text.language]
            text.examples = "\n".join(told.examples[text.language])
    session.add(
        Presentation(study_id=survey.study.id, page_size=page_size, quick_exit="https://example.org/weather")
    )
    return Page(name, survey.token(survey.ben), _address(survey.study.id, survey.domains[0].id), most)


def _second_round(name: str, now: datetime, most: int) -> Page:
    """The demo's second round, all items in one domain."""
    study = demo.load(now)
    presentations.of(study).page_size = 20
    domain = session.scalars(
        select(Domain.id).where(Domain.study_id == study.id).order_by(Domain.id.desc())
    ).first()
    session.execute(update(Item).where(Item.study_id == study.id).values(domain_id=domain))
    expert = demo.expert_to_try(study)
    if expert is None or domain is None:
        raise RuntimeError("the demo has no expert to try, or no domain")
    return Page(name, links.make(expert, now), _address(study.id, domain) + "?shown=1", most)


def _address(study_id: int, domain_id: int) -> str:
    return f"/x/{study_id}/domains/{domain_id}"


if __name__ == "__main__":
    main()

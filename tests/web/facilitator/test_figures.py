"""The gallery, a figure's page and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from delphi.db import session
from delphi.models import Round
from delphi.services.figures import FIGURES
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, open_round, rate

Statements = Callable[[], AbstractContextManager[list[str]]]

RATED = {"W": [9, 9, 8, 8, 7, 5, 5, 5], "C": [9, 9, 8, 8, 7, 1], "M": [2, 2, 2]}
FILES = {
    "json": "application/json",
    "plot": "image/svg+xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv",
}


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    for code in ("A", "B"):
        rate(world, opened, code, RATED, clock())
    made = close(world, opened, clock())
    session.commit()
    return made


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}/figures{rest}"


@pytest.mark.parametrize("name", list(FIGURES))
def test_before_any_round_each_page_says_what_it_needs(as_fay: Browser, world: World, name: str) -> None:
    page = as_fay.get(url(world, f"/{name}")).text
    assert "Nothing to draw yet" in page
    assert "Needs" in page
    assert "data-figure" not in page
    assert "Nothing to draw yet" in as_fay.get(url(world, f"/{name}/plot")).text
    assert as_fay.get(url(world, f"/{name}/svg")).status_code == 404


def test_the_gallery_leads_to_each_figure(as_observer: Browser, world: World, closed: Round) -> None:
    page = as_observer.get(url(world)).text
    for name in FIGURES:
        assert url(world, f"/{name}") in page


def test_an_observer_sees_a_figure_with_its_table_and_files(
    as_observer: Browser, world: World, closed: Round
) -> None:
    page = as_observer.get(url(world, "/panels")).text
    assert "Data table" in page
    assert "Panel W" in page
    for kind, content in FILES.items():
        answer = as_observer.get(url(world, f"/panels/{kind}"))
        assert answer.status_code == 200
        assert answer.content_type.startswith(content)
        assert (kind in ("json", "plot")) == ("Content-Disposition" not in answer.headers)


@pytest.mark.parametrize("name", list(FIGURES))
def test_no_file_and_no_page_holds_a_group_too_small_to_show(
    as_fay: Browser, world: World, closed: Round, name: str
) -> None:
    for rest in ("", "/json", "/plot", "/csv"):
        text = as_fay.get(url(world, f"/{name}{rest}?item={world.items['A'].id}")).text
        told = (
            text.partition("<h1>")[2].replace('<option value="M">Panel M</option>', "") if not rest else text
        )
        assert "Panel M" not in told


def test_a_small_group_asked_for_gives_an_empty_figure(as_fay: Browser, world: World, closed: Round) -> None:
    assert as_fay.get(url(world, "/convergence/json?group=M")).json == {}
    assert "Nothing to draw yet" in as_fay.get(url(world, "/convergence?group=M")).text


def test_a_table_runs_nothing_in_a_spreadsheet(as_fay: Browser, world: World, closed: Round) -> None:
    for item in world.items.values():
        for wording in item.wordings:
            for text in wording.texts:
                text.title = "=HYPERLINK(1)"
    data = as_fay.get(url(world, "/convergence/csv")).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    assert {row[1] for row in rows[1:]} == {"'=HYPERLINK(1)"}


def test_the_picture_has_the_numbers_of_the_board(as_fay: Browser, world: World, closed: Round) -> None:
    picture = as_fay.get(url(world, f"/distribution/plot?item={world.items['A'].id}")).text
    assert "n = 17, median 7" in picture
    assert "n = 8, median 7.5" in picture
    assert picture == as_fay.get(url(world, f"/distribution/plot?item={world.items['A'].id}")).text


def test_in_french(as_fay: Browser, world: World, closed: Round) -> None:
    world.fay.language = "fr"
    spec = as_fay.get(url(world, "/response/json")).json
    assert spec is not None
    assert spec["config"]["locale"]["number"]["decimal"] == ","


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_page_takes_few_statements(
    as_fay: Browser, world: World, closed: Round, statements: Statements, name: str
) -> None:
    with statements() as seen:
        as_fay.get(url(world, f"/{name}"))
    assert len(seen) <= 15


@pytest.mark.parametrize("rest", ["/pie", "/pie/svg", "/panels/exe"])
def test_what_is_not_there_is_not_found(as_fay: Browser, world: World, closed: Round, rest: str) -> None:
    assert as_fay.get(url(world, rest)).status_code == 404


def test_another_study_is_not_shown(as_charlie: Browser, world: World, closed: Round) -> None:
    for rest in ("", "/panels", "/panels/svg"):
        assert as_charlie.get(url(world, rest)).status_code == 404

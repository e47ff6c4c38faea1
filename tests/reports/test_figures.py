"""Each figure by itself: its specification is valid, draws what its table says, and in the reader's language."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask_babel import force_locale

from delphi.reports.figures import agreement, convergence, distribution, flow, panels, rendering, response
from delphi.reports.figures.figure import Figure, Numbers
from delphi.reports.figures.rendering import VEGA_LITE
from delphi.web.static_files import __file__ as _static

NAMES = {"pooled": "All experts", "W": "Women", "C": "Children"}
BANDS = {"low": (1, 3), "middle": (4, 6), "high": (7, 9)}


def numbers(
    item: str, round: int, group: str = "pooled", high: float = 80.0, change: float | None = None
) -> Numbers:
    counts = [0, 0, 1, 0, 1, 0, 3, 3, 2]
    changed = None if change is None else 30.0
    return Numbers(
        item,
        f"Statement of {item}",
        round,
        group,
        "promote",
        counts,
        1,
        10.0,
        high,
        7.5,
        7.0,
        8.0,
        change,
        changed,
    )


def every_figure() -> dict[str, Figure]:
    rated = [
        numbers("A1", 1, high=71.3),
        numbers("A1", 2, high=83.7, change=12.4),
        numbers("B2", 1, high=40.0),
    ]
    by_panel = [numbers("A1", 2, "W", 91.2), numbers("A1", 2, "C", 55.5)]
    verdicts = {"promote": "Promote", "drop": "Drop"}
    return {
        "convergence": convergence.figure(rated, "All experts", verdicts),
        "agreement": agreement.figure(rated[1:], 2, verdicts),
        "panels": panels.figure(by_panel, NAMES, 2),
        "distribution": distribution.figure("A1", [*rated[:2], *by_panel], NAMES, {1: BANDS, 2: BANDS}),
        "response": response.figure([response.Response(1, 20, [3, 9, 17]), response.Response(2, 17, [0, 8])]),
        "flow": flow.figure(
            [
                flow.Flow(1, {"new": 31}, {"promoted": 12, "dropped": 4, "again_next": 15}),
                flow.Flow(2, {"again": 11, "reworded": 4}, {"waiting": 15}),
            ]
        ),
    }


@pytest.fixture
def figures(app: Flask) -> dict[str, Figure]:
    with app.test_request_context():
        return every_figure()


def texts(svg: str) -> set[str]:
    return set(re.findall(r"<text[^>]*>([^<]+)</text>", svg))


def test_every_specification_fits_the_schema_of_vega_lite(figures: dict[str, Figure]) -> None:
    import altair as alt

    for made in figures.values():
        alt.Chart.from_dict(made.titled(), validate=True)
        assert made.titled()["$schema"].split("/")[-1].startswith(f"v{VEGA_LITE}")


def test_pictures_say_the_numbers_of_their_tables(figures: dict[str, Figure]) -> None:
    drawn = {name: texts(rendering.svg(made.titled())) for name, made in figures.items()}
    assert {"31", "12", "4", "15", "11"} <= drawn["flow"]
    assert {"Round 1: 17/20", "Round 2: 8/17"} <= drawn["response"]
    assert {"n = 10, median 7.5", "Women", "Children", "All experts"} <= drawn["distribution"]
    assert {"83.7", "71.3"} <= drawn["convergence"]
    assert {"A1", "Women", "Children"} <= drawn["panels"]
    for name, made in figures.items():
        assert made.title in drawn[name]


def test_pictures_are_drawn_without_the_network(figures: dict[str, Figure]) -> None:
    spec = json.loads(json.dumps(figures["flow"].spec))
    spec.pop("datasets")
    spec["data"] = {"url": "http://127.0.0.1:9/secret.json"}
    with pytest.raises(ValueError, match=r"(?i)not allowed|access"):
        rendering.svg(spec)


def test_a_png_is_made(figures: dict[str, Figure]) -> None:
    assert rendering.png(figures["response"].titled()).startswith(b"\x89PNG")


def test_in_french_words_and_decimals_are_french(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        made = every_figure()["convergence"]
        assert made.spec is not None
        assert made.spec["config"]["locale"]["number"]["decimal"] == ","
        assert "83,7" in texts(rendering.svg(made.spec))


def test_nothing_is_drawn_from_nothing(app: Flask) -> None:
    with app.test_request_context():
        empty = [
            convergence.figure([], "All experts", {}),
            agreement.figure([numbers("A1", 1)], 1, {}),
            panels.figure([], NAMES, 1),
            distribution.figure("A1", [], NAMES, {}),
            response.figure([]),
            flow.figure([]),
        ]
    assert [made.spec for made in empty] == [None] * 6
    with pytest.raises(ValueError, match="nothing to draw"):
        empty[0].titled()


def test_panels_are_drawn_forty_items_at_a_time_and_tabled_whole(app: Flask) -> None:
    many = [
        numbers(f"I{index:03}", 1, group, high)
        for index in range(95)
        for group, high in (("W", 90.0), ("C", 90.0 - index / 2))
    ]
    with app.test_request_context():
        first, last = panels.figure(many, NAMES, 1), panels.figure(many, NAMES, 1, page=3)
    assert panels.pages(many) == 3
    assert len(first.rows) == len(last.rows) == 190
    assert first.rows[0][0] == "I094"
    assert first.spec is not None
    assert last.spec is not None
    assert len({row["item"] for row in first.spec["datasets"]["figure"]}) == 40
    assert len({row["item"] for row in last.spec["datasets"]["figure"]}) == 15
    assert "81" in last.caption
    assert "95" in last.caption


def test_five_hundred_items_stay_a_picture_of_a_modest_size(app: Flask) -> None:
    many = [
        numbers(f"I{index:03}", number, high=index / 5, change=1.0)
        for index in range(500)
        for number in (1, 2, 3)
    ]
    with app.test_request_context():
        made = [
            convergence.figure(many, "All experts", {}),
            agreement.figure(many[2::3], 3, {}),
        ]
    for one in made:
        assert one.spec is not None
        assert len(rendering.svg(one.spec)) < 1_500_000


def test_the_scripts_of_the_pages_are_the_versions_that_altair_writes_for() -> None:
    from pathlib import Path

    import altair as alt

    vendor = Path(_static).parent / "static" / "vendor"
    served = (vendor / "vega-lite.min.js").read_text(encoding="utf-8")
    assert alt.SCHEMA_VERSION.removeprefix("v") in served[:400]
    assert alt.SCHEMA_VERSION.startswith(f"v{VEGA_LITE}")
    assert max(path.stat().st_size for path in vendor.iterdir()) < 1_000_000
    assert {f"{path.name.removesuffix('.min.js')}.LICENSE.txt" for path in vendor.glob("*.min.js")} <= {
        path.name for path in vendor.iterdir()
    }

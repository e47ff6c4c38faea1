"""The flower: a petal for each area, whatever their number and however long their names."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from delphi.reports.figures import rendering
from delphi.reports.flower import Flower, Petal, svg

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Compréhension des dynamiques de la violence entre partenaires intimes et de ses conséquences à long terme"


def flower(petals: list[Petal], parts: tuple[str, ...] = ()) -> Flower:
    return Flower("f", "The framework", "What it shows.", ("155", "items"), parts, petals)


def petals(count: int, items: int = 7, **more: str) -> list[Petal]:
    return [Petal(f"{index} {LONG}", f"{items} items", items, **more) for index in range(count)]


def drawn(of: Flower, *, labels: bool = True) -> ElementTree.Element:
    return ElementTree.fromstring(svg(of, labels=labels))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 24])
@pytest.mark.parametrize("items", [0, 1, 14, 60])
def test_every_item_is_a_dot_and_every_area_has_its_number(count: int, items: int) -> None:
    root = drawn(flower(petals(count, items)), labels=False)
    circles = list(root.iter(f"{SVG}circle"))
    assert len(circles) == count * items + 2  # the disc and its ring
    assert {str(number) for number in range(1, count + 1)} <= set(texts(root))


@pytest.mark.parametrize("count", [2, 10, 24])
def test_names_stand_within_the_drawing_and_never_on_each_other(count: int) -> None:
    root = drawn(flower(petals(count)))
    _x, _y, width, height = map(float, root.attrib["viewBox"].split())
    for anchor in ("start", "end"):
        lines = sorted(
            float(text.attrib["y"]) for text in root.iter(f"{SVG}text") if text.get("text-anchor") == anchor
        )
        assert all(below - above >= 15 for above, below in pairwise(lines))
        assert all(abs(y) <= height / 2 for y in lines)
    assert all(
        abs(float(text.attrib["x"])) < width / 2 - 200
        for text in root.iter(f"{SVG}text")
        if text.get("text-anchor") in ("start", "end")
    )
    assert max(map(len, texts(root))) <= 30


def test_dots_of_a_petal_keep_apart_and_within_it() -> None:
    found = re.findall(r'cx="([-\d.]+)" cy="([-\d.]+)" r="([-\d.]+)"', svg(flower(petals(24, 60)[:1] * 24)))
    one = [(float(x), float(y)) for x, y, _radius in found[:60]]
    radius = float(found[0][2])
    for index, (x, y) in enumerate(one):
        assert all((x - a) ** 2 + (y - b) ** 2 >= (2 * radius) ** 2 for a, b in one[:index])


def test_a_blank_petal_is_dashed_and_has_no_dots() -> None:
    root = drawn(
        flower([Petal("Blank", "left empty on purpose", 0, blank=True), Petal("Full", "3 items", 3)])
    )
    dashed = [path for path in root.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "left empty on purpose" in texts(root)


def test_parts_have_letters_as_well_as_colours() -> None:
    listed = [Petal("One", "1 item", 1, part=0), Petal("Two", "1 item", 1, part=1)]
    said = texts(drawn(flower(listed, ("Core", "Leaf"))))
    assert said.count("A") == said.count("B") == 2
    assert {"Core", "Leaf"} <= set(said)


def test_what_people_typed_is_escaped() -> None:
    text = svg(flower([Petal('<script>"x"&', "n", 1, address='a"b.html')], ('<b>"',)))
    assert "<script>" not in text
    assert 'href="a&quot;b.html"' in text
    ElementTree.fromstring(text)


def test_without_addresses_it_is_one_image_and_with_them_a_group_of_links() -> None:
    assert drawn(flower(petals(3))).get("role") == "img"
    root = drawn(flower(petals(3, address="d.html")))
    assert root.get("role") == "group"
    assert [link.get("aria-label", "")[:3] for link in root.iter(f"{SVG}a")] == ["1. ", "2. ", "3. "]


def test_no_petal_is_drawn_of_nothing() -> None:
    assert texts(drawn(flower([]))) == ["155", "items"]


def test_it_can_be_a_png() -> None:
    assert rendering.png_of_svg(svg(flower(petals(3)))).startswith(b"\x89PNG")

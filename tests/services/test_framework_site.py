"""The static site: complete in itself, in both languages, with nothing that was not promoted or may not be shown."""

from __future__ import annotations

import posixpath
from datetime import timedelta
from pathlib import Path

import pytest

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.models import Account
from delphi.services import domains, framework_site
from delphi.services.framework_site import safe_names
from tests.support import frameworks, pages
from tests.support.clock import Clock
from tests.support.frameworks import Grown, Links, site_of
from tests.support.studies import make_study


@pytest.fixture
def grown(alice: Account, fay: Account, clock: Clock) -> Grown:
    return frameworks.grow(alice, fay, clock())


def links_are_sound(files: dict[str, str]) -> None:
    seen = {name: Links(page) for name, page in files.items() if name.endswith(".html")}
    for name, page in seen.items():
        for address in page.addresses:
            assert ":" not in address, f"{name}: {address}"
            path, _, anchor = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in files, f"{name}: {address}"
            assert not anchor or anchor in seen[target].anchors, f"{name}: {address}"


def reached(files: dict[str, str]) -> set[str]:
    found, waiting = set[str](), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".html"):
            folder = posixpath.dirname(name)
            paths = [address.partition("#")[0] for address in Links(files[name]).addresses]
            waiting += [posixpath.normpath(posixpath.join(folder, path)) for path in paths if path]
    return found


def test_every_link_leads_somewhere_and_every_page_is_reached(
    grown: Grown, clock: Clock, tmp_path: Path
) -> None:
    for style in ("flower", "list"):
        files = site_of(grown.study, tmp_path, clock(), style)
        links_are_sound(files)
        assert reached(files) == set(files)


def test_nothing_comes_from_elsewhere_and_nothing_needs_a_script(
    grown: Grown, clock: Clock, tmp_path: Path
) -> None:
    for name, text in site_of(grown.study, tmp_path, clock()).items():
        assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', ""), name
        assert "<script" not in text
        assert "url(" not in text
        assert "@import" not in text


def test_every_page_is_sound(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    for name, page in site_of(grown.study, tmp_path, clock()).items():
        if name.endswith(".html"):
            assert pages.problems(page) == [], name


def test_each_language_has_every_page_in_its_words(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    files = site_of(grown.study, tmp_path, clock())
    english = {name[3:] for name in files if name.startswith("en/")}
    assert english == {name[3:] for name in files if name.startswith("fr/")}
    assert 'lang="en"' in files["en/index.html"]
    assert "What the law asks." in files["en/area-1.html"]
    assert "Ce que la loi demande." in files["fr/area-1.html"]
    assert "Title of item A (fr)" in files["fr/item-a.html"]
    assert '"../en/item-a.html"' in files["fr/item-a.html"]


def test_what_was_not_promoted_is_in_no_file(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    files = site_of(grown.study, tmp_path, clock())
    assert not any("Title of item B" in text for text in files.values())
    assert "en/item-b.html" not in files
    for state in set(ItemState) - {ItemState.PROMOTED}:
        grown.world.items["A"].state = state
        assert "en/item-a.html" not in site_of(grown.study, tmp_path, clock())


def test_a_group_too_small_is_in_no_file_nor_what_would_give_it_away(
    grown: Grown, clock: Clock, tmp_path: Path
) -> None:
    """A was rated by six of W, six of C and three of M: with everyone, W and C, M would follow by subtraction."""
    files = site_of(grown.study, tmp_path, clock())
    for page in (files["en/item-a.html"], files["en/about.html"]):
        assert "Panel C" in page
        assert "Panel W" not in page
    assert "15 experts answered" in files["en/about.html"]
    assert "All experts" in files["en/item-a.html"]
    assert not any("Panel M" in text for text in files.values())


def test_the_numbers_are_the_stored_ones(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    page = site_of(grown.study, tmp_path, clock())["en/item-c.html"]
    row = '<th scope="row">Panel W</th><td class="number">6</td><td class="number">6</td><td class="number">100</td>'
    assert row in page


def test_a_blank_area_says_why(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    files = site_of(grown.study, tmp_path, clock())
    assert "left empty on purpose" in files["en/index.html"]
    assert "stroke-dasharray" in files["en/index.html"]
    assert "Told elsewhere." in files["en/area-2.html"]


def test_items_that_mention_each_other_are_linked(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    frameworks.say(grown.world.items["A"], "Title of item A", "See title of item C (en).")
    files = site_of(grown.study, tmp_path, clock())
    assert 'href="item-c.html"' in files["en/item-a.html"]
    assert "Mentioned by" in files["en/item-c.html"]
    assert 'href="item-a.html"' in files["en/item-c.html"]


def test_what_was_typed_is_escaped_everywhere(
    grown: Grown, alice: Account, clock: Clock, tmp_path: Path
) -> None:
    evil = "<script>alert(1)</script>\"'&"
    study = grown.study
    frameworks.say(grown.world.items["A"], evil, evil, evil)
    for domain in (grown.part, grown.law, grown.blank):
        domain.name = {"en": f"{domain.name['en']} {evil}", "fr": evil}
    domains.tell(grown.law, study, {"en": evil}, {}, by=alice, now=clock())
    domains.tell(grown.blank, study, {}, {"en": evil}, by=alice, now=clock())
    study.title = {"en": evil, "fr": evil}
    for panel in grown.world.panels.values():
        panel.name = {"en": evil}
    session.flush()
    files = site_of(study, tmp_path, clock())
    links_are_sound(files)
    assert not any("<script" in text for text in files.values())


def test_without_promoted_items_it_says_so(alice: Account, clock: Clock, tmp_path: Path) -> None:
    files = site_of(make_study(alice, clock()), tmp_path, clock())
    links_are_sound(files)
    assert "No item has been promoted so far" in files["en/index.html"]
    assert "Too few experts" in files["en/about.html"]


def test_the_model_study(alice: Account, clock: Clock, tmp_path: Path) -> None:
    study = make_study(alice, clock(), ["en"])
    frameworks.model_study(study, alice, clock())
    files = site_of(study, tmp_path, clock())
    links_are_sound(files)
    assert reached(files) == set(files)
    assert len([name for name in files if "/item-" in name]) == 155
    assert len([name for name in files if "/area-" in name]) == 10
    assert files["en/index.html"].count('<section class="part">') == 5


def test_progress_is_told_to_the_last_page(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    target = tmp_path / "site.zip"
    framework_site.write(grown.study, {}, target, lambda *step: told.append(step), now=clock())
    assert [done for _step, done, _total in told] == list(range(1, len(told) + 1))
    assert {total for _step, _done, total in told} == {len(told)}


def test_codes_give_safe_names_and_none_twice() -> None:
    codes = ["LAW1.03", "law1-03", "Law1_03", "É.1", "日本", "漢字", "a..b", "A--B"]
    names = safe_names(codes)
    assert len(set(names.values())) == len(codes)
    assert names["LAW1.03"] == "law1-03"
    assert all(name.isascii() and name == name.lower() for name in names.values())
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_") for name in names.values())


def test_a_round_that_is_still_open_tells_nothing(grown: Grown, clock: Clock, tmp_path: Path) -> None:
    from tests.support import rounds as support

    grown.world.items["B"].state = ItemState.IN_PLAY
    before = site_of(grown.study, tmp_path, clock())["en/about.html"]
    opened = support.open_round(grown.world, clock() + timedelta(days=9), ["B"])
    support.rate(grown.world, opened, "B", {"W": [9] * 8}, clock())
    assert site_of(grown.study, tmp_path, clock())["en/about.html"] == before

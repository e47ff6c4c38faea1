"""From everything an expert can see, the counts of a suppressed panel do not follow; with worse suppression they do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain import anonymity
from delphi.models import Account, Consent, Expert, ExpertPanel, Rating, Round
from delphi.services import consents, links, results, verdicts
from tests.support import derivation, rounds, studies
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.derivation import Atom
from tests.support.rounds import World

DOCUMENT = studies.DOCUMENT.replace("[otherwise]", "[feedback]\nby_panel = true\n\n[otherwise]")
SIZES = {"W": 14, "C": 9, "M": 4, "K": 3}
POINTS = 9
MINIMUM = 5
Place = tuple[int, int]  # (item id, round number)
Shown = dict[Place, dict[str, list[int]]]


@dataclass
class Reader:
    expert: Expert
    browser: Browser
    shown: Shown = field(default_factory=lambda: defaultdict(dict))
    briefly: set[Place] = field(default_factory=set)  # told in one line, where a round's items are settled


@dataclass
class Played:
    world: World
    readers: list[Reader]
    truth: dict[Place, dict[Atom, list[int]]] = field(default_factory=dict)
    own: dict[tuple[int, Place], int] = field(default_factory=dict)  # (expert id, place) -> point


@pytest.fixture
def play(app: Flask, alice: Account, fay: Account, clock: Clock) -> Callable[[], Played]:
    """Three rounds with movement; in each and after them every page that six experts can reach is read."""

    def run() -> Played:
        world = _world(alice, fay, clock)
        played = Played(world, [_enter(app, world, expert, clock) for expert in _one_of_each(world)])
        draw = Random(4)
        for codes in ("ABCDEF", "ABDEF", "ABDF"):
            in_play = [code for code in codes if world.items[code].state in ("candidate", "in_play")]
            opened = rounds.open_round(world, clock(), in_play)
            for reader in played.readers:
                _read_everything(reader, world)
            _rate(played, opened, draw, clock)
            rounds.decide_all(world, rounds.close(world, opened, clock()), clock())
            clock.advance(days=8)
        for reader in played.readers:
            _read_everything(reader, world)
        results.conclude(world.study, by=alice, now=clock())
        for reader in played.readers:
            _read_everything(reader, world)
        return played

    return run


def _world(alice: Account, fay: Account, clock: Clock) -> World:
    """M and K are small; some are in two panels; D, E and F are for some panels only."""
    world = rounds.make_world(alice, fay, clock(), SIZES, DOCUMENT)
    for code, names in (("D", "WM"), ("E", "CMK"), ("F", "WMK")):
        asked = [world.panels[name] for name in names]
        world.items[code] = studies.add_item(world.study, clock(), code, asked=asked)
    for name, place, other in (("W", 0, "C"), ("C", 0, "K"), ("C", 1, "W"), ("C", 2, "W")):
        session.add(ExpertPanel(expert_id=world.experts[name][place].id, panel_id=world.panels[other].id))
    session.flush()
    session.expire_all()
    return world


def _one_of_each(world: World) -> list[Expert]:
    """One of each membership there is."""
    found = {_panels_of(world, expert): expert for group in world.experts.values() for expert in group}
    assert len(found) == 6
    return list(found.values())


def _panels_of(world: World, expert: Expert) -> Atom:
    codes = {panel.id: code for code, panel in world.panels.items()}
    return frozenset(codes[row.panel_id] for row in expert.panels)


def _enter(app: Flask, world: World, expert: Expert, clock: Clock) -> Reader:
    text = consents.current(world.study)
    assert text is not None
    session.add(Consent(expert_id=expert.id, consent_text_id=text.id, language="en", given_at=clock()))
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.post(f"/i/{links.make(expert, clock())}")
    return Reader(expert, browser)


def _rate(played: Played, opened: Round, draw: Random, clock: Clock) -> None:
    """Most answer, each item around another point; of K one alone answers F."""
    world = played.world
    asked = {one.item_id: one for one in verdicts.asked_in(opened)}
    codes = {item.id: code for code, item in world.items.items()}
    everyone = {expert.id: expert for group in world.experts.values() for expert in group}
    for item_id, one in asked.items():
        table: dict[Atom, list[int]] = defaultdict(lambda: [0] * POINTS)
        place, answered_of_k = (item_id, opened.number), 0
        for expert_id in one.experts:
            atom = frozenset(name for name, members in one.panels.items() if expert_id in members)
            if codes[item_id] == "F" and "K" in atom:
                answered_of_k += 1
                if answered_of_k > 1 or atom != {"K"}:
                    continue
            point = min(9, max(1, round(draw.gauss(5, 2.2))))
            table[atom][point - 1] += 1
            played.own[expert_id, place] = point
            session.add(_rating(opened, everyone[expert_id], item_id, point, clock))
        played.truth[place] = dict(table)
    session.flush()


def _rating(opened: Round, expert: Expert, item_id: int, point: int, clock: Clock) -> Rating:
    wording_id = next(row.wording_id for row in opened.items if row.item_id == item_id)
    return Rating(
        round_id=opened.id, expert_id=expert.id, item_id=item_id, wording_id=wording_id,
        criterion="importance", point=point, updated_at=clock(),
    )  # fmt: skip


# Reading.


def _read_everything(reader: Reader, world: World) -> None:
    """Every page of the expert's that links lead to; a PDF is made of one of them."""
    start = f"/x/{world.study.id}/"
    waiting, seen = [start], {start}
    while waiting:
        answer = reader.browser.get(waiting.pop(), follow_redirects=True)
        text = answer.text
        _note(reader, text)
        for link in map(unescape, re.findall(r'href="([^"#]+)', text)):
            if link.startswith(start) and link not in seen and not link.endswith(".pdf"):
                seen.add(link)
                waiting.append(link)
    assert len(seen) > 3


BY_PANEL = re.compile(r'<details class="by-panel">.*?</details>', re.DOTALL)


def _note(reader: Reader, page: str) -> None:
    for card in re.split(r'(?=<fieldset class="item-card")', page)[1:]:
        _note_card(reader, card)
    for item_id, brief in re.findall(
        r'<article class="card settled" id="item-(\d+)">(.*?)</article>', page, re.DOTALL
    ):
        told = re.search(r"(\d+) experts? in round (\d+)", brief)
        if told:
            reader.briefly.add((int(item_id), int(told[2])))
    assert "Panel " not in BY_PANEL.sub("", page).replace("other panels", "")


def _note_card(reader: Reader, card: str) -> None:
    told = re.search(r"How the panel rated it in round (\d+)", card)
    if told is None:
        assert "<svg" not in card
        return
    shown = reader.shown[int(re.search(r'data-item="(\d+)"', card)[1]), int(told[1])]
    by_panel = "".join(BY_PANEL.findall(card))
    shown["pooled"] = _counts(BY_PANEL.sub("", card))
    for section in by_panel.split("<section>")[1:]:
        shown[re.search(r"Panel (\w)", section)[1]] = _counts(section)


def _counts(part: str) -> list[int]:
    (label,) = re.findall(r'aria-label="Number of answers at each point. ([^"]*)\."', part)
    return [int(pair.split(": ")[1]) for pair in label.split(", ")]


# Deriving.


def _knowledge(played: Played, reader: Reader, place: Place) -> Mapping[str, Sequence[int]]:
    """What is told in one line is taken as if the whole distribution were."""
    known = dict(reader.shown.get(place, {}))
    if place in reader.briefly:
        known.setdefault("pooled", derivation.counts(played.truth[place], "pooled"))
    return known


def _small(played: Played, place: Place) -> list[str]:
    """The panels that are too small; a large one may be hidden too, but only because it would give these away."""
    table = played.truth[place]
    panels = sorted({name for atom in table for name in atom})
    return [name for name in panels if sum(derivation.counts(table, name)) < MINIMUM]


def _follows(played: Played, reader: Reader) -> list[tuple[Place, str]]:
    """The suppressed panels whose counts this reader can work out, with the item and round."""
    return [
        (place, panel)
        for place, table in played.truth.items()
        for panel in _small(played, place)
        if not _alone(played, reader, place, panel)
        and (known := _knowledge(played, reader, place))
        and derivation.derived(table, known, panel, _own(played, reader, place))
    ]


def _alone(played: Played, reader: Reader, place: Place, panel: str) -> bool:
    """A panel of oneself is no secret to oneself."""
    own = _own(played, reader, place)
    return own is not None and panel in own[0] and sum(derivation.counts(played.truth[place], panel)) == 1


def _own(played: Played, reader: Reader, place: Place) -> tuple[Atom, int] | None:
    point = played.own.get((reader.expert.id, place))
    panels = {name for atom in played.truth[place] for name in atom}
    atom = frozenset(_panels_of(played.world, reader.expert) & panels)
    return None if point is None else (atom, point)


def _everything_shown_is_true(played: Played) -> None:
    for reader in played.readers:
        for place, groups in reader.shown.items():
            for group, counts in groups.items():
                assert counts == derivation.counts(played.truth[place], group)


def test_no_suppressed_panel_follows_from_what_an_expert_sees(play: Callable[[], Played]) -> None:
    played = play()
    _everything_shown_is_true(played)
    shown = [groups for reader in played.readers for groups in reader.shown.values()]
    suppressed = [panel for place in played.truth for panel in _small(played, place)]
    assert sum(len(groups) > 1 for groups in shown) > 5  # panels are shown beside everyone
    assert Counter(suppressed).keys() == {"M", "K"}
    assert not any(
        name in groups
        for reader in played.readers
        for place, groups in reader.shown.items()
        for name in _small(played, place)
    )
    assert any(reader.briefly for reader in played.readers)
    assert {place[1] for reader in played.readers for place in reader.shown} == {1, 2}
    assert {place[1] for reader in played.readers for place in reader.briefly} == {1, 2, 3}
    assert [_follows(played, reader) for reader in played.readers] == [[]] * len(played.readers)


def _all_of_them(memberships: Sequence[Atom], _minimum: int) -> frozenset[str]:
    return frozenset({"pooled"}.union(*memberships))


def _large_ones(memberships: Sequence[Atom], minimum: int) -> frozenset[str]:
    sizes = Counter(name for panels in memberships for name in panels)
    return frozenset({"pooled"} | {name for name, size in sizes.items() if size >= minimum})


def _blind_to_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anonymity, "_left_with_a_panel", lambda *_: False)


@pytest.mark.any_database
def test_with_everything_shown_every_panel_is_known(
    play: Callable[[], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "visible_groups", _all_of_them)
    played = play()
    _everything_shown_is_true(played)
    assert {group for one in played.readers for groups in one.shown.values() for group in groups} >= set("MK")


@pytest.mark.any_database
def test_hiding_small_panels_alone_is_found_out(
    play: Callable[[], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "visible_groups", _large_ones)
    played = play()
    found = {panel for reader in played.readers for _, panel in _follows(played, reader)}
    assert "M" in found


@pytest.mark.any_database
def test_forgetting_that_readers_know_their_own_answer_is_found_out(
    play: Callable[[], Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    _blind_to_own_answers(monkeypatch)
    played = play()
    found = [
        (_panels_of(played.world, reader.expert), panel)
        for reader in played.readers
        for _, panel in _follows(played, reader)
    ]
    assert {panel for _, panel in found} == {"M"}
    assert all("K" in panels for panels, _ in found)  # the one of K takes their own answer away

"""Invent the experts of the demo study and their answers, the same ones every time.

An item's profile says what share of a panel chooses each point. Within a panel the points are dealt out in
order of leniency and taste: shares stay close to the profile while each person keeps a style of their own.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import ceil
from random import Random

from delphi.demo.content import DemoItem, items, rows, study

_SEED = "a demo study in two rounds"

# Share of a panel on each point from 1 to 9.
_SHARES: dict[str, tuple[float, ...]] = {
    "consensus-high": (0.00, 0.00, 0.01, 0.02, 0.03, 0.04, 0.20, 0.32, 0.38),
    "consensus-high-weaker": (0.00, 0.01, 0.02, 0.03, 0.06, 0.08, 0.30, 0.30, 0.20),
    "borderline": (0.00, 0.02, 0.03, 0.06, 0.10, 0.11, 0.30, 0.24, 0.14),
    "middling": (0.02, 0.04, 0.06, 0.10, 0.20, 0.18, 0.20, 0.13, 0.07),
    "needs-rewording": (0.03, 0.05, 0.08, 0.12, 0.17, 0.14, 0.18, 0.14, 0.09),
    "panel-dissents": (0.00, 0.01, 0.02, 0.03, 0.06, 0.08, 0.22, 0.32, 0.26),
    "dissent": (0.10, 0.15, 0.17, 0.20, 0.15, 0.10, 0.07, 0.04, 0.02),
    "polarised": (0.20, 0.16, 0.10, 0.03, 0.03, 0.03, 0.11, 0.16, 0.18),
    "low": (0.10, 0.16, 0.20, 0.15, 0.17, 0.09, 0.08, 0.04, 0.01),
    "low-consensus": (0.30, 0.29, 0.20, 0.08, 0.04, 0.03, 0.03, 0.02, 0.01),
}

# Few people use every point: a habit replaces some points by others of the same band.
_HABITS: dict[str, dict[int, int]] = {
    "every point": {},
    "never an end": {1: 2, 9: 8},
    "rather an end": {2: 1, 8: 9},
    "odd points": {2: 3, 4: 5, 6: 5, 8: 7},
}
_HABIT_WEIGHTS = (4, 2, 2, 1)

# Share of a panel that is unable to rate an item of a domain.
_UNABLE = {("CHI", "M"): 0.12, ("CHG", "C"): 0.12, ("CHG", "W"): 0.06, ("LAW", "C"): 0.05, ("LAW", "M"): 0.04}
_UNABLE_ELSEWHERE = 0.012
_LEFT_BLANK = 0.012

_STATES = {"never": "invited", "half": "active", "declined": "declined", "withdrawn": "withdrawn"}
_SHARE_RATED = {"never": 0.0, "half": 0.5, "declined": 0.0}

_SECOND_ROUND_TURNOUT = 0.55
_SECOND_ROUND_PARTIAL = 0.3
_HOLDS = {"polarised": 0.75, "panel-dissents": 0.6}
_HOLDS_ELSEWHERE = 0.4
_MOVES_AWAY = 0.04
_STAYS_UNABLE = 0.7
# A clearer wording draws answers up, whatever the old one had received.
_REWORDED_TARGET = 8.0


@dataclass(frozen=True)
class DemoExpert:
    """An invented person; `course` is complete, half, never, declined or withdrawn (after round 1)."""

    number: int
    name: str
    email: str
    language: str
    panels: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    course: str
    state: str
    leniency: float
    habit: str


@dataclass(frozen=True)
class DemoAnswer:
    """What an expert answered to an item; no point means unable to rate."""

    expert: int
    item: str
    point: int | None


@dataclass(frozen=True)
class DemoComment:
    """What an expert wrote on an item in round 1; `chosen` ones are shown as feedback."""

    expert: int
    item: str
    language: str
    text: str
    chosen: bool


@cache
def experts() -> tuple[DemoExpert, ...]:
    """The experts by number, counted from 0."""
    return tuple(_expert(number, row) for number, row in enumerate(rows("experts.csv")))


def _expert(number: int, row: dict[str, str]) -> DemoExpert:
    random = _random("expert", row["email"])
    return DemoExpert(
        number=number,
        name=row["name"],
        email=row["email"],
        language=row["language"],
        panels=tuple(row["panels"].split(";")),
        attributes={code: tuple(row[code].split(";")) for code in ("years", "role", "setting")},
        course=row["course"],
        state=_STATES.get(row["course"], "active"),
        leniency=random.gauss(0, 1),
        habit=random.choices(tuple(_HABITS), _HABIT_WEIGHTS)[0],
    )


@cache
def round_one() -> tuple[DemoAnswer, ...]:
    """Every answer given in round 1, by item and then by expert."""
    return tuple(answer for item in items() for answer in _answers_to(item))


def _answers_to(item: DemoItem) -> list[DemoAnswer]:
    random = _random("round 1", item.code)
    raters: dict[str, list[DemoExpert]] = {panel: [] for panel in item.panels}
    points: dict[int, int | None] = {}
    for expert in experts():
        if item not in _items_reached(expert) or random.random() < _LEFT_BLANK:
            continue
        panel = _panel_of(expert, item)
        if random.random() < _UNABLE.get((item.code[:3], panel), _UNABLE_ELSEWHERE):
            points[expert.number] = None
        else:
            raters[panel].append(expert)
    for panel, members in raters.items():
        points |= _deal(_shares(item, panel), members, random)
    return [DemoAnswer(number, item.code, points[number]) for number in sorted(points)]


def _deal(shares: tuple[float, ...], raters: list[DemoExpert], random: Random) -> dict[int, int]:
    """Points by expert number: stern raters draw from the bottom of the shares, lenient ones from the top."""
    steps = list(accumulate(shares))[:-1]
    order = sorted(raters, key=lambda expert: expert.leniency + random.gauss(0, 1.2))
    tilt = random.uniform(0.92, 1.08)
    points: dict[int, int] = {}
    for rank, expert in enumerate(order):
        point = 1 + bisect(steps, ((rank + random.random()) / len(order)) ** tilt)
        points[expert.number] = _HABITS[expert.habit].get(point, point)
    return points


def _shares(item: DemoItem, panel: str) -> tuple[float, ...]:
    return _SHARES["dissent" if panel == item.dissenting_panel else item.profile]


def _items_shown(expert: DemoExpert) -> list[DemoItem]:
    return [item for item in items() if set(item.panels) & set(expert.panels)]


def _items_reached(expert: DemoExpert) -> list[DemoItem]:
    shown = _items_shown(expert)
    return shown[: ceil(len(shown) * _SHARE_RATED.get(expert.course, 1.0))]


def _panel_of(expert: DemoExpert, item: DemoItem) -> str:
    return next(panel for panel in expert.panels if panel in item.panels)


def round_two(open_items: Iterable[str], medians: Mapping[str, float]) -> tuple[DemoAnswer, ...]:
    """Answers so far in round 2, by expert and then by item; `medians` are those of round 1 by open item."""
    wanted = set(open_items)
    before = {(answer.expert, answer.item): answer.point for answer in round_one()}
    targets = {**medians, study()["reworded"]["item"]: _REWORDED_TARGET}
    return tuple(
        DemoAnswer(expert.number, item.code, _second_point(expert, item, before, targets[item.code]))
        for expert, share in _second_round_raters()
        for item in _first_part([item for item in _items_shown(expert) if item.code in wanted], share)
    )


def _second_round_raters() -> Iterator[tuple[DemoExpert, float]]:
    """Who has been back, with the share of the items that each has reached."""
    random = _random("round 2", "turnout")
    returning = [expert for expert in experts() if expert.course in ("complete", "half")]
    back = random.sample(returning, round(len(experts()) * _SECOND_ROUND_TURNOUT))
    for expert in sorted(back, key=lambda expert: expert.number):
        yield expert, random.uniform(0.2, 0.9) if random.random() < _SECOND_ROUND_PARTIAL else 1.0


def _first_part(open_items: list[DemoItem], share: float) -> list[DemoItem]:
    return open_items[: ceil(len(open_items) * share)]


def _second_point(
    expert: DemoExpert,
    item: DemoItem,
    before: Mapping[tuple[int, str], int | None],
    target: float,
) -> int | None:
    random = _random("round 2", item.code, expert.email)
    key = (expert.number, item.code)
    earlier = before.get(key)
    if earlier is None:
        return None if key in before and random.random() < _STAYS_UNABLE else _near(target, random)
    return _moved(earlier, target, _HOLDS.get(item.profile, _HOLDS_ELSEWHERE), random)


def _moved(earlier: int, target: float, holds: float, random: Random) -> int:
    """The earlier point, or one a few steps nearer to the target, never past it, or rarely a step away."""
    gap = int(target - earlier)
    toward = 1 if target >= earlier else -1
    if random.random() < _MOVES_AWAY:
        return min(9, max(1, earlier - toward))
    if random.random() < holds:
        return earlier
    return earlier + toward * min(abs(gap), random.choices((1, 2, 3), (6, 3, 1))[0])


def _near(target: float, random: Random) -> int:
    return min(9, max(1, round(random.gauss(target, 1.2))))


@cache
def comments() -> tuple[DemoComment, ...]:
    """The comments of round 1, each by an expert of its language whose rating lies in the band it states."""
    comments: list[DemoComment] = []
    for row in rows("comments.csv"):
        taken = {comment.expert for comment in comments if comment.item == row["item"]}
        author = _random("comment", row["text"]).choice(sorted(_possible_authors(row) - taken))
        chosen = row["chosen"] == "yes"
        comments.append(DemoComment(author, row["item"], row["language"], row["text"], chosen))
    return tuple(comments)


def _possible_authors(row: dict[str, str]) -> set[int]:
    speakers = {expert.number for expert in experts() if expert.language == row["language"]}
    return {
        answer.expert
        for answer in round_one()
        if answer.item == row["item"] and answer.expert in speakers and _band(answer.point) == row["band"]
    }


def _band(point: int | None) -> str:
    return "unable" if point is None else ("low", "middle", "high")[(point - 1) // 3]


def _random(*purpose: str) -> Random:
    """A generator of its own for each purpose, so that changing one item leaves the others as they are."""
    return Random(" / ".join((_SEED, *purpose)))  # noqa: S311 (it must be predictable)

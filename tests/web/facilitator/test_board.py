"""The board, comments, results and downloads through the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from delphi.db import session
from delphi.domain.states import ExpertState, StudyState
from delphi.models import Comment, Expert, Round
from delphi.services import analyses
from tests.support import studies
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, open_round, rate
from tests.web.facilitator.conftest import AGREED


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}{rest}"


def test_before_any_verdict_the_board_says_what_will_come(as_fay: Browser, world: World) -> None:
    assert "No verdicts yet" in as_fay.get(url(world, "/board")).text
    assert as_fay.get(url(world, "/board?round=4")).status_code == 404


def test_the_board_shows_each_item_with_its_verdict_and_what_decided(
    as_fay: Browser, world: World, closed: Round
) -> None:
    page = as_fay.get(url(world, "/board")).text
    assert "Rule 1, in every panel" in page
    assert "No rule holds" in page
    assert "Too few raters for a rule" in page
    assert "Confirm ticked verdicts" in page


def test_a_rule_tried_after_the_deciding_one_says_nothing_of_a_small_panel(
    as_fay: Browser, world: World, closed: Round
) -> None:
    """The verdict tells that rule 1 holds in every panel; that rule 2 does not hold in M, nothing else tells."""
    page = as_fay.get(url(world, f"/board/{world.items['A'].id}")).text
    first, second = page.partition("How each rule was tried")[2].split("<h3>")[1:3]
    assert "Holds." in first
    assert "not hold" not in second
    assert second.count("not shown, to protect a small group") > 1


def _by_average(world: World, clock: Clock, of_b: list[int | None]) -> None:
    opened = open_round(world, clock(), ("A", "B"))
    rate(world, opened, "A", {"W": [9] * 7 + [1], "C": [9] * 6}, clock())
    rate(world, opened, "B", {"W": of_b}, clock())
    close(world, opened, clock())
    session.commit()


@pytest.fixture
def apmo(monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = studies.DOCUMENT.replace('panels = "every"', 'panels = "pooled"')
    monkeypatch.setattr(studies, "DOCUMENT", everyone.replace("at_least = 70", 'at_least = "apmo"'))


def test_an_average_over_the_round_is_told_where_all_its_items_show_the_group(
    apmo: None, as_fay: Browser, world: World, clock: Clock
) -> None:
    _by_average(world, clock, [9, 9, 1, 1, 1, 1])
    page = as_fay.get(url(world, f"/board/{world.items['A'].id}")).text
    assert "at least 85" in page  # (13 + 4) of (14 + 6)


def test_an_average_over_the_round_does_not_give_away_an_item_that_few_rated(
    apmo: None, as_fay: Browser, world: World, clock: Clock
) -> None:
    _by_average(world, clock, [9, 9, 1])
    page = as_fay.get(url(world, f"/board/{world.items['A'].id}")).text
    assert "92.9" in page  # item A's own percentage
    assert "88.2" not in page  # (13 + 2) of (14 + 3): two of B's three raters
    assert "at least the average of majority opinions in the round" in page


def test_filters_leave_only_what_fits(as_fay: Browser, world: World, closed: Round) -> None:
    assert as_fay.get(url(world, "/board?show=promote")).text.count('id="item-') == 1
    assert "No item of this round fits" in as_fay.get(url(world, "/board?show=drop")).text
    assert as_fay.get(url(world, "/board?show=nonsense&criterion=nonsense")).status_code == 200


def test_comments_are_chosen_and_shown_as_text(as_fay: Browser, world: World, closed: Round) -> None:
    page = as_fay.get(url(world, "/rounds/1/comments"))
    assert "Say &lt;b&gt;who&lt;/b&gt; does it." in page.text
    comment = session.scalars(select(Comment)).one()
    chosen = {"total": 1, "seen": 1, "chosen": 1}
    assert as_fay.post(url(world, "/rounds/1/comments"), data=chosen).status_code == 303
    session.refresh(comment)
    assert comment.chosen
    assert as_fay.post(url(world, "/rounds/1/comments"), data={"total": 1, "seen": 1}).status_code == 303
    session.refresh(comment)
    assert not comment.chosen


def test_nothing_beside_a_comment_tells_which_others_the_same_person_wrote(
    as_fay: Browser, world: World, clock: Clock
) -> None:
    opened = open_round(world, clock())
    wordings = {row.item_id: row.wording_id or 0 for row in opened.items}
    for expert, text in (
        (world.experts["W"][0], "Written first."),
        (world.experts["C"][0], "After the other."),
    ):
        for code in ("B", "A"):
            item_id = world.items[code].id
            place = {"round_id": opened.id, "expert_id": expert.id, "item_id": item_id}
            session.add(
                Comment(**place, wording_id=wordings[item_id], text=text, language="en", updated_at=clock())
            )
            session.flush()
    close(world, opened, clock())
    session.commit()
    page = as_fay.get(url(world, "/rounds/1/comments")).text
    assert re.findall(r'name="seen" value="(.*?)"', page) == ["1", "2", "3", "4"]
    assert re.findall(r'<p lang="en">(.*?)</p>', page) == ["After the other.", "Written first."] * 2
    only_b = as_fay.get(url(world, f"/rounds/1/comments?item={world.items['B'].id}")).text
    assert re.findall(r'name="seen" value="(.*?)"', only_b) == ["3", "4"]
    as_fay.post(url(world, "/rounds/1/comments"), data={"total": 4, "seen": [3, 4], "chosen": 3, "hidden": 4})
    states = session.execute(select(Comment.item_id, Comment.text, Comment.chosen, Comment.hidden)).all()
    assert {row[:2] for row in states if row.chosen} == {(world.items["B"].id, "After the other.")}
    assert {row[:2] for row in states if row.hidden} == {(world.items["B"].id, "Written first.")}


def test_an_observer_reads_no_comments_and_decides_nothing(
    as_observer: Browser, world: World, closed: Round
) -> None:
    place = url(world, f"/board/{world.items['A'].id}")
    assert as_observer.get(url(world, "/rounds/1/comments")).status_code == 403
    assert "does it." not in as_observer.get(place).text
    for action in ("/rounds/1/confirm", "/rounds/1/finish", "/rounds/1/comments", "/conclude"):
        assert as_observer.post(url(world, action)).status_code == 403
    assert as_observer.post(place, data={"round": 1, "outcome": "drop", "reason": "x"}).status_code == 403
    assert as_observer.get(url(world, "/export")).status_code == 403
    assert as_observer.get(url(world, "/export/ratings.csv")).status_code == 403


@pytest.mark.parametrize("page", ["/board", "/board/1", "/results", "/export", "/export/ratings.csv"])
def test_an_outsider_sees_nothing(as_charlie: Browser, world: World, closed: Round, page: str) -> None:
    assert as_charlie.get(url(world, page)).status_code == 404


def test_another_study_s_item_is_not_found(as_fay: Browser, world: World, closed: Round) -> None:
    assert as_fay.get(url(world, "/board/999")).status_code == 404
    answer = as_fay.post(url(world, "/board/999"), data={"round": 1, "outcome": "drop", "reason": "x"})
    assert answer.status_code == 404
    assert as_fay.post(url(world, "/rounds/1/confirm"), data={"item": 999}).status_code == 404


def test_concluding_shows_how_each_item_got_there(
    as_alice: Browser, as_fay: Browser, world: World, closed: Round, clock: Clock
) -> None:
    assert as_alice.post(url(world, "/conclude")).status_code == 400
    decide_all(world, closed, clock())
    session.execute(update(Expert).values(state=ExpertState.ACTIVE))
    session.commit()
    assert as_fay.post(url(world, "/conclude")).status_code == 403
    assert as_alice.post(url(world, "/conclude")).status_code == 303
    session.refresh(world.study)
    assert world.study.state is StudyState.CONCLUDED
    page = as_alice.get(url(world, "/results")).text
    assert "Rule 1, in every panel" in page
    assert "<h2>The results are out</h2>" in page
    assert re.search(r"<dt>Waiting to be sent</dt><dd>\d+</dd>", page)
    assert as_alice.post(url(world, "/conclude")).status_code == 409


def test_downloads(as_fay: Browser, world: World, closed: Round) -> None:
    assert as_fay.get(url(world, "/export")).status_code == 200
    for name in (
        "ratings.csv",
        "items.csv",
        "verdicts.csv",
        "decisions.csv",
        "comments.csv",
        "presentation.toml",
        "protocol-1.toml",
    ):
        answer = as_fay.get(url(world, f"/export/{name}"))
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert as_fay.get(url(world, "/export/study.zip")).data.startswith(b"PK")
    assert as_fay.get(url(world, "/export/contacts.csv")).status_code == 404


def test_pages_stay_within_twenty_statements(
    as_fay: Browser, world: World, closed: Round, statements: Any
) -> None:
    for page in ("/board", f"/board/{world.items['A'].id}", "/results", "/export", "/export/study.zip"):
        with statements() as seen:
            assert as_fay.get(url(world, page)).status_code == 200
        limit = 40 if page.endswith("zip") else 20
        assert len(seen) <= limit, (page, len(seen), seen)


SPLIT_BY_PANEL = {"W": [9, 9, 9, 8, 8, 7, 7, 3], "C": [1, 1, 2, 2, 8, 8]}


@pytest.fixture
def analysed(world: World, clock: Clock) -> Round:
    """As `closed`, without panel M, whose three answers would have to be hidden; the worker has been here."""
    opened = open_round(world, clock(), ("A", "B"))
    rate(world, opened, "A", {"W": AGREED["W"], "C": AGREED["C"]}, clock())
    rate(world, opened, "B", SPLIT_BY_PANEL, clock())
    made = close(world, opened, clock())
    analyses.fill(made, now=clock())
    session.commit()
    return made


def test_before_the_worker_came_the_board_says_so(as_fay: Browser, world: World, closed: Round) -> None:
    assert "is being computed" in as_fay.get(url(world, "/board")).text
    assert "is being computed" in as_fay.get(url(world, f"/board/{world.items['A'].id}")).text


def test_items_are_found_by_what_was_computed(as_fay: Browser, world: World, analysed: Round) -> None:
    page = as_fay.get(url(world, "/board")).text
    assert "is being computed" not in page
    found = {
        show: re.findall(r'id="item-(\d+)"', as_fay.get(url(world, f"/board?show={show}")).text)
        for show in ("panels_disagree", "polarised", "rule_sensitive", "unstable")
    }
    assert found["panels_disagree"] == [str(world.items["B"].id)]
    assert found["unstable"] == []
    both = as_fay.get(url(world, "/board?show=panels_disagree&show=promote")).text
    assert "No item of this round fits" in both


def test_columns_order_and_words_stay_in_the_address(as_fay: Browser, world: World, analysed: Round) -> None:
    page = as_fay.get(url(world, "/board?column=fragility&column=holds&sort=fragility&text=a")).text
    assert "Flips with" in page
    assert "<th>Ratings, low to high</th>" not in page
    assert 'aria-sort="ascending"' in page
    link = re.search(rf'href="(/studies/\d+/board/{world.items["A"].id}\?[^"]*)"', page)
    assert link is not None
    item = as_fay.get(link[1].replace("&amp;", "&")).text
    assert "column=fragility" in item
    assert "sort=fragility" in item


def test_an_item_s_page_shows_what_its_verdict_rests_on(
    as_fay: Browser, world: World, analysed: Round
) -> None:
    page = as_fay.get(url(world, f"/board/{world.items['B'].id}")).text
    for words in ("Fragility", "A rule holds in W and not in C.", "What other rules would say", "sealed"):
        assert words in page
    assert page.count('class="distribution"') == 3


def test_next_follows_the_order_and_the_filter(as_fay: Browser, world: World, analysed: Round) -> None:
    a, b = world.items["A"].id, world.items["B"].id
    assert as_fay.get(url(world, f"/board/{a}/next")).headers["Location"].endswith(f"/board/{b}")
    back = as_fay.get(url(world, f"/board/{b}/next?to=previous")).headers["Location"]
    assert back.endswith(f"/board/{a}")
    last = as_fay.get(url(world, f"/board/{b}/next?show=waiting"))
    assert last.headers["Location"].endswith("/board?show=waiting")
    decided = as_fay.post(
        url(world, f"/board/{a}?show=waiting"), data={"round": 1, "outcome": "re-rate", "next": "1"}
    )
    assert decided.headers["Location"].endswith(f"/board/{a}/next?show=waiting")
    assert as_fay.get(decided.headers["Location"]).headers["Location"].endswith(f"/board/{b}?show=waiting")

"""The board, deciding, comments, results and downloads through the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.models import Comment, Decision, Expert, Round
from delphi.services import analyses
from tests.support import studies
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, open_round, rate

AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [9, 8, 7]}
SPLIT = {"W": [1, 1, 1, 1, 9, 9, 9, 9], "C": [9, 9, 9, 1, 1, 1], "M": [9, 8, 7]}


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "A", AGREED, clock())
    rate(world, opened, "B", SPLIT, clock())
    session.add(
        Comment(
            round_id=opened.id,
            expert_id=world.experts["W"][0].id,
            item_id=world.items["A"].id,
            wording_id=opened.items[0].wording_id or 0,
            text="Say <b>who</b> does it.",
            language="en",
            updated_at=clock(),
        )
    )
    made = close(world, opened, clock())
    session.commit()
    return made


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


def test_verdicts_are_confirmed_in_bulk_once(as_fay: Browser, world: World, closed: Round) -> None:
    ids = [item.id for item in world.items.values()]
    for _ in range(2):
        assert as_fay.post(url(world, "/rounds/1/confirm"), data={"item": ids}).status_code == 303
    assert session.scalar(select(func.count(Decision.id))) == 3


def test_confirming_nothing_says_so(as_fay: Browser, world: World, closed: Round) -> None:
    answer = as_fay.post(url(world, "/rounds/1/confirm"), follow_redirects=True)
    assert "Nothing was confirmed" in answer.text


def test_an_override_without_a_reason_loses_nothing(as_fay: Browser, world: World, closed: Round) -> None:
    place = url(world, f"/board/{world.items['B'].id}")
    assert as_fay.get(place).status_code == 200
    refused = as_fay.post(place, data={"round": 1, "outcome": "drop", "reason": " "})
    assert refused.status_code == 400
    assert "You decide against the rules" in refused.text
    assert 'value="drop" checked' in refused.text
    unchosen = as_fay.post(place, data={"round": 1, "outcome": "", "reason": "Because of the comments."})
    assert unchosen.status_code == 400
    assert "Because of the comments." in unchosen.text
    kept = as_fay.post(place, data={"round": 1, "outcome": "drop", "reason": "Panel W would not use it."})
    assert kept.status_code == 303
    assert "Panel W would not use it." in as_fay.get(url(world, "/board?show=overridden")).text


def test_a_round_is_finished_only_when_everything_is_decided(
    as_fay: Browser, world: World, closed: Round
) -> None:
    assert as_fay.post(url(world, "/rounds/1/finish")).status_code == 400
    ids = [item.id for item in world.items.values()]
    as_fay.post(url(world, "/rounds/1/confirm"), data={"item": ids})
    assert "Finish round 1" in as_fay.get(url(world, "/board")).text
    assert as_fay.post(url(world, "/rounds/1/finish")).status_code == 303
    session.refresh(closed)
    assert closed.state is RoundState.DECIDED
    assert as_fay.post(url(world, "/rounds/1/finish")).status_code == 409


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


def test_another_s_decision_is_shown_and_what_was_typed_kept(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    place = url(world, f"/board/{world.items['B'].id}")
    theirs = {"round": 1, "decision": 0, "outcome": "drop", "reason": "Nobody needs it."}
    assert as_alice.post(place, data=theirs).status_code == 303
    mine = {"round": 1, "decision": 0, "outcome": "revise", "reason": "Two ideas in one."}
    refused = as_fay.post(place, data=mine)
    assert refused.status_code == 400
    for words in ("Somebody else decided this item", "Nobody needs it.", "Two ideas in one.", "Alice"):
        assert words in refused.text
    assert 'value="revise" checked' in refused.text
    seen = re.search(r'name="decision" value="(\d+)"', refused.text)
    assert seen is not None
    assert as_fay.post(place, data=mine | {"decision": seen[1]}).status_code == 303
    assert session.scalar(select(func.count(Decision.id))) == 2


def test_bulk_leaves_out_what_was_decided_meanwhile_and_says_so(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    ids = [item.id for item in world.items.values()]
    place = url(world, f"/board/{ids[0]}")
    as_alice.post(place, data={"round": 1, "decision": 0, "outcome": "drop", "reason": "Nobody needs it."})
    answer = as_fay.post(url(world, "/rounds/1/confirm"), data={"item": ids}, follow_redirects=True)
    assert "2 verdicts confirmed." in answer.text
    assert "1 item was left out" in answer.text


def test_bulk_on_verdicts_that_were_given_anew_is_refused(
    as_fay: Browser, world: World, closed: Round
) -> None:
    data = {"item": world.items["A"].id, "judged": "2020-01-01T00:00:00+00:00"}
    assert as_fay.post(url(world, "/rounds/1/confirm"), data=data).status_code == 400
    assert session.scalar(select(func.count(Decision.id))) == 0
    assert as_fay.post(url(world, "/rounds/1/confirm"), data=data | {"judged": "soon"}).status_code == 303


def test_one_decision_and_the_last_bulk_are_undone(as_fay: Browser, world: World, closed: Round) -> None:
    ids = [item.id for item in world.items.values()]
    as_fay.post(url(world, "/rounds/1/confirm"), data={"item": ids})
    bulk = re.search(r'name="bulk" value="(\d+)"', as_fay.get(url(world, "/board")).text)
    assert bulk is not None
    place = url(world, f"/board/{ids[0]}")
    seen = re.search(r'name="decision" value="(\d+)"', as_fay.get(place).text)
    assert seen is not None
    for told in ("the item waits again", "no decision to undo"):
        data = {"round": 1, "decision": seen[1]}
        assert told in as_fay.post(f"{place}/undo", data=data, follow_redirects=True).text
    for told in ("2 decisions are undone", "Nothing of that confirmation"):
        data = {"bulk": bulk[1]}
        assert told in as_fay.post(url(world, "/rounds/1/undo"), data=data, follow_redirects=True).text
    assert as_fay.get(url(world, "/board?show=waiting")).text.count('id="item-') == 3
    assert "Undone" in as_fay.get(place).text


def test_a_finished_round_is_taken_up_again_with_a_reason(
    as_fay: Browser, world: World, closed: Round, clock: Clock
) -> None:
    decide_all(world, closed, clock())
    session.commit()
    assert "Decide this round again" in as_fay.get(url(world, "/board")).text
    refused = as_fay.post(url(world, "/rounds/1/undecide"), data={"reason": " "})
    assert refused.status_code == 400
    assert "stays on record" in refused.text
    done = as_fay.post(url(world, "/rounds/1/undecide"), data={"reason": "Too hasty."})
    assert done.status_code == 303
    session.refresh(closed)
    assert closed.state is RoundState.CLOSED
    assert as_fay.post(url(world, "/rounds/1/undecide"), data={"reason": "Again."}).status_code == 409
    assert as_fay.post(url(world, "/rounds/7/undecide"), data={"reason": "Again."}).status_code == 404


def test_once_the_next_round_opened_the_page_says_what_to_do_instead(
    as_fay: Browser, world: World, closed: Round, clock: Clock
) -> None:
    decide_all(world, closed, clock())
    open_round(world, clock(), ("B",))
    session.commit()
    assert "Round 2 has opened since" in as_fay.get(url(world, "/board")).text
    refused = as_fay.post(url(world, "/rounds/1/undecide"), data={"reason": "Too hasty."})
    assert refused.status_code == 400
    assert "Too hasty." in refused.text or "Round 2 has opened since" in refused.text


REWORDED = {"title-en": "Knows the law of the country", "title-fr": "Connaît le droit du pays"}


def test_a_rewording_shows_its_difference_and_makes_a_wording(
    as_fay: Browser, world: World, closed: Round
) -> None:
    item = world.items["B"]
    place = url(world, f"/board/{item.id}/reword")
    data = REWORDED | {"wording": 1, "why": "Which law was not clear."}
    preview = as_fay.post(place, data=data | {"preview": "1"})
    assert preview.status_code == 200
    assert "<ins>" in preview.text
    assert len(item.wordings) == 1
    refused = as_fay.post(place, data=REWORDED | {"wording": 1})
    assert refused.status_code == 400
    assert "Knows the law of the country" in refused.text
    assert as_fay.post(place, data=data).status_code == 303
    session.refresh(item)
    assert [wording.number for wording in item.wordings] == [1, 2]
    assert "Reworded → v2" in as_fay.get(url(world, "/board")).text


def test_another_s_wording_is_not_overwritten(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    item = world.items["B"]
    place = url(world, f"/board/{item.id}/reword")
    theirs = {"title-en": "Knows all of it", "title-fr": "Connaît tout", "wording": 1, "why": "Shorter."}
    assert as_alice.post(place, data=theirs).status_code == 303
    mine = REWORDED | {"wording": 1, "why": "Which law was not clear."}
    refused = as_fay.post(place, data=mine)
    assert refused.status_code == 400
    for words in ("wording 2 now", "Knows all of it", "Knows the law of the country", "was not clear"):
        assert words in refused.text
    assert as_fay.post(place, data=mine | {"wording": 2}).status_code == 303
    session.refresh(item)
    assert len(item.wordings) == 3


def test_who_may_not_undo_or_reword(
    as_observer: Browser, as_charlie: Browser, world: World, closed: Round
) -> None:
    item = world.items["A"].id
    for action in ("/rounds/1/undo", "/rounds/1/undecide", f"/board/{item}/undo", f"/board/{item}/reword"):
        assert as_observer.post(url(world, action)).status_code == 403
        assert as_charlie.post(url(world, action)).status_code == 404
    assert as_charlie.get(url(world, f"/board/{item}/next")).status_code == 404

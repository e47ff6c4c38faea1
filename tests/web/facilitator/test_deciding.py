"""Deciding from the board: one by one, in bulk, taken back; and rewording there."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Decision, Round
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, open_round, rate

REWORDED = {"title-en": "Knows the law of the country", "title-fr": "Connaît le droit du pays"}


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}{rest}"


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


def test_comments_of_every_round_stand_beside_the_decision(
    as_fay: Browser, as_observer: Browser, world: World, clock: Clock
) -> None:
    for number, said in ((1, "Said in the first."), (2, "Said in the second.")):
        asked = open_round(world, clock(), codes=("B",))
        rate(world, asked, "B", {"W": [1, 9, 1, 9, 1], "C": [9, 1, 9, 1, 9]}, clock())
        write(world, asked, "B", "W", 0, said, clock())
        close(world, asked, clock.advance(minutes=5))
        if number == 1:
            decide_all(world, asked, clock())
    session.commit()
    place = url(world, f"/board/{world.items['B'].id}")
    page = as_fay.get(place).text
    assert page.index("Said in the second.") < page.index("Said in the first.")
    for number in (1, 2):
        assert url(world, f"/rounds/{number}/comments/1") in page
    assert page.count("Choose comments for the feedback") == 1
    assert "Said in" not in as_observer.get(place).text

"""Reading, coding, redacting, answering and choosing comments through the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.comments import CommentKind
from delphi.models import Coding, CodingTheme, Comment, CommentAnswer, Redaction, Round, Settlement, Theme
from delphi.services import themes
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, open_round, rate
from tests.support.rows import count

POINTS = {"W": [9, 9, 9, 8, 8, 8, 2, 2], "C": [9, 9, 5, 5, 1, 1]}


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    opened = open_round(world, clock())
    rate(world, opened, "A", POINTS, clock())
    write(world, opened, "A", "W", 0, "Ask Quillfeather about it.", clock(), CommentKind.FOR)
    write(world, opened, "A", "W", 6, "Costs too much time.", clock(), CommentKind.AGAINST)
    made = close(world, opened, clock())
    session.commit()
    return made


@pytest.fixture
def theme(world: World, clock: Clock) -> Theme:
    made = themes.add(world.study, "Workload", "Time and money.", by=world.fay, now=clock())
    session.commit()
    return made


def url(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}{rest}"


ONE = "/rounds/1/comments/1"  # by item and then by text: "Ask Quillfeather ..."


def test_comments_are_read_and_narrowed(as_fay: Browser, world: World, closed: Round) -> None:
    page = as_fay.get(url(world, "/comments")).text
    assert "Ask Quillfeather" in page
    assert "Costs too much" in page
    found = as_fay.get(url(world, "/comments?search=time&kind=against&band=low&item=a&round=1")).text
    assert "Ask Quillfeather" not in found
    assert "Costs too much" in found
    assert "Nothing fits" in as_fay.get(url(world, "/comments?item=nonsense&panel=x&page=99&state=y")).text


@pytest.mark.parametrize("page", ["", "/coding", "/alike"])
def test_what_else_stands_in_the_address_leads_nowhere(
    as_fay: Browser, world: World, closed: Round, page: str
) -> None:
    odd = f"/comments{page}?study_id=9&endpoint=x&_external=1&_scheme=gopher&search=time"
    shown = as_fay.get(url(world, odd))
    assert shown.status_code == 200
    assert "gopher:" not in shown.text
    if page:
        back = as_fay.post(url(world, odd)).location
        assert back == url(world, f"/comments{page}?search=time")


def test_a_comment_is_redacted_released_and_answered(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    world.study.release_redactions = True
    session.commit()
    form = {"total": 2, "text": "Ask [name] about it.", "reason": "A name."}
    assert as_fay.post(url(world, f"{ONE}/redaction"), data=form).status_code == 303
    assert "waits for release" in as_fay.get(url(world, ONE)).text
    assert as_fay.post(url(world, f"{ONE}/release"), data={"total": 2}).status_code == 400
    assert as_alice.post(url(world, f"{ONE}/release"), data={"total": 2}).status_code == 303
    answer = {"total": 2, "answer_en": "We took this up.", "answer_fr": ""}
    for _ in range(2):
        assert as_fay.post(url(world, f"{ONE}/answer"), data=answer).status_code == 303
    assert count(CommentAnswer) == 1
    table = as_fay.get(url(world, "/comments/answers")).text
    assert "We took this up." in table
    assert "Quillfeather" not in as_fay.get(url(world, "/comments")).text + table
    assert "Quillfeather" in as_fay.get(url(world, ONE)).text


def test_a_redaction_older_than_the_comment_is_pointed_out(
    as_fay: Browser, world: World, closed: Round, clock: Clock
) -> None:
    form = {"total": 2, "text": "Ask [name] about it."}
    assert as_fay.post(url(world, f"{ONE}/redaction"), data=form).status_code == 303
    assert "saved this comment again" not in as_fay.get(url(world, ONE)).text
    written = session.scalars(select(Comment).where(Comment.text.startswith("Ask"))).one()
    written.text, written.updated_at = "Ask Featherquill about it.", clock() + timedelta(hours=1)
    session.commit()
    page = as_fay.get(url(world, ONE)).text
    assert "saved this comment again" in page
    assert "Featherquill" not in as_fay.get(url(world, "/comments")).text


def test_one_comment_leads_to_the_next_of_its_round(as_fay: Browser, world: World, closed: Round) -> None:
    first, last = (as_fay.get(url(world, f"/rounds/1/comments/{place}")).text for place in (1, 2))
    assert ("Comment before" in first, "Next comment" in first) == (False, True)
    assert ("Comment before" in last, "Next comment" in last) == (True, False)


@pytest.mark.parametrize(
    ("action", "form", "stays"),
    [
        ("redaction", {"text": "", "reason": "It names a person of the shelter."}, "names a person"),
        ("answer", {"answer_en": "x" * 2001, "answer_fr": "Pas encore dit."}, "Pas encore dit."),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    as_fay: Browser, world: World, closed: Round, action: str, form: dict[str, str], stays: str
) -> None:
    answer = as_fay.post(url(world, f"{ONE}/{action}"), data={"total": 2, **form})
    assert answer.status_code == 400
    assert stays in answer.text
    assert count(Redaction) + count(CommentAnswer) == 0


def test_a_page_made_before_somebody_left_is_refused(as_fay: Browser, world: World, closed: Round) -> None:
    for action in ("redaction", "answer", "release", "settlement"):
        form = {"total": 3, "total-1": 3, "text": "Somebody else’s.", "answer_en": "Thanks."}
        assert as_fay.post(url(world, f"{ONE}/{action}"), data=form).status_code == 400
    assert as_fay.get(url(world, "/rounds/1/comments/9")).status_code == 404


def test_an_open_round_s_comments_are_read_only(as_fay: Browser, world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    write(world, opened, "A", "W", 0, "Early.", clock())
    session.commit()
    assert "Early." in as_fay.get(url(world, "/comments")).text
    assert as_fay.get(url(world, ONE)).status_code == 409
    assert as_fay.post(url(world, f"{ONE}/answer"), data={"total": 1, "answer_en": "x"}).status_code == 409


def test_two_code_blind_agree_in_numbers_and_settle(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round, theme: Theme
) -> None:
    place = url(world, "/comments/coding")
    seen = {"total-1": 2, "seen": ["1-1", "1-2"]}
    first = {**seen, "theme-1-1": theme.id, "none-1-2": "1"}
    assert as_fay.post(place, data=first).status_code == 303
    assert "chip theme" not in as_alice.get(url(world, "/comments")).text
    assert "chip theme" in as_alice.get(url(world, "/comments?codes=all")).text
    assert f'value="{theme.id}" checked' not in as_alice.get(place).text
    second = {**seen, "theme-1-1": theme.id, "theme-1-2": theme.id}
    assert as_alice.post(place, data=second).status_code == 303
    agreement = as_alice.get(url(world, "/comments/agreement")).text
    row = re.search(r"Workload</th>(.*?)</tr>", agreement, re.DOTALL)
    assert row
    assert re.findall(r'number">(\d+%?)<', row[1])[:3] == ["2", "3", "50%"]
    page = as_fay.get(url(world, "/comments/disagreements")).text
    assert "Costs too much" in page
    assert "Quillfeather" not in page
    settle = url(world, "/rounds/1/comments/2/settlement")
    assert as_fay.post(settle, data={"total-1": 2, "theme": theme.id}).status_code == 303
    assert count(Settlement) == 1
    assert "Nothing to settle" in as_fay.get(url(world, "/comments/disagreements")).text
    assert "Costs too much" in as_fay.get(url(world, "/comments/disagreements?show=settled")).text


def test_none_and_a_theme_at_once_loses_no_tick(
    as_fay: Browser, world: World, closed: Round, theme: Theme
) -> None:
    form = {"total-1": 2, "seen": "1-1", "theme-1-1": theme.id, "none-1-1": "1"}
    answer = as_fay.post(url(world, "/comments/coding"), data=form)
    assert answer.status_code == 400
    assert f'value="{theme.id}" checked' in answer.text
    assert count(Coding) == 0


def test_themes_are_made_changed_moved_and_retired(as_fay: Browser, world: World, theme: Theme) -> None:
    place = url(world, "/comments/themes")
    assert as_fay.post(place, data={"name": "Wording", "meaning": "Hard words."}).status_code == 303
    taken = as_fay.post(place, data={"name": "workload", "meaning": "Some other sense of it."})
    assert taken.status_code == 400
    assert "Some other sense of it." in taken.text
    assert as_fay.post(f"{place}/{theme.id}", data={"name": "Work", "meaning": ""}).status_code == 303
    assert as_fay.post(f"{place}/{theme.id}", data={"name": "", "meaning": ""}).status_code == 400
    assert as_fay.post(f"{place}/{theme.id}/place", data={"step": "down"}).status_code == 303
    assert as_fay.post(f"{place}/{theme.id}/state", data={"retired": "yes"}).status_code == 303
    assert "Retired" in as_fay.get(place).text
    assert [one.name for one in themes.offered(world.study)] == ["Wording"]
    assert as_fay.post(f"{place}/999", data={"name": "X"}).status_code == 404


def test_comments_alike_are_coded_and_chosen_together(
    as_fay: Browser, world: World, clock: Clock, theme: Theme
) -> None:
    opened = open_round(world, clock())
    rate(world, opened, "A", POINTS, clock())
    for number in (0, 1):
        write(world, opened, "A", "W", number, f"The wording is hard to read {number}.", clock())
    close(world, opened, clock())
    session.commit()
    place = url(world, "/comments/alike")
    assert "2 comments alike" in as_fay.get(place).text
    ticked = {"total-1": 2, "comment": ["1-1", "1-2"]}
    assert as_fay.post(place, data={**ticked, "act": "code", "theme": theme.id}).status_code == 303
    assert count(CodingTheme) == 2
    assert as_fay.post(place, data={**ticked, "act": "code"}).status_code == 303
    assert as_fay.post(place, data={**ticked, "act": "choose"}).status_code == 303
    assert session.scalars(select(Comment.chosen)).all() == [True, True]


def test_missing_dissent_is_said_where_comments_are_chosen(
    as_fay: Browser, world: World, closed: Round
) -> None:
    place = url(world, "/rounds/1/comments")
    assert "Dissenting arguments are missing" not in as_fay.get(place).text
    as_fay.post(place, data={"total": 2, "seen": [1, 2], "chosen": 1})
    assert "Dissenting arguments are missing on 1 item" in as_fay.get(place).text
    both = {"total": 2, "seen": [1, 2], "chosen": [1, 2], "place-1": 2, "place-2": 1}
    as_fay.post(place, data=both)
    page = as_fay.get(place).text
    assert "Dissenting arguments are missing" not in page
    assert page.index("Costs too much") < page.index("Ask Quillfeather")
    assert "Nothing is missing" in as_fay.get(f"{place}?show=missing").text


PAGES = (
    "/comments",
    "/comments/answers",
    "/comments/themes",
    "/comments/coding",
    "/comments/agreement",
    "/comments/alike",
    ONE,
)


@pytest.mark.parametrize("page", PAGES)
def test_observers_and_outsiders_read_no_comments(
    as_observer: Browser, as_charlie: Browser, world: World, closed: Round, page: str
) -> None:
    assert as_observer.get(url(world, page)).status_code == 403
    assert as_charlie.get(url(world, page)).status_code == 404


def test_a_second_person_s_release_is_a_setting_of_the_study(as_alice: Browser, world: World) -> None:
    form = {
        "languages": ["en", "fr"],
        "main": "en",
        "title_en": "A title",
        "title_fr": "Un titre",
        "time_zone": "UTC",
        "release_redactions": "y",
    }
    assert as_alice.post(url(world, "/settings"), data=form).status_code == 303
    session.refresh(world.study)
    assert world.study.release_redactions


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page))


def test_two_who_choose_at_once_do_not_overwrite_each_other(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    place = url(world, "/rounds/1/comments")
    seen = {**hidden_fields(as_fay.get(place).text), "seen": [1, 2]}
    first = {**seen, "chosen": 1, "place-1": 4}
    assert as_alice.post(place, data=first).status_code == 303
    assert as_alice.post(place, data=first).status_code == 303  # a second click says the same
    refused = as_fay.post(place, data={**seen, "chosen": 2, "hidden": 1})
    assert refused.status_code == 400
    assert "Somebody else changed the choice" in refused.text
    assert "in the feedback, place 1" in refused.text
    assert re.search(r'id="chosen-2"[^>]* checked', refused.text)
    assert not re.search(r'id="chosen-1"[^>]* checked', refused.text)
    assert chosen(world) == ["Ask Quillfeather about it."]
    again = {**hidden_fields(refused.text), "seen": [1, 2], "chosen": 2, "hidden": 1}
    assert as_fay.post(place, data=again).status_code == 303
    assert chosen(world) == ["Costs too much time."]


def test_two_who_choose_for_different_items_both_count(
    as_fay: Browser, as_alice: Browser, world: World, clock: Clock
) -> None:
    opened = open_round(world, clock())
    for code in ("A", "B"):
        rate(world, opened, code, POINTS, clock())
        write(world, opened, code, "W", 0, f"About {code}.", clock())
    close(world, opened, clock())
    session.commit()
    place = url(world, "/rounds/1/comments")
    seen = {**hidden_fields(as_fay.get(place).text), "seen": [1, 2]}
    assert as_alice.post(place, data={**seen, "chosen": 1}).status_code == 303
    assert as_fay.post(place, data={**seen, "chosen": 2}).status_code == 303
    assert chosen(world) == ["About A.", "About B."]


def chosen(world: World) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Comment.text).where(Comment.chosen)))


def test_two_who_answer_at_once_do_not_overwrite_each_other(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    seen = hidden_fields(as_fay.get(url(world, ONE)).text)
    place = url(world, f"{ONE}/answer")
    assert as_alice.post(place, data={**seen, "answer_en": "We kept it."}).status_code == 303
    refused = as_fay.post(place, data={**seen, "answer_en": "We took it out."})
    assert refused.status_code == 400
    assert "We kept it." in refused.text
    assert "We took it out.</textarea>" in refused.text
    assert count(CommentAnswer) == 1
    again = {**hidden_fields(refused.text), "answer_en": "We took it out."}
    assert as_fay.post(place, data=again).status_code == 303


def test_a_redaction_made_meanwhile_is_neither_replaced_nor_released_unseen(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round
) -> None:
    world.study.release_redactions = True
    session.commit()
    place = url(world, ONE)
    untouched = hidden_fields(as_fay.get(place).text)
    first = {**untouched, "text": "Ask [name] about it."}
    assert as_fay.post(f"{place}/redaction", data=first).status_code == 303
    read = hidden_fields(as_alice.get(place).text)
    second = {**hidden_fields(as_fay.get(place).text), "text": "Ask Quill about it."}
    assert as_fay.post(f"{place}/redaction", data=second).status_code == 303
    refused = as_alice.post(f"{place}/release", data=read)
    assert refused.status_code == 400
    assert "redacted after you opened the page" in refused.text
    assert "Ask Quill about it." in refused.text
    late = as_alice.post(f"{place}/redaction", data={**untouched, "text": "Ask somebody about it."})
    assert late.status_code == 400
    assert "Ask somebody about it.</textarea>" in late.text
    assert count(Redaction) == 2


def test_a_theme_changed_meanwhile_is_not_overwritten(
    as_fay: Browser, as_alice: Browser, world: World, theme: Theme
) -> None:
    place = url(world, f"/comments/themes/{theme.id}")
    seen = {"was_name": "Workload", "was_meaning": "Time and money."}
    assert as_alice.post(place, data={**seen, "name": "Work", "meaning": "Time."}).status_code == 303
    refused = as_fay.post(place, data={**seen, "name": "Costs", "meaning": "What it takes."})
    assert refused.status_code == 400
    assert "Somebody else changed this theme" in refused.text
    assert "What it takes.</textarea>" in refused.text
    assert 'name="was_name" value="Work"' in refused.text
    again = {"was_name": "Work", "was_meaning": "Time.", "name": "Costs", "meaning": "What it takes."}
    assert as_fay.post(place, data=again).status_code == 303


def test_what_somebody_settled_meanwhile_is_not_overwritten(
    as_fay: Browser, as_alice: Browser, world: World, closed: Round, theme: Theme
) -> None:
    seen = {"total-1": 2, "seen": "1-1"}
    as_fay.post(url(world, "/comments/coding"), data={**seen, "theme-1-1": theme.id})
    as_alice.post(url(world, "/comments/coding"), data={**seen, "none-1-1": "1"})
    place = url(world, f"{ONE}/settlement")
    page = as_fay.get(url(world, "/comments/disagreements")).text
    form = {"total-1": 2, "settled": hidden_fields(page)["settled"]}
    for _ in range(2):
        assert as_alice.post(place, data={**form, "theme": theme.id}).status_code == 303
    refused = as_fay.post(place, data=form)
    assert refused.status_code == 400
    assert "Somebody else settled this comment" in refused.text
    later = hidden_fields(as_fay.get(url(world, "/comments/disagreements?show=settled")).text)
    assert as_fay.post(place, data={"total-1": 2, "settled": later["settled"]}).status_code == 303

"""The pages of one-off messages: look and count, confirm, history; who may."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.models import Announcement, Message
from tests.support.rounds import close, open_round

FORM = {
    "group": "everyone",
    "subject_en": "One more week",
    "body_en": "Hello {name},\n\nUntil {closing}.\n\n{link}",
    "subject_fr": "Une semaine de plus",
    "body_fr": "Bonjour {name},\n\nJusqu’au {closing}.\n\n{link}",
}


@pytest.fixture
def opened(world, clock):
    return open_round(world, clock())


@pytest.fixture
def page(world, opened) -> str:
    return f"/studies/{world.study.id}/announcements"


def look(browser, page, **changes):
    return browser.post(f"{page}/new", data=FORM | changes)


def confirmation(answer) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="(\w+)"', answer.text)[1] for name in ("look", "seal")}


def sent() -> int:
    session.rollback()
    return session.scalar(select(func.count(Message.id)).where(Message.kind == "announcement"))


def test_a_look_counts_shows_each_language_and_sends_nothing(as_fay, page):
    begun = as_fay.get(f"{page}/new").text
    assert "{link}" in begun
    answer = look(as_fay, page)
    assert answer.status_code == 200
    assert "Send it to 17 experts" in answer.text
    assert "Hello Robin Taylor," in answer.text
    assert "Bonjour Camille Tremblay," in answer.text
    assert sent() == 0


def test_a_second_click_sends_and_a_third_does_not(as_fay, page):
    confirmed = FORM | confirmation(look(as_fay, page))
    told = as_fay.post(f"{page}/send", data=confirmed, follow_redirects=True).text
    assert "17 messages are queued." in told
    assert "Waiting to be sent" in told
    assert "This was sent already." in as_fay.post(f"{page}/send", data=confirmed, follow_redirects=True).text
    assert sent() == 17
    assert session.scalar(select(func.count(Announcement.id))) == 1
    assert "One more week" in as_fay.get(page).text


def test_other_words_or_other_experts_are_looked_at_anew(as_fay, world, page):
    confirmed = FORM | confirmation(look(as_fay, page))
    answer = as_fay.post(f"{page}/send", data=confirmed | {"subject_en": "Other words"})
    assert answer.status_code == 409
    assert "have changed since you looked" in answer.text
    assert "Other words" in answer.text
    assert sent() == 0
    confirmed = FORM | {"subject_en": "Other words"} | confirmation(answer)
    world.experts["W"][0].state = "declined"
    answer = as_fay.post(f"{page}/send", data=confirmed)
    assert answer.status_code == 409
    assert "Send it to 16 experts" in answer.text
    confirmed |= confirmation(answer)
    assert as_fay.post(f"{page}/send", data=confirmed).status_code == 303
    assert sent() == 16


def test_go_on_writing_keeps_everything(as_fay, world, page):
    panel = world.panels["C"].id
    answer = look(as_fay, page, write="1", panels=panel, group="not_done")
    assert answer.status_code == 200
    for kept in (
        FORM["subject_fr"],
        "Jusqu’au {closing}.",
        f'value="{panel}" checked',
        '"not_done" selected',
    ):
        assert kept in answer.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject_fr": ""}, "The message needs a subject in every language."),
        ({"body_fr": ""}, "The message needs a text in every language."),
        ({"body_en": "No link"}, "The text has no {link}."),
        ({"body_en": "{secret}\n\n{link}"}, "{secret}"),
        ({"group": "done"}, "Nobody is among those you chose."),
    ],
)
def test_a_refusal_keeps_what_was_typed(as_fay, page, change, told):
    answer = look(as_fay, page, **change)
    assert answer.status_code == 400
    assert told in answer.text
    assert "Bonjour {name}," in answer.text or "body_fr" in change
    assert sent() == 0


def test_nonsense_is_refused(as_fay, page):
    assert look(as_fay, page, group="enemies").status_code == 400
    assert look(as_fay, page, panels=9999).status_code == 404


def test_in_a_frame_as_a_mail_program_shows_it(as_fay, page):
    shown = as_fay.post(f"{page}/html", data=FORM | {"language": "fr"})
    assert "Bonjour Camille Tremblay," in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert as_fay.post(f"{page}/html", data=FORM | {"body_en": "No link"}).status_code == 400


def test_when_the_round_is_over_only_everyone_can_be_chosen(as_fay, world, opened, page, clock):
    close(world, opened, clock())
    assert 'value="not_done"' not in as_fay.get(f"{page}/new").text
    answer = look(as_fay, page, group="not_done")
    assert answer.status_code == 400


def test_who_may(as_observer, as_charlie, as_fay, world, page):
    confirmed = FORM | confirmation(look(as_fay, page))
    for browser, status in ((as_observer, 403), (as_charlie, 404)):
        for rest in ("", "/new"):
            assert browser.get(page + rest).status_code == status
        for rest in ("/new", "/send", "/html"):
            assert browser.post(page + rest, data=confirmed).status_code == status
    assert as_fay.get(f"{page}/99").status_code == 404
    assert sent() == 0

"""Reports: their overview, a document as a page, and where the team writes in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Event, OmittedSection, ReportText
from delphi.services import protocols
from delphi.services.reporting import texts, writing
from delphi.services.reporting.writing import Draft
from tests.support import rounds as support
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World
from tests.support.studies import join

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = support.make_world(alice, fay, clock())
    opened = support.open_round(made, clock())
    support.close(made, opened, clock())
    session.commit()
    return made


@pytest.fixture
def page(client: Browser, fay: Account, world: World, sign_in: SignIn) -> Browser:
    return sign_in(client, fay)


def at(world: World, *parts: str) -> str:
    return "/".join((f"/studies/{world.study.id}/reports", *parts))


def seen(world: World, section: str = "funding") -> str:
    return writing.digest(writing.current(world.study, "report", section))


def typed(world: World, **chosen: str) -> dict[str, str]:
    return {"text_en": "", "text_fr": "", "included": "yes", "seen": seen(world)} | chosen


def test_the_overview_leads_to_each_document_in_either_language(page: Browser, world: World) -> None:
    html = page.get(at(world)).text
    assert f'{at(world, "report")}?language=fr"' in html
    assert "Study report" in html


def test_a_document_is_in_the_language_asked_for(page: Browser, world: World) -> None:
    html = page.get(at(world, "report") + "?language=fr").text
    assert '<article class="report" lang="fr">' in html
    assert "<h1>" in html


def test_the_protocol_of_the_report_is_the_sealed_one(page: Browser, world: World) -> None:
    digest = protocols.sealed(world.study).digest
    assert digest
    assert digest in page.get(at(world, "report")).text


def test_what_is_written_stands_there_as_text(page: Browser, world: World) -> None:
    words = "Paid by <b>nobody</b>.\n\n- one\n- two"
    answer = page.post(at(world, "report", "sections", "funding"), data=typed(world, text_en=words))
    assert answer.status_code == 303
    html = page.get(at(world, "report")).text
    assert "<p>Paid by &lt;b&gt;nobody&lt;/b&gt;.</p>" in html
    assert "<ul><li>one</li><li>two</li></ul>" in html
    kept = session.scalars(select(ReportText)).one()
    assert (kept.section, kept.language, kept.text) == ("funding", "en", words)
    happened = session.scalars(select(Event).where(Event.kind == "report.written")).one()
    assert set(happened.facts["section"]) == {"en", "fr"}


def test_a_text_in_one_language_stands_in_the_other_document_too(page: Browser, world: World) -> None:
    page.post(at(world, "report", "sections", "funding"), data=typed(world, text_en="Paid by nobody."))
    assert (
        '<div class="own" lang="en"><p>Paid by nobody.</p>'
        in page.get(at(world, "report") + "?language=fr").text
    )


def test_an_empty_text_is_none(page: Browser, world: World) -> None:
    address = at(world, "report", "sections", "funding")
    page.post(address, data=typed(world, text_en="Paid."))
    page.post(address, data=typed(world, text_en=" \n "))
    assert session.scalars(select(ReportText)).all() == []


def test_a_section_can_be_left_out_and_keeps_its_text(page: Browser, world: World) -> None:
    address = at(world, "report", "sections", "funding")
    page.post(address, data=typed(world, text_en="Paid by nobody."))
    page.post(address, data=typed(world, text_en="Paid by nobody.", included=""))
    html = page.get(at(world, "report")).text
    assert "Paid by nobody." not in html
    assert "What was written in it is kept." in html
    page.post(address, data=typed(world, text_en="Paid by nobody."))
    assert "Paid by nobody." in page.get(at(world, "report")).text
    assert session.scalars(select(OmittedSection)).all() == []
    kinds = [one.kind for one in session.scalars(select(Event).where(Event.kind.startswith("report.")))]
    assert kinds == ["report.written", "report.left_out", "report.taken_in"]


def test_two_who_write_at_once_do_not_overwrite_each_other(
    page: Browser, world: World, alice: Account, clock: Clock
) -> None:
    mine = typed(world, text_en="Mine.")
    theirs = Draft({"en": "Theirs."}, included=True)
    writing.save(world.study, "report", "funding", theirs, seen=seen(world), by=alice, now=clock())
    session.commit()
    answer = page.post(at(world, "report", "sections", "funding"), data=mine)
    assert answer.status_code == 400
    assert "Mine." in answer.text
    assert "Theirs." in answer.text
    assert texts.written(world.study, "report") == {"funding": {"en": "Theirs."}}
    again = page.post(at(world, "report", "sections", "funding"), data=typed(world, text_en="Mine."))
    assert again.status_code == 303
    assert texts.written(world.study, "report") == {"funding": {"en": "Mine."}}


def test_saving_what_is_there_already_is_no_event(page: Browser, world: World) -> None:
    page.post(at(world, "report", "sections", "funding"), data=typed(world))
    assert session.scalars(select(Event).where(Event.kind.startswith("report."))).all() == []


def test_what_is_too_long_is_refused_and_kept(page: Browser, world: World) -> None:
    words = "x" * (writing.LONGEST + 1)
    answer = page.post(at(world, "report", "sections", "funding"), data=typed(world, text_en=words))
    assert answer.status_code == 400
    assert words in answer.text


def test_writers_are_invited_and_readers_are_not(
    page: Browser, client: Browser, world: World, charlie: Account, clock: Clock, sign_in: SignIn
) -> None:
    assert "Write here" in page.get(at(world, "report")).text
    join(world.study, charlie, Role.OBSERVER, clock())
    reader = sign_in(client, charlie)
    html = reader.get(at(world, "report")).text
    assert "Write here" not in html
    assert 'id="funding"' not in html
    address = at(world, "report", "sections", "funding")
    assert reader.get(address).status_code == 403
    assert reader.post(address, data=typed(world, text_en="x")).status_code == 403


def test_writers_see_every_section_and_where_their_own_would_stand(page: Browser, world: World) -> None:
    state = writing.digest(writing.current(world.study, "framework", "participants"))
    left_out = {"text_en": "", "text_fr": "", "included": "", "seen": state}
    page.post(at(world, "framework", "sections", "participants"), data=left_out)
    html = page.get(at(world, "framework")).text
    places = [html.index(f'<section id="{key}"') for key in ("overview", "numbers", "participants", "method")]
    assert places == sorted(places)
    assert "Left out of this document" in html


@pytest.mark.parametrize("parts", [("novel",), ("report", "sections", "x"), ("novel", "sections", "funding")])
def test_what_does_not_exist_is_not_found(page: Browser, world: World, parts: tuple[str, ...]) -> None:
    assert page.get(at(world, *parts)).status_code == 404


def test_an_outsider_sees_nothing(client: Browser, world: World, charlie: Account, sign_in: SignIn) -> None:
    outsider = sign_in(client, charlie)
    for address in (at(world), at(world, "report"), at(world, "report", "sections", "funding")):
        assert outsider.get(address).status_code == 404


def test_a_report_of_a_study_without_any_round(
    client: Browser, alice: Account, fay: Account, clock: Clock, sign_in: SignIn
) -> None:
    made = support.make_world(alice, fay, clock() + timedelta(days=1))
    session.commit()
    assert sign_in(client, fay).get(at(made, "report")).status_code == 200


def test_a_checklist_leads_to_the_sections_of_the_report(page: Browser, world: World) -> None:
    html = page.get(at(world, "checklist-accord")).text
    assert '<a href="report#registration">Registration and protocol</a>' in html
    assert "Not documented" in html
    assert 'id="registration"' in page.get(at(world, "report")).text

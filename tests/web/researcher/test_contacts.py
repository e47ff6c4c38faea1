"""The contact list: found, reached, sent a new link, moved to another panel; and for nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Contact, ExpertPanel, Link, Message, ParticipationPanel
from delphi.models.message import MessageState
from delphi.services import links
from tests.support.rounds import make_world, open_round
from tests.support.studies import join


@pytest.fixture
def world(alice, fay, clock):
    made = make_world(alice, fay, clock())
    ben = session.get(Contact, made.experts["W"][0].id)
    ben.name, ben.phone = "Ben Quill", "555-0199"
    session.commit()
    return made


@pytest.fixture
def as_alice(app, alice, sign_in):
    return sign_in(app.test_client(), alice)


@pytest.fixture
def page(world) -> str:
    return f"/studies/{world.study.id}/contacts"


def kinds(expert) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Message.kind).where(Message.expert_id == expert.id)))


@pytest.mark.parametrize("search", ["quill", "w-active0@", "0199", "W-active0"])
def test_found_by_name_address_telephone_and_code(as_alice, page, search):
    text = as_alice.get(page, query_string={"search": search}).text
    assert "Ben Quill" in text
    assert "1 of 17 contacts" in text
    assert "Nobody fits" in as_alice.get(page, query_string={"search": "nobody at all"}).text


def test_who_is_not_reached_stands_out(as_alice, world, page, clock):
    open_round(world, clock())
    message = session.scalars(select(Message).where(Message.expert_id == world.experts["W"][0].id)).one()
    message.state, message.error = MessageState.FAILED, "550 no such mailbox"
    text = as_alice.get(f"{page}?delivery=failed").text
    assert "1 of 17 contacts" in text
    assert "550 no such mailbox" in text
    assert "The latest message to 1 expert failed." in text


def test_a_mail_that_came_back_is_noted_by_whoever_reads_the_mailbox(
    as_alice, as_fay, as_charlie, world, page, clock
):
    open_round(world, clock())
    message = session.scalars(select(Message).where(Message.expert_id == world.experts["W"][0].id)).one()
    message.state, message.sent_at = MessageState.SENT, clock()
    session.commit()
    address = f"/studies/{world.study.id}/messages/{message.id}/came-back"
    assert address in as_alice.get(page).text
    for other, status in ((as_fay, 403), (as_charlie, 404)):
        assert other.post(address).status_code == status
    answer = as_alice.post(address, follow_redirects=True).text
    assert "Noted: the message came back." in answer
    assert address not in answer
    assert "does not count as delivered any more" in as_alice.post(address, follow_redirects=True).text
    assert as_alice.post(f"/studies/{world.study.id}/messages/999/came-back").status_code == 404
    assert "The latest message to 1 expert failed." in as_alice.get(page).text


def test_a_new_link_goes_out_once(as_alice, world, page):
    ben = world.experts["W"][0]
    address = f"/studies/{world.study.id}/experts/{ben.id}/send-link"
    assert "A new personal link is on its way" in as_alice.post(address, follow_redirects=True).text
    assert "was sent to W-active0 a moment ago" in as_alice.post(address, follow_redirects=True).text
    assert kinds(ben) == ["link_again"]


def test_all_links_end_and_a_new_one_is_sent(as_alice, world, page, clock):
    ben = world.experts["W"][0]
    token = links.make(ben, clock())
    address = f"/studies/{world.study.id}/experts/{ben.id}/revoke-links"
    assert "A new one is on its way." in as_alice.post(address, data={"anew": 1}, follow_redirects=True).text
    session.rollback()
    assert links.find(token) is None
    assert session.scalar(select(func.count(Link.id)).where(Link.revoked_at.is_(None))) == 0
    assert kinds(ben) == ["link_again"]


def panels_of(expert) -> list[int]:
    session.rollback()
    return sorted(session.scalars(select(ExpertPanel.panel_id).where(ExpertPanel.expert_id == expert.id)))


def test_another_panel_from_the_next_round_on(as_alice, world, clock):
    open_round(world, clock())
    ben, panels = world.experts["W"][0], world.panels
    then = session.scalars(select(ParticipationPanel.panel_id)).all()
    address = f"/studies/{world.study.id}/experts/{ben.id}/panels"
    wanted = [panels["C"].id, panels["M"].id]
    assert (
        "count from the next round on"
        in as_alice.post(address, data={"panels": wanted}, follow_redirects=True).text
    )
    assert (
        "Nothing was changed." in as_alice.post(address, data={"panels": wanted}, follow_redirects=True).text
    )
    assert panels_of(ben) == wanted
    assert session.scalars(select(ParticipationPanel.panel_id)).all() == then
    assert as_alice.post(address).status_code == 400
    assert as_alice.post(address, data={"panels": [9999]}).status_code == 404


def test_several_move_at_once_and_twice_does_no_harm(as_alice, world, page):
    two, other = world.experts["W"][:2], world.experts["M"][0]
    panels = world.panels
    form = {
        "expert": [one.id for one in (*two, other)],
        "from_panel": panels["W"].id,
        "to_panel": panels["C"].id,
    }
    told = as_alice.post(f"{page}/move", data=form, follow_redirects=True).text
    assert "2 experts are in another panel from the next round on." in told
    assert [panels_of(one) for one in (*two, other)] == [[panels["C"].id]] * 2 + [[panels["M"].id]]
    assert "0 experts are" in as_alice.post(f"{page}/move", data=form, follow_redirects=True).text
    assert as_alice.post(f"{page}/move", data=form | {"to_panel": panels["W"].id}).status_code == 400
    assert as_alice.post(f"{page}/move", data={"from_panel": 1, "to_panel": 2}).status_code == 400


def test_nobody_else_gets_anything_of_it(app, world, page, fay, charlie, make_account, sign_in, clock):
    oscar = make_account("Oscar")
    join(world.study, oscar, Role.OBSERVER, clock())
    ben = world.experts["W"][0]
    actions = (
        f"{page}/move",
        *(
            f"/studies/{world.study.id}/experts/{ben.id}/{name}"
            for name in ("send-link", "panels", "revoke-links")
        ),
    )
    for account, status in ((fay, 403), (oscar, 403), (charlie, 404)):
        browser = sign_in(app.test_client(), account)
        answer = browser.get(page)
        assert answer.status_code == status
        assert "Quill" not in answer.text
        for action in actions:
            assert browser.post(action, data={"panels": [1], "expert": [ben.id]}).status_code == status
    assert kinds(ben) == []

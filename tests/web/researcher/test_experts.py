"""Experts in the browser: the list, one expert, asking, sending again, withdrawing."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ExpertState, StudyState
from delphi.domain.withdrawals import Withdrawal
from delphi.importers.tables import read_table
from delphi.models import Account, Contact, Expert, Message, Panel, Participation, Round, Study
from delphi.models.message import MessageState
from delphi.services import expert_imports, experts, links, withdrawals
from delphi.services.experts import Details
from delphi.words import label
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.expert_pages import address, filled
from tests.support.rows import count
from tests.support.studies import add_panel, make_study

Scope = Callable[[], AbstractContextManager[list[str]]]

ACTS = ("ask", "resend", "revoke-links", "withdraw", "correct")


# The list


def test_a_study_without_experts_says_what_comes_first(
    as_alice: Browser, as_fay: Browser, study: Study
) -> None:
    page = as_alice.get(address(study)).text
    assert "Go to the panels" in page
    assert "Import a list" not in page
    assert "once a researcher has added them" in as_fay.get(address(study)).text


def test_with_panels_experts_can_be_imported_and_added(
    as_alice: Browser, as_fay: Browser, study: Study, women: Panel
) -> None:
    page = as_alice.get(address(study)).text
    assert "Import a list" in page
    assert "Add an expert" in page
    assert "Add an expert" not in as_fay.get(address(study)).text


def test_the_list_shows_codes_panels_states_and_contacts_to_researchers(
    as_alice: Browser, study: Study, ben: Expert
) -> None:
    page = as_alice.get(address(study)).text
    for text in (ben.code, "Ben Roy", "ben@example.org", "Women’s services", "Invited"):
        assert text in page


def test_before_a_round_opens_the_list_says_nobody_was_written_to(
    as_alice: Browser, study: Study, ben: Expert
) -> None:
    assert "Nobody has been written to yet" in as_alice.get(address(study)).text
    study.state = StudyState.RUNNING
    assert "Nobody has been written to yet" not in as_alice.get(address(study)).text


def test_accents_put_nobody_at_the_end_and_hide_nobody(
    as_alice: Browser, study: Study, women: Panel, ben: Expert, alice: Account, clock: Clock
) -> None:
    contact = session.scalars(select(Contact).where(Contact.expert_id == ben.id)).one()
    contact.name = "Éloïse Bélanger"
    zoe = experts.add(study, Details("zoe@example.org", "en", [women], "Zoé Roy"), by=alice, now=clock())
    page = as_alice.get(address(study)).text
    assert page.index(ben.code) < page.index(zoe.code)
    assert ben.code in as_alice.get(f"{address(study)}?search=eloise belanger").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=roy", True),
        ("search=BEN@EX", True),
        ("search=nobody", False),
        ("panel=W", True),
        ("panel=C", False),
        ("panel=<b>", False),
        ("state=invited", True),
        ("state=withdrawn", False),
        ("panel=W&state=invited&search=ben", True),
    ],
)
def test_the_list_is_filtered(as_alice: Browser, study: Study, ben: Expert, query: str, found: bool) -> None:
    page = as_alice.get(f"{address(study)}?{query}").text
    assert (ben.code in page) is found
    assert ("No expert fits" in page) is not found


def test_300_experts_take_few_statements(
    as_alice: Browser,
    as_fay: Browser,
    study: Study,
    children: Panel,
    alice: Account,
    clock: Clock,
    statements: Scope,
) -> None:
    rows = "".join(f"Person {n},p{n}@example.org,{'W;C' if n % 3 else 'C'}\n" for n in range(300))
    expert_imports.import_table(
        study, read_table(f"name,email,panels\n{rows}".encode(), "e.csv"), alice, clock()
    )
    for browser in (as_alice, as_fay):
        with statements() as seen:
            page = browser.get(address(study)).text
        assert "300 of 300 experts" in page
        assert len(seen) <= 10


def test_one_expert_takes_few_statements(
    as_alice: Browser,
    study: Study,
    ben: Expert,
    open_round: Round,
    alice: Account,
    clock: Clock,
    statements: Scope,
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    page = address(study, ben.id)  # before: it reads the two anew
    with statements() as seen:
        as_alice.get(page)
    assert len(seen) <= 15


# One expert


def test_a_researcher_sees_everything_about_one_expert(
    as_alice: Browser, study: Study, ben: Expert, open_round: Round, alice: Account, clock: Clock
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    page = as_alice.get(address(study, ben.id)).text
    for text in (
        "Ben Roy",
        "ben@example.org",
        "555-0142",
        "nurse",
        "Round 1",
        "Waiting to be sent",
        "Withdraw",
    ):
        assert text in page


def test_an_unknown_expert_is_not_found(as_alice: Browser, study: Study, ben: Expert) -> None:
    assert as_alice.get(address(study, ben.id + 1)).status_code == 404


# Asking, sending again, revoking


def test_an_expert_is_asked_in_the_open_round_once(
    as_alice: Browser, study: Study, ben: Expert, open_round: Round
) -> None:
    assert "Invite to the open round" in as_alice.get(address(study, ben.id)).text
    texts = ("The invitation to the open round is on its way.", "was asked in the open round already")
    for text in texts:
        assert text in as_alice.post(address(study, ben.id, "ask"), follow_redirects=True).text
    assert (count(Participation), count(Message)) == (1, 1)


def test_an_invitation_is_sent_again_once(
    as_alice: Browser, study: Study, ben: Expert, open_round: Round, alice: Account, clock: Clock
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    session.scalars(select(Message)).one().state = MessageState.SENT
    texts = ("sent again, with a fresh link", "An invitation is waiting to be sent already.")
    for text in texts:
        assert text in as_alice.post(address(study, ben.id, "resend"), follow_redirects=True).text
    assert count(Message) == 2


@pytest.mark.parametrize("act", ["ask", "resend"])
def test_without_an_open_round_nothing_is_sent(
    as_alice: Browser, study: Study, ben: Expert, act: str
) -> None:
    answer = as_alice.post(address(study, ben.id, act))
    assert answer.status_code == 400
    assert "No round is open" in answer.text
    assert count(Message) == 0


def test_revoked_links_open_nothing_and_their_sessions_end(
    app: Flask, as_alice: Browser, study: Study, ben: Expert, clock: Clock
) -> None:
    browser, token = app.test_client(), links.make(ben, clock())
    browser.post(f"/i/{token}")
    assert browser.get(f"/x/{study.id}/").status_code < 400
    page = as_alice.post(address(study, ben.id, "revoke-links"), follow_redirects=True).text
    assert "No personal link sent so far works any more." in page
    assert "0 personal links work." in page
    assert browser.get(f"/x/{study.id}/").status_code == 401
    assert browser.get(f"/i/{token}").status_code == 404
    assert as_alice.post(address(study, ben.id, "revoke-links")).status_code == 303


# Withdrawing


def test_withdrawing_is_asked_about_first_and_then_final(
    as_alice: Browser, study: Study, ben: Expert, open_round: Round, alice: Account, clock: Clock
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    token = links.make(ben, clock())
    page = as_alice.get(address(study, ben.id, "withdraw")).text
    assert "This cannot be undone." in page
    session.expire_all()
    assert ben.state is ExpertState.INVITED
    page = as_alice.post(address(study, ben.id, "withdraw"), follow_redirects=True).text
    assert f"{ben.code} is withdrawn and gets nothing more." in page
    session.expire_all()
    assert ben.state is ExpertState.WITHDRAWN
    assert links.find(token) is None
    of_ben = select(Message.state).where(Message.expert_id == ben.id)
    assert session.scalars(of_ben).all() == [MessageState.CANCELLED]


def test_nothing_can_be_done_for_a_withdrawn_expert(
    as_alice: Browser,
    study: Study,
    ben: Expert,
    women: Panel,
    open_round: Round,
    alice: Account,
    clock: Clock,
) -> None:
    withdrawals.withdraw(study, ben, Withdrawal.KEPT, by=alice, now=clock())
    for act in ACTS:
        answer = as_alice.post(address(study, ben.id, act), data=filled(women))
        assert answer.status_code == 409, act
    for page in ("withdraw", "correct"):
        assert as_alice.get(address(study, ben.id, page)).location == address(study, ben.id)
    page = as_alice.get(address(study, ben.id)).text
    assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]
    assert session.query(Message).filter_by(expert_id=ben.id).count() == 0


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_the_page_of_who_left_tells_the_choice(
    as_alice: Browser, study: Study, ben: Expert, clock: Clock, choice: Withdrawal
) -> None:
    withdrawals.withdraw(study, ben, choice, by=None, now=clock())
    page = as_alice.get(address(study, ben.id)).text
    assert label("withdrawal", choice) in html.unescape(page)
    erased = choice is not Withdrawal.KEPT
    assert ("ben@example.org" not in page) is erased
    assert ("Erased" in as_alice.get(address(study)).text) is erased
    nobody = session.scalars(select(Expert.id).where(Expert.detached)).first()
    assert as_alice.get(address(study, nobody or 999)).status_code == 404


# Wrong study


@pytest.mark.parametrize("act", ACTS)
def test_an_expert_is_reached_through_their_own_study_only(
    as_alice: Browser, ben: Expert, women: Panel, alice: Account, clock: Clock, act: str
) -> None:
    other = make_study(alice, clock())
    add_panel(other, alice, clock())
    assert as_alice.get(address(other, ben.id)).status_code == 404
    assert as_alice.post(address(other, ben.id, act), data=filled(women)).status_code == 404
    session.expire_all()
    assert ben.state is ExpertState.INVITED


def test_a_panel_of_another_study_cannot_be_chosen(
    as_alice: Browser, study: Study, women: Panel, alice: Account, clock: Clock
) -> None:
    other = add_panel(make_study(alice, clock()), alice, clock())
    assert as_alice.post(address(study, "new"), data=filled(other)).status_code == 400
    assert count(Expert) == 0

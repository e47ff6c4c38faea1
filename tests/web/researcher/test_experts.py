"""Experts in the browser: the list, one expert, adding, correcting, sending again, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.importers.tables import read_table
from delphi.models import Account, Expert, Message, Panel, Participation, Round, RoundPanel, Study
from delphi.models.message import MessageState
from delphi.services import expert_imports, experts, links
from delphi.services.experts import Details
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_panel, make_study

Scope = Callable[[], AbstractContextManager[list[str]]]

ACTS = ("ask", "resend", "revoke-links", "withdraw", "correct")


@pytest.fixture
def women(study: Study, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock(), "W", "Women’s services")


@pytest.fixture
def children(study: Study, women: Panel, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock(), "C", "Children’s services")


@pytest.fixture
def ben(study: Study, women: Panel, children: Panel, alice: Account, clock: Clock) -> Expert:
    details = Details("ben@example.org", "en", [women], "Ben Roy", "555-0142", {"role": ["nurse"]})
    return experts.add(study, details, by=alice, now=clock())


@pytest.fixture
def open_round(study: Study, women: Panel, clock: Clock) -> Round:
    opened = Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock())
    opened.panels = [RoundPanel(panel_id=women.id)]
    session.add(opened)
    session.flush()
    return opened


def address(study: Study, *parts: object) -> str:
    return "/".join(map(str, (f"/studies/{study.id}/experts", *parts)))


def filled(*panels: Panel, **other: Any) -> dict[str, Any]:
    form = {
        "name": "Chloé Tremblay",
        "email": "chloe@example.org",
        "phone": "",
        "language": "fr",
        "attributes": "",
    }
    return form | {"panels": [str(panel.id) for panel in panels]} | other


def count(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


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
    with statements() as seen:
        as_alice.get(address(study, ben.id))
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


# Adding


def test_an_expert_is_added(as_alice: Browser, study: Study, women: Panel, children: Panel) -> None:
    assert as_alice.get(address(study, "new")).status_code == 200
    form = filled(children, women, attributes="role: nurse; teacher", phone="555-0199")
    answer = as_alice.post(address(study, "new"), data=form)
    added = session.scalars(select(Expert)).one()
    assert answer.status_code == 303
    assert answer.location == address(study, added.id)
    assert (added.language, added.attributes) == ("fr", {"role": ["nurse", "teacher"]})
    assert {row.panel_id for row in added.panels} == {women.id, children.id}
    assert added.code.startswith("W-")  # the study's first panel, however the form sent them
    assert f"{added.code} is in the study." in as_alice.get(answer.location).text
    assert count(Message) == 0


def test_one_after_another_can_be_added(as_alice: Browser, study: Study, women: Panel) -> None:
    answer = as_alice.post(address(study, "new"), data=filled(women, another="1"))
    assert answer.location == address(study, "new")


def test_an_expert_can_be_asked_in_the_open_round_at_once(
    as_alice: Browser, study: Study, women: Panel, open_round: Round
) -> None:
    assert 'name="ask"' in as_alice.get(address(study, "new")).text
    as_alice.post(address(study, "new"), data=filled(women, ask="y"))
    assert (count(Participation), count(Message)) == (1, 1)


def test_without_an_open_round_nobody_is_offered_to_be_asked(
    as_alice: Browser, study: Study, women: Panel
) -> None:
    assert 'name="ask"' not in as_alice.get(address(study, "new")).text
    answer = as_alice.post(address(study, "new"), data=filled(women, ask="y"))
    assert answer.status_code == 400
    assert "No round is open" in answer.text
    assert "Chloé Tremblay" in answer.text
    assert count(Expert) == 0


def test_an_expert_of_a_panel_that_is_not_asked_is_told_apart(
    as_alice: Browser, study: Study, children: Panel, open_round: Round
) -> None:
    answer = as_alice.post(address(study, "new"), data=filled(children, ask="y"))
    assert answer.status_code == 400
    assert "does not ask any of this expert’s panels" in answer.text
    assert count(Expert) == 0


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"email": ""}, "An e-mail address is needed"),
        ({"email": "chloe"}, "is not an e-mail address"),
        ({"email": "BEN@example.org"}, "is already in this study"),
        ({"name": "x" * 201}, "This name has 201 characters"),
        ({"phone": "call me"}, "is not a telephone number"),
        ({"panels": []}, "At least one panel is needed"),
        ({"panels": "999"}, "Panels"),
        ({"language": "de"}, "Language"),
        ({"attributes": "nurse"}, "on a line of its own"),
        ({"attributes": "mail: chloe@home.example.org"}, "only the contact list may"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(
    as_alice: Browser, study: Study, ben: Expert, women: Panel, wrong: dict[str, Any], text: str
) -> None:
    answer = as_alice.post(address(study, "new"), data=filled(women, **({"name": "Typed name"} | wrong)))
    assert answer.status_code == 400
    assert "Please check this" in answer.text
    assert text in answer.text
    assert wrong.get("name", "Typed name") in answer.text
    assert count(Expert) == 1


def test_several_faults_are_told_at_once(as_alice: Browser, study: Study, women: Panel) -> None:
    answer = as_alice.post(address(study, "new"), data=filled(email="no", phone="call me"))
    for text in ("is not an e-mail address", "is not a telephone number", "At least one panel"):
        assert text in answer.text


def test_a_double_click_adds_one_expert(as_alice: Browser, study: Study, women: Panel) -> None:
    first = as_alice.post(address(study, "new"), data=filled(women))
    second = as_alice.post(address(study, "new"), data=filled(women))
    assert (first.status_code, second.status_code) == (303, 400)
    assert count(Expert) == 1


def test_nobody_is_added_to_a_concluded_study(as_alice: Browser, study: Study, women: Panel) -> None:
    study.state = StudyState.CONCLUDED
    assert as_alice.post(address(study, "new"), data=filled(women)).status_code == 409
    assert count(Expert) == 0


# Correcting


def test_a_correction_is_saved_and_what_it_means_is_told(
    as_alice: Browser, study: Study, ben: Expert, children: Panel
) -> None:
    page = as_alice.get(address(study, ben.id, "correct")).text
    assert 'value="ben@example.org"' in page
    assert "role: nurse" in page
    form = filled(children, name="Benoit Roy", email="benoit@example.org", attributes="role: nurse")
    answer = as_alice.post(address(study, ben.id, "correct"), data=form)
    assert answer.location == address(study, ben.id)
    page = as_alice.get(answer.location).text
    for text in (
        "The correction is saved.",
        "The new panels count from the next round on.",
        "benoit@example.org",
    ):
        assert text in page
    session.expire_all()
    assert [row.panel_id for row in ben.panels] == [children.id]


def test_a_new_address_can_be_written_to_at_once(
    as_alice: Browser,
    study: Study,
    ben: Expert,
    women: Panel,
    open_round: Round,
    alice: Account,
    clock: Clock,
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    session.scalars(select(Message)).one().state = MessageState.FAILED
    assert 'name="resend"' in as_alice.get(address(study, ben.id, "correct")).text
    form = filled(women, email="benoit@example.org", resend="y")
    answer = as_alice.post(address(study, ben.id, "correct"), data=form)
    assert "The invitation is sent again, with a fresh link." in as_alice.get(answer.location).text
    assert count(Message) == 2


def test_a_new_address_without_a_message_offers_one(
    as_alice: Browser,
    study: Study,
    ben: Expert,
    women: Panel,
    open_round: Round,
    alice: Account,
    clock: Clock,
) -> None:
    experts.ask_now(study, ben, by=alice, now=clock())
    answer = as_alice.post(address(study, ben.id, "correct"), data=filled(women, email="benoit@example.org"))
    page = as_alice.get(answer.location).text
    assert "The address is new: send the invitation again" in page
    assert "Send the invitation again" in page
    assert count(Message) == 1


def test_a_correction_stands_though_there_is_nothing_to_send(
    as_alice: Browser, study: Study, ben: Expert, women: Panel
) -> None:
    form = filled(women, email="benoit@example.org", resend="y")
    page = as_alice.post(address(study, ben.id, "correct"), data=form, follow_redirects=True).text
    assert "The correction is saved." in page
    assert "No round is open" in page
    assert experts.contact_of(ben).email == "benoit@example.org"


@pytest.mark.parametrize("email", ["chloe@example.org", "nope", ""])
def test_a_bad_correction_changes_nothing(
    as_alice: Browser, study: Study, ben: Expert, women: Panel, alice: Account, clock: Clock, email: str
) -> None:
    experts.add(study, Details("chloe@example.org", "en", [women]), by=alice, now=clock())
    answer = as_alice.post(address(study, ben.id, "correct"), data=filled(women, email=email, name="Other"))
    assert answer.status_code == 400
    assert 'value="Other"' in answer.text
    session.expire_all()
    assert experts.contact_of(ben).name == "Ben Roy"


def test_saving_twice_changes_once(as_alice: Browser, study: Study, ben: Expert, women: Panel) -> None:
    form = filled(women, email="benoit@example.org")
    for _click in range(2):
        page = as_alice.post(address(study, ben.id, "correct"), data=form, follow_redirects=True).text
    assert "Nothing was changed." in page


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
    assert session.scalars(select(Message.state)).all() == [MessageState.CANCELLED]


def test_nothing_can_be_done_for_a_withdrawn_expert(
    as_alice: Browser,
    study: Study,
    ben: Expert,
    women: Panel,
    open_round: Round,
    alice: Account,
    clock: Clock,
) -> None:
    experts.withdraw(study, ben, by=alice, now=clock())
    for act in ACTS:
        answer = as_alice.post(address(study, ben.id, act), data=filled(women))
        assert answer.status_code == 409, act
    for page in ("withdraw", "correct"):
        assert as_alice.get(address(study, ben.id, page)).location == address(study, ben.id)
    page = as_alice.get(address(study, ben.id)).text
    assert 'method="post"' not in page.partition("<main")[2].partition("</main>")[0]
    assert count(Message) == 0


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

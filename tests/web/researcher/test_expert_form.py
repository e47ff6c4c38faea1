"""Experts in the browser: adding and correcting."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import StudyState
from delphi.models import Account, Expert, Message, Panel, Participation, Round, Study
from delphi.models.message import MessageState
from delphi.services import experts
from delphi.services.experts import Details
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.expert_pages import address, filled
from tests.support.rows import count

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

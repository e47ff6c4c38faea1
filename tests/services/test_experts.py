"""Experts one at a time: added, corrected, written to again, withdrawn; who they are stays apart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import (
    Account,
    Event,
    Expert,
    Message,
    Panel,
    Participation,
    Round,
    RoundPanel,
    Study,
)
from delphi.models.message import MessageState
from delphi.services import expert_list, experts, links, withdrawals
from delphi.services.experts import Details
from tests.support.clock import Clock
from tests.support.studies import add_panel, make_study


@dataclass
class Scene:
    study: Study
    women: Panel
    children: Panel
    alice: Account
    clock: Clock

    def details(self, **other: object) -> Details:
        chosen = {"name": "Ben Roy", "email": "Ben@example.org", "language": "en", "panels": [self.women]}
        return Details(**(chosen | other))  # type: ignore[arg-type]

    def add(self, **other: object) -> Expert:
        return experts.add(self.study, self.details(**other), by=self.alice, now=self.clock())

    def open_round(self, *panels: Panel) -> Round:
        opened = Round(
            study_id=self.study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=self.clock()
        )
        opened.panels = [RoundPanel(panel_id=panel.id) for panel in panels or (self.women, self.children)]
        session.add(opened)
        session.flush()
        return opened


@pytest.fixture
def scene(alice: Account, clock: Clock) -> Scene:
    study = make_study(alice, clock())
    women, children = (add_panel(study, alice, clock(), code) for code in "WC")
    return Scene(study, women, children, alice, clock)


def code_of(caught: pytest.ExceptionInfo[DomainError]) -> str:
    return caught.value.code


def events(study: Study) -> list[tuple[str, dict[str, object]]]:
    found = session.scalars(select(Event).where(Event.study_id == study.id).order_by(Event.id))
    return [(event.kind, event.facts) for event in found]


# Adding


def test_an_expert_is_added_under_a_pseudonym_with_the_contact_apart(scene: Scene) -> None:
    added = scene.add(panels=[scene.children, scene.women], attributes={"role": ["nurse"], "none": []})
    assert re.fullmatch(r"C-[2-9B-Z]{4}", added.code)
    assert (added.state, added.language, added.attributes) == (ExpertState.INVITED, "en", {"role": ["nurse"]})
    assert {row.panel_id for row in added.panels} == {scene.women.id, scene.children.id}
    contact = experts.contact_of(added)
    assert (contact.name, contact.email) == ("Ben Roy", "ben@example.org")
    assert session.scalars(select(Message)).all() == []


def test_history_never_tells_who(scene: Scene) -> None:
    added = scene.add()
    correction = scene.details(name="Benoit Roy", email="benoit@example.org", phone="555-0142")
    experts.correct(scene.study, added, correction, by=scene.alice, now=scene.clock())
    withdrawals.withdraw(scene.study, added, Withdrawal.KEPT, by=scene.alice, now=scene.clock())
    told = json.dumps(events(scene.study)).casefold()
    assert "expert.corrected" in told
    for secret in ("roy", "ben@", "benoit", "555"):
        assert secret not in told


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"email": ""}, "expert.email_missing"),
        ({"email": "ben"}, "expert.email_invalid"),
        ({"name": "x" * 201}, "expert.name_too_long"),
        ({"phone": "call me"}, "expert.phone_invalid"),
        ({"language": "de"}, "expert.language_unknown"),
        ({"panels": []}, "expert.panel_missing"),
        ({"attributes": {"": ["x"]}}, "expert.attribute_name"),
        ({"attributes": {"role": ["x" * 201]}}, "expert.value_too_long"),
        ({"attributes": {"role": ["ask ben@example.org"]}}, "expert.attribute_address"),
    ],
)
def test_bad_details_are_refused(scene: Scene, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as caught:
        scene.add(**wrong)
    assert code_of(caught) == code
    assert session.scalars(select(Expert)).all() == []


def test_an_address_is_in_a_study_once_and_may_be_in_another(scene: Scene) -> None:
    scene.add()
    with pytest.raises(DomainError) as caught:
        scene.add(email=" BEN@EXAMPLE.ORG")
    assert code_of(caught) == "expert.email_taken"
    other = make_study(scene.alice, scene.clock())
    panel = add_panel(other, scene.alice, scene.clock())
    assert (
        experts.add(other, scene.details(panels=[panel]), by=scene.alice, now=scene.clock()).study_id
        == other.id
    )


def test_a_panel_of_another_study_is_refused(scene: Scene) -> None:
    other = add_panel(make_study(scene.alice, scene.clock()), scene.alice, scene.clock())
    with pytest.raises(NotFound):
        scene.add(panels=[other])


def test_nobody_enters_a_concluded_study(scene: Scene) -> None:
    scene.study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError) as caught:
        scene.add()
    assert code_of(caught) == "study.wrong_state"


# Correcting


def test_a_correction_keeps_the_pseudonym_and_says_what_changed(scene: Scene) -> None:
    added = scene.add()
    code = added.code
    wanted = scene.details(
        email="benoit@example.org", language="fr", panels=[scene.children], phone="555-0142"
    )
    changed = experts.correct(scene.study, added, wanted, by=scene.alice, now=scene.clock.advance(hours=1))
    assert changed == {"email", "language", "panels", "phone"}
    assert added.code == code
    session.expire_all()
    assert [row.panel_id for row in added.panels] == [scene.children.id]
    contact = experts.contact_of(added)
    assert (contact.email, contact.phone, contact.updated_at) == (
        "benoit@example.org",
        "555-0142",
        scene.clock(),
    )
    kind, facts = events(scene.study)[-1]
    assert kind == "expert.corrected"
    assert facts["changed"] == ["email", "language", "panels", "phone"]


def test_a_correction_that_changes_nothing_leaves_no_trace(scene: Scene) -> None:
    added, before = scene.add(), len(events(scene.study))
    assert experts.correct(scene.study, added, scene.details(), by=scene.alice, now=scene.clock()) == set()
    assert len(events(scene.study)) == before


def test_a_corrected_address_is_valid_and_unique(scene: Scene) -> None:
    ben, _chloe = scene.add(), scene.add(email="chloe@example.org")
    for email, code in (("chloe@Example.org", "expert.email_taken"), ("chloe", "expert.email_invalid")):
        with pytest.raises(DomainError) as caught:
            experts.correct(scene.study, ben, scene.details(email=email), by=scene.alice, now=scene.clock())
        assert code_of(caught) == code
    assert experts.contact_of(ben).email == "ben@example.org"


def test_panels_changed_now_leave_an_open_round_as_it_was(scene: Scene) -> None:
    ben, opened = scene.add(), scene.open_round()
    experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    experts.correct(
        scene.study, ben, scene.details(panels=[scene.children]), by=scene.alice, now=scene.clock()
    )
    (turn,) = expert_list.turns(ben)
    assert (turn.number, turn.panels) == (opened.number, ["W"])


# Asking late and sending again


def test_a_late_expert_is_asked_once(scene: Scene) -> None:
    ben, opened = scene.add(), scene.open_round()
    assert experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    assert not experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    (message,) = session.scalars(select(Message))
    assert (message.kind, message.round_id, message.state) == (
        "round_invitation",
        opened.id,
        MessageState.QUEUED,
    )
    assert len(session.scalars(select(Participation)).all()) == 1


def test_a_new_expert_can_be_asked_at_once(scene: Scene) -> None:
    scene.open_round(scene.women)
    who = {"by": scene.alice, "now": scene.clock()}
    ben = experts.add(scene.study, scene.details(), ask=True, **who)
    (message,) = session.scalars(select(Message))
    assert message.expert_id == ben.id
    with pytest.raises(DomainError) as caught:
        experts.add(
            scene.study, scene.details(email="c@example.org", panels=[scene.children]), ask=True, **who
        )
    assert code_of(caught) == "expert.panels_not_asked"
    assert session.scalars(select(Expert)).all() == [ben]


def test_nobody_is_asked_late_in_vain(scene: Scene) -> None:
    ben = scene.add()
    with pytest.raises(DomainError) as caught:
        experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    assert code_of(caught) == "expert.no_open_round"
    opened = scene.open_round(scene.children)
    with pytest.raises(DomainError) as caught:
        experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    assert code_of(caught) == "expert.panels_not_asked"
    opened.closes_at = scene.clock()
    with pytest.raises(DomainError) as caught:
        experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    assert code_of(caught) == "expert.no_open_round"


def test_an_invitation_is_sent_again_as_a_new_message(scene: Scene) -> None:
    ben, opened = scene.add(), scene.open_round()
    experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    first = experts.last_invitation(ben, opened)
    assert first is not None
    first.state = MessageState.FAILED
    again = experts.resend_invitation(scene.study, ben, by=scene.alice, now=scene.clock())
    assert again is not None
    assert again.message_id != first.message_id
    assert experts.resend_invitation(scene.study, ben, by=scene.alice, now=scene.clock()) is None
    assert len(expert_list.messages(ben)) == 2
    again.state = MessageState.SENT
    assert experts.resend_invitation(scene.study, ben, by=scene.alice, now=scene.clock()) is not None


def test_there_must_be_something_to_send_again(scene: Scene) -> None:
    ben = scene.add()
    with pytest.raises(DomainError) as caught:
        experts.resend_invitation(scene.study, ben, by=scene.alice, now=scene.clock())
    assert code_of(caught) == "expert.no_open_round"
    scene.open_round()
    with pytest.raises(DomainError) as caught:
        experts.resend_invitation(scene.study, ben, by=scene.alice, now=scene.clock())
    assert code_of(caught) == "expert.not_asked"


def test_nothing_is_sent_to_someone_who_declined(scene: Scene) -> None:
    ben = scene.add()
    scene.open_round()
    ben.state = ExpertState.DECLINED
    for act in (experts.ask_now, experts.resend_invitation):
        with pytest.raises(DomainError) as caught:
            act(scene.study, ben, by=scene.alice, now=scene.clock())
        assert code_of(caught) == "expert.has_declined"


# Links and withdrawing


def test_revoked_links_let_nobody_in_and_new_ones_do(scene: Scene) -> None:
    ben = scene.add()
    tokens = [links.make(ben, scene.clock()) for _ in range(2)]
    assert expert_list.valid_links(ben) == 2
    experts.revoke_links(scene.study, ben, by=scene.alice, now=scene.clock())
    assert expert_list.valid_links(ben) == 0
    assert [links.find(token) for token in tokens] == [None, None]
    assert links.find(links.make(ben, scene.clock())) is not None


def test_a_withdrawn_expert_gets_nothing_more(scene: Scene) -> None:
    ben, opened = scene.add(), scene.open_round()
    experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    token = links.make(ben, scene.clock())
    withdrawals.withdraw(scene.study, ben, Withdrawal.KEPT, by=scene.alice, now=scene.clock())
    session.expire_all()
    assert ben.state is ExpertState.WITHDRAWN
    assert links.find(token) is None
    message = experts.last_invitation(ben, opened)
    assert message is not None
    assert message.state is MessageState.CANCELLED


def test_a_withdrawn_expert_is_not_changed_nor_invited_again(scene: Scene) -> None:
    ben = scene.add()
    scene.open_round()
    withdrawals.withdraw(scene.study, ben, Withdrawal.KEPT, by=scene.alice, now=scene.clock())
    who = {"by": scene.alice, "now": scene.clock()}
    acts = (
        lambda: experts.correct(scene.study, ben, scene.details(name="New"), **who),
        lambda: experts.ask_now(scene.study, ben, **who),
        lambda: experts.resend_invitation(scene.study, ben, **who),
        lambda: experts.revoke_links(scene.study, ben, **who),
        lambda: withdrawals.withdraw(scene.study, ben, Withdrawal.KEPT, **who),
    )
    for act in acts:
        with pytest.raises(DomainError) as caught:
            act()
        assert code_of(caught) == "expert.wrong_state"
    with pytest.raises(DomainError) as caught:
        scene.add()
    assert code_of(caught) == "expert.email_taken"
    assert [message.kind for message in session.scalars(select(Message))] == ["withdrawn"]


def test_someone_who_declined_can_be_withdrawn(scene: Scene) -> None:
    ben = scene.add()
    ben.state = ExpertState.DECLINED
    withdrawals.withdraw(scene.study, ben, Withdrawal.KEPT, by=scene.alice, now=scene.clock())
    assert ben.state is ExpertState.WITHDRAWN


# Reading


def test_an_expert_of_another_study_is_not_found(scene: Scene) -> None:
    ben = scene.add()
    other = make_study(scene.alice, scene.clock())
    with pytest.raises(NotFound):
        experts.get(other, ben.id)
    assert experts.get(scene.study, ben.id) is ben


def test_the_list_has_contacts_only_where_asked_for(scene: Scene) -> None:
    for name in ("Zoe", "Adam", "Mia"):
        scene.add(name=name, email=f"{name}@example.org")
    seen = expert_list.of_study(scene.study, contacts=True)
    assert [one.contact.name for one in seen if one.contact] == ["Adam", "Mia", "Zoe"]
    blind = expert_list.of_study(scene.study, contacts=False)
    assert [one.contact for one in blind] == [None, None, None]
    codes = [one.expert.code for one in blind]
    assert codes == sorted(codes)


def test_names_are_searched_only_where_they_are_seen(scene: Scene) -> None:
    ben = scene.add()
    seen = expert_list.of_study(scene.study, contacts=True)
    blind = expert_list.of_study(scene.study, contacts=False)
    for search in ("roy", "BEN@", ben.code.lower()):
        assert len(expert_list.filtered(seen, search=search)) == 1
    for search in ("roy", "ben@", "example.org"):
        assert expert_list.filtered(blind, search=search) == []
    assert len(expert_list.filtered(blind, search=ben.code[2:].lower())) == 1


def test_the_list_is_filtered_by_panel_and_state_and_counted_by_panel(scene: Scene) -> None:
    both = scene.add(panels=[scene.women, scene.children])
    scene.add(email="chloe@example.org")
    both.state = ExpertState.ACTIVE
    listed = expert_list.of_study(scene.study, contacts=False)
    assert [one.expert for one in expert_list.filtered(listed, panel="C")] == [both]
    assert [one.expert for one in expert_list.filtered(listed, state="active")] == [both]
    assert expert_list.filtered(listed, panel="C", state="declined") == []
    women, children = expert_list.counts(listed, [scene.women, scene.children])
    assert (women.total, women.states) == (2, {ExpertState.ACTIVE: 1, ExpertState.INVITED: 1})
    assert (children.total, children.states) == (1, {ExpertState.ACTIVE: 1})


def test_rounds_done_are_those_submitted_of_those_asked(scene: Scene) -> None:
    ben = scene.add()
    scene.open_round()
    experts.ask_now(scene.study, ben, by=scene.alice, now=scene.clock())
    (one,) = expert_list.of_study(scene.study, contacts=False)
    assert (one.asked, one.done) == (1, 0)
    session.scalars(select(Participation)).one().submitted_at = scene.clock()
    session.flush()
    (one,) = expert_list.of_study(scene.study, contacts=False)
    assert (one.asked, one.done) == (1, 1)
    (turn,) = expert_list.turns(ben)
    assert turn.submitted_at == scene.clock()

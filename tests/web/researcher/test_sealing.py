"""Sealing the protocol and amending it; who may."""

from __future__ import annotations

import re
from typing import Any

import pytest

from delphi.db import session
from delphi.domain.protocols import digest
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Round, Study
from delphi.services import protocols
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.protocols import FORM, inputs
from tests.support.studies import DOCUMENT, add_item, add_panel, make_ready, make_study


def edit(study: Study) -> str:
    return f"/studies/{study.id}/protocol/edit"


# Sealing.


@pytest.fixture
def ready(study: Study, alice: Account, clock: Clock) -> Study:
    make_ready(study, alice, clock())
    return study


def seal(browser: Browser, study: Study, **change: str) -> Any:
    fields = {"confirm": "yes", "digest": digest(protocols.current(study).document)}
    return browser.post(f"/studies/{study.id}/protocol/seal", data={**fields, **change})


def test_sealing_shows_everything_then_fixes_it(as_alice: Browser, ready: Study) -> None:
    page = as_alice.get(f"/studies/{ready.id}/protocol/seal").text
    fixed = digest(protocols.current(ready).document)
    assert fixed in page
    assert "It cannot be undone." in page
    assert "at least 70" in page
    assert seal(as_alice, ready).status_code == 303
    session.refresh(ready)
    assert (ready.state, protocols.current(ready).digest) == (StudyState.SEALED, fixed)
    shown = as_alice.get(f"/studies/{ready.id}/protocol").text
    assert fixed in shown
    assert "Edit</a>" not in shown
    document = as_alice.get(f"/studies/{ready.id}/protocol/1.toml")
    assert digest(document.text) == fixed
    assert document.mimetype == "application/toml"


def test_without_a_protocol_there_is_nothing_to_seal(as_alice: Browser, study: Study) -> None:
    path = f"/studies/{study.id}/protocol"
    assert as_alice.get(f"{path}/seal").location == path
    answer = as_alice.post(f"{path}/seal", data={"confirm": "yes"})
    assert answer.status_code == 400
    assert "has no protocol yet" in answer.text


def test_sealing_asks_to_confirm(as_alice: Browser, ready: Study) -> None:
    answer = as_alice.post(f"/studies/{ready.id}/protocol/seal", data={"digest": "x"})
    assert answer.status_code == 400
    assert "Tick the box" in answer.text
    session.refresh(ready)
    assert ready.state is StudyState.DRAFT


def test_only_the_protocol_that_was_shown_is_sealed(as_alice: Browser, ready: Study) -> None:
    answer = seal(as_alice, ready, digest="0" * 64)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    session.refresh(ready)
    assert ready.state is StudyState.DRAFT


def test_sealing_waits_for_panels_and_items(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    protocols.save_draft(study, DOCUMENT, by=alice, now=clock())
    page = as_alice.get(f"/studies/{study.id}/protocol/seal").text
    assert "Add at least one panel." in page
    assert 'name="confirm"' not in page
    answer = seal(as_alice, study)
    assert answer.status_code == 400
    assert "2 of the points" in answer.text
    add_panel(study, alice, clock())
    add_item(study, clock())
    assert seal(as_alice, study).status_code == 303


def test_a_sealed_protocol_is_read_only(as_alice: Browser, ready: Study) -> None:
    seal(as_alice, ready)
    before = protocols.current(ready).document
    path = f"/studies/{ready.id}/protocol"
    seen = digest(before)
    assert as_alice.get(edit(ready)).location == f"{path}/amend"
    assert as_alice.get(f"{path}/text").location == f"{path}/amend/text"
    assert as_alice.get(f"{path}/seal").location == path
    assert as_alice.post(edit(ready), data={**FORM, "seen": seen}).status_code == 400
    assert as_alice.post(f"{path}/text", data={"document": DOCUMENT, "seen": seen}).status_code == 400
    assert as_alice.post(f"{path}/presets", data={"preset": "apmo"}).status_code == 400
    assert seal(as_alice, ready).status_code == 409
    session.expire_all()
    assert protocols.current(ready).document == before


# Amending.


def amended(study: Study, browser: Browser, **change: str) -> Any:
    document = protocols.sealed(study).document.replace("at_least = 70", "at_least = 75")
    fields = {"document": document, "reason": "The threshold was a slip."}
    return browser.post(f"/studies/{study.id}/protocol/amend/confirm", data={**fields, **change})


@pytest.fixture
def sealed(ready: Study, alice: Account, clock: Clock) -> Study:
    protocols.seal(ready, by=alice, now=clock())
    session.commit()
    return ready


def test_an_amendment_is_reviewed_before_it_is_made(as_alice: Browser, sealed: Study) -> None:
    path = f"/studies/{sealed.id}/protocol/amend"
    sent = inputs(as_alice.get(path).text).to_dict(flat=False)
    answer = as_alice.post(path, data={**sent, "r0.k0.threshold": "75", "action": "save"})
    assert answer.status_code == 200
    assert "Confirm amendment 1" in answer.text
    removed = re.findall(r"<del>.*?</del>", answer.text, re.DOTALL)
    added = re.findall(r"<ins>.*?</ins>", answer.text, re.DOTALL)
    assert (len(removed), len(added)) == (1, 1)
    assert "at_least = 75" in added[0]
    assert [one.number for one in protocols.versions(sealed)] == [1]


def test_an_amendment_is_made_with_its_reason(as_alice: Browser, sealed: Study) -> None:
    assert amended(sealed, as_alice).status_code == 303
    page = as_alice.get(f"/studies/{sealed.id}/protocol").text
    assert "Amendment 1 is in force" in page
    assert "The threshold was a slip." in page
    assert '<span class="badge warn">after data</span>' not in page
    first, second = protocols.versions(sealed)
    assert (first.number, second.number, second.after_data) == (1, 2, False)
    assert first.digest in page
    assert second.digest in page


def test_an_amendment_after_data_says_so(as_alice: Browser, sealed: Study, clock: Clock) -> None:
    opened = Round(study_id=sealed.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock())
    session.add(opened)
    review = as_alice.post(
        f"/studies/{sealed.id}/protocol/amend/text", data={"document": DOCUMENT.replace("70", "75")}
    )
    assert "marked “after data”" in review.text
    amended(sealed, as_alice)
    assert '<span class="badge warn">after data</span>' in as_alice.get(f"/studies/{sealed.id}/protocol").text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reason": " "}, "Write why the protocol is amended."),
        ({"document": DOCUMENT.strip()}, "This is the protocol as it stands."),
        ({"document": DOCUMENT.replace('"every"', '["X"]')}, "which this study does not have"),
        ({"document": DOCUMENT.replace("70", "170")}, "170 is out of range"),
    ],
)
def test_a_bad_amendment_is_told_and_nothing_typed_is_lost(
    as_alice: Browser, sealed: Study, change: dict[str, str], says: str
) -> None:
    answer = amended(sealed, as_alice, **change)
    assert answer.status_code == 400
    assert says in answer.text
    assert "The threshold was a slip." in answer.text or "reason" in change or "170" in says
    assert [one.number for one in protocols.versions(sealed)] == [1]


def test_the_amendment_form_tells_what_is_wrong(as_alice: Browser, sealed: Study) -> None:
    path = f"/studies/{sealed.id}/protocol/amend"
    answer = as_alice.post(path, data={**FORM, "r0.k0.threshold": "x"})
    assert answer.status_code == 400
    assert "“x” is not a number" in answer.text
    assert as_alice.post(path, data={**FORM, "action": "rule.add"}).status_code == 200
    assert as_alice.post(path, data={**FORM, "action": "check"}).status_code == 200
    assert as_alice.post(f"{path}/text", data={"document": "no"}).status_code == 400
    assert [one.number for one in protocols.versions(sealed)] == [1]


def test_a_draft_is_not_amended(as_alice: Browser, ready: Study) -> None:
    for path in ("amend", "amend/text"):
        answer = as_alice.get(f"/studies/{ready.id}/protocol/{path}")
        assert answer.status_code == 400
        assert "must be sealed" in answer.text


# Who may.


def test_a_facilitator_reads_but_neither_writes_nor_seals(as_fay: Browser, ready: Study) -> None:
    path = f"/studies/{ready.id}/protocol"
    page = as_fay.get(path).text
    assert "What counts as consensus" in page
    assert "Edit</a>" not in page
    assert "Seal" not in page
    for target in ("edit", "text", "seal", "amend", "amend/text"):
        assert as_fay.get(f"{path}/{target}").status_code == 403
        assert as_fay.post(f"{path}/{target}", data=FORM).status_code == 403
    assert as_fay.post(f"{path}/presets", data={"preset": "apmo"}).status_code == 403
    assert as_fay.post(f"{path}/amend/confirm", data={}).status_code == 403
    assert seal(as_fay, ready).status_code == 403
    session.refresh(ready)
    assert ready.state is StudyState.DRAFT


def test_an_outsider_finds_nothing(as_charlie: Browser, ready: Study) -> None:
    path = f"/studies/{ready.id}/protocol"
    for target in ("", "/presets", "/edit", "/text", "/seal", "/amend", "/1.toml"):
        assert as_charlie.get(f"{path}{target}").status_code == 404
    assert seal(as_charlie, ready).status_code == 404


def test_versions_of_another_study_are_not_found(
    as_alice: Browser, sealed: Study, alice: Account, clock: Clock
) -> None:
    other = make_study(alice, clock())
    assert as_alice.get(f"/studies/{other.id}/protocol/1.toml").status_code == 404

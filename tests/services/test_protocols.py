"""The protocol's life: drafted, sealed, amended, and what is refused."""

from __future__ import annotations

import hashlib

import pytest

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.protocols import digest, from_dict
from delphi.domain.states import RoundState, StudyState
from delphi.models import Account, Protocol, Round, Study
from delphi.scoring.presets import load, names
from delphi.scoring.problems import ProtocolError
from delphi.scoring.stability_criteria import StabilityRule
from delphi.services import history, protocols, readiness
from tests.support.clock import Clock
from tests.support.studies import DOCUMENT, add_item, add_panel, make_ready, make_study


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


def opened_round(study: Study, clock: Clock) -> Round:
    opened = Round(
        study_id=study.id,
        number=1,
        state=RoundState.OPEN,
        time_zone="UTC",
        opened_at=clock(),
        closes_at=clock(),
    )
    session.add(opened)
    session.flush()
    return opened


def test_a_study_begins_without_a_protocol(study: Study) -> None:
    assert protocols.latest(study) is None
    for ask, code in ((protocols.current, "protocol.missing"), (protocols.sealed, "protocol.not_sealed")):
        with pytest.raises(DomainError) as caught:
            ask(study)
        assert caught.value.code == code


def test_a_draft_is_kept_as_it_was_written(study: Study, alice: Account, clock: Clock) -> None:
    commented = "# why we chose this\r\n" + DOCUMENT.strip()
    protocols.save_draft(study, commented, by=alice, now=clock())
    assert protocols.current(study).document == commented.replace("\r\n", "\n") + "\n"
    protocols.save_draft(study, DOCUMENT, by=alice, now=clock.advance(hours=1))
    assert [one.number for one in protocols.versions(study)] == [1]
    assert protocols.current(study).updated_at == clock()
    assert protocols.current(study).sealed_at is None
    assert [one.event.kind for one in history.of(study)].count("protocol.started") == 1


@pytest.mark.parametrize("preset", names())
def test_every_preset_makes_a_draft(study: Study, alice: Account, clock: Clock, preset: str) -> None:
    draft = protocols.save_draft(study, from_dict(load(preset)).to_toml(), by=alice, now=clock())
    parsed = protocols.parsed(draft)
    assert parsed == from_dict(load(preset))
    assert parsed.source


def test_a_bad_document_is_refused_and_the_draft_stays(study: Study, alice: Account, clock: Clock) -> None:
    draft = protocols.save_draft(study, DOCUMENT, by=alice, now=clock())
    with pytest.raises(ProtocolError):
        protocols.save_draft(study, DOCUMENT.replace("70", "170"), by=alice, now=clock())
    with pytest.raises(DomainError):
        protocols.save_draft(study, DOCUMENT + "#" * 100_001, by=alice, now=clock())
    assert draft.document == DOCUMENT.lstrip("\n")


def test_sealing_fixes_the_exact_bytes(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    sealed = protocols.seal(study, by=alice, now=clock.advance(days=1))
    assert study.state is StudyState.SEALED
    assert sealed.digest == hashlib.sha256(sealed.document.encode()).hexdigest()
    assert (sealed.sealed_at, sealed.sealed_by_id, sealed.number) == (clock(), alice.id, 1)
    assert protocols.sealed(study) is sealed
    assert history.of(study)[0].event.facts == {"digest": sealed.digest}


def test_a_protocol_sealed_without_a_stability_rule_keeps_its_bytes(
    study: Study, alice: Account, clock: Clock
) -> None:
    make_ready(study, alice, clock())
    sealed = protocols.seal(study, by=alice, now=clock())
    known = hashlib.sha256(DOCUMENT.strip().encode() + b"\n").hexdigest()
    assert "stability" not in sealed.document
    assert protocols.parsed(sealed).rules.stability == StabilityRule.usual()
    session.expire_all()
    assert protocols.sealed(study).digest == digest(protocols.sealed(study).document) == known


def test_sealing_does_not_wait_for_experts_or_consent(study: Study, alice: Account, clock: Clock) -> None:
    add_panel(study, alice, clock())
    add_item(study, clock())
    protocols.save_draft(study, DOCUMENT, by=alice, now=clock())
    assert readiness.blocking(readiness.checks(study))
    assert protocols.seal(study, by=alice, now=clock()).digest


@pytest.mark.parametrize("lacking", ["protocol", "panel", "item", "wording", "named panel", "question"])
def test_sealing_waits_for_protocol_panels_and_items(
    study: Study, alice: Account, clock: Clock, lacking: str
) -> None:
    if lacking != "panel":
        add_panel(study, alice, clock())
    if lacking != "item":
        add_item(study, clock(), languages=["fr"] if lacking == "wording" else ["en", "fr"])
    document = DOCUMENT.replace('"every"', '["X"]') if lacking == "named panel" else DOCUMENT
    if lacking == "question":
        document = document.replace(', fr = "Est-ce important ?"', "")
    if lacking != "protocol":
        protocols.save_draft(study, document, by=alice, now=clock())
    with pytest.raises(DomainError) as caught:
        protocols.seal(study, by=alice, now=clock())
    assert (caught.value.code, caught.value.params["count"]) == ("protocol.not_ready", 1)
    assert study.state is StudyState.DRAFT


def test_a_sealed_protocol_does_not_change(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    sealed = protocols.seal(study, by=alice, now=clock())
    before = (sealed.document, sealed.digest, sealed.sealed_at)
    clock.advance(days=1)
    with pytest.raises(DomainError) as caught:
        protocols.save_draft(study, DOCUMENT.replace("70", "75"), by=alice, now=clock())
    assert caught.value.code == "protocol.sealed"
    with pytest.raises(DomainError) as caught:
        protocols.seal(study, by=alice, now=clock())
    assert caught.value.code == "study.wrong_state"
    assert (sealed.document, sealed.digest, sealed.sealed_at) == before


def test_an_amendment_is_a_new_sealed_version(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    first = protocols.seal(study, by=alice, now=clock())
    before = (first.document, first.digest)
    changed = DOCUMENT.replace("70", "75")
    second = protocols.amend(study, changed, " A slip. ", by=alice, now=clock.advance(days=1))
    assert (second.number, second.reason, second.after_data) == (2, "A slip.", False)
    assert second.digest == hashlib.sha256(second.document.encode()).hexdigest()
    assert protocols.sealed(study) is second
    assert (first.document, first.digest) == before
    assert history.of(study)[0].event.facts["number"] == 1


def test_an_amendment_after_a_round_opened_says_so(study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    first = protocols.seal(study, by=alice, now=clock())
    opened = opened_round(study, clock)
    opened.protocol_id = first.id
    study.state = StudyState.RUNNING
    second = protocols.amend(study, DOCUMENT.replace("70", "75"), "Why", by=alice, now=clock())
    assert second.after_data is True
    assert opened.protocol_id == first.id


@pytest.mark.parametrize(
    ("old", "new", "reason", "code"),
    [
        ("70", "75", "  ", "protocol.reason_missing"),
        ("70", "75", "x" * 2001, "protocol.reason_too_long"),
        ("nothing", "changed", "Why", "protocol.unchanged"),
        ('"every"', '["X"]', "Why", "protocol.panel_unknown"),
    ],
)
def test_a_bad_amendment_is_refused(
    study: Study, alice: Account, clock: Clock, old: str, new: str, reason: str, code: str
) -> None:
    make_ready(study, alice, clock())
    protocols.seal(study, by=alice, now=clock())
    with pytest.raises(DomainError) as caught:
        protocols.amend(study, DOCUMENT.replace(old, new), reason, by=alice, now=clock())
    assert caught.value.code == code
    assert [one.number for one in protocols.versions(study)] == [1]


@pytest.mark.parametrize("change", ["scale", "criterion"])
def test_what_was_rated_keeps_its_scale(study: Study, alice: Account, clock: Clock, change: str) -> None:
    make_ready(study, alice, clock())
    protocols.seal(study, by=alice, now=clock())
    other = {"scale": ("high = [7, 9]", "high = [7, 10]"), "criterion": ("importance", "clarity")}[change]
    document = DOCUMENT.replace(*other).replace(
        "points = 9", "points = 10" if change == "scale" else "points = 9"
    )
    opened_round(study, clock)
    with pytest.raises(DomainError) as caught:
        protocols.amend(study, document, "Why", by=alice, now=clock())
    assert caught.value.code == "protocol.criterion_fixed"


@pytest.mark.parametrize("state", [StudyState.DRAFT, StudyState.CONCLUDED])
def test_only_a_sealed_or_running_study_is_amended(
    study: Study, alice: Account, clock: Clock, state: StudyState
) -> None:
    make_ready(study, alice, clock())
    if state is StudyState.CONCLUDED:
        protocols.seal(study, by=alice, now=clock())
        study.state = state
    with pytest.raises(DomainError) as caught:
        protocols.amend(study, DOCUMENT.replace("70", "75"), "Why", by=alice, now=clock())
    assert caught.value.code == "study.wrong_state"
    assert session.query(Protocol).count() == 1

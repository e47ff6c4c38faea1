"""The protocol's life: written as a draft, sealed, amended. Sealed documents never change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from flask_babel import force_locale
from sqlalchemy import select

from delphi.db import session
from delphi.domain import protocols
from delphi.domain.errors import DomainError
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import StudyState, move
from delphi.models import Account, Panel, Protocol, Round, Study
from delphi.scoring import presets
from delphi.services import history, studies
from delphi.words import label

LONGEST_REASON = 2_000
LONGEST_DOCUMENT = 100_000


def latest(study: Study) -> Protocol | None:
    """The draft or the sealed version in force; None before one was chosen."""
    query = select(Protocol).where(Protocol.study_id == study.id).order_by(Protocol.number.desc())
    # As it is now: a digest of what was read before somebody else saved would be of another document.
    return session.scalar(query.limit(1).execution_options(populate_existing=True))


def from_preset(study: Study, name: str) -> StudyProtocol:
    """What ships under this name, called in the study's main language."""
    if name not in presets.names():
        raise DomainError("protocol.preset_unknown")
    with force_locale(study.languages[0]):
        title, source = label("preset-title", name), label("preset-source", name)
    return replace(protocols.from_dict(presets.load(name)), title=title, source=source)


def current(study: Study) -> Protocol:
    """The draft or the sealed version in force."""
    protocol = latest(study)
    if protocol is None:
        raise DomainError("protocol.missing")
    return protocol


def sealed(study: Study) -> Protocol:
    """The version in force, which rounds are run by; refuses while it is a draft."""
    protocol = latest(study)
    if protocol is None or protocol.sealed_at is None:
        raise DomainError("protocol.not_sealed")
    return protocol


def versions(study: Study) -> list[Protocol]:
    """Every version, oldest first."""
    return list(
        session.scalars(select(Protocol).where(Protocol.study_id == study.id).order_by(Protocol.number))
    )


def sealed_versions(study: Study) -> list[Protocol]:
    """Those that are or were in force, oldest first."""
    return [one for one in versions(study) if one.sealed_at]


def of_rounds(rounds: Iterable[Round]) -> dict[int, StudyProtocol]:
    """As `of_round`, by the ids of those rounds that have opened; one statement, none where no round has."""
    opened = {one.id: one.protocol_id for one in rounds if one.protocol_id}
    if not opened:
        return {}
    query = select(Protocol).where(Protocol.id.in_(set(opened.values())))
    found = {one.id: parsed(one) for one in session.scalars(query)}
    return {round_id: found[protocol_id] for round_id, protocol_id in opened.items()}


def of_round(opened: Round) -> StudyProtocol:
    """The one in force when the round opened."""
    return parsed(session.get_one(Protocol, opened.protocol_id))


def parsed(protocol: Protocol) -> StudyProtocol:
    return _read(protocol.document)


@lru_cache(maxsize=256)
def _read(document: str) -> StudyProtocol:
    return protocols.from_toml(document)


def save_draft(study: Study, document: str, *, by: Account, now: datetime) -> Protocol:
    """Keep the document as it is written; raises ProtocolError when it is not a protocol."""
    studies.lock(study)
    if study.state is not StudyState.DRAFT:
        raise DomainError("protocol.sealed")
    document = _checked(document)
    draft = latest(study)
    if draft is None:
        draft = Protocol(study_id=study.id, number=1, document=document, updated_at=now)
        session.add(draft)
        history.record(study.id, "protocol.started", by, now=now)
    draft.document, draft.updated_at = document, now
    session.flush()
    return draft


def seal(study: Study, *, by: Account, now: datetime) -> Protocol:
    """Fix the rules: from here on the document and its digest do not change."""
    studies.lock(study)
    state = move("study.seal", study.state)
    _check_ready(study)
    protocol = current(study)
    _close(protocol, by, now)
    study.state = StudyState(state)
    history.record(study.id, "protocol.sealed", by, now=now, digest=protocol.digest)
    return protocol


def amend(study: Study, document: str, reason: str, *, by: Account, now: datetime) -> Protocol:
    """A new numbered version, sealed at once. Verdicts given before keep the version they were given by."""
    studies.lock(study)
    if study.state not in (StudyState.SEALED, StudyState.RUNNING):
        raise DomainError("study.wrong_state")
    earlier, document, reason = current(study), _checked(document), reason.strip()
    after_data = has_data(study)
    _check_amendment(study, earlier, document, reason, after_data)
    amendment = Protocol(
        study_id=study.id,
        number=earlier.number + 1,
        document=document,
        reason=reason,
        after_data=after_data,
        updated_at=now,
    )
    session.add(amendment)
    _close(amendment, by, now)
    facts = {"number": amendment.number - 1, "reason": reason, "after_data": after_data}
    history.record(study.id, "protocol.amended", by, now=now, **facts)
    return amendment


def _check_ready(study: Study) -> None:
    from delphi.services import readiness  # which reads protocols

    missing = readiness.blocks_sealing(readiness.checks(study))
    if missing:
        raise DomainError("protocol.not_ready", count=len(missing))


def has_data(study: Study) -> bool:
    """Whether any round has opened: from then on an amendment was made knowing, or able to know, answers."""
    opened = select(Round.id).where(Round.study_id == study.id, Round.opened_at.is_not(None)).limit(1)
    return session.scalar(opened) is not None


def _checked(document: str) -> str:
    document = document.replace("\r\n", "\n").strip() + "\n"
    if len(document) > LONGEST_DOCUMENT:
        raise DomainError("protocol.too_long", most=LONGEST_DOCUMENT)
    protocols.from_toml(document)
    return document


def _close(protocol: Protocol, by: Account, now: datetime) -> None:
    protocol.digest, protocol.sealed_at, protocol.sealed_by_id = (
        protocols.digest(protocol.document),
        now,
        by.id,
    )
    session.flush()


def _check_amendment(study: Study, earlier: Protocol, document: str, reason: str, after_data: bool) -> None:
    if not reason:
        raise DomainError("protocol.reason_missing")
    if len(reason) > LONGEST_REASON:
        raise DomainError("protocol.reason_too_long", most=LONGEST_REASON)
    if document == earlier.document:
        raise DomainError("protocol.unchanged")
    after, before = _read(document), parsed(earlier)
    codes = set(session.scalars(select(Panel.code).where(Panel.study_id == study.id)))
    for name in sorted(after.rules.panel_names() - codes):
        raise DomainError("protocol.panel_unknown", panel=name)
    for key, criterion in before.rules.criteria.items() if after_data else ():
        if key not in after.rules.criteria or after.rules.criteria[key].scale != criterion.scale:
            raise DomainError("protocol.criterion_fixed", criterion=key)

"""A study as it was, from the full bundle of it: everything is checked before the first row is written.

Rows get new keys; what refers to them follows: foreign keys, and the few ids that stand inside other values.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Column, Enum, Integer, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from delphi import __version__
from delphi.db import UtcDateTime, session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Role
from delphi.models import Account, Announcement, Event, Feedback, Membership, Study
from delphi.models.account import AccountState
from delphi.models.message import MessageState
from delphi.services import backups, history, studies

MOST_UNPACKED: Final = 4 * 1024**3  # bytes; more is no study

# What of a cause of a message is an id, and of which table: see `once=` in the services.
CAUSES: Final = (
    (re.compile(r"^(?:round|deadline|reminder|thanks)-(\d+)"), "round"),
    (re.compile(r"^announcement-(\d+)"), "announcement"),
    (re.compile(r"^consent-(\d+)"), "consent_text"),
    (re.compile(r"^(?:results|test)-(\d+)"), "study"),
    (re.compile(r"^again-(\d+)"), "message"),
    (re.compile(r"^news-(\d+)"), "membership"),
    (re.compile(r"(?:expert|link-again)-(\d+)"), "expert"),
)


@dataclass
class Keys:
    """Which new id stands for which old one, table by table."""

    of: dict[str, dict[int, int]] = field(default_factory=dict)

    def new(self, table: str, old: int) -> int:
        try:
            return self.of[table][old]
        except KeyError:
            raise DomainError("backup.damaged", file=f"{table}.jsonl") from None


def restore(file: IO[bytes], *, owner: Account | None, now: datetime) -> Study:
    """The study, as a new one of this installation; refused whole when anything is wrong with the file."""
    try:
        with ZipFile(file) as archive:
            manifest = _manifest(archive)
            for listed in manifest["tables"]:
                _check(archive, listed)
            _check_not_here(archive)
            return _restore(archive, owner, now)
    except (BadZipFile, EOFError, OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise DomainError("backup.unreadable") from None
    except (IntegrityError, StatementError, KeyError, TypeError, ValueError, AttributeError) as error:
        session.rollback()
        raise DomainError("backup.contradicts", detail=type(error).__name__) from None


def _manifest(archive: ZipFile) -> dict[str, Any]:
    if backups.MANIFEST not in archive.namelist():
        raise DomainError("backup.no_backup")
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        raise DomainError("backup.too_large")
    manifest: dict[str, Any] = json.loads(archive.read(backups.MANIFEST))
    if manifest.get("format") != backups.FORMAT:
        raise DomainError("backup.no_backup")
    known = {backups.ACCOUNTS, *(table.name for table in backups.tables())}
    newer = {listed["name"] for listed in manifest["tables"]} - known
    if manifest["version"] > backups.VERSION or newer:
        raise DomainError("backup.newer", theirs=str(manifest.get("delphi")), ours=__version__)
    return manifest


def _check(archive: ZipFile, listed: Mapping[str, Any]) -> None:
    """That a table is whole, and has no column this version does not know."""
    name = listed["name"]
    digest, count = hashlib.sha256(), 0
    for line in _lines(archive, name):
        digest.update(line)
        count += 1
    if (count, digest.hexdigest()) != (listed["rows"], listed["sha256"]):
        raise DomainError("backup.damaged", file=f"{name}.jsonl")
    known = _columns(name)
    for number, row in enumerate(_rows(archive, name), 1):
        if set(row) - known:
            raise DomainError("backup.newer_column", file=f"{name}.jsonl", row=number, ours=__version__)


def _columns(name: str) -> set[str]:
    if name == backups.ACCOUNTS:
        return {"id", "email", "name", "language"}
    return {column.name for table in backups.tables() if table.name == name for column in table.columns}


def _lines(archive: ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(f"{backups.FOLDER}{name}.jsonl") as file:
            yield from file
    except KeyError:
        raise DomainError("backup.damaged", file=f"{name}.jsonl") from None


def _rows(archive: ZipFile, name: str) -> Iterator[dict[str, Any]]:
    for line in _lines(archive, name):
        yield json.loads(line)


def _check_not_here(archive: ZipFile) -> None:
    """Two of the same study would write to the same experts."""
    kept = next(_rows(archive, "study"))
    made = datetime.fromisoformat(kept["created_at"])
    for study in session.scalars(select(Study).where(Study.created_at == made)):
        if study.title == kept["title"]:
            raise DomainError("backup.is_here", number=study.id)


def _restore(archive: ZipFile, owner: Account | None, now: datetime) -> Study:
    keys = Keys()
    keys.of[backups.ACCOUNTS] = _accounts(archive, now)
    listed = {listed["name"] for listed in json.loads(archive.read(backups.MANIFEST))["tables"]}
    for table in backups.tables():
        if table.name in listed:
            _table(archive, table, keys)
    session.flush()
    for follow in (_follow_events, _follow_audiences, _follow_feedback, _follow_news):
        follow(keys)
    [study_id] = keys.of["study"].values()
    study = session.get_one(Study, study_id)
    if owner is not None:
        _own(study, owner, now)
    history.record(study.id, "study.restored", owner, now=now)
    return study


def _accounts(archive: ZipFile, now: datetime) -> dict[int, int]:
    """By address: whoever has an account here is that account, the others are made, without a password."""
    found: dict[int, int] = {}
    for row in _rows(archive, backups.ACCOUNTS):
        account = session.scalar(select(Account).where(Account.email == row["email"]))
        if account is None:
            account = Account(**{**row, "id": None}, state=AccountState.INVITED, created_at=now)
            session.add(account)
            session.flush()
        found[row["id"]] = account.id
    return found


def _table(archive: ZipFile, table: Table, keys: Keys) -> None:
    made = keys.of.setdefault(table.name, {})
    own_key, above = _own_key(table), _own_kind(table)
    rows = _rows(archive, table.name)
    while chunk := list(islice(rows, backups.AT_ONCE)):
        values = [_values(table, row, keys, leave=(own_key, above)) for row in chunk]
        if own_key is None:
            session.execute(insert(table), values)
            continue
        statement = insert(table).returning(own_key, sort_by_parameter_order=True)
        ids = session.scalars(statement, values).all()
        made |= {row[own_key.name]: new for row, new in zip(chunk, ids, strict=True)}
    if own_key is not None and above is not None:
        for row in _rows(archive, table.name):
            if row[above.name] is not None:
                new = keys.new(table.name, row[above.name])
                session.execute(
                    update(table).where(own_key == made[row[own_key.name]]).values({above.name: new})
                )


def _own_key(table: Table) -> Column[Any] | None:
    """The key that the database gives; None where the key is made of those of other tables."""
    key = list(table.primary_key)
    given = len(key) == 1 and isinstance(key[0].type, Integer) and not key[0].foreign_keys
    return key[0] if given else None


def _own_kind(table: Table) -> Column[Any] | None:
    """What refers to a row of the same table, such as the domain that a domain is in."""
    own = (key.parent for key in table.foreign_keys if key.column.table is table)
    return next(own, None)


def _values(table: Table, row: Mapping[str, Any], keys: Keys, leave: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        if any(column is one for one in leave) or column.name not in row:
            continue
        found[column.name] = _value(column, row[column.name], keys)
    if table.name == "message":
        found |= _as_queued(row, keys)
    return found


def _value(column: Column[Any], value: Any, keys: Keys) -> Any:
    if value is None:
        return None
    for key in column.foreign_keys:
        return keys.new(key.column.table.name, value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    return value


def _as_queued(row: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """Its cause under the new ids, so that the same cause still queues nothing twice; what was on its way waits."""
    once = row["once"]
    for pattern, table in CAUSES:
        once = pattern.sub(partial(_renamed, keys.of.get(table, {})), once)
    waiting = {"state": MessageState.QUEUED} if row["state"] == MessageState.SENDING else {}
    return {"once": once, **waiting}


def _renamed(new: Mapping[int, int], found: re.Match[str]) -> str:
    """An id that is not in the file is of something deleted: its cause does not come again."""
    old = found[1]
    return found[0].replace(old, str(new.get(int(old), f"gone{old}")))


def _follow_events(keys: Keys) -> None:
    """Decisions confirmed together are found by the ids that their event names."""
    for event in session.scalars(select(Event).where(Event.id.in_(keys.of.get("event", {}).values()))):
        facts = dict(event.facts)
        for name, table in (("account", "account"), ("message", "message"), ("again", "message")):
            if name in facts:
                facts[name] = keys.of.get(table, {}).get(facts[name])
        if "decisions" in facts:
            facts["decisions"] = [keys.new("decision", one) for one in facts["decisions"]]
        event.facts = facts


def _follow_audiences(keys: Keys) -> None:
    made = keys.of.get("announcement", {}).values()
    for sent in session.scalars(select(Announcement).where(Announcement.id.in_(made))):
        known = keys.of.get("panel", {})
        sent.audience = sent.audience | {
            "panels": [known[one] for one in sent.audience["panels"] if one in known]
        }


def _follow_feedback(keys: Keys) -> None:
    """Words taken out of a comment later must be found in what was frozen before."""
    rounds = keys.of.get("round", {}).values()
    for one in session.scalars(select(Feedback).where(Feedback.round_id.in_(rounds))):
        comments = [
            told | {"comment": keys.of["comment"].get(told["comment"], told["comment"])}
            for told in one.content["comments"]
        ]
        one.content = one.content | {"comments": comments}


def _follow_news(keys: Keys) -> None:
    """What each of the team was told last."""
    events = keys.of.get("event", {})
    members = keys.of.get("membership", {}).values()
    for member in session.scalars(select(Membership).where(Membership.id.in_(members))):
        told = (new for old, new in events.items() if old <= member.told_until)
        member.told_until = max(told, default=0)


def _own(study: Study, owner: Account, now: datetime) -> None:
    member = studies.membership(study.id, owner.id)
    if member is None:
        member = Membership(study_id=study.id, account_id=owner.id, created_at=now)
        member.told_until = session.scalar(select(func.max(Event.id)).where(Event.study_id == study.id)) or 0
        session.add(member)
    member.role = Role.OWNER
    session.flush()

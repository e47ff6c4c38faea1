"""Taking words out of comments, such as a name. What others read of a comment is told here and nowhere else.

The original stays in the database. Where the study wants a second person to look, the comment reaches nobody
(no expert, no export, no feedback) between the redaction and its release.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Subquery, func, select

from delphi.db import session
from delphi.domain.comments import LONGEST_REASON, LONGEST_REDACTION, Redacted
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.texts import clean
from delphi.models import Account, Comment, Feedback, Redaction, Round, Study
from delphi.services import history


def latest() -> Subquery:
    """The redaction that counts of each comment that has one, for joins: comment_id, text, released_at."""
    last = select(func.max(Redaction.id)).group_by(Redaction.comment_id)
    query = select(Redaction.comment_id, Redaction.text, Redaction.released_at)
    return query.where(Redaction.id.in_(last)).subquery("redacted")


def state_of(redacted_text: str | None, released_at: datetime | None) -> Redacted:
    if redacted_text is None:
        return Redacted.NO
    return Redacted.RELEASED if released_at else Redacted.WAITING


def told(original: str, redacted_text: str | None, released_at: datetime | None) -> str | None:
    """What others may read of a comment: None while its redaction waits for release."""
    if redacted_text is None:
        return original
    return redacted_text if released_at else None


def told_of(comments: Collection[Comment]) -> dict[int, str]:
    """By id what others may read of these comments; what waits for release is left out."""
    if not comments:
        return {}
    redacted = latest()
    query = select(redacted).where(redacted.c.comment_id.in_([one.id for one in comments]))
    rows = {row.comment_id: (row.text, row.released_at) for row in session.execute(query)}
    texts = {comment.id: told(comment.text, *rows.get(comment.id, (None, None))) for comment in comments}
    return {comment_id: text for comment_id, text in texts.items() if text is not None}


def waiting(study: Study) -> int:
    """Comments whose redaction nobody has released yet."""
    redacted = latest()
    query = (
        select(func.count())
        .select_from(redacted)
        .join(Comment, Comment.id == redacted.c.comment_id)
        .join(Round, Round.id == Comment.round_id)
        .where(Round.study_id == study.id, redacted.c.released_at.is_(None))
    )
    return session.scalar(query) or 0


def of(comment: Comment) -> list[tuple[Redaction, str]]:
    """Every redaction of a comment with the name of who made it, the one that counts first."""
    query = (
        select(Redaction, Account.name)
        .join(Account, Account.id == Redaction.made_by_id)
        .where(Redaction.comment_id == comment.id)
        .order_by(Redaction.id.desc())
    )
    return [(row, name) for row, name in session.execute(query)]


def redact(
    study: Study,
    round_: Round,
    comment: Comment,
    text: str,
    reason: str,
    *,
    by: Account,
    now: datetime,
    seen: int | None = None,
) -> Redaction:
    """From now on `text` is read instead, or once released. The same again changes nothing.

    `seen`: the redaction that its maker had in view (0: none); None replaces whatever there is.
    """
    text, reason = clean(text), clean(reason)
    _check(text, reason)
    before = next(iter(of(comment)), None)
    if before and before[0].text == text:
        return before[0]
    _check_seen(seen, before[0] if before else None)
    if before is None and text == comment.text:
        raise DomainError("redaction.unchanged")
    made = Redaction(
        comment_id=comment.id,
        text=text,
        reason=reason,
        made_by_id=by.id,
        made_at=now,
        released_at=None if study.release_redactions else now,
    )
    session.add(made)
    session.flush()
    _tell(round_, comment, made)
    history.record(study.id, "comment.redacted", by, now=now, number=round_.number)
    return made


def release(
    study: Study, round_: Round, comment: Comment, *, by: Account, now: datetime, seen: int | None = None
) -> None:
    """By somebody else than who made it, where the study wants that. Once more changes nothing.

    `seen`: the redaction whose text the second person has read.
    """
    found = next(iter(of(comment)), None)
    if found is None:
        raise NotFound("redaction.not_found")
    waiting = found[0]
    _check_seen(seen, waiting)
    if waiting.released_at:
        return
    if study.release_redactions and waiting.made_by_id == by.id:
        raise DomainError("redaction.own_release")
    waiting.released_by_id, waiting.released_at = by.id, now
    session.flush()
    _tell(round_, comment, waiting)
    history.record(study.id, "comment.released", by, now=now, number=round_.number)


def _tell(round_: Round, comment: Comment, redaction: Redaction) -> None:
    """Feedback that is frozen already: a name leaves it too. Nothing else in it changes."""
    frozen = session.get(Feedback, (round_.id, comment.item_id), with_for_update=True)
    if frozen is None:
        return
    text = told(comment.text, redaction.text, redaction.released_at) or ""
    told_now = [
        one | {"text": text} if _is_of(one, comment) else one for one in frozen.content.get("comments", [])
    ]
    frozen.content = frozen.content | {"comments": told_now}
    session.flush()


def _is_of(frozen: dict[str, object], comment: Comment) -> bool:
    """Feedback frozen by an earlier version of the program does not say whose comment it holds."""
    return frozen["comment"] == comment.id if "comment" in frozen else frozen["text"] == comment.text


def _check_seen(seen: int | None, latest_one: Redaction | None) -> None:
    if seen not in (None, latest_one.id if latest_one else 0):
        raise DomainError("redaction.made_meanwhile")


def _check(text: str, reason: str) -> None:
    if not text:
        raise DomainError("redaction.empty", field="text")
    if len(text) > LONGEST_REDACTION:
        raise DomainError("redaction.too_long", field="text", most=LONGEST_REDACTION, length=len(text))
    if len(reason) > LONGEST_REASON:
        raise DomainError("redaction.reason_too_long", field="reason", most=LONGEST_REASON)

"""A message row becomes a mail: to the address and in the language of this moment, with a fresh link."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from delphi.db import session
from delphi.domain.messages import MessageKind, account_wants, expert_wants
from delphi.emails import messages
from delphi.emails.envelope import address, compose, sender
from delphi.emails.messages import Content
from delphi.models import Account, Contact, Expert, Message, Round, Study
from delphi.models.account import TokenPurpose
from delphi.services import accounts, links
from delphi.words import translated


def write(message: Message, now: datetime) -> EmailMessage | None:
    """None when the message is no longer wanted. Its link is valid once this transaction is committed."""
    if message.expert_id is not None:
        return _to_expert(message, message.expert_id, now)
    return _to_account(message, now)


def _to_expert(message: Message, expert_id: int, now: datetime) -> EmailMessage | None:
    query = (
        select(Expert, Contact, Study, Round)
        .join(Contact, Contact.expert_id == Expert.id)
        .join(Study, Study.id == Expert.study_id)
        .outerjoin(Round, Round.id == message.round_id)
        .where(Expert.id == expert_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    expert, contact, study, round = row
    if not expert_wants(message.kind, expert.state, study.state, round.state if round else None):
        return None
    token = links.make(expert, now)
    with force_locale(expert.language):
        reader = messages.Recipient(
            language=expert.language,
            name=contact.name,
            link=_address(f"/i/{token}"),
            study=translated(study.title),
            contact=study.contact,
            stop_reminders=_address(f"/u/{token}"),
        )
    again = message.kind == MessageKind.LINK_AGAIN
    content = messages.link_again(reader) if again else _invitation(reader, round)
    return _mail(message, content, reader, address(contact.email, contact.name), now)


def _invitation(reader: messages.Recipient, round: Round) -> Content:
    with force_locale(reader.language):
        instructions = translated(round.instructions)
    return messages.round_invitation(
        reader,
        number=round.number,
        instructions=instructions,
        closes_at=round.closes_at,
        zone=round.time_zone,
    )


def _to_account(message: Message, now: datetime) -> EmailMessage | None:
    account = session.get(Account, message.account_id, populate_existing=True) if message.account_id else None
    if account is None or not account_wants(message.kind, account.state):
        return None
    if message.kind == MessageKind.ACCOUNT_INVITATION:
        link = _address(f"/invitation/{accounts.make_token(account, TokenPurpose.INVITATION, now)}")
        reader = messages.Recipient(account.language, account.name, link)
        content = messages.account_invitation(reader)
    else:
        link = _address(f"/reset/{accounts.make_token(account, TokenPurpose.PASSWORD_RESET, now)}")
        reader = messages.Recipient(account.language, account.name, link)
        content = messages.password_reset(reader)
    return _mail(message, content, reader, address(account.email, account.name), now)


def _mail(
    message: Message, content: Content, reader: messages.Recipient, recipient: Address, now: datetime
) -> EmailMessage:
    return compose(
        content,
        sender=sender(current_app.config["SETTINGS"].mail_from, reader.study or "Delphi"),
        recipient=recipient,
        message_id=message.message_id,
        now=now,
        stop_reminders=reader.stop_reminders,
    )


def _address(path: str) -> str:
    """From the configured address only, never from what a request claims."""
    return str(current_app.config["SETTINGS"].base_url).rstrip("/") + path

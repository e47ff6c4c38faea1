"""What a name, an address and a telephone number of an expert must be."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from delphi.domain.errors import DomainError

LONGEST_NAME = 200
LONGEST_PHONE = 40

_PHONE = re.compile(r"\+?[\d\s()./\-]{3,}(\s?(ext\.?|x|poste|#)\s?\d+)?", re.IGNORECASE)


def checked_email(text: str) -> str:
    """The address as it is stored; its form is looked at, not whether it can be reached."""
    if not text.strip():
        raise DomainError("expert.email_missing")
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise DomainError("expert.email_invalid", email=text.strip()) from None
    return found.normalized.lower()


def checked_name(text: str) -> str:
    """May be empty: a message then greets without it."""
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise DomainError("expert.name_too_long", found=len(name), most=LONGEST_NAME)
    return name


def checked_phone(text: str) -> str:
    phone = " ".join(text.split())
    if phone and (len(phone) > LONGEST_PHONE or not _PHONE.fullmatch(phone)):
        raise DomainError("expert.phone_invalid", phone=phone[:LONGEST_PHONE])
    return phone

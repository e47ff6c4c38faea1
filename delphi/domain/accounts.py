"""What a password must be, and the code that lets the first administrator in."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode

from delphi.domain.errors import DomainError

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 1000  # hashing must not become a way to keep the server busy

# Long enough for the minimum, and tried first by anyone who guesses.
_TOO_COMMON = """
000000000000 111111111111 121212121212 123123123123 123456123456 1234567890ab 123456789012 1234567890123
12345678901234 123456789123 1q2w3e4r5t6y 1qaz2wsx3edc abcdefghijkl abcdefghijklm abcd12345678
administrator admin1234567 administrateur azertyuiop12 azertyuiop123 azertyuiopqsd bonjour12345
changemeplease changeme1234 changeme12345 delphidelphi footballfootball iloveyou1234 iloveyouforever
jetaimejetaime letmeinletmein letmeinplease loulouloulou motdepasse12 motdepasse123 motdepasse1234
motdepassemotdepasse password0000 password1111 password1234 password12345 password123456 password1234567
passwordpassword passw0rd1234 p@ssw0rd1234 p@ssword1234 qazwsxedcrfv qwerty123456 qwertyqwerty qwertyuiop12
qwertyuiop123 qwertyuiop[] qwertyuiopasdf secretsecret sunshine1234 superman1234 trustno1trustno1
welcome12345 welcomewelcome
"""
COMMON_PASSWORDS = frozenset(_TOO_COMMON.split())


def check_password(password: str, email: str) -> None:
    """Long, not the address, not a common one. Rules about kinds of characters make passwords worse."""
    if len(password) < MINIMUM_PASSWORD:
        raise DomainError("account.password_short", minimum=MINIMUM_PASSWORD)
    if len(password) > MAXIMUM_PASSWORD:
        raise DomainError("account.password_long", maximum=MAXIMUM_PASSWORD)
    folded = password.casefold()
    if folded in (email.casefold(), email.casefold().partition("@")[0]):
        raise DomainError("account.password_is_address")
    if folded in COMMON_PASSWORDS or len(set(folded)) < 4:
        raise DomainError("account.password_common")


def setup_code(secret_key: str) -> str:
    """What the first administrator types to show that they run the server, such as K7Q2-M4XD-ABTR."""
    digest = hmac.new(secret_key.encode(), b"first administrator", hashlib.sha256).digest()
    text = b32encode(digest).decode()[:12]
    return "-".join((text[:4], text[4:8], text[8:]))


def is_setup_code(typed: str, secret_key: str) -> bool:
    """Spaces, hyphens and small letters do not matter."""
    plain = "".join(typed.split()).replace("-", "").upper()
    return hmac.compare_digest(plain.encode(), setup_code(secret_key).replace("-", "").encode())

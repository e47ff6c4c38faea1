"""Reading a mail server's report that a mail came back."""

from __future__ import annotations

import pytest

from delphi.emails.returned import Returned, read
from tests.support.reports_of_mail import report

IDENTITY = "<0123@example.org>"


@pytest.mark.parametrize("whole", [True, False])
def test_the_mail_is_named_and_the_answer_has_no_address(whole: bool) -> None:
    found = read(report(IDENTITY, whole=whole))
    assert found == Returned(IDENTITY, "550 5.1.1 <[address]>: user [address] unknown")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_or_a_success_is_no_return(action: str) -> None:
    assert read(report(IDENTITY, action)) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\nMessage-ID: <0123@example.org>\n\nBack on Monday.",
        report("").replace(b"Message-ID: \n", b""),
        report(IDENTITY).split(b"--edge")[0],
    ],
)
def test_anything_else_is_none(mail: bytes) -> None:
    assert read(mail) is None

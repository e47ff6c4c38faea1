"""What mail servers send back: reports of failed, delayed and successful delivery, as Postfix writes them."""

from __future__ import annotations

REPORT = """\
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: delphi@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <20261129.ABC@mail.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; ben.quill@example.net
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ben.quill@example.net>: user ben.quill unknown

--edge
Content-Type: {enclosed}

From: Study <delphi@example.org>
To: ben.quill@example.net
Subject: A questionnaire
Message-ID: {identity}

{body}
--edge--
"""


def report(identity: str, action: str = "failed", *, whole: bool = True) -> bytes:
    """`whole`: the mail is enclosed, not only its headers."""
    enclosed, body = ("message/rfc822", "Hello\n") if whole else ("text/rfc822-headers", "")
    return REPORT.format(identity=identity, action=action, enclosed=enclosed, body=body).encode()

"""The demo mailbox: in demo mode only, each message as its reader would get it, nothing else from the disk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from delphi.emails import mailbox
from delphi.emails.envelope import address, compose
from delphi.emails.messages import Content
from tests.support.clock import START


@pytest.fixture
def demo(make_app):
    return make_app(demo="yes", csrf=True)


@pytest.fixture
def browser(demo):
    return demo.test_client()


@pytest.fixture
def keep(instance):
    """Puts a message in the mailbox; gives its name."""

    def put(
        subject: str = "Round 1 – été", minutes: int = 0, html: str = "<h1>Hello</h1>", text: str = "Hello"
    ) -> str:
        mail = compose(
            Content(subject, text, html),
            sender=address("delphi@example.org", "A <study>"),
            recipient=address("ben@example.org", "Ben"),
            message_id=f"<{minutes}@example.org>",
            now=START + timedelta(minutes=minutes),
            stop_reminders="https://delphi.example.org/u/abc",
        )
        mailbox.keep(instance / "mailbox", mail)
        return mailbox.newest(instance / "mailbox", 1)[0].name

    return put


def test_newest_first_with_to_subject_and_time(browser, keep):
    keep("First", minutes=0)
    keep("Second", minutes=1)
    page = browser.get("/mailbox")
    assert page.status_code == 200
    assert page.text.index("Second") < page.text.index("First")
    assert "Ben &lt;ben@example.org&gt;" in page.text
    assert START.isoformat() in page.text


def test_an_empty_mailbox_says_what_will_come(browser):
    page = browser.get("/mailbox")
    assert page.status_code == 200
    assert "No messages yet" in page.text


def test_older_messages_are_a_page_away(browser, keep):
    for number in range(52):
        keep(f"Message {number}.", minutes=number)
    page = browser.get("/mailbox").text
    assert "Message 51." in page
    assert "Message 1." not in page
    older = browser.get(re.search(r'href="(/mailbox\?before=[^"]+)"', page)[1]).text
    assert "Message 1." in older
    assert "Message 2." not in older
    assert "Older messages" not in older
    assert "No older messages" in browser.get("/mailbox?before=0").text


def test_a_message_shows_headers_text_with_working_links_and_a_frame(browser, keep):
    name = keep(text="Open:\nhttp://127.0.0.1:8000/i/abc\n<b>bold</b>")
    page = browser.get(f"/mailbox/{name}")
    assert page.status_code == 200
    assert "Round 1 – été" in page.text
    assert 'href="http://127.0.0.1:8000/i/abc"' in page.text
    assert "<b>bold</b>" not in page.text
    assert "auto-generated" in page.text
    frame = re.search(r"<iframe[^>]*>", page.text)[0]
    assert f'src="/mailbox/{name}/html"' in frame
    assert "allow-scripts" not in frame
    assert "allow-same-origin" not in frame


def test_the_frame_can_do_nothing_but_open_links(browser, keep):
    name = keep(html="<script>alert(1)</script><h1>Hello</h1>")
    answer = browser.get(f"/mailbox/{name}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "<h1>Hello</h1>" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fdemo-secret",
        "%2e%2e/demo-secret",
        "demo-secret",
        "20260302T090000-0000000000000000",
        "x%00",
    ],
)
@pytest.mark.parametrize("version", ["", "/html"])
def test_nothing_else_can_be_read(browser, instance, name, version):
    (instance / "demo-secret").write_text("the secret")
    (instance / "demo-secret.eml").write_text("Subject: the secret")
    answer = browser.get(f"/mailbox/{name}{version}")
    assert answer.status_code == 404
    assert "the secret" not in answer.text


@pytest.mark.parametrize("chosen", [{}, {"demo": "yes", "smtp_host": "mail.example.org"}])
def test_it_is_not_there_outside_the_demo(make_app, keep, chosen):
    name = keep()
    browser = make_app(**chosen).test_client()
    for path in ("/mailbox", f"/mailbox/{name}", f"/mailbox/{name}/html"):
        assert browser.get(path).status_code == 404

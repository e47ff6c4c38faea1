"""Sending to a real SMTP server on loopback: what each of its answers comes to."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from contextlib import ExitStack, closing, contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from delphi import settings
from delphi.emails.envelope import address, compose
from delphi.emails.messages import Content
from delphi.emails.transport import Fate, Mailbox, Smtp, of
from tests.support import smtp
from tests.support.clock import START
from tests.support.ports import free_port

SECRET = "a secret for tests only, long enough to be taken"


def configured(**chosen: str) -> settings.Settings:
    values = {"secret_key": SECRET, **chosen}
    return settings.read({settings.PREFIX + name.upper(): value for name, value in values.items()})


def mail(to: str = "ben.roy@hospital.example"):
    return compose(
        Content("Round 1", "text", "<p>html</p>"),
        sender=address("delphi@example.org"),
        recipient=address(to),
        message_id="<1@example.org>",
        now=START,
    )


def send(chosen: dict[str, str], to: str = "ben.roy@hospital.example"):
    with closing(Smtp(configured(**chosen))) as post:
        return post.send(mail(to))


class Started(Controller):
    """Its own first client would greet a TLS server with that server's context, which cannot be a client's."""

    def _trigger_server(self):
        with ExitStack() as stack:
            client = stack.enter_context(socket.create_connection((self.hostname, self.port), 5))
            if self.ssl_context:
                client = stack.enter_context(ssl._create_unverified_context().wrap_socket(client))
            client.recv(1024)


@contextmanager
def server(bag=None, **options):
    bag = bag or smtp.Mailbag()
    bag.port = free_port()
    controller = Started(bag, hostname="127.0.0.1", port=bag.port, **options)
    controller.start()
    try:
        yield bag
    finally:
        controller.stop()


def test_sent(smtp_server):
    assert send(smtp_server.settings).fate == Fate.SENT
    assert smtp_server.recipients == ["ben.roy@hospital.example"]
    assert smtp_server.messages[0]["Message-ID"] == "<1@example.org>"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("451 4.3.0 Try later", Fate.POSTPONED),
        ("554 5.7.1 Looks like spam", Fate.REFUSED),
        ("530 5.7.0 Authentication required", Fate.MISCONFIGURED),
        (smtp.DISCONNECT, Fate.UNREACHABLE),
    ],
)
def test_answers_to_a_message(smtp_server, answer, fate):
    smtp_server.answer_next(answer)
    outcome = send(smtp_server.settings)
    assert outcome.fate == fate
    assert smtp_server.messages == []


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <ben.roy@hospital.example>: no such user",
        "550 5.1.1 User ben.roy unknown at mx.hospital.example",
        "550 5.1.1 BEN.ROY@HOSPITAL.EXAMPLE rejected, ask postmaster@hospital.example",
    ],
)
def test_the_answer_is_kept_without_the_address(smtp_server, words):
    smtp_server.refuse("ben.roy@hospital.example", words)
    outcome = send(smtp_server.settings)
    assert outcome.fate == Fate.REFUSED
    assert outcome.answer.startswith("550 5.1.1")
    assert "[address]" in outcome.answer
    for part in ("ben", "roy", "hospital", "@"):
        assert part not in outcome.answer.lower()


def test_a_long_answer_fits_its_column(smtp_server):
    smtp_server.answer_next("554 " + "x" * 480 + "\r\n554 y")
    assert len(send(smtp_server.settings).answer) <= 500


def test_nobody_listens():
    outcome = send({"smtp_host": "127.0.0.1", "smtp_port": str(free_port()), "smtp_security": "none"})
    assert outcome.fate == Fate.UNREACHABLE
    assert outcome.answer


def test_a_server_without_starttls_gets_nothing(smtp_server):
    outcome = send({**smtp_server.settings, "smtp_security": "starttls"})
    assert outcome.fate == Fate.MISCONFIGURED
    assert "STARTTLS" in outcome.answer
    assert smtp_server.messages == []


def test_one_connection_serves_many_and_is_made_again_when_lost(smtp_server):
    with closing(Smtp(configured(**smtp_server.settings))) as post:
        assert post.send(mail()).fate == Fate.SENT
        connection = post._connection
        assert post.send(mail()).fate == Fate.SENT
        assert post._connection is connection
        smtp_server.answer_next(smtp.DISCONNECT)
        assert post.send(mail()).fate == Fate.UNREACHABLE
        assert post.send(mail()).fate == Fate.SENT
    assert len(smtp_server.messages) == 3


def test_one_refused_recipient_does_not_spoil_the_next(smtp_server):
    smtp_server.refuse("ben.roy@hospital.example", "550 5.1.1 no")
    with closing(Smtp(configured(**smtp_server.settings))) as post:
        assert post.send(mail()).fate == Fate.REFUSED
        assert post.send(mail("chloe@example.org")).fate == Fate.SENT


def test_a_sender_the_server_refuses_is_no_fault_of_the_recipient():
    class Strict(smtp.Mailbag):
        async def handle_MAIL(self, server, session, envelope, address, options):
            return "550 5.7.1 Sender delphi@example.org is not ours"

    with server(Strict()) as bag:
        outcome = send(bag.settings)
    assert outcome.fate == Fate.MISCONFIGURED
    assert "@" not in outcome.answer


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "fate"), [("right", Fate.SENT), ("wrong", Fate.MISCONFIGURED)])
def test_signing_in(password, fate):
    def check(server, session, envelope, mechanism, given):
        return AuthResult(success=given.password == b"right", handled=False)

    with server(authenticator=check, auth_required=True, auth_require_tls=False) as bag:
        outcome = send({**bag.settings, "smtp_user": "delphi", "smtp_password": password})
    assert outcome.fate == fate
    assert password not in outcome.answer


def test_an_address_the_server_cannot_spell_is_refused():
    with server(enable_SMTPUTF8=False) as bag:
        assert send(bag.settings, "zoé@example.org").fate == Fate.REFUSED


def test_an_address_in_any_script_arrives(smtp_server):
    with server(enable_SMTPUTF8=True) as bag:
        assert send(bag.settings, "zoé@example.org").fate == Fate.SENT
        assert bag.recipients == ["zoé@example.org"]


@pytest.fixture
def certificate(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    key, crt = tmp_path / "key.pem", tmp_path / "crt.pem"
    asked = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*asked.split(), "-keyout", str(key), "-out", str(crt)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    return context, crt


@pytest.mark.parametrize(("trusted", "fate"), [(True, Fate.SENT), (False, Fate.MISCONFIGURED)])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_protected_connections_check_the_certificate(certificate, monkeypatch, security, trusted, fate):
    context, crt = certificate
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(crt))
    options = (
        {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    )
    with server(**options) as bag:
        assert send({**bag.settings, "smtp_security": security}).fate == fate
    assert len(bag.messages) == int(trusted)


def test_where_messages_go():
    assert isinstance(of(configured(smtp_host="mail.example.org")), Smtp)
    assert isinstance(of(configured(demo="yes")), Mailbox)
    assert isinstance(of(configured(demo="yes", smtp_host="mail.example.org")), Smtp)
    assert of(configured()) is None

"""`delphi doctor`: what is set, from where, and whether it answers."""

from __future__ import annotations

import pytest

from delphi.settings import DECLARED
from tests.cli.conftest import Run
from tests.conftest import SECRET
from tests.support.ports import free_port
from tests.support.smtp import Mailbag


def test_all_is_well(run: Run, smtp_server: Mailbag) -> None:
    done = run("doctor", **smtp_server.settings)
    assert done.exit_code == 0, done.output
    assert "database: ok" in done.output
    assert "mail: ok" in done.output
    assert "queue: ok" in done.output


def test_every_setting_is_shown_with_its_source(run: Run) -> None:
    shown = run("doctor", smtp_host="127.0.0.1", smtp_port="1").output
    for setting in DECLARED:
        assert f"{setting.variable} = " in shown
    assert "DELPHI_SMTP_PORT = 1  (environment)" in shown
    assert "DELPHI_PORT = 8000  (default)" in shown


@pytest.mark.parametrize("name", [setting.name for setting in DECLARED if setting.secret])
def test_secrets_are_masked(run: Run, name: str) -> None:
    secret = {"database_url": "", "queue_url": "redis://:hush@127.0.0.1:1/0"}.get(name, "hush" * 10)
    done = run("doctor", **({name: secret} if secret else {}))
    assert "hush" not in done.output
    assert SECRET not in done.output
    assert "DELPHI_SECRET_KEY = ********  (environment)" in done.output


def test_a_password_in_the_database_address_is_masked(run_bare: Run) -> None:
    done = run_bare("doctor", database_url="postgresql://delphi:hush@127.0.0.1:1/delphi")
    assert done.exit_code == 1
    assert "hush" not in done.output
    assert "database: FAILED" in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_a_database_that_is_behind_fails(run_bare: Run) -> None:
    done = run_bare("doctor", demo="yes")
    assert done.exit_code == 1
    assert "delphi migrate" in done.output


def test_a_mail_server_that_does_not_answer_fails(run: Run) -> None:
    done = run("doctor", smtp_host="127.0.0.1", smtp_port=str(free_port()), smtp_security="none")
    assert done.exit_code == 1
    assert "mail: FAILED" in done.output


def test_no_mail_server_fails_outside_the_demo(run: Run) -> None:
    assert "mail: FAILED" in run("doctor").output
    assert "mail: not used" in run("doctor", demo="yes").output


def test_a_queue_that_does_not_answer_fails(run: Run) -> None:
    done = run("doctor", demo="yes", queue_url="redis://127.0.0.1:1/0")
    assert done.exit_code == 1
    assert "queue: FAILED" in done.output


def test_the_list_needs_no_valid_settings(run_bare: Run) -> None:
    done = run_bare("doctor", "--list", secret_key="short")
    assert done.exit_code == 0
    for setting in DECLARED:
        assert f"{setting.variable} (" in done.output
        assert setting.help in done.output


def test_settings_that_cannot_be_used_are_all_told(run_bare: Run) -> None:
    done = run_bare("doctor", secret_key="short", port="eighty", nonsense="1")
    assert done.exit_code == 1
    for name in ("DELPHI_SECRET_KEY", "DELPHI_PORT", "DELPHI_NONSENSE"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr

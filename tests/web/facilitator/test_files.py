"""Files of the study: asked for, followed, cancelled, downloaded, refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.withdrawals import Withdrawal
from delphi.domain.works import WorkState
from delphi.models import Account, Work
from delphi.services import history, makers, withdrawals, works
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world
from tests.support.studies import join
from tests.support.works import do_all
from tests.tasks.with_kinds import FOLDER, KINDS

MADE, BACKUP = "test.quick", "test.backup"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(makers, "KINDS", (*makers.KINDS, *KINDS))
    monkeypatch.setenv(FOLDER, str(tmp_path))


@pytest.fixture
def as_owner(
    app: Flask,
    world: World,
    make_account: Callable[..., Account],
    sign_in: Callable[[Browser, Account], Browser],
    clock: Clock,
) -> Browser:
    olga = make_account("Olga")
    join(world.study, olga, Role.OWNER, clock())
    return sign_in(app.test_client(), olga)  # type: ignore[arg-type]


def _at(world: World, rest: str = "") -> str:
    return f"/studies/{world.study.id}/files{rest}"


def _ask(browser: Browser, world: World, kind: str = MADE, **options: str) -> Work:
    answer = browser.post(_at(world), data={"kind": kind, **options})
    assert answer.status_code == 303
    return session.query(Work).order_by(Work.id.desc()).first()  # type: ignore[return-value]


def _download(browser: Browser, world: World, work: Work) -> TestResponse:
    """Read to its end, as browsers do."""
    with browser.get(_at(world, f"/{work.id}")) as answer:
        answer.get_data()
        return answer


def test_a_file_is_asked_for_made_and_downloaded(as_fay: Browser, world: World) -> None:
    assert "Nothing was made so far." in as_fay.get(_at(world)).text
    work = _ask(as_fay, world, number="3")
    assert "Waiting for its turn." in as_fay.get(_at(world)).text
    do_all()
    page = as_fay.get(_at(world)).text
    assert f'href="{_at(world, f"/{work.id}")}"' in page
    session.refresh(work)
    assert work.digest in page
    assert "Made before the latest changes" not in page
    answer = _download(as_fay, world, work)
    assert answer.text.startswith("number 3")
    assert answer.headers["Content-Disposition"] == "attachment; filename=file-3.txt"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pressing_twice_makes_one(as_fay: Browser, as_alice: Browser, world: World) -> None:
    first = _ask(as_fay, world, number="3")
    assert _ask(as_alice, world, number="3").id == first.id


def test_how_far_it_is(as_fay: Browser, world: World, clock: Clock) -> None:
    work = _ask(as_fay, world)
    works.claim([MADE], clock())
    work.step, work.done, work.total = "items", 45, 155
    session.commit()
    assert "Item by item: 45 of 155" in as_fay.get(_at(world)).text
    assert as_fay.get(_at(world, "/progress")).json == {
        str(work.id): {"done": 45, "total": 155, "words": "Item by item: 45 of 155"}
    }
    works.cancel(world.study, work, by=world.fay, now=clock())
    assert as_fay.get(_at(world, "/progress")).json == {}


def test_it_is_cancelled_and_asked_for_again(as_fay: Browser, world: World) -> None:
    work = _ask(as_fay, world)
    assert as_fay.post(_at(world, f"/{work.id}/cancel")).status_code == 303
    page = as_fay.get(_at(world)).text
    assert "Cancelled" in page
    assert "Make again" in page
    assert as_fay.post(_at(world, f"/{work.id}/cancel")).status_code == 409
    assert _ask(as_fay, world).state is WorkState.WAITING


def test_why_it_failed_and_what_to_do(as_fay: Browser, world: World, clock: Clock) -> None:
    work = _ask(as_fay, world)
    works.claim([MADE], clock())
    works.fail(work.id, "work.killed", now=clock())
    page = as_fay.get(_at(world)).text
    assert "ran out of memory" in page
    assert "Try again" in page
    assert _download(as_fay, world, work).status_code == 400


def test_one_made_before_the_latest_changes_says_so(as_fay: Browser, world: World, clock: Clock) -> None:
    work = _ask(as_fay, world)
    do_all()
    history.record(world.study.id, "panel.renamed", world.fay, now=clock(), code="W")
    assert "Made before the latest changes" in as_fay.get(_at(world)).text
    assert _download(as_fay, world, work).status_code == 200


def test_after_a_withdrawal_it_is_refused(as_fay: Browser, world: World, clock: Clock) -> None:
    work = _ask(as_fay, world)
    do_all()
    withdrawals.withdraw(world.study, world.experts["W"][0], Withdrawal.DELETED, by=None, now=clock())
    page = as_fay.get(_at(world)).text
    assert "an expert withdrew" in page
    assert f'href="{_at(world, f"/{work.id}")}"' not in page
    answer = _download(as_fay, world, work)
    assert answer.status_code == 400
    assert "Make it again" in answer.text


def test_wrong_role(as_observer: Browser, as_charlie: Browser, as_fay: Browser, world: World) -> None:
    work = _ask(as_fay, world)
    do_all()
    for browser, status in ((as_observer, 403), (as_charlie, 404)):
        assert browser.get(_at(world)).status_code == status
        assert browser.post(_at(world), data={"kind": MADE}).status_code == status
        assert browser.get(_at(world, f"/{work.id}")).status_code == status
        assert browser.post(_at(world, f"/{work.id}/cancel")).status_code == status
        assert browser.get(_at(world, "/progress")).status_code == status


def test_what_only_the_owner_may_have(as_owner: Browser, as_fay: Browser, world: World) -> None:
    assert as_fay.post(_at(world), data={"kind": BACKUP}).status_code == 403
    work = _ask(as_owner, world, BACKUP)
    assert BACKUP in as_owner.get(_at(world)).text
    assert BACKUP not in as_fay.get(_at(world)).text
    assert as_fay.get(_at(world, "/progress")).json == {}
    assert as_fay.post(_at(world, f"/{work.id}/cancel")).status_code == 403
    do_all()
    assert _download(as_fay, world, work).status_code == 403
    assert _download(as_owner, world, work).status_code == 200


def test_wrong_study(as_fay: Browser, world: World, alice: Account, clock: Clock) -> None:
    work = _ask(as_fay, world)
    do_all()
    other = make_world(alice, world.fay, clock())
    assert as_fay.get(_at(other, f"/{work.id}")).status_code == 404
    assert as_fay.post(_at(other, f"/{work.id}/cancel")).status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"kind": "unheard.of"}, 404),
        ({}, 404),
        ({"kind": "analysis", "round": "1"}, 404),  # no file
        ({"kind": MADE, "number": "../../secret"}, 400),
    ],
)
def test_bad_input(as_fay: Browser, world: World, data: dict[str, str], status: int) -> None:
    assert as_fay.post(_at(world), data=data).status_code == status
    assert session.query(Work).count() == 0


@pytest.mark.parametrize("path", ["../delphi.sqlite3", "1-file.txt", "%2e%2e%2fdemo-secret", "0", "-1"])
def test_no_address_leads_to_another_file(as_fay: Browser, world: World, path: str) -> None:
    _ask(as_fay, world)
    do_all()
    assert as_fay.get(_at(world, f"/{path}")).status_code == 404


def test_the_history_says_who_exported_what(as_fay: Browser, world: World) -> None:
    work = _ask(as_fay, world)
    as_fay.post(_at(world, f"/{work.id}/cancel"))
    page = as_fay.get(f"/studies/{world.study.id}/history?about=files").text
    assert "“test.quick” was asked for." in page
    assert "The making of “test.quick” was cancelled." in page

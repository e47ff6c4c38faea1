"""Pages of a study: the list, a new one, the overview, the settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState, RoundState, StudyState
from delphi.models import Account, Expert, Item, Message, Note, Panel, Round, Study
from delphi.models.message import MessageState
from delphi.services import consents, history, item_undoing, protocols, rounds, studies
from delphi.words.events import EVENTS, sentence
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_experts, add_item, add_panel, join, make_ready

NEW: dict[str, Any] = {
    "languages": ["en", "fr"],
    "main": "fr",
    "title_en": "Safe practice",
    "title_fr": "Pratiques sûres",
    "time_zone": "Europe/Paris",
    "contact": "study@example.org",
}


def only_study() -> Study:
    return session.scalars(select(Study)).one()


# The list.


def test_the_list_needs_an_account(client: Browser) -> None:
    assert client.get("/studies").location == "/sign-in?next=/studies"


def test_an_empty_list_says_how_to_begin(as_charlie: Browser) -> None:
    page = as_charlie.get("/studies").text
    assert "You are in no study yet" in page
    assert 'href="/studies/new"' in page


def test_the_list_has_my_studies_with_role_and_state(as_fay: Browser, study: Study) -> None:
    page = as_fay.get("/studies").text
    assert "What specialists need" in page
    assert "Your role: Facilitator" in page
    assert "Draft" in page


def test_the_list_has_nobody_else_s(as_charlie: Browser, study: Study) -> None:
    assert "What specialists need" not in as_charlie.get("/studies").text


# A new one.


def test_a_study_is_made(as_charlie: Browser, charlie: Account) -> None:
    answer = as_charlie.post("/studies/new", data=NEW)
    made = only_study()
    assert (answer.status_code, answer.location) == (303, f"/studies/{made.id}/")
    assert (made.languages, made.time_zone) == (["fr", "en"], "Europe/Paris")
    assert made.title == {"en": "Safe practice", "fr": "Pratiques sûres"}
    membership = studies.membership(made.id, charlie.id)
    assert membership is not None
    assert membership.role is Role.OWNER
    assert as_charlie.get(answer.location).status_code == 200


def test_a_title_is_needed_only_in_the_languages_chosen(as_charlie: Browser) -> None:
    answer = as_charlie.post("/studies/new", data={**NEW, "languages": ["fr"], "title_en": ""})
    assert answer.status_code == 303
    assert only_study().title == {"fr": "Pratiques sûres"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"languages": []}, "Choose at least one language."),
        ({"languages": ["en"], "main": "fr"}, "a main language among those you chose"),
        ({"title_fr": " "}, "Write the study’s title in every language you chose."),
        ({"title_en": "x" * 301}, "use at most 300 characters"),
        ({"time_zone": ""}, "Choose a time zone."),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"contact": "x" * 501}, "use at most 500 characters"),
        ({"languages": ["en", "de"]}, "is not a valid choice"),
    ],
)
def test_a_bad_study_is_not_made_and_nothing_typed_is_lost(
    as_charlie: Browser, change: dict[str, Any], says: str
) -> None:
    answer = as_charlie.post("/studies/new", data={**NEW, **change})
    assert answer.status_code == 400
    assert says in answer.text
    assert "Safe practice" in answer.text or "title_en" in change
    assert session.scalars(select(Study)).all() == []


# The overview.


@pytest.mark.usefixtures("no_mail_server")
def test_the_overview_shows_what_to_do_next(as_alice: Browser, study: Study) -> None:
    page = as_alice.get(f"/studies/{study.id}/").text
    assert "The study is being set up" in page
    assert 'class="next" aria-current="step"' in page
    assert "Choose or write the protocol" in page
    assert "Messages cannot be sent." in page
    assert "No mail server is set" in page or "mail server" in page
    assert "The study was created." in page


def test_the_next_step_moves_on(as_alice: Browser, study: Study, alice: Account, clock: Clock) -> None:
    make_ready(study, alice, clock())
    page = as_alice.get(f"/studies/{study.id}/").text
    assert page.count('class="done"') == 5
    protocols.seal(study, by=alice, now=clock())
    page = as_alice.get(f"/studies/{study.id}/").text
    assert page.count('class="done"') == 6
    assert "no round has opened yet" in page


@pytest.mark.parametrize(
    ("state", "says", "next_page"),
    [
        (RoundState.OPEN, "Round 1 is open", "rounds/1"),
        (RoundState.CLOSED, "is closed", "board?round=1"),
        (RoundState.DECIDED, "is decided", "rounds/new"),
    ],
)
def test_a_running_study_says_where_it_stands(
    as_alice: Browser,
    study: Study,
    alice: Account,
    clock: Clock,
    state: RoundState,
    says: str,
    next_page: str,
) -> None:
    make_ready(study, alice, clock())
    study.state = StudyState.RUNNING
    opened = Round(study_id=study.id, number=1, state=state, time_zone="UTC", opened_at=clock())
    opened.closes_at = clock()
    session.add(opened)
    page = as_alice.get(f"/studies/{study.id}/").text
    assert says in page
    assert re.search(rf'class="button[^"]*" href="/studies/{study.id}/{re.escape(next_page)}"', page)
    assert "The way to round 1" not in page
    assert "0 of 0 experts have answered" in page
    assert re.search(rf'href="/studies/{study.id}/items\?state=\w+">\d+</a>', page)


def test_what_experts_wrote_waits_on_the_overview_for_those_who_may_read_it(
    as_alice: Browser, as_charlie: Browser, charlie: Account, study: Study, alice: Account, clock: Clock
) -> None:
    make_ready(study, alice, clock())
    study.state = StudyState.RUNNING
    opened = Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock())
    opened.closes_at = clock()
    expert_id = session.scalars(select(Expert.id)).first()
    session.add_all(
        [opened, Note(study_id=study.id, expert_id=expert_id, text="It came too late.", sent_at=clock())]
    )
    join(study, charlie, Role.OBSERVER, clock())
    address = f"/studies/{study.id}/"
    assert "1 suggestion or note of an expert waits" in as_alice.get(address).text
    assert "What waits for the team" not in as_charlie.get(address).text


def test_mail_that_came_back_leads_from_the_overview_to_its_delivery(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    make_ready(study, alice, clock())
    protocols.seal(study, by=alice, now=clock())
    items, panels = (session.scalars(select(model.id)).all() for model in (Item, Panel))
    plan = rounds.Plan(items, panels, "UTC", closes_at=clock() + timedelta(days=7))
    planned = rounds.plan(study, plan, by=alice, now=clock())
    rounds.open_round(study, planned.id, by=alice, now=clock())
    sent = session.scalars(select(Message).where(Message.round_id == planned.id)).all()
    sent[0].state = MessageState.FAILED
    page = as_alice.get(f"/studies/{study.id}/").text
    assert f'href="/studies/{study.id}/rounds/1/delivery">1 expert was not reached by mail</a>' in page


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (RoundState.DRAFT, "Round 1 is decided. Round 2 is planned"),
        (RoundState.SCHEDULED, "Round 2 opens by itself"),
    ],
)
def test_a_round_that_is_planned_comes_next(
    as_alice: Browser, study: Study, alice: Account, clock: Clock, state: RoundState, says: str
) -> None:
    make_ready(study, alice, clock())
    study.state = StudyState.RUNNING
    times = {"time_zone": "UTC", "opens_at": clock(), "closes_at": clock()}
    session.add(Round(study_id=study.id, number=1, state=RoundState.DECIDED, opened_at=clock(), **times))
    session.add(Round(study_id=study.id, number=2, state=state, **times))
    page = as_alice.get(f"/studies/{study.id}/").text
    assert says in page
    assert f'href="/studies/{study.id}/rounds/2"' in page


def test_a_concluded_study_leads_to_its_results(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    make_ready(study, alice, clock())
    study.state, study.concluded_at = StudyState.CONCLUDED, clock()
    for item in session.scalars(select(Item)):
        item.state = ItemState.IN_PLAY
    page = as_alice.get(f"/studies/{study.id}/").text
    assert f'class="button primary" href="/studies/{study.id}/results"' in page
    assert "Before a round can open" not in page
    results = as_alice.get(f"/studies/{study.id}/results").text
    assert "Not settled" in results
    assert "In play" not in results


def test_an_observer_sees_it_without_the_means_to_change(
    as_charlie: Browser, charlie: Account, study: Study, clock: Clock
) -> None:
    join(study, charlie, Role.OBSERVER, clock())
    page = as_charlie.get(f"/studies/{study.id}/").text
    assert "Study settings" not in page
    assert f"/studies/{study.id}/experts" not in page
    assert f"/studies/{study.id}/protocol/seal" not in page


def test_an_outsider_sees_no_study(as_charlie: Browser, study: Study) -> None:
    for path in ("", "settings", "history"):
        assert as_charlie.get(f"/studies/{study.id}/{path}").status_code == 404


def test_the_overview_needs_few_statements_however_much_there_is(
    as_alice: Browser,
    study: Study,
    alice: Account,
    clock: Clock,
    statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    make_ready(study, alice, clock())
    for number in range(30):
        add_item(study, clock(), f"X.{number}")
        history.record(study.id, "study.changed", alice, now=clock())
    for code in ("C", "D"):
        add_experts(study, add_panel(study, alice, clock(), code), 30, clock())
    with statements() as seen:
        as_alice.get(f"/studies/{study.id}/")
    assert len(seen) <= 20


def test_what_happened_several_times_on_end_is_told_once(
    as_fay: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    for _ in range(3):
        history.record(study.id, "comment.answered", alice, now=clock(), number=1)
    for page in ("", "history"):
        told = as_fay.get(f"/studies/{study.id}/{page}").text
        assert told.count("A comment of round 1 was answered.") == 1
        assert "3 times" in told


def test_history_tells_each_event_in_words(
    as_fay: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    make_ready(study, alice, clock())
    sealed = protocols.seal(study, by=alice, now=clock())
    page = as_fay.get(f"/studies/{study.id}/history").text
    assert "Panel W was added." in page
    assert f"with the SHA-256 digest {sealed.digest}" in page
    assert "protocol.sealed" not in page


def test_facts_of_events_are_shown_in_words(app: Any) -> None:
    with app.test_request_context():
        facts = {"number": 2, "item": "LAW.1", "verdict": "promote", "outcome": "drop"}
        assert "“Promote”, decided was “Drop”" in sentence("decision.made", facts)
        assert "“Law”" in sentence("domain.added", {"name": {"en": "Law", "fr": "Droit"}})
        assert sentence("team.added", {"role": "observer"}) == "Somebody joined the team as Observer."


def test_every_kind_of_event_has_words(app: Any) -> None:
    """Finds the kinds where services record them."""
    from pathlib import Path
    from re import findall

    sources = (Path(app.root_path) / "services").glob("*.py")
    kinds = {
        kind for path in sources for kind in findall(r'record\([^")]*"([a-z_]+\.[a-z_]+)"', path.read_text())
    } | set(item_undoing.ACTS)
    assert len(kinds) > 30
    assert kinds - set(EVENTS) == set()


# The settings.


def test_settings_are_changed(as_alice: Browser, study: Study) -> None:
    assert 'value="What specialists need"' in as_alice.get(f"/studies/{study.id}/settings").text
    answer = as_alice.post(f"/studies/{study.id}/settings", data=NEW)
    assert answer.status_code == 303
    session.refresh(study)
    assert (study.title["en"], study.languages) == ("Safe practice", ["fr", "en"])


def test_a_language_in_use_cannot_be_taken_away(
    as_alice: Browser, study: Study, alice: Account, clock: Clock
) -> None:
    consents.save_text(study, {"en": "Consent", "fr": "Accord"}, by=alice, now=clock())
    answer = as_alice.post(f"/studies/{study.id}/settings", data={**NEW, "languages": ["en"], "main": "en"})
    assert answer.status_code == 400
    assert "This language cannot be taken away" in answer.text
    assert "Safe practice" in answer.text


def test_a_facilitator_changes_no_settings(as_fay: Browser, study: Study) -> None:
    assert as_fay.get(f"/studies/{study.id}/settings").status_code == 403
    assert as_fay.post(f"/studies/{study.id}/settings", data=NEW).status_code == 403
    session.refresh(study)
    assert study.title["en"] == "What specialists need"

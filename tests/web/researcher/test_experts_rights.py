"""Who may see who the experts are: nobody without the contact list ever gets a name or an address."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import RoundState
from delphi.models import Account, Expert, Message, Panel, Round, RoundPanel, Study
from delphi.models.message import MessageState
from delphi.services import experts, links
from delphi.services.experts import Details
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_panel, join

SECRETS = ("roybridge", "tremblay", "ben@", "chloe@", "555-0142", "hospital", "mailbox unknown", "on leave")
UPLOAD = "/import/" + 32 * "A"
PAGES = (
    "",
    "/{id}",
    "?search=roybridge",
    "?search=ben@example.org",
    "?panel=W&state=invited",
    "/new",
    "/import",
    "/import/template",
    UPLOAD,
    "/{id}/correct",
    "/{id}/withdraw",
    "/999999",
)
POSTS = (
    "/new",
    "/import",
    UPLOAD,
    f"{UPLOAD}/forget",
    "/{id}/correct",
    "/{id}/ask",
    "/{id}/resend",
    "/{id}/revoke-links",
    "/{id}/withdraw",
)
OPEN_TO_FACILITATORS = PAGES[:5]


@pytest.fixture
def panel(study: Study, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock())


@pytest.fixture
def ben(study: Study, panel: Panel, alice: Account, clock: Clock) -> Expert:
    """With an open round, a failed message and a link; Chloé is there too."""
    attributes = {"employer": ["General Hospital"]}
    details = Details("ben@example.org", "en", [panel], "Ben Roybridge", "555-0142", attributes)
    added = experts.add(study, details, by=alice, now=clock())
    experts.add(study, Details("chloe@example.org", "fr", [panel], "Chloé Tremblay"), by=alice, now=clock())
    opened = Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock())
    opened.panels = [RoundPanel(panel_id=panel.id)]
    session.add(opened)
    session.flush()
    experts.ask_now(study, added, by=alice, now=clock())
    message = session.scalars(select(Message)).one()
    message.state, message.error = MessageState.FAILED, "550 mailbox unknown"
    links.make(added, clock())
    added.decline_reason = (
        "I am on leave."  # kept only of those who declined, and no page takes that for granted
    )
    return added


@pytest.fixture
def as_observer(as_charlie: Browser, study: Study, charlie: Account, clock: Clock) -> Browser:
    join(study, charlie, Role.OBSERVER, clock())
    return as_charlie


def told(text: str, page: str = "") -> list[str]:
    """The secrets in a page, but for what the reader searched for and is shown again."""
    asked = page.partition("search=")[2]
    shown = text.replace(f"search={asked}", "").replace(f'value="{asked}"', "") if asked else text
    return [secret for secret in SECRETS if secret in shown.casefold()]


def address(study: Study, ben: Expert, page: str) -> str:
    return f"/studies/{study.id}/experts{page.format(id=ben.id)}"


def test_the_secrets_are_there_to_be_told(as_alice: Browser, study: Study, ben: Expert) -> None:
    pages = as_alice.get(address(study, ben, "")).text + as_alice.get(address(study, ben, "/{id}")).text
    assert told(pages) == list(SECRETS)


@pytest.mark.parametrize("page", PAGES)
def test_a_facilitator_never_gets_a_contact(as_fay: Browser, study: Study, ben: Expert, page: str) -> None:
    answer = as_fay.get(address(study, ben, page))
    assert answer.status_code == (200 if page in OPEN_TO_FACILITATORS else 404 if "9999" in page else 403)
    assert told(answer.text, page) == []


@pytest.mark.parametrize("search", ["roybridge", "ben@example.org", "tremblay", "hospital"])
def test_a_facilitator_finds_nobody_by_name(as_fay: Browser, study: Study, ben: Expert, search: str) -> None:
    page = as_fay.get(address(study, ben, f"?search={search}")).text
    assert "No expert fits" in page
    assert ben.code not in page


def test_a_facilitator_sees_pseudonym_panels_and_states(as_fay: Browser, study: Study, ben: Expert) -> None:
    for page in ("", "/{id}"):
        text = as_fay.get(address(study, ben, page)).text
        for shown in (ben.code, "Women’s services", "Invited"):
            assert shown in text
    assert "Failed" in text
    assert 'method="post"' not in text.partition("<main")[2].partition("</main>")[0]


def test_a_facilitator_gets_the_list_in_the_order_of_codes(
    as_fay: Browser, study: Study, panel: Panel, ben: Expert, alice: Account, clock: Clock
) -> None:
    for number in range(12):
        details = Details(f"p{number}@example.org", "en", [panel], f"Person {number}")
        experts.add(study, details, by=alice, now=clock())
    page = as_fay.get(address(study, ben, "")).text
    codes = sorted(session.scalars(select(Expert.code).where(Expert.study_id == study.id)))
    places = [page.index(f">{code}<") for code in codes]
    assert places == sorted(places)


@pytest.mark.parametrize("page", PAGES)
def test_an_observer_gets_no_expert_at_all(
    as_observer: Browser, study: Study, ben: Expert, page: str
) -> None:
    answer = as_observer.get(address(study, ben, page))
    assert answer.status_code == 403
    assert told(answer.text, page) == []
    assert ben.code not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_an_outsider_is_told_that_there_is_no_such_study(
    as_charlie: Browser, study: Study, ben: Expert, page: str
) -> None:
    answer = as_charlie.get(address(study, ben, page))
    assert answer.status_code == 404
    assert told(answer.text, page) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_sign_in(client: Browser, study: Study, ben: Expert, page: str) -> None:
    answer = client.get(address(study, ben, page))
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


@pytest.mark.parametrize("page", POSTS)
def test_only_researchers_act(
    as_fay: Browser, as_observer: Browser, study: Study, ben: Expert, panel: Panel, page: str
) -> None:
    for browser in (as_fay, as_observer):
        data = {"name": "X", "email": "x@example.org", "language": "en", "panels": str(panel.id)}
        data["file"] = (io.BytesIO(b"email,panels\nx@example.org,W\n"), "experts.csv")  # type: ignore[assignment]
        answer = browser.post(address(study, ben, page), data=data)
        assert answer.status_code == 403
        assert told(answer.text) == []
    session.expire_all()
    assert ben.state == "invited"
    assert session.scalar(select(func.count()).select_from(Expert)) == 2
    assert session.scalar(select(func.count()).select_from(Message)) == 1


@pytest.mark.parametrize("page", POSTS)
def test_an_outsider_does_not_act(as_charlie: Browser, study: Study, ben: Expert, page: str) -> None:
    assert as_charlie.post(address(study, ben, page)).status_code == 404


def test_the_history_tells_nobody_who(as_fay: Browser, study: Study, ben: Expert) -> None:
    answer = as_fay.get(f"/studies/{study.id}/")
    assert answer.status_code == 200
    assert told(answer.text) == []

"""Deny by default: every address is guarded, or stands here by name."""

from __future__ import annotations

from flask import Flask

from tests.conftest import MakeApp

# Open to everyone, and what keeps each from giving anything away.
PUBLIC = {
    "public.home": "holds nothing of any study",
    "public.health": "holds nothing",
    "public.offline": "holds nothing",
    "public.worker": "a script that holds nothing",
    "public.choose_language": "sets one cookie",
    "public.link": "inert: a title and a button, for who holds the link",
    "public.enter": "needs the link",
    "public.lost_link": "a form",
    "public.send_link": "always the same answer, counted",
    "public.unsubscribe": "inert, needs a link",
    "public.stop_reminders": "needs a link, stops reminders only",
    "public.news_by_mail": "inert, needs a signed address",
    "public.stop_news": "needs a signed address, ends one member's news only",
    "public.mailbox": "demo mode only",
    "public.mailbox_message": "demo mode only",
    "public.mailbox_html": "demo mode only",
    "account.sign_in": "a form",
    "account.try_sign_in": "needs the password, counted",
    "account.setup": "while there is no account, with a code",
    "account.try_setup": "while there is no account, with a code",
    "account.forgot": "a form",
    "account.ask_for_link": "always the same answer, counted",
    "account.reset": "needs a one-time link",
    "account.choose_new_password": "needs a one-time link",
    "account.invitation": "needs a one-time link",
    "account.accept_invitation": "needs a one-time link",
}
GUARDS = ("signed in", "administrator", "study: ", "expert", "public: ")
FACE_OF_GUARD = {
    "study: ": {"researcher", "facilitator"},
    "expert": {"expert"},
    "public: ": {"public", "account"},
}


def _guards(app: Flask) -> dict[str, str]:
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    return {name: getattr(view, "guard", "") for name, view in views.items()}


def test_every_route_is_guarded(app: Flask) -> None:
    guards = _guards(app)
    assert len(guards) > 20
    assert [name for name, guard in guards.items() if not guard.startswith(GUARDS)] == []


def test_public_routes_are_the_ones_listed(app: Flask) -> None:
    assert {name for name, guard in _guards(app).items() if guard.startswith("public: ")} == set(PUBLIC)


def test_each_face_uses_its_own_guard(app: Flask) -> None:
    for name, guard in _guards(app).items():
        for start, faces in FACE_OF_GUARD.items():
            if guard.startswith(start):
                assert name.partition(".")[0] in faces, name


def test_addresses_of_a_study_are_guarded_by_its_roles(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", "")
        if rule.rule.startswith("/studies/<int:study_id>"):
            assert guard.startswith("study: "), rule.rule
        if rule.rule.startswith("/x/"):
            assert guard == "expert", rule.rule


def test_a_route_without_a_guard_answers_nobody(make_app: MakeApp) -> None:
    app = make_app(fresh=True)
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_every_get_address_without_parameters_answers(app: Flask) -> None:
    """Nobody signed in: a page, a way to sign in, or a plain refusal, never an error of ours."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or set()):
            assert client.get(rule.rule).status_code in (200, 302, 303, 400, 403, 404), rule.rule

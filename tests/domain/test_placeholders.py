"""A study's own words: checked before they are kept, filled in once."""

from __future__ import annotations

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.messages import MessageKind
from delphi.domain.placeholders import LONGEST_BODY, LONGEST_SUBJECT, OWN_WORDS, allowed, check, fill
from delphi.words import message

BODY = "Hello {name},\n\nplease.\n\n{link}\n\nAsk {contact}."
INVITATION = MessageKind.ROUND_INVITATION


def refusal(subject: str = "Round {round}", body: str = BODY, kind: str = INVITATION) -> DomainError:
    with pytest.raises(DomainError) as raised:
        check(kind, subject, body)
    assert message(raised.value.code, raised.value.params) != raised.value.code
    return raised.value


@pytest.mark.parametrize("kind", OWN_WORDS)
def test_every_kind_takes_all_the_names_it_allows(kind):
    names = [f"{{{name}}}" for name in allowed(kind) if name != "link"]
    check(kind, " ".join(names), "\n".join(names) + "\n\n{link}")


@pytest.mark.parametrize(
    ("body", "name", "line"),
    [
        (BODY + "\n{nome}", "{nome}", 8),
        ("{Name}\n\n{link}", "{Name}", 1),
        ("{}\n\n{link}", "{}", 1),
        ("{link }\n\n{link}", "{link }", 1),
    ],
)
def test_an_unknown_name_is_refused_with_its_line(app, body, name, line):
    error = refusal(body=body)
    assert error.code == "message.placeholder_unknown_body"
    assert (error.params["name"], error.params["line"]) == (name, line)
    assert "{closing}" in error.params["known"]


def test_a_name_of_another_kind_is_unknown(app):
    error = refusal("Results of {round}", "{link}", MessageKind.RESULTS_OUT)
    assert error.code == "message.placeholder_unknown_subject"


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("", BODY, "message.subject_missing"),
        ("x" * (LONGEST_SUBJECT + 1), BODY, "message.subject_too_long"),
        ("One\nBcc: two", BODY, "message.subject_too_long"),
        ("Your {link}", BODY, "message.link_in_subject"),
        ("Yes", "Hello", "message.link_missing"),
        ("Yes", "", "message.link_missing"),
        ("Yes", "{link}\n\nand\n\n{link}", "message.link_twice"),
        ("Yes", "Here: {link}", "message.link_not_alone"),
        ("Yes", "Here:\n{link}", "message.link_not_alone"),
        ("Yes", "x" * (LONGEST_BODY + 1), "message.body_too_long"),
    ],
)
def test_what_could_not_be_sent_is_refused(app, subject, body, code):
    assert refusal(subject, body).code == code


def test_braces_that_hold_no_name_stay():
    check(INVITATION, "A } and a {", "{ \n } \n\n{link}")
    assert fill("A } and a {", {}) == "A } and a {"


def test_values_are_filled_in_and_never_read_again():
    assert fill("{name} of {title}", {"name": "{title}", "title": "{link}"}) == "{title} of {link}"


def test_what_is_empty_takes_its_space_along():
    assert fill("Hello {name}, ask {contact}.", {"name": "", "contact": ""}) == "Hello, ask."
    assert fill("{name}!", {"name": ""}) == "!"
    assert fill("a\n{name}", {"name": ""}) == "a\n"

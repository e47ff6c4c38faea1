"""What a study may choose of its presentation."""

from __future__ import annotations

from typing import Any

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.presentation import Choices, check


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"page_size": 1, "weekly_mails": 0, "deadline_notice": 0},
        {"page_size": 20, "weekly_mails": 7, "deadline_notice": 14},
        {"quick_exit": "https://www.example.org/weather?today=1"},
        {"quick_exit": "https://météo.example"},
        {"quiet_from": 21, "quiet_until": 8},
        {"quiet_from": 0, "quiet_until": 23},
        {"practice": {"en": "x" * 300}},
    ],
)
def test_what_lies_within_the_bounds_is_taken(chosen: dict[str, Any]) -> None:
    check(Choices(**chosen))


@pytest.mark.parametrize(
    ("chosen", "code", "field"),
    [
        ({"welcome": {"en": "x" * 3001}}, "presentation.too_long", "welcome"),
        ({"viewpoint": {"fr": "x" * 1001}}, "presentation.too_long", "viewpoint"),
        ({"practice": {"fr": "x" * 301}}, "presentation.too_long", "practice"),
        ({"support": {"fr": "x" * 10_001}}, "presentation.too_long", "support"),
        ({"page_size": 0}, "presentation.number", "page_size"),
        ({"page_size": 21}, "presentation.number", "page_size"),
        ({"weekly_mails": -1}, "presentation.number", "weekly_mails"),
        ({"weekly_mails": 8}, "presentation.number", "weekly_mails"),
        ({"deadline_notice": 15}, "presentation.number", "deadline_notice"),
        ({"quiet_from": 21}, "presentation.quiet_hours", "quiet_from"),
        ({"quiet_until": 8}, "presentation.quiet_hours", "quiet_from"),
        ({"quiet_from": 8, "quiet_until": 8}, "presentation.quiet_hours", "quiet_from"),
        ({"quiet_from": 24, "quiet_until": 8}, "presentation.number", "quiet_from"),
        ({"quiet_from": 8, "quiet_until": -1}, "presentation.number", "quiet_until"),
        ({"quick_exit": f"https://example.org/{'x' * 200}"}, "presentation.exit_too_long", "quick_exit"),
        *(
            ({"quick_exit": address}, "presentation.exit_address", "quick_exit")
            for address in (
                "http://example.org",
                "example.org",
                "//example.org",
                "javascript:alert(1)",
                "https://",
                "https://localhost",
                "https://127.0.0.1/",
                "https://me@example.org",
                "https://example.org:8443/",
                "https://example.org:x/",
                "https://exa mple.org",
                'https://example.org/"onload',
                "https://[::1/",
                "https://-.example",
            )
        ),
    ],
)
def test_what_lies_outside_is_refused_and_its_field_named(
    chosen: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        check(Choices(**chosen))
    assert (caught.value.code, caught.value.params["field"]) == (code, field)

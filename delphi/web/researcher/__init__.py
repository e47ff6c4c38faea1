"""The researcher face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("researcher", __name__)

from delphi.web.researcher import (  # noqa: E402, F401
    consent,
    contacts,
    copying,
    domains,
    expert_form,
    expert_import,
    experts,
    first_round,
    genealogy,
    glossary,
    item_bulk,
    item_fields,
    item_import,
    item_merging,
    items,
    messages,
    panels,
    presentation,
    protocol,
    questions,
    rehearsals,
    sealing,
    studies,
    team,
)

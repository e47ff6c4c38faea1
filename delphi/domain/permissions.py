"""Who may do what in a study: one table, read by guards, services and tests."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    RESEARCHER = "researcher"
    FACILITATOR = "facilitator"
    OBSERVER = "observer"


class Permission(StrEnum):
    VIEW_STUDY = "view_study"
    EDIT_STUDY = "edit_study"
    SEAL_PROTOCOL = "seal_protocol"
    MANAGE_TEAM = "manage_team"
    EDIT_ITEMS = "edit_items"
    VIEW_EXPERTS = "view_experts"  # pseudonym codes, panels, states
    SEE_CONTACTS = "see_contacts"  # names and addresses
    RUN_ROUNDS = "run_rounds"
    READ_COMMENTS = "read_comments"
    MAKE_DECISIONS = "make_decisions"
    CONCLUDE_STUDY = "conclude_study"
    EXPORT = "export"
    WRITE_REPORT = "write_report"  # the team's own text in reports, and which sections they have
    BACK_UP = "back_up"  # everything there is of a study, contacts included


_FACILITATOR = frozenset(
    {
        Permission.VIEW_STUDY,
        Permission.EDIT_ITEMS,
        Permission.VIEW_EXPERTS,
        Permission.RUN_ROUNDS,
        Permission.READ_COMMENTS,
        Permission.MAKE_DECISIONS,
        Permission.EXPORT,
        Permission.WRITE_REPORT,
    }
)

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.RESEARCHER: frozenset(Permission) - {Permission.MANAGE_TEAM, Permission.BACK_UP},
    Role.FACILITATOR: _FACILITATOR,
    Role.OBSERVER: frozenset({Permission.VIEW_STUDY}),
}


def allows(role: Role, permission: Permission) -> bool:
    return permission in GRANTED[role]

"""What becomes of the answers of somebody who leaves."""

from __future__ import annotations

from enum import StrEnum


class Withdrawal(StrEnum):
    KEPT = "kept"  # under the code, as they are
    UNLINKED = "unlinked"  # all of them, cut from the person
    DELETED = "deleted"  # those not yet decided are gone, the others are cut from the person


def cuts_the_link(choice: Withdrawal) -> bool:
    """Whether the platform forgets who gave the answers that stay."""
    return choice is not Withdrawal.KEPT

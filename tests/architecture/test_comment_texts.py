"""What others read of a comment is told in one place, `services/redactions.py`."""

from __future__ import annotations

import ast

from tests.architecture.source import PACKAGE, modules

# Who may look at the original: its author's own pages and copies, what keeps it, the page that redacts it.
ALLOWED = {
    "services/answering.py",
    "services/board.py",  # only whether there is one
    "services/cards.py",
    "services/changes.py",
    "services/comment_review.py",
    "services/comments.py",
    "services/demo.py",
    "services/keeping.py",
    "services/personal.py",
    "services/redactions.py",
    "services/withdrawals.py",
    "web/facilitator/comments.py",
}


def test_nothing_else_reads_the_original_of_a_comment() -> None:
    """`Comment.text`, or a `Comment` at all, where it is not needed."""
    found = {
        str(path.relative_to(PACKAGE))
        for path, tree in modules().items()
        if not path.is_relative_to(PACKAGE / "models")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "text"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"Comment", "comment"}
    }
    assert found <= ALLOWED
    assert "services/redactions.py" in found

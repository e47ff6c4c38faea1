"""Every code that can be raised has words, in both directions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from delphi.domain.errors import DomainError
from delphi.importers.problems import Problem
from delphi.words import ERRORS
from tests.architecture.source import PACKAGE, modules, place

RAISERS = {"DomainError", "NotFound", "Forbidden", "TableError", "Problem", "_problem"}
CODE = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")


def _pattern(node: ast.expr) -> str | None:
    """The text of a literal as a pattern; what an f-string fills in may be any word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (_pattern(part) if isinstance(part, ast.Constant) else "[a-z_0-9]+" for part in node.values)
        return "".join(part or "" for part in parts)
    return None


def _raised() -> Iterator[tuple[str, str]]:
    """The pattern of each code that is raised, and where."""
    for path, tree in modules().items():
        if path.is_relative_to(PACKAGE / "scoring"):
            continue  # its problems have a table of their own, see below
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in RAISERS:
                pattern = _pattern(node.args[0])
                if pattern and re.escape(".") in pattern:
                    yield pattern, place(path, node)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _literals() -> list[str]:
    """Every text in the program outside the words themselves, as patterns."""
    trees = [tree for path, tree in modules().items() if not path.is_relative_to(PACKAGE / "words")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.expr))
    return [pattern for pattern in map(_pattern, nodes) if pattern and re.search(r"[a-z]", pattern)]


def test_every_raised_code_has_words() -> None:
    raised = list(_raised())
    assert len(raised) > 40
    unknown = [
        f"{where}: {pattern}"
        for pattern, where in raised
        if not any(re.fullmatch(pattern, code) for code in ERRORS)
    ]
    assert unknown == []


def test_every_word_belongs_to_a_code_that_can_be_raised() -> None:
    patterns = set(_literals())
    exact = {re.sub(r"\\(.)", r"\1", pattern) for pattern in patterns}
    open_ended = [re.compile(pattern) for pattern in patterns if "[a-z_0-9]+" in pattern and r"\." in pattern]
    unused = [
        code
        for code in ERRORS
        if code not in exact
        and not any(pattern.fullmatch(code) for pattern in open_ended)
        and not (code.startswith("protocol.problem.") and code.rpartition(".")[2] in exact)
    ]
    assert unused == []


def test_every_code_is_a_noun_and_a_reason() -> None:
    assert [code for code in ERRORS if not CODE.fullmatch(code)] == []


@pytest.mark.parametrize("kind", [DomainError, Problem])
def test_a_raiser_takes_its_code_first(kind: type) -> None:
    """What the reading of the source above relies on."""
    assert kind("noun.reason").code == "noun.reason"


def test_problems_of_a_protocol_have_words() -> None:
    from delphi.scoring.problems import PROBLEMS

    assert [code for code in PROBLEMS if f"protocol.problem.{code}" not in ERRORS] == []

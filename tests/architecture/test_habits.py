"""Promises that hold for the whole program and that no single test would miss."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.architecture.source import PACKAGE, modules, place


def _calls(folder: str, name: str) -> list[str]:
    """Where `something.name(...)` is called in a folder of the package."""
    return [
        place(path, node)
        for path, tree in modules().items()
        if path.is_relative_to(PACKAGE / folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


@pytest.mark.parametrize("folder", ["services", "models", "domain", "emails", "importers", "exporters"])
def test_only_doors_commit(folder: str) -> None:
    assert _calls(folder, "commit") == []


def test_a_door_does_commit() -> None:
    """That the test above finds commits at all."""
    assert _calls("web", "commit")


def test_nothing_is_checked_by_assert() -> None:
    found = [
        place(path, node)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_services_are_told_the_time() -> None:
    """Asking for it there would make one request happen at several moments."""
    assert _calls("services", "now") + _calls("services", "utcnow") + _calls("domain", "now") == []


def test_the_web_server_starts_without_the_heavy_libraries() -> None:
    """numpy and scipy take long to import, and an expert's page needs neither."""
    heavy = ("numpy", "scipy", "openpyxl", "altair", "vl_convert")
    program = f"import sys, delphi.app; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Scripts that go into every bundle, to recompute its verdicts without this program."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

PYTHON: Final = "recompute.py"
R: Final = "recompute.R"


def text_of(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")

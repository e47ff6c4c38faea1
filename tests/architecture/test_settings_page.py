"""docs/settings.md is the declared list, and nothing else."""

from __future__ import annotations

from pathlib import Path

from delphi.settings import DECLARED, Setting
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "settings.md"


def table() -> str:
    """What belongs between the marks in docs/settings.md."""
    lines = ["| setting | type | default | what it does |", "| --- | --- | --- | --- |"]
    return "\n".join(lines + [_line(setting) for setting in DECLARED])


def _line(setting: Setting) -> str:
    default = {True: "yes", False: "no", "": ""}.get(setting.default, str(setting.default))
    return f"| `{setting.variable}` | {setting.kind} | {f'`{default}`' if default else 'empty'} | {setting.help} |"


def _shown(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("<!-- settings -->\n")[2].partition("\n<!-- end -->")[0]


def test_the_page_shows_the_declared_settings() -> None:
    assert _shown(PAGE) == table()

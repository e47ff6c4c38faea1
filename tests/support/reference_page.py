"""docs/settings.md: the parts of it that the program itself knows. `make docs` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from delphi.cli import delphi
from delphi.settings import DECLARED, Setting

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
PART = re.compile(r"(<!-- (settings|commands) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def settings() -> str:
    lines = ["| setting | type | default | what it does |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *map(_line, DECLARED)])


def _line(setting: Setting) -> str:
    default = str(setting.default)
    if isinstance(setting.default, bool):
        default = "yes" if setting.default else "no"
    shown = f"`{default}`" if default else "empty"
    return f"| `{setting.variable}` | {setting.kind} | {shown} | {setting.help} |"


def commands() -> str:
    lines = ["| command | what it does |", "| --- | --- |"]
    return "\n".join([*lines, *_commands(delphi, "delphi")])


def _commands(group: click.Group, name: str) -> Iterator[str]:
    for command in group.commands.values():
        called = f"{name} {command.name}"
        if isinstance(command, click.Group):
            yield from _commands(command, called)
        elif not command.hidden:
            yield f"| `{' '.join([called, *_usage(command)])}` | {command.help} |"


def _usage(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            yield str(parameter.name).upper()
        elif isinstance(parameter, click.Option) and not parameter.hidden:
            told = parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} …"
            yield told if parameter.required or parameter.prompt else f"[{told}]"


def current(page: str) -> str:
    """The page with its parts as they should be."""
    parts = {"settings": settings, "commands": commands}
    return PART.sub(lambda found: f"{found[1]}{parts[found[2]]()}\n{found[4]}", page)


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

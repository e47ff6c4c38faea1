"""Named sets of consensus rules, each with its source; one TOML file each."""

import tomllib
from importlib.resources import files
from typing import Any

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """The presets that ship, in alphabetical order."""
    entries = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in entries if name.endswith(_SUFFIX)))


def load(name: str) -> dict[str, Any]:
    """The document of a preset: a protocol with `title` and `source`. KeyError for a name there is not."""
    if name not in names():
        raise KeyError(name)
    return tomllib.loads(files(__package__).joinpath(name + _SUFFIX).read_text(encoding="utf-8"))

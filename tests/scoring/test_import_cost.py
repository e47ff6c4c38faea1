"""What importing a part of the package loads, each in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

from delphi import scoring

FOLDER = Path(scoring.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__")
    for path in FOLDER.rglob("*.py")
    if path != FOLDER / "__init__.py"
)


def loaded(modules: str) -> set[str]:
    code = f"import sys, {modules}; print(*{{name.split('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


@pytest.mark.parametrize("module", ["delphi.scoring", "delphi.scoring.protocol", "delphi.scoring.presets"])
def test_reading_a_protocol_loads_nothing_but_the_standard_library(module):
    others = loaded(module) - loaded("site") - set(sys.stdlib_module_names)
    assert others == {"delphi"}


def test_scipy_is_never_loaded():
    """One interpreter loads all: what none of them loads in turn, none loads alone."""
    found = loaded(", ".join(f"delphi.scoring.{module}" for module in MODULES))
    assert "delphi" in found
    assert "scipy" not in found

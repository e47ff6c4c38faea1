"""The wheel alone, in an environment of its own and far from the source, is a whole Delphi."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from delphi.settings import PREFIX
from tests.support.browser import Server
from tests.support.reference_page import PAGE

pytestmark = pytest.mark.slow
ROOT = PAGE.parents[1]
Run = Callable[..., str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the wheel, and with the libraries of the running one; not with the source."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(packages)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries))
    return folder / "bin" / "python"


@pytest.fixture
def run(python: Path, tmp_path: Path) -> Run:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def command(*arguments: str) -> str:
        words = [python, "-m", "delphi", *arguments]
        chosen = {PREFIX + "DEMO": "yes", PREFIX + "INSTANCE_PATH": str(tmp_path / "instance")}
        done = subprocess.run(
            words, cwd=tmp_path, env={**environment, **chosen}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return command


def test_the_code_comes_from_the_wheel(python: Path, tmp_path: Path) -> None:
    program = "import delphi; print(delphi.__file__)"
    done = subprocess.run([python, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(python.parents[1])


def test_the_wheel_holds_what_is_not_code(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "delphi/templates/layouts/base.html",
        "delphi/migrations/env.py",
        "delphi/migrations/versions/0001_initial.py",
        "delphi/translations/fr/LC_MESSAGES/messages.mo",
        "delphi/scoring/presets/comet_70_15.toml",
        "delphi/demo/items.csv",
        "delphi/web/static/delphi.css",
        "delphi/web/static/figures.js",
        "delphi/web/static/vendor/vega-lite.min.js",
    ):
        assert part in names
    assert not [name for name in names if name.startswith(("tests", "instance", "docs"))]


def test_it_checks_itself_and_knows_the_demo(run: Run) -> None:
    assert "alice@example.org" in run("demo", "--no-serve")
    assert "database: ok" in run("doctor")


def test_it_serves_pages(run: Run, python: Path, tmp_path: Path) -> None:
    run("migrate")
    server = Server(False, {"demo": "yes", "instance_path": str(tmp_path / "instance")}, python, tmp_path)
    try:
        page = server.get("/sign-in")
        assert "<h1" in page
        (style,) = re.findall(r'href="(/static/\S+/delphi\.css)"', page)
        assert server.get(style)
    finally:
        server.stop()

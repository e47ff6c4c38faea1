"""The method page names every stability criterion with its usual threshold."""

from pathlib import Path

import pytest

from delphi.scoring.stability_criteria import CRITERIA

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_is_on_the_page(criterion):
    assert f"`{criterion}`" in PAGE

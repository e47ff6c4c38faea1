"""The codes experts are known by: the panel can be read from them, and nothing else."""

from __future__ import annotations

from collections.abc import Container
from random import Random

# Nothing that is mistaken for another sign when read aloud or by hand, and no vowel that would make words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 4
PREFIX = 3


def new_code(panel_code: str, taken: Container[str], random: Random) -> str:
    """A code such as W-K7Q2, unlike those taken; drawn by lot, so that it carries no order and no name."""
    prefix = panel_code[:PREFIX].upper()
    while (code := f"{prefix}-{''.join(random.choices(ALPHABET, k=LENGTH))}") in taken:
        pass
    return code

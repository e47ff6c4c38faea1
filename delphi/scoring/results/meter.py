"""How far a long computation is, from parts that each know it of themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Progress = Callable[[int, int], None]

STEPS: Final = 1000  # of each part


class Meter:
    """Hands out a `Progress` for each of so many parts, and tells the whole what they say."""

    def __init__(self, progress: Progress | None, parts: int) -> None:
        self.progress, self.parts, self.begun = progress, parts, 0

    def part(self) -> Progress:
        """What the next part calls with (done, of how much)."""
        before = STEPS * self.begun
        self.begun += 1

        def told(done: int, of: int) -> None:
            if self.progress:
                self.progress(before + STEPS * done // max(of, 1), STEPS * self.parts)

        return told

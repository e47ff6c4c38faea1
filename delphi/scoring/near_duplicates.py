"""Items that say nearly the same: pairs of texts by how much of their words they share."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

PIECE: Final = 4  # letters: long enough to mean something, short enough to survive an ending
DEFAULT_THRESHOLD: Final = 0.5

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Pair:
    """Two texts by their places, first < second, and how alike they are: 0 nothing shared, 1 the same pieces."""

    first: int
    second: int
    similarity: float


def near_duplicates(texts: Sequence[str], threshold: float = DEFAULT_THRESHOLD) -> tuple[Pair, ...]:
    """Pairs at least `threshold` alike, most alike first.

    Each text is the bag of its words' pieces of four letters (a shorter word whole), without case and accents, so
    that inflected forms meet in English and French alike. A piece weighs log((1 + N) / (1 + d)) + 1, N texts of
    which d hold it, so common words count little; similarity is the cosine of two weighted bags (Salton & Buckley
    1988). Empty texts are like nothing. Texts x pieces fit in memory for some thousands of items.
    ValueError for a threshold outside (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError("the threshold lies above 0 and is at most 1")
    if len(texts) < 2:
        return ()
    alike = _cosines(_weighted([_pieces(text) for text in texts]))
    first, second = np.nonzero(np.triu(alike >= threshold - 1e-12, k=1))
    pairs = [Pair(int(a), int(b), round(float(alike[a, b]), 12)) for a, b in zip(first, second, strict=True)]
    return tuple(sorted(pairs, key=lambda pair: (-pair.similarity, pair.first, pair.second)))


def _pieces(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return Counter(piece for word in _WORD.findall(letters) for piece in _cut(word))


def _cut(word: str) -> list[str]:
    return [word[start : start + PIECE] for start in range(max(len(word) - PIECE + 1, 1))]


def _weighted(bags: Sequence[Counter[str]]) -> NDArray[np.float64]:
    """Texts x pieces: counts times inverse document frequency."""
    columns = {piece: column for column, piece in enumerate(sorted({piece for bag in bags for piece in bag}))}
    counts = np.zeros((len(bags), max(len(columns), 1)))
    for row, bag in enumerate(bags):
        for piece, count in bag.items():
            counts[row, columns[piece]] = count
    held = (counts > 0).sum(axis=0)
    weighted: NDArray[np.float64] = counts * (np.log((1 + len(bags)) / (1 + held)) + 1)
    return weighted


def _cosines(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1)
    cosines: NDArray[np.float64] = units @ units.T
    return cosines

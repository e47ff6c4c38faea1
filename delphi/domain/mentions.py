"""Which items mention each other: by their code or by their whole title, never inside a longer code or word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

# A code with its points and hyphens is one word, so that LAW1.03 is not found in LAW1.031 nor in LAW1.03.2.
_WORD = re.compile(r"\w+(?:[.\-]\w+)*")
FEWEST = 3  # words of a title: shorter ones are said without meaning the item

Words = tuple[str, ...]


class Speaker(NamedTuple):
    """What an item is called and what it says, in every language together."""

    code: str
    titles: Collection[str]
    texts: Collection[str]


def mentions(speakers: Mapping[int, Speaker]) -> dict[int, list[int]]:
    """Whom each item mentions, in the order of `speakers`; nobody mentions himself."""
    names = _Names(speakers)
    order = {key: place for place, key in enumerate(speakers)}
    return {
        key: sorted(
            {one for text in speaker.texts for one in names.within(text)} - {key}, key=order.__getitem__
        )
        for key, speaker in speakers.items()
    }


class _Names:
    """Every name by its first word, so that a text is read once however many items there are."""

    def __init__(self, speakers: Mapping[int, Speaker]) -> None:
        self.codes = {one.code: key for key, one in speakers.items() if _tells(one.code)}
        self.titles: dict[str, list[tuple[Words, int]]] = defaultdict(list)
        for key, one in speakers.items():
            for title in {_folded(title) for title in one.titles}:
                if len(title) >= FEWEST:
                    self.titles[title[0]].append((title, key))
        for listed in self.titles.values():
            listed.sort(key=lambda one: -len(one[0]))

    def within(self, text: str) -> Iterator[int]:
        words = _WORD.findall(text)
        folded = [word.casefold() for word in words]
        yield from (self.codes[word] for word in words if word in self.codes)
        place = 0
        while place < len(folded):
            length, found = self._title_at(folded, place)
            yield from found
            place += length or 1

    def _title_at(self, folded: Sequence[str], place: int) -> tuple[int, list[int]]:
        """The longest title that begins here, and whose it is: a title within a longer one is not meant."""
        for title, _key in self.titles.get(folded[place], ()):
            if tuple(folded[place : place + len(title)]) == title:
                return len(title), [key for other, key in self.titles[folded[place]] if other == title]
        return 0, []


def _folded(title: str) -> Words:
    return tuple(word.casefold() for word in _WORD.findall(title))


def _tells(code: str) -> bool:
    """A code such as “A” or “12” is said without meaning the item."""
    return any(letter.isdigit() for letter in code) and any(letter.isalpha() for letter in code)

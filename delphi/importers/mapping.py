"""Which column of a table is which field, by the words in its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from delphi.domain.texts import plain
from delphi.importers.problems import Problem

Columns = dict[int, str]  # column, counted from 0, and the target it fills, such as "code" or "title.en"

LANGUAGE_WORDS = {"en": ("en", "english", "anglais"), "fr": ("fr", "french", "francais")}

_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Field:
    """`headers` are the words it goes by, by language; a translated field has a column for each language."""

    name: str
    headers: Mapping[str, Sequence[str]]
    translated: bool = False

    def targets(self, languages: Sequence[str]) -> list[str]:
        return [f"{self.name}.{language}" for language in languages] if self.translated else [self.name]


@dataclass(frozen=True)
class _Claim:
    """What a header seems to be: `said` is the language it names, `likely` those it could be written in."""

    column: int
    field: Field
    said: str
    likely: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, no accents, single spaces for everything else: "Sous-domaine (FR)" is "sous domaine fr"."""
    return _NOT_WORD.sub(" ", plain(text)).strip()


def targets(fields: Sequence[Field], languages: Sequence[str]) -> list[str]:
    """Everything a column can be used as."""
    return [target for field in fields for target in field.targets(languages)]


def guess_mapping(headers: Sequence[str], fields: Sequence[Field], languages: Sequence[str]) -> Columns:
    """A first proposal; a header in words of one language only tells the language of the whole table."""
    claims = _claims(headers, fields)
    main = _main_language(claims, languages)
    taken: dict[str, int] = {}
    for claim in sorted(claims, key=lambda claim: not claim.said):
        target = claim.field.name
        if claim.field.translated:
            target += "." + (claim.said or _likely_language(claim, languages) or main)
        if target in claim.field.targets(languages):
            taken.setdefault(target, claim.column)
    return {column: target for target, column in sorted(taken.items(), key=lambda pair: pair[1])}


def unknown_languages(
    headers: Sequence[str], fields: Sequence[Field], languages: Sequence[str]
) -> Iterator[Problem]:
    """Columns of a translated field in a language that the study does not have."""
    for claim in _claims(headers, fields):
        if claim.field.translated and claim.said and claim.said not in languages:
            header = headers[claim.column]
            facts = {"language": claim.said, "header": header}
            yield Problem("mapping.unknown_language", 1, claim.column + 1, header, facts)


def used_twice(columns: Columns, headers: Sequence[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for column, target in sorted(columns.items()):
        if first.setdefault(target, column) != column:
            facts = {"first": headers[first[target]], "second": headers[column]}
            yield Problem("mapping.twice", 1, column + 1, headers[column], facts)


def _claims(headers: Sequence[str], fields: Sequence[Field]) -> list[_Claim]:
    found = (_claim(column, header, fields) for column, header in enumerate(headers))
    return [claim for claim in found if claim is not None]


def _claim(column: int, header: str, fields: Sequence[Field]) -> _Claim | None:
    words = fold(header)
    base, _, last = words.rpartition(" ")
    for name, said in ((words, ""), (base, _language(last))):
        for field in fields:
            likely = tuple(language for language, known in field.headers.items() if name in known)
            if likely and (said or name == words):
                return _Claim(column, field, said, likely)
    return None


def _language(word: str) -> str:
    """The language a word names, known here or only looking like a language's code."""
    for language, words in LANGUAGE_WORDS.items():
        if word in words:
            return language
    return word if re.fullmatch(r"[a-z]{2}", word) else ""


def _likely_language(claim: _Claim, languages: Sequence[str]) -> str:
    return claim.likely[0] if len(claim.likely) == 1 and claim.likely[0] in languages else ""


def _main_language(claims: Sequence[_Claim], languages: Sequence[str]) -> str:
    plain = [claim for claim in claims if claim.field.translated and not claim.said]
    return next(filter(None, (_likely_language(claim, languages) for claim in plain)), languages[0])

"""Everything a person reads is in the French catalogue, translated, and the catalogue is what is compiled."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from tests.architecture.source import PACKAGE, ROOT

CATALOGUE = PACKAGE / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def _texts(catalogue: Catalog) -> set[tuple[str, object]]:
    return {(message.context or "", message.id) for message in catalogue if message.id}


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


@pytest.fixture(scope="module")
def french() -> Catalog:
    return _read(CATALOGUE)


def test_the_catalogue_is_in_step_with_the_source(french: Catalog, tmp_path: Path) -> None:
    found = tmp_path / "messages.pot"
    subprocess.run([ROOT / ".ci" / "translations", "extract", found], check=True)
    needed, present = _texts(_read(found)), _texts(french)
    assert needed - present == set(), "run `make translations` and translate what is new"
    assert present - needed == set(), (
        "run `make translations`: the catalogue holds what nothing says any more"
    )


def test_every_text_is_translated(french: Catalog) -> None:
    empty = [message.id for message in french if message.id and not all(_forms(message.string))]
    assert empty == []


def test_no_translation_is_a_guess(french: Catalog) -> None:
    assert [message.id for message in french if message.id and message.fuzzy] == []


def test_translations_keep_every_placeholder(french: Catalog) -> None:
    assert [message.id for message in french if message.id and _loses_placeholder(message)] == []


def _loses_placeholder(message: Message) -> bool:
    """A singular may leave its number out; no form may name what the source does not fill in."""
    known = {name for form in _forms(message.id) for name in PLACEHOLDER.findall(form)}
    needed = set(PLACEHOLDER.findall(_forms(message.id)[-1]))
    forms = [set(PLACEHOLDER.findall(form)) for form in _forms(message.string)]
    return any(form - known for form in forms) or forms[-1] != needed


def test_no_line_of_french_begins_with_a_colon_or_a_closing_quote(french: Catalog) -> None:
    """The space before them is one at which no line breaks."""
    breaks = re.compile(r" [:;?!»%](?!\()|« ")
    found = [form for one in french if one.id for form in _forms(one.string) if breaks.search(form)]
    assert found == []


def test_what_is_compiled_is_what_is_written(french: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert _translations(compiled) == _translations(french)


def _translations(catalogue: Catalog) -> dict[tuple[str, tuple[str, ...]], object]:
    return {(_context(one), _forms(one.id)): _forms(one.string) for one in catalogue if one.id}


def _context(message: Message) -> str:
    """What is read from a compiled catalogue has its contexts as bytes."""
    context: object = message.context or ""
    return context.decode() if isinstance(context, bytes) else str(context)


# Words in a template that do not go through gettext.

READ_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "summary"}
SAME_IN_EVERY_LANGUAGE = {
    "Delphi",
    "Hyndman",
    "Fan",
    "English",
    "Français",
    "TOML",
    "CSV",
    "XLSX",
    "SVG",
    "PNG",
    "URL",
    "IQR",
}
NOT_READ = {"script", "style", "code"}
CLASS_NAMES = re.compile(r"{% block width %}.*?{% endblock %}")
LOOSE_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')  # a macro that gives attributes only
FILLED_IN = "x"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        self.found += [value for name, value in attrs if name in READ_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not NOT_READ & set(self._inside):
            self.found.append(LOOSE_ATTRIBUTE.sub("", data))


def _bare(source: str) -> Iterator[str]:
    """The literal text of a template, with what Jinja puts in or translates taken out."""
    depth, name = 0, False
    for _line, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lex(source):
        if kind == "block_begin":
            name = True
        elif name and kind == "name":
            depth += {"trans": 1, "endtrans": -1}.get(value, 0)
            name = False
        elif kind == "variable_begin":
            yield FILLED_IN
        elif kind == "data" and not depth:
            yield value


def untranslated(source: str) -> list[str]:
    reader = _Words()
    reader.feed("".join(_bare(CLASS_NAMES.sub("", source))))
    words = {word for text in reader.found for word in re.findall(r"[^\W\d_]{2,}", text)}
    return sorted(word for word in words - SAME_IN_EVERY_LANGUAGE if word.strip(FILLED_IN))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_every_word_of_a_template_goes_through_gettext(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


def test_a_bare_word_is_found() -> None:
    assert untranslated("<p>{{ _('Hello') }} {% trans %}dear{% endtrans %} Friend</p>") == ["Friend"]
    assert untranslated('<input placeholder="Name" value="{{ x }}">') == ["Name"]
    assert untranslated('<p class="a">{# said #}{% if word %}{{ word }}{% endif %} 12</p>') == []

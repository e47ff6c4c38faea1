"""What every page must have, checked on each one that any test fetches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip
UNLABELLED_INPUTS = {"hidden", "submit", "button", "reset", "image"}
Attributes = dict[str, str]


@dataclass
class Element:
    name: str
    attributes: Attributes
    parents: tuple[Element, ...]
    text: list[str] = field(default_factory=list)

    def inside(self, name: str) -> Element | None:
        return next((parent for parent in reversed(self.parents) if parent.name == name), None)

    def described(self) -> str:
        told = " ".join(
            f'{name}="{value}"' for name, value in self.attributes.items() if name in ("id", "name", "type")
        )
        return f"<{self.name} {told}>".replace(" >", ">")


class _Reader(HTMLParser):
    """A flat list of the elements of a page; each knows what it stands in and the text inside it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].name == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if data.strip():
            for element in self._open:
                element.text.append(data.strip())


def problems(html: str, csrf: bool = True) -> list[str]:
    """Sentences for what is wrong with a page; empty when it is sound."""
    reader = _Reader()
    reader.feed(html)
    page = reader.elements
    found = _head(page) + _identifiers(page) + _inline(page) + _labels(page) + _radios(page)
    return found + (_forms(page) if csrf else [])


def _named(page: list[Element], *names: str) -> list[Element]:
    return [element for element in page if element.name in names]


def _head(page: list[Element]) -> list[str]:
    found = []
    if not any(element.attributes.get("lang") for element in _named(page, "html")):
        found.append("<html> has no lang")
    titles = [title for title in _named(page, "title") if not title.inside("svg")]
    if len(titles) != 1 or not titles[0].text:
        found.append(f"one <title> with text is needed, there are {len(titles)}")
    headings = _named(page, "h1")
    if len(headings) != 1 or not headings[0].text:
        found.append(f"one <h1> with text is needed, there are {len(headings)}")
    return found


def _identifiers(page: list[Element]) -> list[str]:
    counts = Counter(element.attributes["id"] for element in page if "id" in element.attributes)
    found = [f'id="{name}" stands {count} times' for name, count in counts.items() if count > 1]
    for element in page:
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            missing = [name for name in element.attributes.get(attribute, "").split() if name not in counts]
            found += [f'{element.described()} {attribute}="{name}" points at nothing' for name in missing]
    return found


def _inline(page: list[Element]) -> list[str]:
    found = [f"inline {script.described()}" for script in _named(page, "script") if _is_inline(script)]
    found += ["inline <style>" for _ in _named(page, "style")]
    for element in page:
        handlers = [name for name in element.attributes if name == "style" or name.startswith("on")]
        found += [f"{element.described()} has {name}=" for name in handlers]
        if element.attributes.get("href", "").strip().lower().startswith("javascript:"):
            found.append(f"{element.described()} has a javascript: address")
    return found


def _is_inline(script: Element) -> bool:
    """Data in a script element does not run."""
    return "src" not in script.attributes and not script.attributes.get("type", "").endswith("json")


def _labels(page: list[Element]) -> list[str]:
    labelled = {label.attributes.get("for", "") for label in _named(page, "label") if label.text}
    found = []
    for element in _named(page, "input", "select", "textarea"):
        if element.attributes.get("type") in UNLABELLED_INPUTS:
            continue
        wrapping = element.inside("label")
        by_id = element.attributes.get("id") in labelled
        by_aria = element.attributes.get("aria-label") or element.attributes.get("aria-labelledby")
        if not (by_id or by_aria or (wrapping and wrapping.text)):
            found.append(f"{element.described()} has no label")
    return found


def _radios(page: list[Element]) -> list[str]:
    legends = {id(legend.parents[-1]) for legend in _named(page, "legend") if legend.parents and legend.text}
    found = set()
    for element in _named(page, "input"):
        fieldset = element.inside("fieldset")
        if element.attributes.get("type") == "radio" and (fieldset is None or id(fieldset) not in legends):
            found.add(f"{element.described()} is not in a fieldset with a legend")
    return sorted(found)


def _forms(page: list[Element]) -> list[str]:
    found = []
    for form in _named(page, "form"):
        if form.attributes.get("method", "get").lower() != "post":
            continue
        fields = [element for element in _named(page, "input") if form in element.parents]
        if not any(element.attributes.get("name") == "csrf_token" for element in fields):
            found.append(f'form to "{form.attributes.get("action", "")}" has no csrf_token')
    return found

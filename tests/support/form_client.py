"""An expert without a browser: the same addresses, the same forms or what the script sends, filled in by a program."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

MOST_CHANGES = 50  # in one request


class _Page(HTMLParser):
    """The fields of the first form in `main`, every link, and what the script needs to know."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.radios: set[str] = set()
        self.links: list[str] = []
        self.facts: dict[str, str] = {}
        self._in_main = False
        self._forms = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.facts |= {name: value for name, value in given.items() if name.startswith("data-")}
        if given.get("name") == "csrf-token":
            self.facts["csrf"] = given["content"]
        if tag == "main":
            self._in_main = True
        if not self._in_main:
            return
        if tag == "form":
            self._forms += 1
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "input" and self._forms == 1:
            self._field(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False

    def _field(self, given: dict[str, str]) -> None:
        if given.get("type") == "radio":
            self.radios.add(given["name"])
        elif given.get("type") not in ("submit", "checkbox") and "name" in given:
            self.fields[given["name"]] = given.get("value", "")


class FormClient:
    """Follows a personal link, agrees, and fills in page after page."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, address: str, data: Mapping[str, str] | None = None) -> _Page:
        body = urlencode(data).encode() if data is not None else None
        with self._opener.open(Request(urljoin(self._base, address), body)) as answer:
            self.address = answer.url
            page = _Page()
            page.feed(answer.read().decode())
            return page

    def enter(self, link: str) -> _Page:
        """Continue, and agree to take part where that is still asked."""
        page = self.open(link, self.open(link).fields)
        if "/consent" in self.address:
            page = self.open(self.address, page.fields)
        return page

    def rate_everything(self, points: Mapping[int, int]) -> int:
        """Rate each item asked that has a point in `points`; returns how many were."""
        rated = 0
        for link in self._domains():
            address = urljoin(self.address, link)
            page = self.open(address)
            while True:
                chosen = _chosen(page, points)
                rated += len(chosen)
                before = self.address
                page = self.open(before, page.fields | chosen)
                if "page=" not in self.address or self.address.partition("?")[0] != address.partition("?")[0]:
                    break
        return rated

    def send_everything(self, points: Mapping[int, int]) -> int:
        """The same as the script of the page sends it; returns how many were kept."""
        facts = self.open(self._domains()[0]).facts
        changes = [
            {"key": str(uuid.uuid4()), "age": 0, "item": item, "criterion": "importance", "point": point}
            for item, point in points.items()
        ]
        kept = 0
        for first in range(0, len(changes), MOST_CHANGES):
            told = self._send(facts, changes[first : first + MOST_CHANGES])
            kept += sum(one["saved"] for one in told["changes"])
        return kept

    def _send(self, facts: Mapping[str, str], changes: list[dict[str, Any]]) -> Any:
        body = {"owner": facts["data-owner"], "round": int(facts["data-round"]), "changes": changes}
        headers = {"Content-Type": "application/json", "X-CSRFToken": facts["csrf"]}
        address = urljoin(self._base, facts["data-answers"])
        with self._opener.open(Request(address, json.dumps(body).encode(), headers)) as answer:
            return json.load(answer)

    def _domains(self) -> list[str]:
        home = re.sub(r"(/x/\d+/).*", r"\1", self.address)
        links = [re.split(r"[?#]", link)[0] for link in self.open(home).links]
        return list(dict.fromkeys(link for link in links if "/domains/" in link))


def _chosen(page: _Page, points: Mapping[int, int]) -> dict[str, str]:
    chosen = {}
    for name in page.radios:
        found = re.fullmatch(r"r-(\d+)-\w+", name)
        if found and int(found.group(1)) in points:
            chosen[name] = str(points[int(found.group(1))])
    return chosen

"""The form of a protocol as a browser sends it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.datastructures import MultiDict

FORM: dict[str, Any] = {
    "action": "save",
    "title": "Our own",
    "source": "A paper",
    "otherwise": "re-rate",
    "quartiles": "6",
    "minimum_group_size": "6",
    "maximum_rounds": "3",
    "stability": "spearman",
    "stability_threshold": "0.7",
    "minimum_pairs": "8",
    "feedback": ["distribution", "by_panel"],
    "c0.key": "importance",
    "c0.was": "importance",
    "c0.points": "9",
    "c0.low_to": "3",
    "c0.high_from": "7",
    "c0.question.en": "How important?",
    "c0.question.fr": "Est-ce important ?",
    "c0.labels.9.en": "Essential",
    "c0.bands.low.en": "Of little use",
    "r0.verdict": "promote",
    "r0.panels": "every",
    "r0.raters": "10",
    "r0.criterion": "importance",
    "r0.mode": "all",
    "r0.name": "",
    "r0.k0.statistic": "percent_high",
    "r0.k0.comparison": "at_least",
    "r0.k0.threshold": "70",
    "r0.k1.statistic": "rand_disagreement",
    "r0.k1.comparison": "no",
    "r0.k1.threshold": "",
}


def inputs(html: str) -> MultiDict[str, str]:
    """What a browser would send of the protocol form as it stands."""
    form = MultiDict[str, str]()
    body = html[html.index('class="protocol-form"') :]
    body = body[: body.index("</form>")]
    for tag in re.findall(r"<input [^>]*>", body):
        read = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        kind, ticked = read.get("type"), re.search(r"\schecked\b", tag)
        if kind not in ("checkbox", "radio") or ticked:
            form.add(read["name"], read.get("value", ""))
    for name, inner in re.findall(r'<select [^>]*?name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        form.add(name, chosen[1] if chosen else "")
    for name, inner in re.findall(r'<textarea [^>]*?name="([^"]+)".*?>\n(.*?)</textarea>', body, re.DOTALL):
        form.add(name, unescape(inner))
    form.poplist("csrf_token")
    return form

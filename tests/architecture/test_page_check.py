"""The check of every page finds each thing it looks for, and passes a sound page."""

from __future__ import annotations

import pytest

from tests.support.pages import problems

SOUND = """<!doctype html><html lang="en"><head><title>Items</title><script src="/a.js"></script></head><body>
<h1>Items</h1><svg><title>A figure</title></svg>
<form method="post"><input type="hidden" name="csrf_token"><label for="a">Name</label><input id="a" name="a">
<fieldset><legend>Rating</legend><label><input type="radio" name="r" value="1"> 1</label></fieldset>
<label>Text <textarea name="t"></textarea></label><button>Save</button></form></body></html>"""

FAULTS = {
    "no lang": ('lang="en"', ""),
    "title": ("<title>Items</title>", "<title></title>"),
    "h1": ("<h1>Items</h1>", "<h1>Items</h1><h1>More</h1>"),
    "stands 2 times": ("<h1>", '<h1 id="a">'),
    "points at nothing": ("<h1>", '<h1 aria-labelledby="nowhere">'),
    "inline <script": ("</body>", "<script>go()</script></body>"),
    "inline <style>": ("</head>", "<style>p {}</style></head>"),
    "has onclick=": ("<button>", '<button onclick="go()">'),
    "has style=": ("<button>", '<button style="color: red">'),
    "javascript:": ("</body>", '<a href="javascript:go()">Go</a></body>'),
    'name="a"> has no label': ('<label for="a">Name</label><input id="a" name="a">', '<input name="a">'),
    "fieldset with a legend": ("<legend>Rating</legend>", ""),
    "no csrf_token": ('name="csrf_token"', 'name="other"'),
}


def test_a_sound_page_passes() -> None:
    assert problems(SOUND) == []


@pytest.mark.parametrize("told", FAULTS)
def test_a_fault_is_found(told: str) -> None:
    right, wrong = FAULTS[told]
    assert right in SOUND
    found = problems(SOUND.replace(right, wrong))
    assert any(told in problem for problem in found), found

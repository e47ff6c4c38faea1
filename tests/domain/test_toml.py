"""Documents as TOML: what is written reads back the same, and reads well."""

from __future__ import annotations

import tomllib

from hypothesis import given, strategies as st

from delphi.domain import toml

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
plain = (
    texts | st.integers(-(2**60), 2**60) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_what_is_written_reads_back_the_same(document: dict[str, object]) -> None:
    assert tomllib.loads(toml.dumps(document)) == document


def test_it_is_laid_out_for_people() -> None:
    rule = {"verdict": "promote", "all": [{"statistic": "median", "at_least": 6.5}]}
    question = {"en": "How important is this for everybody who works there?", "fr": "Est-ce important ?"}
    scale = {"points": 9, "bands": {"low": [1, 3], "high": [4, 9]}}
    document = {
        "title": "Own",
        "criteria": {"importance": {"scale": scale, "question": question}},
        "rules": [rule, rule],
    }
    assert (
        toml.dumps(document)
        == """title = "Own"

[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], high = [4, 9] } }
question = { en = "How important is this for everybody who works there?", fr = "Est-ce important ?" }

[[rules]]
verdict = "promote"
all = [{ statistic = "median", at_least = 6.5 }]

[[rules]]
verdict = "promote"
all = [{ statistic = "median", at_least = 6.5 }]
"""
    )

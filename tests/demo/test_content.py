"""The demo study's texts: complete, in both languages, and typeset as they should be."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from delphi.demo.content import items, rows, study
from delphi.domain.glossary import used

PANELS = {"W", "C", "M"}
PROFILES = {
    "consensus-high",
    "consensus-high-weaker",
    "middling",
    "low",
    "polarised",
    "panel-dissents",
    "borderline",
    "needs-rewording",
    "low-consensus",
}


def translations(node: Any, where: str = "study") -> Iterator[tuple[str, str, str]]:
    """Every (place, English, French) found in study.toml."""
    if isinstance(node, list):
        for position, child in enumerate(node):
            yield from translations(child, f"{where}[{position}]")
    elif isinstance(node, dict):
        if "en" in node or "fr" in node:
            yield where, node["en"], node["fr"]
        for key, child in node.items():
            yield from translations(child, f"{where}.{key}")


def item_texts() -> Iterator[tuple[str, str, str]]:
    for item in items():
        for name in ("domain", "title", "description"):
            texts = getattr(item, name)
            yield f"{item.code} {name}", texts["en"], texts["fr"]
        for en, fr in zip(item.examples["en"], item.examples["fr"], strict=True):
            yield f"{item.code} example", en, fr
        if item.subdomain["en"] or item.subdomain["fr"]:
            yield f"{item.code} subdomain", item.subdomain["en"], item.subdomain["fr"]


def french_texts() -> Iterator[str]:
    yield from (fr for _, _, fr in item_texts())
    yield from (fr for _, _, fr in translations(study()))
    yield from (row["text"] for row in rows("comments.csv") if row["language"] == "fr")


def english_texts() -> Iterator[str]:
    yield from (en for _, en, _ in item_texts())
    yield from (en for _, en, _ in translations(study()))
    yield from (row["text"] for row in rows("comments.csv") if row["language"] == "en")


def test_forty_items_with_unique_codes():
    codes = [item.code for item in items()]
    assert len(codes) == len(set(codes)) == 40
    assert all(re.fullmatch(r"[A-Z]{3}\.\d\d", code) for code in codes)


def test_six_domains_of_which_two_have_two_subdomains():
    subdomains: dict[str, set[str]] = {}
    for item in items():
        subdomains.setdefault(item.domain["en"], set()).add(item.subdomain["en"])
    assert sorted(len(names) for names in subdomains.values()) == [1, 1, 1, 1, 2, 2]
    assert all("" not in names for names in subdomains.values() if len(names) == 2)


def test_every_code_prefix_is_one_domain():
    pairs = {(item.code[:3], item.domain["en"], item.domain["fr"]) for item in items()}
    assert len(pairs) == len({prefix for prefix, _, _ in pairs}) == 6


def test_every_text_is_in_both_languages_and_the_two_differ():
    for where, en, fr in [*item_texts(), *translations(study())]:
        assert en.strip(), where
        assert fr.strip(), where
        assert en != fr, where


def test_titles_have_6_to_20_words():
    for item in items():
        for language, title in item.title.items():
            assert 6 <= len(title.split()) <= 20, (item.code, language)


def test_descriptions_have_one_to_three_sentences():
    for item in items():
        for language, description in item.description.items():
            assert 1 <= len(re.findall(r"[.?!](?=\s|$)", description)) <= 3, (item.code, language)


def test_titles_are_not_repeated():
    for language in ("en", "fr"):
        assert len({item.title[language] for item in items()}) == 40


def test_about_a_dozen_items_have_examples():
    assert 10 <= sum(bool(item.examples["en"]) for item in items()) <= 14


def test_panels_are_known_and_most_items_are_for_all():
    assert {panel["code"] for panel in study()["panels"]} == PANELS
    assert all(set() < set(item.panels) <= PANELS for item in items())
    some = [item for item in items() if set(item.panels) != PANELS]
    assert 4 <= len(some) <= 10


def test_profiles_are_known_and_all_in_use():
    assert {item.profile for item in items()} == PROFILES


def test_a_dissenting_panel_is_named_where_and_only_where_a_panel_dissents():
    for item in items():
        expected = set(item.panels) if item.profile == "panel-dissents" else {""}
        assert item.dissenting_panel in expected, item.code


def test_french_uses_non_breaking_spaces_with_its_punctuation():
    for text in french_texts():
        assert not re.search(r"(?<!\u00a0)[:;?!»%]|«(?!\u00a0)", text), text


def test_both_languages_use_typographic_apostrophes_and_quotes():
    for text in [*french_texts(), *english_texts()]:
        assert not set("'\"") & set(text), text


def test_attribute_choices_have_unique_codes():
    for attribute in study()["attributes"]:
        codes = [choice["code"] for choice in attribute["choices"]]
        assert len(codes) == len(set(codes)) >= 5


def test_rounds_one_and_two_each_have_a_welcome_and_instructions():
    rounds = study()["rounds"]
    assert [round_["number"] for round_ in rounds] == [1, 2]
    assert all(set(round_) == {"number", "title", "welcome", "instructions"} for round_ in rounds)


def test_consent_says_how_long_what_is_kept_and_that_one_may_stop():
    consent = study()["consent"]
    assert all(part in consent["en"] for part in ("25 minutes", "What we keep", "right to stop"))
    assert all(
        part in consent["fr"] for part in ("25 minutes", "Ce que nous conservons", "droit d\u2019arrêter")
    )
    assert consent["en"].count("\n\n") == consent["fr"].count("\n\n") == 6


def test_consent_names_the_choices_of_whoever_leaves():
    consent = study()["consent"]
    english = ("under your code", "without any link to you", "nothing is decided yet are deleted")
    french = ("sous votre code", "sans aucun lien avec vous", "rien n\u2019est encore décidé sont supprimées")
    assert all(part in consent["en"] for part in english)
    assert all(part in consent["fr"] for part in french)


def test_the_rewording_changes_a_known_item_in_both_languages():
    reworded = study()["reworded"]
    item = next(item for item in items() if item.code == reworded["item"])
    assert item.profile == "needs-rewording"
    assert len(reworded["reason"]) > 40
    for language in ("en", "fr"):
        assert reworded["title"][language] != item.title[language]
        assert reworded["description"][language] != item.description[language]
        assert 6 <= len(reworded["title"][language].split()) <= 20
    assert reworded["examples"]["en"].count(" | ") == reworded["examples"]["fr"].count(" | ") == 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_term_of_the_glossary_stands_in_an_item(language: str):
    texts = [
        text
        for item in items()
        for text in (item.title[language], item.description[language], *item.examples[language])
    ]
    terms = [row["term"][language] for row in study()["glossary"]]
    assert sorted(used(texts, terms)) == sorted(terms)
    assert len(terms) == 5


def test_the_content_note_is_on_a_domain_there_is():
    (note,) = study()["content_notes"]
    assert note["domain"] in {item.domain["en"] for item in items()}


def test_support_is_invented():
    for text in study()["presentation"]["support"].values():
        assert re.findall(r"555-01\d\d", text) == ["555-0170", "555-0171"]


def test_the_override_departs_from_its_verdict_with_a_reason():
    overridden = study()["overridden"]
    assert overridden["item"] in {item.code for item in items()}
    assert overridden["verdict"] != overridden["decision"]
    assert len(overridden["reason"]) > 40


def test_no_address_outside_the_example_domains():
    texts = [*english_texts(), *french_texts(), *(row["email"] for row in rows("experts.csv"))]
    hosts = {host for text in texts for host in re.findall(r"@([\w.-]*\w)", text)}
    assert hosts == {"example.org", "example.net", "example.com"}


def test_about_seventy_comments_of_which_25_to_30_are_chosen():
    comments = list(rows("comments.csv"))
    assert 65 <= len(comments) <= 80
    assert 25 <= sum(row["chosen"] == "yes" for row in comments) <= 30
    assert {row["chosen"] for row in comments} == {"yes", "no"}
    assert len({row["text"] for row in comments}) == len(comments)
    assert Counter(row["language"] for row in comments)["fr"] >= 20


def test_comments_are_short_and_long():
    lengths = [len(row["text"]) for row in rows("comments.csv")]
    assert min(lengths) < 40
    assert max(lengths) > 130


@pytest.mark.parametrize("profile", ["polarised", "panel-dissents"])
def test_contested_items_have_chosen_comments_on_both_sides(profile: str):
    for code in (item.code for item in items() if item.profile == profile):
        comments = [row for row in rows("comments.csv") if row["item"] == code]
        assert Counter(row["band"] for row in comments)["high"] >= 2
        assert sum(row["band"] != "high" for row in comments) >= 3
        assert {"high", "low"} <= {row["band"] for row in comments if row["chosen"] == "yes"}


def test_the_reworded_item_has_comments_in_both_languages_calling_for_it():
    comments = [row for row in rows("comments.csv") if row["item"] == study()["reworded"]["item"]]
    assert len(comments) >= 5
    assert {row["language"] for row in comments} == {"en", "fr"}

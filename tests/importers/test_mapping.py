from __future__ import annotations

import pytest

from delphi.importers.items import FIELDS, guess
from delphi.importers.mapping import fold, targets, unknown_languages, used_twice

BOTH = ["en", "fr"]


def guessed(*headers: str, languages: list[str] | None = None) -> dict[str, str]:
    columns = guess(headers, languages or BOTH)
    return {headers[column]: target for column, target in columns.items()}


def test_english_headers_are_the_main_fields() -> None:
    assert guessed("code", "part", "domain", "subdomain", "title", "description", "bullets", "panels") == {
        "code": "code",
        "part": "part.en",
        "domain": "domain.en",
        "subdomain": "subdomain.en",
        "title": "title.en",
        "description": "description.en",
        "bullets": "examples.en",
        "panels": "panels",
    }


def test_french_headers_tell_that_the_whole_table_is_french() -> None:
    assert guessed("Code", "Partie", "Domaine", "Sous-domaine", "Titre", "Description", "Exemples") == {
        "Code": "code",
        "Partie": "part.fr",
        "Domaine": "domain.fr",
        "Sous-domaine": "subdomain.fr",
        "Titre": "title.fr",
        "Description": "description.fr",
        "Exemples": "examples.fr",
    }


@pytest.mark.parametrize(
    ("english", "french"),
    [("title_en", "title_fr"), ("Title (EN)", "Titre (FR)"), ("title english", "titre français")],
)
def test_a_language_in_the_header_is_taken(english: str, french: str) -> None:
    assert guessed(english, french) == {english: "title.en", french: "title.fr"}


def test_a_title_in_each_language_by_its_words_alone() -> None:
    assert guessed("title", "titre") == {"title": "title.en", "titre": "title.fr"}


def test_a_study_in_one_language_takes_headers_in_the_other() -> None:
    assert guessed("title", "description", languages=["fr"]) == {
        "title": "title.fr",
        "description": "description.fr",
    }


def test_the_header_that_names_its_language_comes_first_and_no_target_twice() -> None:
    assert guessed("title", "title_en", "notes") == {"title_en": "title.en"}


def test_a_column_in_a_language_the_study_does_not_have_is_told_and_not_used() -> None:
    headers = ("title", "title_es")
    assert guessed(*headers) == {"title": "title.en"}
    (problem,) = unknown_languages(headers, FIELDS, BOTH)
    assert (problem.code, problem.column, problem.params["language"]) == ("mapping.unknown_language", 2, "es")


def test_two_columns_for_one_field_are_told() -> None:
    (problem,) = used_twice({0: "title.en", 1: "code", 2: "title.en"}, ("a", "b", "c"))
    assert (problem.code, problem.cell, dict(problem.params)) == (
        "mapping.twice",
        "C1",
        {"first": "a", "second": "c"},
    )


def test_targets_name_every_language_of_a_translated_field() -> None:
    assert targets(FIELDS, BOTH)[:3] == ["code", "part.en", "part.fr"]


def test_fold() -> None:
    assert fold(" Sous-domaine  (FR) ") == "sous domaine fr"
    assert fold("Énoncé") == "enonce"

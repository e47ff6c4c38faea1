"""Answers to the reference cases of two rounds or two raters."""

from __future__ import annotations

from typing import Any

from tests.oracles.reference_answers import Document, computed, options


def wilcoxon(given: Document, params: Document) -> Document:
    found = computed("wilcoxon", **given, **options(params, "alternative", "method"))
    return {"V": found["v"], "p_value": found["p_value"]}


def mcnemar(given: Document, _: Document) -> Document:
    found = computed("mcnemar", table=given["table"])
    return {
        "chi2": found["chi2"],
        "p": found["p_value"],
        "chi2_cc": found["chi2_corrected"],
        "p_cc": found["p_corrected"],
        "exact_p": found["p_exact"],
    }


def bowker(given: Document, _: Document) -> Document:
    symmetry, margins = (computed(name, table=given["table"]) for name in ("bowker", "stuart_maxwell"))
    return {
        "bowker_chi2": symmetry["chi2"],
        "bowker_df": symmetry["df"],
        "bowker_p": symmetry["p_value"],
        "stuart_maxwell_chi2": margins["chi2"],
        "stuart_maxwell_df": margins["df"],
        "stuart_maxwell_p": margins["p_value"],
    }


def two_raters(given: Document, params: Document) -> Document:
    found = computed("two_raters", table=given["table"], weighting=params["weights"])
    names = ("cohen", "scott", "brennan_prediger", "krippendorff", "percent_agreement")
    chosen = {name: found[name] for name in names} | {"gwet_ac1": found["gwet"]}
    return {name: {"value": one["value"], "se": one["se"]} for name, one in chosen.items()}


def _kappas(**data: Any) -> dict[str, Any]:
    found = {}
    for weighting in ("unweighted", "linear", "quadratic"):
        one = computed("cohen_kappa", **data, weighting=weighting)
        ending = "" if weighting == "unweighted" else f"_{weighting}"
        found |= {f"kappa{ending}": one["value"], f"se{ending}": one["se"]}
    return found


def cohen_table(given: Document, _: Document) -> Document:
    return _kappas(table=given["table"])


def cohen_ratings(given: Document, params: Document) -> Document:
    earlier, later = zip(*given["ratings"], strict=True)
    return _kappas(earlier=earlier, later=later, points=max(map(max, given["ratings"])))

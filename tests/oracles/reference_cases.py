"""The numeric reference cases kept beside the repository: each as calls of the public API and what must come out.

A case holds data, parameters and the expected answer, made elsewhere (R, printed tables). `ANSWERS` turns the input
of a case into a document with the keys of its `expected`; nothing there computes, it only calls and renames.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.oracles import reference_pairs as pairs, reference_rand as rand
from tests.oracles.reference_answers import Document, computed, options

CASES = Path(__file__).parents[3] / "shared" / "reference" / "stats_cases"


def cases() -> list[dict[str, Any]]:
    """Every case of every file; none where the files are missing."""
    return [
        case for file in sorted(CASES.glob("*.json")) for case in json.loads(file.read_text(encoding="utf-8"))
    ]


def _scale(params: Document, ratings: list[list[Any]]) -> list[int]:
    """The declared scale where the case says it, otherwise every whole number that could have been given."""
    if isinstance(params.get("categories"), list):
        return list(range(1, len(params["categories"]) + 1))
    given = [value for row in ratings for value in row if value is not None]
    return list(range(min(1, *given), max(given) + 1))


def _coefficient(found: Document) -> dict[str, Any]:
    return {"value": found["value"], "se": found["se"], "ci95": [found["low"], found["high"]]}


def _items_first(given: Document) -> dict[str, Any]:
    return {"ratings": given["ratings"], "orientation": "items x raters"}


def comet(given: Document, params: Document) -> Document:
    limits = {"enough": params["t_in"], "few": params["t_out"]}
    rows = []
    for n, high, low in given["rows"]:
        votes = {"n": n, "high": high, "low": low}
        rows.append(
            {
                "n": n,
                "n_7_9": high,
                "n_1_3": low,
                "pct_7_9": 100 * computed("proportion", count=high, n=n),
                "pct_1_3": 100 * computed("proportion", count=low, n=n),
                "symmetric_out_rule": computed("comet_consensus", **votes, **limits),
                "out_if_le_50pct_7_9": computed(
                    "comet_consensus", **votes, **limits, out_rule="at_most_half"
                ),
            }
        )
    return {"rows": rows}


def modified_kappa(given: Document, _: Document) -> Document:
    votes = [{"relevant": a, "n": n} for a, n in zip(given["A"], given["N"], strict=True)]
    return {
        "i_cvi": [computed("icvi", **one) for one in votes],
        "kappa_star": [computed("modified_kappa", **one) for one in votes],
        "pc": [computed("chance_of_votes", **one) for one in votes],
    }


def content_validity(given: Document, params: Document) -> Document:
    found = computed("scale_cvi", **_items_first(given), relevant=params["relevant"])
    lowest, highest = params["scale"]
    return {
        "i_cvi": found["i_cvi"],
        "s_cvi_ave": found["average"],
        "s_cvi_ua": found["universal"],
        "kappa_star": found["kappa"],
        "mean_kappa": found["mean_kappa"],
        "aiken_v": [
            computed("aiken_v", ratings=row, lowest=lowest, highest=highest)["value"]
            for row in given["ratings"]
        ],
    }


def aiken(given: Document, params: Document) -> Document:
    ends = {"lowest": params["lo"], "highest": params["hi"], "confidence": params["conf_level"]}
    found = [computed("aiken_v", ratings=row, **ends) for row in given["ratings"]]
    scale = computed("scale_cvi", **_items_first(given))
    return {
        "V": [one["value"] for one in found],
        "ci_low": [one["low"] for one in found],
        "ci_high": [one["high"] for one in found],
        "mean_V": sum(one["value"] for one in found) / len(found),
        "s_cvi_ave": scale["average"],
        "s_cvi_ua": scale["universal"],
    }


def dip(given: Document, _: Document) -> Document:
    found = computed("dip_test", ratings=given["x"])
    return {"dip": found["value"], "p_value": found["p_value"]}


def bimodality(given: Document, _: Document) -> Document:
    return {
        "bc": computed("bimodality_coefficient", ratings=given["x"]),
        "skewness_G1": computed("skewness", ratings=given["x"]),
        "excess_kurtosis_G2": computed("excess_kurtosis", ratings=given["x"]),
    }


def fleiss(given: Document, params: Document) -> Document:
    if "counts" in given:
        data = {"counts": given["counts"]}
    else:
        data = {**_items_first(given), "scale": _scale(params, given["ratings"])}
    found = computed("fleiss_test", **data)
    return {"kappa": found["kappa"], "z": found["z"], "p_value": found["p_value"]}


def mann_whitney(given: Document, params: Document) -> Document:
    groups = {"x": given["x"], "y": given["y"]}
    found = computed("mann_whitney", **groups, **options(params, "alternative", "method"))
    return {
        "W": found["u"],
        "p_value": found["p_value"],
        "cliffs_delta": computed("cliffs_delta", **groups)["delta"],
    }


def kruskal(given: Document, _: Document) -> Document:
    found = computed("kruskal_wallis", groups=given["groups"])
    return {"H": found["h"], "df": found["df"], "p_value": found["p_value"]}


def cliff(given: Document, _: Document) -> Document:
    found = computed("cliffs_delta", **given)
    return {"delta": found["delta"], "ci95": [found["low"], found["high"]]}


def fdr(given: Document, _: Document) -> Document:
    by_method = {name: computed("adjust", p_values=given["p"], method=name) for name in ("bh", "holm", "by")}
    bonferroni = computed("adjust", p_values=given["p"], method="bonferroni")
    return by_method | {
        "bonferroni": bonferroni,
        "n_rejected_bh_05": sum(p <= 0.05 for p in by_method["bh"]),
        "n_rejected_bonferroni_05": sum(p <= 0.05 for p in bonferroni),
    }


def family(given: Document, params: Document) -> Document:
    data = {
        **_items_first(given),
        "scale": _scale(params, given["ratings"]),
        "weighting": params["weights"],
    }
    found = computed("chance_corrected", **data)
    names = ("percent_agreement", "fleiss", "krippendorff", "conger", "brennan_prediger")
    return {name: _coefficient(found[name]) for name in names} | {"gwet_ac": _coefficient(found["gwet"])}


def family_of_counts(given: Document, params: Document) -> Document:
    found = computed("chance_corrected", counts=given["counts"], weighting=params["weights"])
    names = ("fleiss", "krippendorff", "brennan_prediger", "percent_agreement")
    return {name: found[name]["value"] for name in names} | {"gwet_ac1": found["gwet"]["value"]}


def icc(given: Document, params: Document) -> Document:
    found = computed("icc", **_items_first(given), level=params["conf_level"])
    return {
        f"{name[:3].upper()}{name[3:]}": {
            "value": one["value"],
            "ci95_shrout_fleiss": [one["low"], one["high"]],
            "ci95_mcgraw_wong": [one["low_mcgraw_wong"], one["high_mcgraw_wong"]],
            "F_shrout_fleiss": one["f"],
            "df1": one["df1"],
            "df2": one["df2"],
            "p_shrout_fleiss": one["p_value"],
        }
        for name, one in found.items()
        if name.startswith("icc")
    }


def kendall(given: Document, _: Document) -> Document:
    found = computed("kendall_w", **_items_first(given))
    return {
        "W_tie_corrected": found["w"],
        "W_uncorrected": found["w_uncorrected"],
        "chi2": found["chi2"],
        "friedman_chi2": found["chi2"],
        "df": found["df"],
        "p_value": found["p_value"],
    }


def alpha(given: Document, params: Document) -> Document:
    data = {**_items_first(given), "scale": _scale(params, given["ratings"])}
    return {"alpha": computed("krippendorff_alpha", **data, measurement=params["level"])["value"]}


def cvr_exact(given: Document, _: Document) -> Document:
    table = computed("cvr_table", sizes=given["panel_sizes"])
    return {
        "n_critical": [row["votes"] for row in table],
        "cvr_critical": [row["cvr"] for row in table],
        "exact_p": [row["exact_p"] for row in table],
    }


def cvr_normal(given: Document, params: Document) -> Document:
    return {
        "cvr_critical": [
            computed("cvr_critical_normal", n=n, alpha=params["alpha"]) for n in given["panel_sizes"]
        ]
    }


def cvr(given: Document, _: Document) -> Document:
    votes = zip(given["n_essential"], given["N"], strict=True)
    return {"cvr": [computed("cvr", essential=essential, n=n) for essential, n in votes]}


def ordinal(given: Document, _: Document) -> Document:
    names = {
        "van_der_eijk_A": "van_der_eijk_agreement",
        "polarization": "polarization",
        "leik_D": "leik_d",
        "tastle_wierman_cns": "tastle_wierman_consensus",
        "blair_lacy_l": "blair_lacy_l",
        "blair_lacy_lsquared": "blair_lacy_l_squared",
        "kvalseth_cov": "kvalseth_cov",
        "berry_mielke_iov": "berry_mielke_iov",
        "dsquared": "d_squared",
        "entropy_agrmt": "entropy",
        "reardon": "reardon",
    }
    return {key: computed(name, counts=given["counts"]) for key, name in names.items()}


def intervals(given: Document, params: Document) -> Document:
    names = {"wilson": "wilson", "wilson_cc": "wilson_corrected"}
    names |= {name: name for name in ("clopper_pearson", "agresti_coull", "jeffreys")}
    votes = {"count": given["x"], "n": given["n"], "confidence": params["conf_level"]}
    return {key: computed(name, **votes) for key, name in names.items()}


def posterior(given: Document, params: Document) -> Document:
    prior = [params["prior_a"], params["prior_b"]]
    votes = {"count": given["k"], "n": given["n"], "threshold": params["threshold"]}
    found = computed("prob_item_passes_threshold", **votes, prior=prior)
    return {
        "posterior_prob": found["probability"],
        "ci95": [found["low"], found["high"]],
        "mean": found["mean"],
    }


def quantiles(given: Document, _: Document) -> Document:
    found = {}
    for definition in range(1, 10):
        at = {
            p: computed("quantile", ratings=given["x"], p=p, definition=definition)
            for p in (0.25, 0.3, 0.7, 0.75)
        }
        found[f"type{definition}"] = {
            "q25": at[0.25],
            "p30": at[0.3],
            "p70": at[0.7],
            "q75": at[0.75],
            "iqr": at[0.75] - at[0.25],
            "ipr": at[0.7] - at[0.3],
        }
    low, high = computed("tukey_hinges", ratings=given["x"])
    return found | {"tukey_hinges": {"q25": low, "q75": high, "iqr": high - low}}


def ranks(given: Document, _: Document) -> Document:
    names = given["candidates"]
    rankings = [[one["ranking"].index(name) + 1 for name in names] for one in given["profile"]]
    data = {"rankings": rankings, "weights": [one["weight"] for one in given["profile"]]}
    counts, means, best = (computed(name, **data) for name in ("borda", "mean_ranks", "kemeny"))
    firsts = {
        name: sum(w for w, row in zip(data["weights"], rankings, strict=True) if row[place] == 1)
        for place, name in enumerate(names)
    }
    judges = [row for row, weight in zip(rankings, data["weights"], strict=True) for _ in range(weight)]
    return {
        "borda": dict(zip(names, counts["scores"], strict=True)),
        "borda_order": [names[place] for place in counts["order"]],
        "kemeny_order": [names[place] for place in best["order"]],
        "kemeny_score": best["score"],
        "mean_rank": dict(zip(names, means["scores"], strict=True)),
        "pairwise_wins": computed("pairwise_wins", **data),
        "condorcet_winner": names[computed("condorcet_winner", **data)],
        "plurality_winner": max(firsts, key=lambda name: firsts[name]),
        "kendall_w": computed("kendall_w", ratings=judges)["w"],
    }


def within_group(given: Document, params: Document) -> Document:
    rated = {"ratings": given["x"], "points": params["scale"][1]}
    return {
        "rwg": computed("rwg", **rated),
        "ad_mean": computed("average_deviation", **rated, centre="mean")["value"],
        "ad_median": computed("average_deviation", **rated, centre="median")["value"],
    }


def null_variances(given: Document, params: Document) -> Document:
    found = {
        name: computed("null_variance", points=params["points"])
        if weights is None
        else computed("null_variance", null_weights=weights)
        for name, weights in given.items()
    }
    sizes = range(2, 12)
    return found | {
        "uniform_general": {str(k): computed("null_variance", points=k) for k in sizes},
        "ad_cutoff_c_over_6": {str(k): computed("ad_cutoff", points=k) for k in sizes},
    }


ANSWERS: Mapping[str, Callable[[Document, Document], Document]] = {
    "comet_consensus": comet,
    "modified_kappa": modified_kappa,
    "content_validity_indices": content_validity,
    "aiken_v_ci": aiken,
    "hartigan_dip": dip,
    "bimodality_coefficient": bimodality,
    "fleiss_kappa": fleiss,
    "mann_whitney": mann_whitney,
    "kruskal_wallis": kruskal,
    "cliffs_delta": cliff,
    "fdr": fdr,
    "chance_corrected_agreement_family": family,
    "agreement_from_count_matrix": family_of_counts,
    "icc": icc,
    "kendall_w": kendall,
    "krippendorff_alpha": alpha,
    "lawshe_cvr_critical_exact": cvr_exact,
    "lawshe_cvr_critical_normal": cvr_normal,
    "lawshe_cvr": cvr,
    "ordinal_dispersion_from_counts": ordinal,
    "proportion_ci": intervals,
    "prob_item_passes_threshold": posterior,
    "quantile_definitions": quantiles,
    "ipras": rand.ipras,
    "ipras_from_percentiles": rand.ipras_grid,
    "rand_thresholds": rand.rand_thresholds,
    "rand_classic_disagreement": rand.rand_disagreement,
    "rand_appropriateness": rand.rand_appropriateness,
    "rank_aggregation": ranks,
    "rwg_ad_single_item": within_group,
    "rwg_null_variance": null_variances,
    "wilcoxon_signed_rank": pairs.wilcoxon,
    "mcnemar": pairs.mcnemar,
    "mcnemar_bowker": pairs.bowker,
    "two_rater_table_agreement": pairs.two_raters,
    "cohen_kappa_table": pairs.cohen_table,
    "cohen_kappa_ratings": pairs.cohen_ratings,
}

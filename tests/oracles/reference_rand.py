"""Answers to the reference cases of the RAND/UCLA method."""

from __future__ import annotations

from tests.oracles.reference_answers import Document, computed


def ipras(given: Document, _: Document) -> Document:
    rated = {"ratings": given["ratings"], "points": 9}
    found = computed("ipras", ratings=given["ratings"])
    middle = computed("median", ratings=given["ratings"])
    region = {1: (1, 3), 2: (4, 6), 3: (7, 9)}[min(3, int((middle - 1) // 3) + 1)]
    return {
        "median": middle,
        "p30": found["p30"],
        "p70": found["p70"],
        "ipr": found["ipr"],
        "iprcp": found["centre"],
        "asymmetry_index": found["asymmetry"],
        "ipras": found["ipras"],
        "disagreement_ipras": found["disagreement"],
        "disagreement_index": found["index"],
        "outside_median_region": sum(not region[0] <= x <= region[1] for x in given["ratings"]),
        "agreement_classic": computed("rand_agreement", **rated),
        "appropriateness": computed("rand_appropriateness", **rated),
    }


def ipras_grid(given: Document, _: Document) -> Document:
    found = [(p30, p70, computed("ipras_from_percentiles", p30=p30, p70=p70)) for p30, p70 in given["pairs"]]
    return {
        "rows": [
            {
                "p30": p30,
                "p70": p70,
                "ipr": one["ipr"],
                "iprcp": one["centre"],
                "ai": one["asymmetry"],
                "ipras": one["ipras"],
                "disagreement": one["disagreement"],
                "di": one["index"],
            }
            for p30, p70, one in found
        ]
    }


def rand_thresholds(given: Document, _: Document) -> Document:
    found = computed("rand_thresholds", sizes=given["panel_sizes"])
    return {
        "disagreement_min_each_extreme": [row["least_each_extreme"] for row in found],
        "agreement_max_outside": [row["most_outside"] for row in found],
    }


def rand_disagreement(given: Document, _: Document) -> Document:
    rated = {"ratings": given["ratings"], "points": 9}
    found = computed("summary", **rated)
    return {
        "n_low": found["count_low"],
        "n_high": found["count_high"],
        "disagreement": computed("rand_disagreement", **rated),
    }


def rand_appropriateness(given: Document, _: Document) -> Document:
    rated = {"ratings": given["ratings"], "points": 9}
    return {
        "median": computed("median", ratings=given["ratings"]),
        "half_point_up": computed("rand_appropriateness", **rated),
        "strict_7": computed("rand_appropriateness", **rated, half_points="strict"),
        "disagreement": computed("rand_disagreement", **rated),
    }

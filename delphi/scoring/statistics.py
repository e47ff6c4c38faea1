"""The statistics of one item, gathered in one place for those who use this package as a library."""

from delphi.scoring.apmo import Opinions, apmo
from delphi.scoring.content_validity import cvr, cvr_critical, icvi, modified_kappa
from delphi.scoring.exact import REASONS, Exact, Undefined
from delphi.scoring.proportions import wilson_interval
from delphi.scoring.quantiles import QUARTILE_DEFINITIONS, quantile
from delphi.scoring.rand_ucla import Ipras, ipras, rand_agreement, rand_disagreement, rand_threshold
from delphi.scoring.ratings import ItemRatings, summarise
from delphi.scoring.summaries import Summary, summarise_counts

__all__ = [
    "QUARTILE_DEFINITIONS",
    "REASONS",
    "Exact",
    "Ipras",
    "ItemRatings",
    "Opinions",
    "Summary",
    "Undefined",
    "apmo",
    "cvr",
    "cvr_critical",
    "icvi",
    "ipras",
    "modified_kappa",
    "quantile",
    "rand_agreement",
    "rand_disagreement",
    "rand_threshold",
    "summarise",
    "summarise_counts",
    "wilson_interval",
]

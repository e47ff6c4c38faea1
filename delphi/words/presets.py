"""The sets of rules that ship: what they are called, where they come from and what they are for."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {}

# Titles and sources say in English what the files of the presets say.
LABELS: dict[str, Any] = {
    "preset-title.agreement_75": _("Percent agreement, 75 %"),
    "preset-title.agreement_80": _("Percent agreement, 80 %"),
    "preset-title.apmo": _("Average percent of majority opinions"),
    "preset-title.comet_70_15": _("COMET 70/15"),
    "preset-title.comet_70_15_out_50": _("COMET 70/15, out at 50 % or less"),
    "preset-title.cvr_ayre_scally": _("Content validity ratio (Ayre and Scally)"),
    "preset-title.icvi_modified_kappa": _("I-CVI with modified kappa"),
    "preset-title.iqr_1_of_5": _("IQR at most 1, scale of 1 to 5"),
    "preset-title.iqr_2_of_9": _("IQR at most 2, scale of 1 to 9"),
    "preset-title.rand_ucla_classic": _("RAND/UCLA, classic disagreement"),
    "preset-title.rand_ucla_ipras": _("RAND/UCLA, IPRAS"),
    "preset-source.agreement_75": _(
        "Diamond IR et al. J Clin Epidemiol 2014;67:401-409: percent agreement is the most common definition of consensus, 75 per cent its median threshold."
    ),
    "preset-source.agreement_80": _(
        "Diamond IR et al. J Clin Epidemiol 2014;67:401-409: percent agreement is the most common definition of consensus, 75 per cent its median threshold; 80 per cent here."
    ),
    "preset-source.apmo": _(
        "Kapoor P. Systems approach to documentary maritime fraud, 1987; Cottam HR et al. 2004; used in Injury 2016;47:211."
    ),
    "preset-source.comet_70_15": _(
        "Trials 2015;16:495 (ELICIT protocol, doi 10.1186/s13063-015-1011-8), Table 1, after Harman 2013 and Waters 2014."
    ),
    "preset-source.comet_70_15_out_50": _(
        "In: Trials 2015;16:495 (ELICIT protocol, doi 10.1186/s13063-015-1011-8), Table 1, after Harman 2013 and Waters 2014. Out: at most 50 per cent in 7-9 in every group, as in PMC10860107, Table 2."
    ),
    "preset-source.cvr_ayre_scally": _(
        "Lawshe CH. Personnel Psychology 1975;28:563-575; exact critical values of Ayre C, Scally AJ. Meas Eval Couns Dev 2014;47:79-86. Dropping at 0 or less is this preset's."
    ),
    "preset-source.icvi_modified_kappa": _(
        "Polit DF, Beck CT, Owen SV. Res Nurs Health 2007;30:459-467: I-CVI of .78 or more, kappa above .74 excellent and below .40 poor."
    ),
    "preset-source.iqr_1_of_5": _(
        "von der Gracht HA. Technol Forecast Soc Change 2012;79:1525-1536, for the threshold of spread; the direction by the median is this preset's."
    ),
    "preset-source.iqr_2_of_9": _(
        "von der Gracht HA. Technol Forecast Soc Change 2012;79:1525-1536, for the threshold of spread; the direction by the median is this preset's."
    ),
    "preset-source.rand_ucla_classic": _(
        "Fitch K et al. The RAND/UCLA Appropriateness Method User's Manual. RAND, MR-1269, 2001; thresholds for other panel sizes by floor((n + 1) / 3)."
    ),
    "preset-source.rand_ucla_ipras": _(
        "Fitch K et al. The RAND/UCLA Appropriateness Method User's Manual. RAND, MR-1269, 2001, chapter 8."
    ),
    "preset.agreement_75": _(
        "An item is in when 75 per cent of all experts rate it high, out when 75 per cent rate it "
        "low: the simplest rule, "
        "and the most common one."
    ),
    "preset.agreement_80": _(
        "As percent agreement at 75 per cent, but stricter: 80 per cent of all experts must rate the "
        "item high, or low."
    ),
    "preset.apmo": _(
        "The threshold is not fixed but follows the study: an item is in when its agreement reaches "
        "the average "
        "of all majority opinions of the round."
    ),
    "preset.comet_70_15": _(
        "Every panel must agree: 70 per cent rate the item high and fewer than 15 per cent low. "
        "The usual rule for core outcome sets, where no group is outvoted."
    ),
    "preset.comet_70_15_out_50": _(
        "In as COMET 70/15; out already when in every panel at most half rate the item high. "
        "Shortens long lists sooner."
    ),
    "preset.cvr_ayre_scally": _(
        "More experts than chance would give call the item essential, by exact critical values for "
        "the number of raters."
    ),
    "preset.icvi_modified_kappa": _(
        "For the content of scales and curricula: experts rate relevance from 1 to 4, and agreement "
        "is corrected for chance."
    ),
    "preset.iqr_1_of_5": _(
        "On a scale of 1 to 5: the middle half of the answers lies within one point, and the median "
        "says which way."
    ),
    "preset.iqr_2_of_9": _(
        "On a scale of 1 to 9: the middle half of the answers lies within two points, and the median "
        "says which way."
    ),
    "preset.rand_ucla_classic": _(
        "Appropriateness by the median, unless a third of the panel sits in each outer band. Made "
        "for small panels."
    ),
    "preset.rand_ucla_ipras": _(
        "Appropriateness by the median, unless the spread of the answers is larger than symmetry allows. "
        "For panels of any size."
    ),
}

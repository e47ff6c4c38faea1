"""Words for protocols: what can be wrong with one, what it is made of, what happened to it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "protocol.changed_meanwhile": _("The protocol was changed meanwhile. Read it again, then seal it."),
    "protocol.missing": _("This study has no protocol yet. Choose one first."),
    "protocol.not_sealed": _("The protocol must be sealed before a round can open."),
    "protocol.sealed": _(
        "The protocol is sealed and does not change. What has to be different now is written as an amendment."
    ),
    "protocol.not_ready": _(
        "The protocol cannot be sealed yet: %(count)s of the points listed below still have to be put right."
    ),
    "protocol.preset_unknown": _("There is no such set of rules. Choose one from the list."),
    "protocol.too_long": _("This protocol is too long: use at most %(most)s characters."),
    "protocol.reason_missing": _("Write why the protocol is amended."),
    "protocol.reason_too_long": _("This reason is too long: use at most %(most)s characters."),
    "protocol.unchanged": _("This is the protocol as it stands. Change something to amend it."),
    "protocol.panel_unknown": _("A rule names the panel %(panel)s, which this study does not have."),
    "protocol.criterion_fixed": _(
        "Answers on %(criterion)s exist, so this criterion and its scale have to stay as they are."
    ),
    "protocol.criterion_repeated": _("There are two criteria called %(criterion)s. Give each its own name."),
    "protocol.problem.toml_invalid": _("This text cannot be read as TOML: %(detail)s."),
    "protocol.problem.not_a_table": _("A table is needed here, such as { name = value }."),
    "protocol.problem.not_a_list": _("A list is needed here, such as [ first, second ]."),
    "protocol.problem.not_text": _("A text in quotation marks is needed here, not %(value)s."),
    "protocol.problem.key_unknown": _("“%(value)s” means nothing here. What may stand here: %(allowed)s."),
    "protocol.problem.key_missing": _("“%(value)s” is missing."),
    "protocol.problem.criteria_empty": _("At least one criterion is needed."),
    "protocol.problem.rules_empty": _("At least one rule is needed."),
    "protocol.problem.conditions_empty": _("At least one condition is needed."),
    "protocol.problem.conditions_mode": _(
        "A rule lists its conditions under “all” or under “any”, not both."
    ),
    "protocol.problem.comparison_one": _("A condition has exactly one of %(allowed)s."),
    "protocol.problem.verdict_unknown": _("“%(value)s” is not a verdict. Verdicts are %(allowed)s."),
    "protocol.problem.criterion_unknown": _(
        "“%(value)s” is not a criterion of this protocol. Its criteria are %(allowed)s."
    ),
    "protocol.problem.statistic_unknown": _("“%(value)s” is not a statistic. Statistics are %(allowed)s."),
    "protocol.problem.statistic_scale": _(
        "This statistic exists only for a scale from 1 to 9 with the bands 1–3, 4–6 and 7–9. "
        "Change the scale or choose another statistic."
    ),
    "protocol.problem.panels_unknown": _(
        "Choose every panel, any panel, all panels together, or at least one panel by name."
    ),
    "protocol.problem.panels_reserved": _("“%(value)s” has a meaning of its own and cannot name a panel."),
    "protocol.problem.panels_repeated": _("A panel is listed twice in %(value)s."),
    "protocol.problem.threshold_not_number": _(
        "“%(value)s” is not a number. Write a number such as 70 or 0.78."
    ),
    "protocol.problem.threshold_name": _("“%(value)s” cannot stand in place of a number for this statistic."),
    "protocol.problem.threshold_out_of_range": _(
        "%(value)s is out of range: this statistic goes from %(minimum)s to %(maximum)s."
    ),
    "protocol.problem.raters_invalid": _(
        "The number of raters is a whole number from 1 up, not “%(value)s”."
    ),
    "protocol.problem.quartiles_unknown": _(
        "“%(value)s” is not a definition of quartiles. Choose one of %(allowed)s."
    ),
    "protocol.problem.stability_unknown": _(
        "“%(value)s” is not a criterion of stability. Choose one of %(allowed)s."
    ),
    "protocol.problem.pairs_invalid": _(
        "The number of experts who answered both rounds is a whole number from 1 up, not “%(value)s”."
    ),
    "protocol.problem.points_invalid": _("The number of points is a whole number, not “%(value)s”."),
    "protocol.problem.points_out_of_range": _(
        "A scale has %(minimum)s to %(maximum)s points, not %(points)s."
    ),
    "protocol.problem.band_invalid": _(
        "Write a whole number where each band begins or ends, not “%(value)s”."
    ),
    "protocol.problem.band_reversed": _("This band begins at %(first)s, after its end at %(last)s."),
    "protocol.problem.band_outside": _(
        "This band goes from %(first)s to %(last)s, off the scale of 1 to %(points)s."
    ),
    "protocol.problem.bands_overlap": _(
        "This band begins at %(first)s, but the band before it reaches %(covered)s."
    ),
    "protocol.problem.bands_gap": _("No band holds the points from %(first)s to %(last)s."),
    "protocol.problem.whole_number": _(
        "A whole number from %(minimum)s to %(maximum)s is needed here, not “%(value)s”."
    ),
    "protocol.problem.not_yes_or_no": _("true or false is needed here, not %(value)s."),
    "protocol.problem.criterion_key": _(
        "“%(value)s” cannot name a criterion. Use small letters without accents, digits and _, "
        "beginning with a letter."
    ),
    "protocol.problem.point_unknown": _(
        "“%(value)s” is not a point of this scale, which goes from 1 to %(points)s."
    ),
}

LABELS: dict[str, Any] = {
    "verdict.promote": _("Promote"),
    "verdict.revise": _("Revise"),
    "verdict.drop": _("Drop"),
    "verdict.re-rate": _("Re-rate"),
    "verdict.insufficient": _("Insufficient data"),
    "rule-verdict.promote": _("is promoted"),
    "rule-verdict.revise": _("is revised"),
    "rule-verdict.drop": _("is dropped"),
    "rule-verdict.re-rate": _("is rated again"),
    "rule-verdict.insufficient": _("has too little data"),
    "rule-panels.every": _("every panel"),
    "rule-panels.any": _("any panel"),
    "rule-panels.pooled": _("all experts together"),
    "rule-panels.named": _("only these panels"),
    "rule-mode.all": _("all"),
    "rule-mode.any": _("at least one"),
    "rule-comparison.at_least": _("at least"),
    "rule-comparison.at_most": _("at most"),
    "rule-comparison.above": _("more than"),
    "rule-comparison.below": _("less than"),
    "rule-comparison.yes": _("is so"),
    "rule-comparison.no": _("is not so"),
    "rule-statistic.percent_high": _("share in the high band (%)"),
    "rule-statistic.percent_middle": _("share in the middle band (%)"),
    "rule-statistic.percent_low": _("share in the low band (%)"),
    "rule-statistic.median": _("median"),
    "rule-statistic.iqr": _("interquartile range (points)"),
    "rule-statistic.rand_disagreement": _("RAND/UCLA disagreement"),
    "rule-statistic.rand_agreement": _("RAND/UCLA agreement"),
    "rule-statistic.ipras_disagreement": _("disagreement by IPRAS"),
    "rule-statistic.disagreement_index": _("disagreement index (IPR / IPRAS)"),
    "rule-statistic.cvr": _("content validity ratio (−1 to 1)"),
    "rule-statistic.icvi": _("item content validity index (0 to 1)"),
    "rule-statistic.modified_kappa": _("modified kappa (−1 to 1)"),
    "quartiles.6": _("Definition 6, as SPSS and Minitab compute them"),
    "quartiles.7": _("Definition 7, as R, Python and Excel compute them"),
    "quartiles.8": _("Definition 8, unbiased about the median"),
    "quartiles-meaning.6": _("Places at p(n + 1). Spreads come out widest."),
    "quartiles-meaning.7": _("Places at 1 + p(n − 1). Spreads come out narrowest."),
    "quartiles-meaning.8": _("Places at p(n + 1/3) + 1/3. Spreads lie between those of the other two."),
    # Each is followed by its threshold: “the share ... is less than” 15.
    "stability.percent_changed": _("the share of experts who changed their answer (%) is less than"),
    "stability.scheibe": _("the change of the distribution (%, Scheibe) is less than"),
    "stability.median_change": _("the median moved, in points, by at most"),
    "stability.iqr_change": _("the interquartile range changed, in points, by at most"),
    "stability.mean_change": _("the mean moved, in points, by at most"),
    "stability.cv_change": _("the coefficient of variation changed by at most"),
    "stability.quadratic_kappa": _("the weighted kappa between the rounds is at least"),
    "stability.spearman": _("Spearman’s correlation between the rounds is at least"),
    "stability.kendall_tau_b": _("Kendall’s tau-b between the rounds is at least"),
    "stability.wilcoxon": _("the p of the signed-rank test (no shift) is at least"),
    "stability.mcnemar": _("the p of McNemar’s test (high band or not) is at least"),
    "stability.bowker": _("the p of Bowker’s test (symmetric moves) is at least"),
    "stability.stuart_maxwell": _("the p of the Stuart-Maxwell test (same distribution) is at least"),
    "stability.dajani": _("the p of Dajani’s chi-square test (same distribution) is at least"),
    "stability.chaffin_talley": _("the p of the Chaffin-Talley test (independent rounds) is less than"),
    "feedback.distribution": _("how many experts chose each point"),
    "feedback.median": _("the median"),
    "feedback.by_panel": _("the numbers of each panel beside those of all experts"),
    "feedback.comments": _("comments that the facilitator chose"),
    "example.agree_high": _("Nearly everybody rates it high"),
    "example.just_high": _("Nearly three quarters rate it high, the rest are mixed"),
    "example.objectors": _("Nearly three quarters rate it high, but a firm minority low"),
    "example.dissent": _("One panel sees it differently from the others"),
    "example.split": _("Half rate it high, half low"),
    "example.undecided": _("Most stay in the middle"),
    "example.agree_low": _("Nearly everybody rates it low"),
    "example.few": _("Only three experts of each panel answer"),
}

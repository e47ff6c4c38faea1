"""Every item under every preset at once: whose fate depends on the choice of rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from delphi.scoring import presets
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import ItemRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.scales import Scale
from delphi.scoring.vectorised import judge_items

SEALED: Final = "sealed"

# Why a preset is left out.
LEFT_OUT: Final = {
    "other_points": "the preset is for a scale with another number of points",
    "other_bands": "the preset is for the same points divided into other bands",
    "several_criteria": "the preset has not exactly one criterion",
}

# What a verdict makes of an item; too few raters make nothing of it.
FATES: Final = {
    Verdict.PROMOTE: "in",
    Verdict.DROP: "out",
    Verdict.REVISE: "open",
    Verdict.RE_RATE: "open",
}


@dataclass(frozen=True)
class ItemVerdicts:
    """One item: `verdicts` by name of the rule, the sealed one first under "sealed".

    `depends`: some rules that had enough raters let it in, out or open where others did not. `against` names
    the rules that make something else of it than the sealed one does; nobody is against "insufficient".
    """

    item: str
    verdicts: Mapping[str, Verdict]
    depends: bool
    against: tuple[str, ...]

    @property
    def sealed(self) -> Verdict:
        """What the sealed rule says."""
        return self.verdicts[SEALED]


@dataclass(frozen=True)
class Multiverse:
    """All items under all `rules` (names, "sealed" first); `left_out[preset]` is a code of `LEFT_OUT`."""

    criterion: str
    rules: tuple[str, ...]
    left_out: Mapping[str, str]
    items: tuple[ItemVerdicts, ...]

    @property
    def dependent(self) -> tuple[str, ...]:
        """The items whose fate depends on the choice of rule."""
        return tuple(item.item for item in self.items if item.depends)

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.dependent)


def multiverse(
    items: Sequence[ItemRatings],
    sealed: Protocol,
    criterion: str | None = None,
    others: Mapping[str, Protocol] | None = None,
) -> Multiverse:
    """Each item's verdict under the sealed rules and under every preset that fits the scale of `criterion`.

    A preset's one criterion is put in the place of `criterion` (left out: that of the first sealed rule); its
    own quartile definition is kept, and where raters are in no panel they are one. It fits when its scale has the
    same points in the same bands. `others` replaces the presets that ship. After Steegen et al. (2016),
    Perspectives on Psychological Science 11:702-712, with the rule as the only choice that varies. KeyError for a
    criterion there is not, ValueError for another rule called "sealed" or a rating off its scale.
    """
    chosen = sealed.rules[0].criterion if criterion is None else criterion
    scale = sealed.criteria[chosen].scale
    candidates = shipped() if others is None else others
    if SEALED in candidates:
        raise ValueError(f"{SEALED} is the name of the protocol's own rule")
    if not any(item.panels for item in items):
        candidates = {name: protocol.without_panels() for name, protocol in candidates.items()}
    reasons = {name: _why_not(protocol, scale) for name, protocol in candidates.items()}
    fitting = {name: _put_to(candidates[name], chosen) for name, reason in reasons.items() if reason is None}
    by_rule = {name: judge_items(protocol, items) for name, protocol in ({SEALED: sealed} | fitting).items()}
    return Multiverse(
        criterion=chosen,
        rules=tuple(by_rule),
        left_out={name: reason for name, reason in reasons.items() if reason is not None},
        items=tuple(
            _item(item.item, {name: verdicts[place] for name, verdicts in by_rule.items()})
            for place, item in enumerate(items)
        ),
    )


def shipped() -> dict[str, Protocol]:
    """The presets that ship, by name."""
    return {name: Protocol.from_dict(presets.load(name)) for name in presets.names()}


def _why_not(preset: Protocol, scale: Scale) -> str | None:
    if len(preset.criteria) != 1:
        return "several_criteria"
    (own,) = (criterion.scale for criterion in preset.criteria.values())
    if own.points != scale.points:
        return "other_points"
    return None if own == scale else "other_bands"


def _put_to(preset: Protocol, criterion: str) -> Protocol:
    """The preset asked of another criterion on the same scale."""
    (own,) = preset.criteria.values()
    return replace(
        preset,
        criteria={criterion: replace(own, key=criterion)},
        rules=tuple(replace(rule, criterion=criterion) for rule in preset.rules),
    )


def _item(item: str, verdicts: Mapping[str, Verdict]) -> ItemVerdicts:
    fates = {name: FATES[verdict] for name, verdict in verdicts.items() if verdict in FATES}
    own = fates.get(SEALED)
    against = tuple(name for name, fate in fates.items() if own is not None and fate != own)
    return ItemVerdicts(item, verdicts, len(set(fates.values())) > 1, against)

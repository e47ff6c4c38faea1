"""How each item's answers changed since the last round in which it was rated, and whether they have settled."""

from __future__ import annotations

from typing import Any, Final

from delphi.scoring import paired, stability
from delphi.scoring.change import change
from delphi.scoring.documents import to_document
from delphi.scoring.midranks import Method
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import Values
from delphi.scoring.results.aligned import Study
from delphi.scoring.results.meter import Progress
from delphi.scoring.rules import Criterion
from delphi.scoring.stability_rules import settle

EXACT_PAIRS: Final = 100  # above, the exact signed-rank test takes longer than it is worth

Changes = dict[str, dict[str, Any] | None]


def item_changes(protocol: Protocol, study: Study, place: int, told: Progress) -> dict[str, Changes]:
    """changes[item][criterion] of the round at `place`; None for an item that was not rated before."""
    now, since, columns = study.rounds[place], study.since(place), study.columns(place).tolist()
    found: dict[str, Changes] = {}
    for done, column in enumerate(columns, 1):
        item, before = study.items[column], since[column]
        found[item] = {
            key: None
            if before is None
            else {"since": study.names[before]}
            | _change(
                protocol,
                criterion,
                item,
                study.rounds[before].values[key][:, column],
                now.values[key][:, column],
            )
            for key, criterion in protocol.criteria.items()
        }
        told(done, len(columns))
    return found


def _change(
    protocol: Protocol, criterion: Criterion, item: str, earlier: Values, later: Values
) -> dict[str, Any]:
    """Everything `paired`, `change` and `stability` say of two rounds of one item."""
    points, high = criterion.scale.points, criterion.scale.range_of("high")[0]
    table = paired.transitions(earlier, later, points)
    in_or_out = paired.transitions(_cut(earlier, high), _cut(later, high), 2)
    dajani = stability.dajani_stability(earlier, later, points)
    found = {
        "wilcoxon": paired.wilcoxon(later, earlier, method=_method(int(table.sum()))),
        "mcnemar": paired.mcnemar(in_or_out),
        "bowker": paired.bowker(table),
        "stuart_maxwell": paired.stuart_maxwell(table),
        "spearman": paired.spearman(earlier, later),
        "kendall_tau_b": paired.kendall_tau_b(earlier, later),
        "quadratic_kappa": paired.quadratic_kappa(earlier, later),
        "chaffin_talley": stability.chaffin_talley(earlier, later, points),
        "dajani": {"test": dajani, "hierarchy": stability.dajani_hierarchy(table.sum(axis=0).tolist())},
        "scheibe": stability.scheibe_of_pairs(earlier, later, points),
        "stability": settle(
            protocol.stability, item, earlier, later, criterion.scale, quartiles=protocol.quartiles
        ),
    }
    moved = to_document(change(earlier, later, quartiles=protocol.quartiles))
    return {"n": moved["n"], "change": moved} | {name: to_document(one) for name, one in found.items()}


def _method(pairs: int) -> Method:
    return "exact" if pairs <= EXACT_PAIRS else "normal"


def _cut(values: Values, high: int) -> Values:
    """2 in the high band and 1 below, NaN where there is no answer."""
    return values * 0 + 1 + (values >= high)

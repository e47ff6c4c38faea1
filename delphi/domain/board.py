"""The consensus board's view as its address says it: what is shown, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from delphi.domain.analyses import FLAGS
from delphi.scoring.rules import Verdict

VERDICTS: Final = tuple(verdict.value for verdict in Verdict)
FILTERS: Final = ("waiting", "overridden", *FLAGS, *VERDICTS)
SORTS: Final = (
    "item",
    "high",
    "median",
    "iqr",
    "since",
    "fragility",
    "holds",
    "comments",
    "verdict",
    "decision",
)

# By key, whether it is shown unless others are chosen. The item, the verdict and the decision always are.
COLUMNS: Final = {
    "ratings": True,
    "high": True,
    "median": True,
    "iqr": True,
    "panels": True,
    "since": True,
    "fragility": False,
    "holds": False,
    "presets": False,
    "comments": False,
}


class Line(Protocol):
    """What the view looks at in a row."""

    @property
    def key(self) -> int: ...
    @property
    def flags(self) -> Collection[str]: ...
    @property
    def verdict(self) -> str: ...
    @property
    def waiting(self) -> bool: ...
    @property
    def overridden(self) -> bool: ...
    @property
    def domain_id(self) -> int | None: ...
    @property
    def words(self) -> str: ...
    def measure(self, sort: str, criterion: str) -> Any: ...


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class View:
    """`show`: filters that must all hold (of several verdicts, one); `sort`: "" in the order of the bank."""

    round: int | None = None
    criterion: str = ""
    show: tuple[str, ...] = ()
    domain: int | None = None
    text: str = ""
    sort: str = ""
    down: bool = False
    columns: tuple[str, ...] = field(default_factory=lambda: tuple(key for key, on in COLUMNS.items() if on))

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters that lead to this view, with changes; what is as usual is left out."""
        shown = {"show": list(self.show), "column": list(self.columns), **_plain(self), **changes}
        if shown["column"] == list(View().columns):
            shown["column"] = []
        return {key: value for key, value in shown.items() if value not in (None, "", [], False)}

    def fits(self, line: Line) -> bool:
        verdicts = [one for one in self.show if one in VERDICTS]
        return (
            (not verdicts or line.verdict in verdicts)
            and all(_holds(one, line) for one in self.show if one not in VERDICTS)
            and self.domain in (None, line.domain_id)
            and all(word in line.words for word in self.text.casefold().split())
        )

    def of(self, lines: Iterable[L], also: int | None = None) -> list[L]:
        """The lines that fit, or have the key `also`, in the order asked for; without a value, last either way."""
        found = [line for line in lines if self.fits(line) or line.key == also]
        if not self.sort:
            return found
        measured = [(line.measure(self.sort, self.criterion), line) for line in found]
        known: list[tuple[Any, L]] = [pair for pair in measured if pair[0] is not None]
        known.sort(key=lambda pair: pair[0], reverse=self.down)
        return [line for _, line in known] + [line for value, line in measured if value is None]


def _plain(view: View) -> dict[str, Any]:
    return {
        "round": view.round,
        "criterion": view.criterion,
        "domain": view.domain,
        "text": view.text,
        "sort": view.sort,
        "down": int(view.down),
    }


def _holds(name: str, line: Line) -> bool:
    own: Mapping[str, Callable[[], bool]] = {
        "waiting": lambda: line.waiting,
        "overridden": lambda: line.overridden,
    }
    return own[name]() if name in own else name in line.flags


def view_of(
    *,
    round: int | None,
    criterion: str,
    show: Iterable[str],
    domain: int | None,
    text: str,
    sort: str,
    down: bool,
    columns: Sequence[str],
) -> View:
    """What an address asks for; what makes no sense in it is passed over."""
    chosen = tuple(key for key in COLUMNS if key in columns)
    return View(
        round=round,
        criterion=criterion,
        show=tuple(dict.fromkeys(one for one in show if one in FILTERS)),
        domain=domain,
        text=text.strip()[:200],
        sort=sort if sort in SORTS else "",
        down=down,
        columns=chosen or View().columns,
    )


def neighbours(ids: Sequence[int], here: int) -> tuple[int | None, int | None]:
    """The one before and the one after; where the filter no longer shows `here`, none and the first."""
    if here not in ids:
        return None, next(iter(ids), None)
    place = ids.index(here)
    return (
        ids[place - 1] if place else None,
        ids[place + 1] if place + 1 < len(ids) else None,
    )

"""Time zones to choose from: the IANA names that stand for a place, by continent."""

from __future__ import annotations

from functools import cache

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from delphi.domain import schedule

_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def choices() -> tuple[SelectChoice, ...]:
    """For a select: UTC, then under each continent its zones."""
    places = [(name, *name.partition("/")[::2]) for name in sorted(schedule.zones())]
    return (
        SelectChoice("UTC", "UTC"),
        *(
            SelectChoice(name, place.replace("_", " ").replace("/", ", "), optgroup=region)
            for name, region, place in places
            if region in _REGIONS
        ),
    )


def known(name: str) -> bool:
    """Whether it is one of the choices."""
    return any(choice.value == name for choice in choices())

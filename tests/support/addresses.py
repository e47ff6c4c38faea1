"""The address of a route with its parts filled in."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.routing import Rule


def filled(rule: Rule, values: Mapping[str, object]) -> str:
    """A part that has no value here gets one that nothing is called."""
    address = rule.rule
    for name in rule.arguments:
        for written in (f"<int:{name}>", f"<{name}>", f"<path:{name}>"):
            address = address.replace(written, str(values.get(name, "x" * 32)))
    return address

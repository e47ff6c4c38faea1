"""Pictures of a specification, made without a browser and without the network."""

from __future__ import annotations

from html import escape

from delphi.reports.figures.figure import Spec
from delphi.reports.figures.theme import LINE, MUTED

VEGA_LITE = "6.4"  # the version Altair writes and the pages load
SCALE = 2.0  # of a PNG, so that it stays sharp in print


def svg(spec: Spec) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))


def png(spec: Spec) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=SCALE, allowed_base_urls=[]))


def png_of_svg(drawn: str) -> bytes:
    """A drawing that is SVG already, for formats that take none."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(drawn, scale=SCALE))


def blank(words: str) -> str:
    """An SVG that says why there is nothing."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="120" viewBox="0 0 420 120">'
        f'<rect width="420" height="120" fill="{LINE}" opacity="0.35"/>'
        f'<text x="210" y="66" text-anchor="middle" font-family="sans-serif" font-size="14" fill="{MUTED}">'
        f"{escape(words)}</text></svg>"
    )

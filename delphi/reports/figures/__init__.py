"""One module a figure: plain numbers in, a Vega-Lite specification with its caption and its data table out."""

"""Delphi: consensus studies with sealed rules, safe answers and checkable results."""

__version__ = "0.1.0"

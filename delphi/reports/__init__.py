"""Figures and documents made from plain data: no database, no request."""
